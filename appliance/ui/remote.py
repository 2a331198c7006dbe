"""`screen.sock` and `customer.sock`: what a screen shows, and eyes and fingers where that is allowed.

Runs an asyncio loop in a thread of its own, begun after the first picture. Whatever touches the
window is carried out in the screen's thread. Seeing and touching need `[screen] remote = true`.
"""

import asyncio
import logging
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from appliance.ipc.contract import Done, Nothing
from appliance.ipc.peer import Peer
from appliance.ipc.screen_contract import (
    CAPTURE,
    FIND,
    SCREEN,
    STATE,
    TOUCH,
    TYPE,
    Captured,
    CaptureParams,
    CustomerChanged,
    Drawn,
    FindParams,
    Found,
    FoundAll,
    ScreenHello,
    ScreenState,
    TouchParams,
    TypeParams,
)
from appliance.ipc.server import Server
from appliance.ui.plain import customer_plain
from appliance.ui.shell import Shell
from appliance.ui.views import CustomerView
from appliance.ui.window import TillWindow
from appliance.ui.worker import Post
from retail.errors import ContractError, Refused, TillboxError

log = logging.getLogger(__name__)
VERSION = "0.1.0"
DRAWN_EVERY_S = 0.04
FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}")
T = TypeVar("T")


def write_whole(path: Path, data: bytes) -> None:
    """A reader finds the old picture or the new one, never half of one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


def checked_name(file: str) -> str:
    """A plain file name; everything else is refused, for it is written into `run/`."""
    if not FILE_NAME.fullmatch(file):
        raise ContractError("screen.bad_file_name", path="$.params.file", file=file[:80])
    return file


class Remote:
    """The server. `start` and `close` from the screen's thread."""

    def __init__(
        self,
        socket: Path,
        state: Callable[[], ScreenState],
        window: TillWindow,
        shell: Shell,
        post: Post,
        *,
        remote: bool,
    ) -> None:
        """`state` says in the screen's thread what the screen says."""
        self._socket = socket
        self._state_of = state
        self._window = window
        self._shell = shell
        self._post = post
        self._remote = remote
        self._customer: dict[str, Any] = {"kind": "welcome"}
        self._size = window.size
        self._drawn_waits = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Server | None = None
        self._thread = threading.Thread(target=self._run, name="screen-sock", daemon=True)

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join(timeout=5)

    def in_background(self, work: Callable[[], None]) -> None:
        """Do something that waits for the daemon, away from the screen's thread."""
        threading.Thread(target=work, name="screen-work", daemon=True).start()

    # From the screen's thread

    def customer_changed(self, view: CustomerView, language: str) -> None:
        """The customer's screen shows something else now."""
        self._customer = {**customer_plain(view), "language": language}
        event = CustomerChanged(customer=self._customer)
        self._soon(lambda server: server.broadcast(event))

    def drawn(self) -> None:
        """A new picture; told at most every 40 ms, the last one always."""
        if not self._drawn_waits and self._loop is not None:
            self._drawn_waits = True
            self._loop.call_soon_threadsafe(self._tell_drawn_later)

    def _soon(self, tell: Callable[[Server], None]) -> None:
        loop, server = self._loop, self._server
        if loop is not None and server is not None:
            loop.call_soon_threadsafe(tell, server)

    def _tell_drawn_later(self) -> None:
        if self._loop is not None:
            self._loop.call_later(DRAWN_EVERY_S, self._tell_drawn)

    def _tell_drawn(self) -> None:
        self._drawn_waits = False
        if self._server is not None:
            self._server.broadcast(Drawn(frame=self._window.frames))

    # The server's thread

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._serve(loop))
            loop.run_forever()
            if self._server is not None:
                loop.run_until_complete(self._server.close())
        except TillboxError as error:
            # Selling does not need it: the bench and the customer's screen stay dark, and the log says why.
            log.error("%s can't be served: %s", self._socket.name, error)
        finally:
            self._loop = None
            loop.close()

    async def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        server = Server(SCREEN, self._socket, self._hello)
        server.handle(CAPTURE, self._capture)
        server.handle(TOUCH, self._touch)
        server.handle(TYPE, self._type)
        server.handle(STATE, self._state)
        server.handle(FIND, self._find)
        await server.start()
        self._server, self._loop = server, loop

    def _hello(self, revision: int) -> ScreenHello:
        width, height = self._size
        return ScreenHello(
            version=VERSION,
            revision=revision,
            width=width,
            height=height,
            frame=self._window.frames,
            customer=self._customer,
        )

    async def _in_screen(self, work: Callable[[], T]) -> T:
        """Run in the screen's thread and wait for its answer."""
        if not self._remote:
            raise Refused("screen.remote_off", setting="[screen] remote = true")
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except TillboxError as error:
                future.set_exception(error)

        self._post(run)
        return await asyncio.wrap_future(future)

    async def _capture(self, peer: Peer, params: CaptureParams) -> Captured:
        file = checked_name(params.file)
        frame, (width, height, data) = await self._in_screen(
            lambda: (self._window.frames, self._window.capture())
        )
        await asyncio.to_thread(write_whole, self._socket.with_name(file), data)
        return Captured(file=file, width=width, height=height, frame=frame)

    async def _touch(self, peer: Peer, params: TouchParams) -> Done:
        await self._in_screen(lambda: self._window.touch(params.phase, params.x, params.y))
        return Done()

    async def _type(self, peer: Peer, params: TypeParams) -> Done:
        await self._in_screen(lambda: self._window.type_text(params.text, params.key))
        return Done()

    async def _state(self, peer: Peer, params: Nothing) -> ScreenState:
        return await self._in_screen(self._state_of)

    async def _find(self, peer: Peer, params: FindParams) -> FoundAll:
        def find() -> tuple[Found, ...]:
            self._shell.reveal(params.name)
            return tuple(
                msgspec.convert(one, Found, from_attributes=True) for one in self._shell.find(params.name)
            )

        return FoundAll(found=await self._in_screen(find))
