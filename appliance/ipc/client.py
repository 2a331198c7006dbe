"""The client's end, for programs without an asyncio loop: a reader thread that connects again by itself.

Owns one connection and its calls. Callbacks run in the reader thread and must return soon.
"""

import itertools
import logging
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from appliance.ipc import wire
from appliance.ipc.sockets import connect
from retail.errors import Busy, ContractError, DeviceFault, InvariantBroken, TillboxError

log = logging.getLogger(__name__)
BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 2.0
HELLO_TIMEOUT_S = 5.0
SEND_TIMEOUT_S = 2

Answer = dict[str, Any]


def _ignore(*_: Any) -> None:
    """Nobody wants to know."""


class Client:
    """A connection to one server that is always there or coming back.

    `on_connected(snapshot)` gets the answer to `hello` at each connection, `on_event(name, params)` every
    event after it, `on_lost()` the end of a connection that had been one. Call `start()`, later `close()`.
    """

    def __init__(
        self,
        path: Path,
        on_event: Callable[[str, Answer], None] = _ignore,
        on_connected: Callable[[Answer], None] = _ignore,
        on_lost: Callable[[], None] = _ignore,
        *,
        name: str = "till",
    ) -> None:
        self.path = path
        self.name = name
        self._on_event, self._on_connected, self._on_lost = on_event, on_connected, on_lost
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._pending: dict[int, Future[Answer]] = {}
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"ipc-{path.name}", daemon=True)

    def start(self) -> "Client":
        """Begin to connect; returns at once."""
        self._thread.start()
        return self

    def close(self) -> None:
        """End the connection and the thread; waiting calls fail."""
        self._stopping.set()
        self._hang_up()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def wait_connected(self, timeout_s: float) -> bool:
        """Whether a connection stands and its snapshot was passed on, waiting for that at most so long."""
        return self._ready.wait(timeout_s)

    # Calls

    def call(
        self, method: str, params: Mapping[str, Any] | Struct | None = None, timeout_s: float = 5.0
    ) -> Answer:
        """Call a method and wait for its result.

        Raises what the server answered; `Busy` `ipc.not_connected` if nothing was sent; `DeviceFault`
        `ipc.lost` or `ipc.timeout` if it was sent and its outcome is not known (`job.status` may know).
        """
        if threading.current_thread() is self._thread:
            raise InvariantBroken("ipc.call_from_reader", method=method)
        call_id, future = self._call(method, params or {})
        try:
            return future.result(timeout_s)
        except FutureTimeoutError:
            with self._lock:
                self._pending.pop(call_id, None)
            raise DeviceFault("ipc.timeout", method=method, timeout_s=timeout_s) from None

    def post(self, method: str, params: Mapping[str, Any] | Struct | None = None) -> bool:
        """Call a method and want no answer; False if there is no connection."""
        return self._send(wire.call(msgspec.UNSET, method, params or {}))

    def _call(self, method: str, params: Mapping[str, Any] | Struct) -> tuple[int, Future[Answer]]:
        call_id, future = next(self._ids), Future[Answer]()
        message = wire.call(call_id, method, params)
        with self._lock:
            self._pending[call_id] = future
        if not self._send(message):
            with self._lock:
                self._pending.pop(call_id, None)
            raise Busy("ipc.not_connected", socket=self.path.name)
        return call_id, future

    def _send(self, message: object) -> bool:
        line = wire.encode(message)
        if len(line) > wire.LINE_BYTES_MAX:
            raise ContractError("ipc.line_too_long", bytes=len(line), bytes_max=wire.LINE_BYTES_MAX)
        with self._lock:
            if self._socket is None:
                return False
            try:
                self._socket.sendall(line)
            except OSError:
                # A part may have been sent: this connection is of no use any more.
                self._shut(self._socket)
                return False
        return True

    # The reader's thread

    def _run(self) -> None:
        backoff_s = BACKOFF_FIRST_S
        while not self._stopping.is_set():
            try:
                sock = connect(self.path, timeout_s=2)
            except OSError:
                self._stopping.wait(backoff_s)
                backoff_s = min(backoff_s * 2, BACKOFF_MAX_S)
                continue
            if self._serve(sock):
                backoff_s = BACKOFF_FIRST_S
            else:
                self._stopping.wait(backoff_s)
                backoff_s = min(backoff_s * 2, BACKOFF_MAX_S)

    def _serve(self, sock: socket.socket) -> bool:
        """Live with one connection until its end; whether it ever was one."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_TIMEOUT_S, 0))
        greeting = wire.encode(wire.call(0, "hello", {"client": self.name}))
        try:
            sock.settimeout(HELLO_TIMEOUT_S)
            sock.sendall(greeting)
            for line in self._lines(sock):
                self._take(sock, msgspec.json.decode(line))
        except (OSError, msgspec.DecodeError, wire.UnendedLineError) as error:
            log.debug("%s: %r", self.path.name, error)
        finally:
            was_connected = self._lost(sock)
        return was_connected

    def _lines(self, sock: socket.socket) -> Iterator[bytes]:
        splitter = wire.LineSplitter()
        while not self._stopping.is_set() and (data := sock.recv(64 << 10)):
            for line in splitter.feed(data):
                if line is not None:
                    yield line

    def _take(self, sock: socket.socket, message: Answer) -> None:
        if "method" in message:
            self._on_event(message["method"], message.get("params") or {})
        elif message.get("id") == 0:
            self._greeted(sock, message)
        else:
            with self._lock:
                future = self._pending.pop(message.get("id", -1), None)
            if future is not None:
                _settle(future, message)

    def _greeted(self, sock: socket.socket, message: Answer) -> None:
        if "error" in message:
            log.error("%s refused us: %s", self.path.name, message["error"].get("message"))
            raise OSError("hello was refused")
        # From here on the reader may wait for ever; sending keeps its own limit (SO_SNDTIMEO).
        sock.settimeout(None)
        with self._lock:
            self._socket = sock
        self._on_connected(message["result"])
        self._ready.set()

    def _lost(self, sock: socket.socket) -> bool:
        with self._lock:
            was_connected, self._socket = self._socket is not None, None
            pending, self._pending = self._pending, {}
        self._ready.clear()
        sock.close()
        for future in pending.values():
            future.set_exception(DeviceFault("ipc.lost", socket=self.path.name))
        if was_connected:
            self._on_lost()
        return was_connected

    def _hang_up(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._shut(self._socket)

    @staticmethod
    def _shut(sock: socket.socket) -> None:
        """Wake the reader, which then closes the socket."""
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.debug("already gone: %s", error)


def _settle(future: "Future[Answer]", message: Answer) -> None:
    if "error" in message:
        failure: TillboxError = wire.failure_of(message["error"])
        future.set_exception(failure)
    else:
        future.set_result(message.get("result") or {})
