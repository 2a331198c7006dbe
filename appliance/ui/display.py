"""The customer display of two rows: the newest text wins, and nobody ever waits for it."""

import logging
import threading
from collections.abc import Callable

from appliance.ipc.client import Client
from appliance.ipc.daemon_contract import ShowParams
from retail.errors import TillboxError

log = logging.getLogger(__name__)


class Display:
    """`show` from any thread; a thread of its own talks to the daemon."""

    def __init__(self, daemon: Client, device_of: Callable[[str], str]) -> None:
        self._daemon = daemon
        self._device_of = device_of
        self._rows: tuple[str, ...] = ()
        self._shown: tuple[str, ...] | None = None
        self._wanted = threading.Condition()

    def start(self) -> None:
        """Begin to show."""
        threading.Thread(target=self._work, name="display", daemon=True).start()

    def show(self, rows: tuple[str, ...]) -> None:
        """These rows from now on."""
        with self._wanted:
            if rows != self._rows:
                self._rows = rows
                self._wanted.notify()

    def again(self) -> None:
        """The display has come back and shows nothing: tell it once more."""
        with self._wanted:
            self._shown = None
            self._wanted.notify()

    def _work(self) -> None:
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._rows != self._shown)
                rows = self._shown = self._rows
            device = self._device_of("customer_display")
            if not device:
                continue
            try:
                self._daemon.call("display.show", ShowParams(device=device, lines=rows))
            except TillboxError as error:
                log.debug("the customer display was not told: %s", error)
