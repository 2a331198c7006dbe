"""How to tell that a part is ready: it answers where others will call it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from appliance.ipc.sockets import reachable

Check = Callable[[], Awaitable[bool]]
ANSWER_WITHIN_S = 2.0
HELLO = b'{"jsonrpc":"2.0","id":1,"method":"hello","params":{"client":"launcher"}}\n'


async def at_once() -> bool:
    """For a part that nobody calls."""
    return True


def listens(address: str, port: int) -> Check:
    """Ready when a connection is taken."""

    async def check() -> bool:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), ANSWER_WITHIN_S)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    return check


def serves_page(address: str, port: int, path: str = "/") -> Check:
    """Ready when the web server answers anything below 500."""
    request = f"GET {path} HTTP/1.0\r\nHost: {address}:{port}\r\nConnection: close\r\n\r\n".encode()

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection(address, port)
        with contextlib.closing(writer):
            writer.write(request)
            return await reader.readline()

    async def check() -> bool:
        try:
            status = (await asyncio.wait_for(ask(), ANSWER_WITHIN_S)).split()
        except (OSError, TimeoutError, ValueError):
            return False
        return len(status) > 1 and status[1].isdigit() and int(status[1]) < 500

    return check


def answers_hello(path: Path) -> Check:
    """Ready when `hello` is answered on a Unix socket (docs/ipc.md)."""

    async def ask() -> bytes:
        with reachable(path) as name:
            reader, writer = await asyncio.open_unix_connection(name)
        with contextlib.closing(writer):
            writer.write(HELLO)
            return await reader.readline()

    async def check() -> bool:
        try:
            answer = await asyncio.wait_for(ask(), ANSWER_WITHIN_S)
        except (OSError, TimeoutError, ValueError):
            return False
        return b'"result"' in answer

    return check
