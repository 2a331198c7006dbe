"""The live picture: a WebSocket for each watcher, fed only while the screen draws and somebody watches.

Down the wire go pictures (binary PNG) and `{"connected","width","height"}`; up come `{"touch","x","y"}` and
`{"text"}` or `{"key"}`, in the order of the hand.
"""

import asyncio
import contextlib
import json
import logging
import time
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from emulators.bench.screens import Screen, try_picture
from retail.errors import TillboxError

log = logging.getLogger(__name__)
FRAME_INTERVAL_S = 1 / 15
RETRY_S = 0.5
MESSAGE_CHARACTERS_MAX = 4096
TOUCH_PHASES = ("down", "move", "up")


class Stream:
    """One screen's live picture for all who watch it."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.watchers = 0
        self._version = 0
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def changed(self) -> None:
        """The screen drew, came or went."""
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._version += 1
            self._changed.notify_all()

    async def serve(self, socket: WebSocket) -> None:
        """Live with one watcher until it goes."""
        await socket.accept()
        self.watchers += 1
        sending = asyncio.ensure_future(self._send_pictures(socket))
        try:
            await self._take_input(socket)
        except WebSocketDisconnect:
            log.debug("%s: a watcher went", self.screen.name)
        finally:
            self.watchers -= 1
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await sending

    async def _send_pictures(self, socket: WebSocket) -> None:
        """Newest picture first, at most so many a second; a slow watcher simply gets fewer."""
        told: dict[str, Any] = {}
        shown_frame = -1
        while True:
            started = time.monotonic()
            seen = self._version
            picture = await try_picture(self.screen) if self.screen.connected else None
            size = {"width": self.screen.width, "height": self.screen.height}
            state = {"connected": picture is not None, **size}
            if state != told:
                await socket.send_json(state)
                told = state
            if picture is None:
                shown_frame = -1
            elif picture.frame != shown_frame:
                await socket.send_bytes(picture.png)
                shown_frame = picture.frame
            await self._wait_for_change(seen, None if picture else RETRY_S)
            await asyncio.sleep(max(0.0, FRAME_INTERVAL_S - (time.monotonic() - started)))

    async def _wait_for_change(self, seen: int, timeout_s: float | None) -> None:
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait_for(lambda: self._version != seen), timeout_s)

    async def _take_input(self, socket: WebSocket) -> None:
        while True:
            text = await socket.receive_text()
            call = input_of(text)
            if call is None:
                await socket.send_json({"error": "not understood", "what_to_do": "see docs/bench-api.md"})
                continue
            try:
                await self.screen.call(*call)
            except TillboxError as failure:
                log.debug("%s: %s", self.screen.name, failure)


def input_of(text: str) -> tuple[str, dict[str, Any]] | None:
    """What a watcher's message asks of the screen, None if it is not understood."""
    if len(text) > MESSAGE_CHARACTERS_MAX:
        return None
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    x, y = message.get("x"), message.get("y")
    if message.get("touch") in TOUCH_PHASES and isinstance(x, int | float) and isinstance(y, int | float):
        return "screen.touch", {"phase": message["touch"], "x": x, "y": y}
    if isinstance(message.get("text"), str):
        return "screen.type", {"text": message["text"], "key": ""}
    if message.get("key") in ("enter", "backspace", "escape"):
        return "screen.type", {"text": "", "key": message["key"]}
    return None
