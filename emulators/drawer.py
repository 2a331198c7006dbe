"""A cash drawer: a relay's pulse opens it, its switch follows, a person pushes it shut.

Sees the pins of another process through `emulators/gpio.py`, or is wired by hand with `relay()`.
"""

import contextlib
import json
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.ipc.sockets import Listener

log = logging.getLogger(__name__)


class Drawer:
    """A drawer behind the pins `relay_pin` and `sensor_pin`, given by name such as `GPIO17`.

    Its switch joins the sensor's pin to ground while it is open; else the pin's pull-up holds it high.
    """

    def __init__(
        self,
        socket_path: Path,
        *,
        relay_pin: str = "GPIO17",
        sensor_pin: str = "GPIO27",
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._relay_pin, self._sensor_pin, self._on_change = relay_pin, sensor_pin, on_change
        self._lock = threading.RLock()
        self.is_open = False
        self.is_jammed = False
        self.openings = 0
        self._listener = Listener(socket_path)
        self._listener.socket.setblocking(True)
        self._connections: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="drawer", daemon=True).start()

    def relay(self, is_on: bool) -> None:
        """The relay's level; being switched on opens the drawer unless it is jammed."""
        with self._lock:
            if not is_on or self.is_open or self.is_jammed:
                return
            self.is_open = True
            self.openings += 1
            self._drive()
        self._on_change()

    def push(self) -> None:
        """Push it shut."""
        with self._lock:
            self.is_open = False
            self._drive()
        self._on_change()

    def jam(self, is_jammed: bool) -> None:
        """Block it, or free it."""
        with self._lock:
            self.is_jammed = is_jammed
        self._on_change()

    def close(self) -> None:
        """Take it off the bench."""
        with contextlib.suppress(OSError):
            self._listener.socket.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _drive(self) -> None:
        line = json.dumps({"pin": self._sensor_pin, "drive": not self.is_open}) + "\n"
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.sendall(line.encode())

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError, ValueError):
            for line in lines:
                told = json.loads(line)
                if told["pin"] == self._relay_pin:
                    self.relay(bool(told["state"]))
                elif told["pin"] == self._sensor_pin and bool(told["state"]) == self.is_open:
                    # A pin that has just been set up floats to its pull: show it where the switch is.
                    with self._lock:
                        self._drive()
        with self._lock:
            self._connections.discard(connection)
