"""Pins that others can see: gpiozero's mock pins, mirrored over a Unix socket to the bench.

Chosen by `GPIOZERO_PIN_FACTORY=bench`; the socket's path stands in `TILLBOX_BENCH_GPIO`. One JSON object a
line: `{"pin":17,"state":true}` from the pins, `{"pin":27,"drive":true}` to them.
"""

import contextlib
import json
import logging
import os
import socket
import threading
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from appliance.ipc.sockets import connect

SOCKET_VARIABLE = "TILLBOX_BENCH_GPIO"
RETRY_S = 0.2
log = logging.getLogger(__name__)


class BenchPin(MockPin):  # type: ignore[misc]  # gpiozero comes without types
    """A mock pin that tells its factory of every change."""

    def _change_state(self, value: Any) -> bool:
        changed = bool(super()._change_state(value))
        if changed:
            self.factory.tell(self)
        return changed


class BenchFactory(MockFactory):  # type: ignore[misc]  # gpiozero comes without types
    """Mock pins connected to the bench; connects again by itself when the bench comes back."""

    def __init__(self) -> None:
        super().__init__(pin_class=BenchPin)
        self._path = Path(os.environ.get(SOCKET_VARIABLE, ""))
        self._closing = threading.Event()
        self._lock = threading.RLock()
        self._socket: socket.socket | None = None
        if str(self._path) != ".":
            threading.Thread(target=self._run, name="bench-gpio", daemon=True).start()

    def close(self) -> None:
        """Cut the connection and close all pins."""
        self._closing.set()
        with self._lock:
            if self._socket:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
        super().close()

    def tell(self, pin: Any) -> None:
        """A pin's level to the bench."""
        with self._lock:
            if self._socket is not None:
                line = json.dumps({"pin": pin.info.name, "state": bool(pin.state)}) + "\n"
                with contextlib.suppress(OSError):
                    self._socket.sendall(line.encode())

    def pin(self, name: Any) -> Any:
        """A pin by its number; the bench is told of a new one, and answers with where it is driven to."""
        known = len(self.pins)
        pin = super().pin(name)
        if len(self.pins) > known:
            self.tell(pin)
        return pin

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                sock = connect(self._path, timeout_s=1)
            except OSError:
                self._closing.wait(RETRY_S)
                continue
            with sock, sock.makefile("rb") as lines:
                with self._lock:
                    self._socket = sock
                    for pin in list(self.pins.values()):
                        self.tell(pin)
                with contextlib.suppress(OSError, ValueError):
                    for line in lines:
                        self._drive(json.loads(line))
                with self._lock:
                    self._socket = None

    def _drive(self, order: dict[str, Any]) -> None:
        for pin in list(self.pins.values()):
            if pin.info.name == order["pin"] and pin.function == "input":
                (pin.drive_high if order["drive"] else pin.drive_low)()
