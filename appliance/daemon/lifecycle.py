"""A device's states and the way between them; pure, and moved by its supervisor only.

absent → opening → ready ⇄ degraded → faulted → backing_off → (opening) → ready
"""

import logging

from appliance.ipc.daemon_contract import State

log = logging.getLogger("appliance.daemon")
BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 5.0


class Lifecycle:
    """One device's state and fault, and how long to wait before it is tried again."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.state: State = "opening"
        self.fault = ""
        self._backoff_s = BACKOFF_FIRST_S
        self._lost = False

    @property
    def is_open(self) -> bool:
        """Whether the device can be spoken to."""
        return self.state in ("ready", "degraded")

    def opened(self) -> None:
        """The device answered. Said in the log only if it had been lost."""
        self.state, self.fault = "ready", ""
        self._backoff_s = BACKOFF_FIRST_S
        if self._lost:
            self._lost = False
            log.warning("%s: back", self.device)

    def condition(self, fault: str) -> None:
        """The open device says what is wrong with it, or that nothing is."""
        self.fault = fault
        self.state = "degraded" if fault else "ready"

    def failed(self, code: str) -> None:
        """The device could not be opened, or is gone. Said in the log only the first time."""
        self.fault = code
        self.state = "absent" if code == "device.absent" else "faulted"
        if not self._lost:
            self._lost = True
            log.warning("%s: lost (%s)", self.device, code)

    def back_off(self) -> float:
        """Seconds to wait before the next try: doubled each time, up to a limit."""
        if self.state == "faulted":
            self.state = "backing_off"
        wait_s = self._backoff_s
        self._backoff_s = min(self._backoff_s * 2, BACKOFF_MAX_S)
        return wait_s
