"""A cash drawer on two GPIO pins: a relay that is pulsed, and a switch that sees it open.

The relay never stays on: its solenoid burns. gpiozero's own GPIOZERO_PIN_FACTORY picks the pins' maker.
"""

import threading
import time
from typing import Any

from msgspec import Struct

from appliance.daemon.capabilities import Host
from retail.errors import ContractError, DeviceFault

CAPABILITY = "drawer"
PULSE_MS_MAX = 500


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pins by their BCM numbers; without a sensor a pulse counts as opening.

    The usual switch joins the sensor's pin to ground when the drawer is open.
    """

    relay_pin: int
    sensor_pin: int | None = None
    relay_active_high: bool = True
    sensor_open_high: bool = False
    sensor_pull_up: bool = True
    pulse_ms: int = 200
    seen_within_ms: int = 1000


class GpioDrawer:
    """A drawer."""

    def __init__(self, options: Options, host: Host) -> None:
        if not 0 < options.pulse_ms <= PULSE_MS_MAX:
            raise ContractError("drawer.pulse", path="$.options.pulse_ms", pulse_ms_max=PULSE_MS_MAX)
        self._options, self._host = options, host
        self._relay: Any = None
        self._sensor: Any = None
        self._moved = threading.Event()
        self._stuck = False
        self._was_open: bool | None = None

    def open(self) -> None:
        import gpiozero

        options = self._options
        try:
            self._relay = gpiozero.OutputDevice(
                options.relay_pin, active_high=options.relay_active_high, initial_value=False
            )
            if options.sensor_pin is not None:
                self._sensor = gpiozero.DigitalInputDevice(options.sensor_pin, pull_up=options.sensor_pull_up)
                self._sensor.when_activated = self._sensor.when_deactivated = self._on_edge
        except (gpiozero.GPIOZeroError, OSError) as error:
            raise DeviceFault("device.absent", detail=str(error)[:200]) from error
        self._was_open, self._stuck = None, False
        self.poll()

    def _on_edge(self) -> None:
        """Called in the pin factory's thread."""
        self._moved.set()
        self._host.wake()

    def _is_open(self) -> bool | None:
        if self._sensor is None:
            return None
        return bool(self._sensor.pin.state) == self._options.sensor_open_high

    def open_drawer(self) -> None:
        if self._is_open():
            return
        self._moved.clear()
        self._pulse()
        if self._sensor is None:
            return
        deadline = time.monotonic() + self._options.seen_within_ms / 1000
        while not self._is_open():
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                self._stuck = True
                self.poll()
                raise DeviceFault("drawer.stuck")
            # An edge may have come between looking and waiting, so look again now and then.
            self._moved.wait(min(left_s, 0.05))
            self._moved.clear()
        self._stuck = False
        self.poll()

    def _pulse(self) -> None:
        try:
            self._relay.on()
            time.sleep(self._options.pulse_ms / 1000)
        finally:
            self._relay.off()

    def fileno(self) -> int | None:
        return None

    def readable(self) -> None:
        """It has no descriptor."""

    def poll(self) -> float:
        is_open = self._is_open()
        if is_open is not None and self._was_open is not None and is_open != self._was_open:
            self._stuck = False
        self._was_open = is_open
        fault = "drawer.stuck" if self._stuck else ""
        self._host.condition(fault, {} if is_open is None else {"open": is_open})
        return 1.0

    def test(self) -> None:
        self.open_drawer()

    def close(self) -> None:
        if self._relay is not None:
            self._relay.off()
            self._relay.close()
            self._relay = None
        if self._sensor is not None:
            self._sensor.close()
            self._sensor = None

    def node(self) -> str:
        return ""


def make(options: Options, host: Host) -> GpioDrawer:
    """The driver."""
    return GpioDrawer(options, host)
