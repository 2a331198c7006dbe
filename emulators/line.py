"""The cables: ptys with stable names and TCP ports, which can be pulled out and put back.

A line gives what comes to `on_bytes` in a thread of its own. It knows nothing about who speaks on it.
"""

import contextlib
import logging
import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)
SEND_TIMEOUT_S = 1.0


class Line(Protocol):
    """A cable."""

    def send(self, data: bytes) -> bool:
        """To the computer; False if nobody takes it."""

    def plug(self) -> None:
        """Put the cable in."""

    def unplug(self) -> None:
        """Pull it out."""


class PtyLine:
    """A serial cable: a pty whose far end has a stable name.

    `baud` paces what is sent; without it everything goes at once.
    """

    def __init__(self, link: Path, on_bytes: Callable[[bytes], None], *, baud: int | None = None) -> None:
        self.link = link
        self._on_bytes, self._baud = on_bytes, baud
        self._lock = threading.Lock()
        self._master = self._slave = -1
        self._stop_fd = -1
        self._thread: threading.Thread | None = None
        self.plug()

    def plug(self) -> None:
        if self._thread:
            return
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._stop_fd = os.eventfd(0, os.EFD_CLOEXEC)
        self.link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.link.with_name(f".{self.link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.link)
        self._thread = threading.Thread(target=self._read, name=f"line-{self.link.name}", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self.link.unlink(missing_ok=True)
        os.eventfd_write(self._stop_fd, 1)
        if thread is not threading.current_thread():
            thread.join(5)
        with self._lock:
            for fd in (self._master, self._slave, self._stop_fd):
                os.close(fd)

    def send(self, data: bytes) -> bool:
        step = len(data) if not self._baud else max(1, self._baud // 10 // 100)
        for start in range(0, len(data), max(1, step)):
            if start and self._baud:
                time.sleep(step * 10 / self._baud)
            if not self._send(data[start : start + step]):
                return False
        return True

    def _send(self, data: bytes) -> bool:
        deadline = time.monotonic() + SEND_TIMEOUT_S
        while data:
            with self._lock:
                if self._thread is None:
                    return False
                try:
                    data = data[os.write(self._master, data) :]
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        return False
                except OSError:
                    return False
            if data:
                time.sleep(0.002)
        return True

    def _read(self) -> None:
        master, stop_fd = self._master, self._stop_fd
        while True:
            ready, _, _ = select.select([master, stop_fd], [], [])
            if stop_fd in ready:
                return
            with contextlib.suppress(BlockingIOError):
                self._on_bytes(os.read(master, 4096))


class TcpLine:
    """A network cable: a port of this machine that one computer at a time can connect to."""

    def __init__(self, on_bytes: Callable[[bytes], None], port: int = 0) -> None:
        self._on_bytes = on_bytes
        self.port = port
        self._listener: socket.socket | None = None
        self._connection: socket.socket | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.plug()

    def plug(self) -> None:
        if self._listener:
            return
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self.port))
        except OSError:
            listener.close()
            raise
        listener.listen(1)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        # shutdown, not close alone: it wakes the thread that waits in accept or recv.
        for sock in (listener, self._connection):
            if sock:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        listener.close()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(5)

    def send(self, data: bytes) -> bool:
        with self._lock:
            if self._connection is None:
                return False
            try:
                self._connection.sendall(data)
            except OSError:
                return False
        return True

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, b"\1" + b"\0" * 15)
            with self._lock:
                self._connection = connection
            if self._listener is listener:
                self._talk(connection)
            with self._lock:
                self._connection = None
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        while True:
            try:
                data = connection.recv(1 << 16)
            except OSError:
                return
            if not data:
                return
            self._on_bytes(data)
