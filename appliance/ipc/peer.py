"""One client as its server sees it: bytes to lines, and lines out without ever waiting for a slow reader.

Owns one connection's buffers and their limits.
"""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, cast

from appliance.ipc import wire

if TYPE_CHECKING:
    from appliance.ipc.server import Server

log = logging.getLogger(__name__)
UNENDED_SECONDS_MAX = 5.0


class Peer(asyncio.Protocol):
    """A connection. `name` is empty until it says `hello`."""

    def __init__(self, server: "Server") -> None:
        self.name = ""
        self.calls = 0
        self._server = server
        self._splitter = wire.LineSplitter()
        self._waiting: deque[bytes] = deque()
        self._reads_slowly = False
        self._transport: asyncio.Transport | None = None
        self._unended: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        # Lines wait in our queue, where they are counted, not in the transport's.
        self._transport.set_write_buffer_limits(high=0)
        if not self._server.peer_came(self, transport.get_extra_info("socket")):
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._waiting.clear()
        if self._unended:
            self._unended.cancel()
        self._server.peer_left(self)

    def data_received(self, data: bytes) -> None:
        try:
            for line in self._splitter.feed(data):
                self._server.line_came(self, line)
        except wire.UnendedLineError:
            self.close()
            return
        self._watch_unended()

    def _watch_unended(self) -> None:
        """A line that was too long must end soon, or nobody is really talking to us."""
        if self._unended:
            self._unended.cancel()
            self._unended = None
        if self._splitter.is_skipping and self._transport:
            self._unended = asyncio.get_running_loop().call_later(UNENDED_SECONDS_MAX, self.close)

    def pause_writing(self) -> None:
        self._reads_slowly = True

    def resume_writing(self) -> None:
        self._reads_slowly = False
        while self._waiting and not self._reads_slowly and self._transport:
            self._transport.write(self._waiting.popleft())

    def send(self, line: bytes) -> None:
        """Send a line now or once the ones before are read; cut the client off if it never reads."""
        if self._transport is None:
            return
        if not self._reads_slowly:
            self._transport.write(line)
        elif len(self._waiting) < wire.QUEUE_LINES_MAX:
            self._waiting.append(line)
        else:
            log.warning("%s: client %r does not read, cut off", self._server.path.name, self.name)
            self._waiting.clear()
            self._transport.abort()

    def close(self) -> None:
        """End the connection after what is already on its way."""
        if self._transport:
            self._transport.close()
