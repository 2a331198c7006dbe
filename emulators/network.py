"""The wire between the till and the broker, which the bench can cut: a TCP proxy that understands nothing.

Owns its listening socket and the connections through it. Down is what a pulled cable and a dead router do:
connections are reset and new ones refused, or (silent) everything is swallowed and nothing is ever said.
"""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Callable
from typing import Literal

log = logging.getLogger(__name__)
State = Literal["up", "down", "silent"]
CHUNK_BYTES = 64 << 10
CONNECT_TIMEOUT_S = 5.0
CONNECTIONS_MAX = 200
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, 0 s: closing sends RST instead of a polite FIN."""


class Network:
    """Forwards `port` to `target_port`, both on this machine, unless it is told not to."""

    def __init__(self, port: int, target_port: int, address: str = "127.0.0.1") -> None:
        self.port = port
        self.state: State = "up"
        self.on_change: Callable[[], None] = lambda: None
        self._target_port = target_port
        self._address = address
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen. Port 0 takes a free one, which `port` then names."""
        self._server = await asyncio.start_server(self._talk, self._address, self.port, limit=CHUNK_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def set_state(self, state: State) -> None:
        """Cut the wire, swallow everything, or mend it; returns when it is so."""
        if state == self.state:
            return
        self.state = state
        log.info("network: %s", state)
        if state == "down" and self._server:
            self._server.close()
            self._server = None
        if state != "silent":
            # Also when it comes back: what was swallowed is missing, so no old connection is of use.
            await self._cut()
        if state != "down" and self._server is None:
            await self.start()
        self.on_change()

    async def close(self) -> None:
        """Stop for good."""
        if self._server:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        for writer in list(self._writers):
            sock = writer.get_extra_info("socket")
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._talks) >= CONNECTIONS_MAX:
            writer.transport.abort()
            return
        self._talks.add(task)
        self._writers.add(writer)
        try:
            await self._forward(reader, writer)
        except (OSError, TimeoutError) as error:
            log.debug("network: %s", error)
        except asyncio.CancelledError:
            log.debug("network: cut")
        finally:
            self._talks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state == "silent":
            while await reader.read(CHUNK_BYTES):
                pass
            return
        connecting = asyncio.open_connection(self._address, self._target_port)
        far_reader, far_writer = await asyncio.wait_for(connecting, CONNECT_TIMEOUT_S)
        self._writers.add(far_writer)
        try:
            # The first side to end ends the talk: MQTT knows no half-closed connection.
            both = [
                asyncio.ensure_future(self._pump(reader, far_writer)),
                asyncio.ensure_future(self._pump(far_reader, writer)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in both:
                    pump.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        finally:
            self._writers.discard(far_writer)
            far_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            if self.state == "up":
                writer.write(data)
                await writer.drain()
