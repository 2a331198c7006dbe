"""One screen of the till as the bench sees it: pictures and touches through its socket (docs/ipc.md).

Owns the connection and the newest picture. Decides nothing about what is touched.
"""

import asyncio
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from appliance.ipc.client import Client
from retail.errors import DeviceFault, TillboxError

CALL_TIMEOUT_S = 4.0
COMING_WITHIN_S = 2.5
"""A little more than the client's longest back-off: so long may a screen that is up stay unseen."""


@dataclass(frozen=True)
class Picture:
    """A screen as PNG; `frame` is the screen's own count of pictures."""

    frame: int
    width: int
    height: int
    png: bytes


def encode(pixels: bytes, width: int, height: int) -> bytes:
    """RGB rows as PNG. Level 1: flat colours are small anyway, and it is as fast as a good JPEG."""
    if len(pixels) != width * height * 3:
        raise DeviceFault("screen.torn", bytes=len(pixels), width=width, height=height)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


class Screen:
    """The till's or the customer's screen; `on_change()` is called in the loop when it drew, came or went."""

    def __init__(self, name: str, what: str, run_dir: Path) -> None:
        self.name = name
        self.what = what
        self.width = self.height = self.frame = 0
        self.connected = False
        self.on_change: Callable[[], None] = lambda: None
        self._run_dir = run_dir
        self._loop = asyncio.get_running_loop()
        self._capturing = asyncio.Lock()
        self._newest: Picture | None = None
        self._client = Client(
            run_dir / f"{name}.sock",
            on_event=lambda event, params: self._later(self._told, event, params),
            on_connected=lambda hello: self._later(self._came, hello),
            on_lost=lambda: self._later(self._lost),
            name="bench",
        )

    def start(self) -> None:
        """Connect, now or whenever the screen comes."""
        self._client.start()

    async def close(self) -> None:
        """Let go of the screen."""
        await asyncio.to_thread(self._client.close)

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call a method of the screen; raises what `Client.call` does."""
        return await asyncio.to_thread(self._call, method, params or {})

    def _call(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if self._client.path.exists():
            self._client.wait_connected(COMING_WITHIN_S)
        return self._client.call(method, params, CALL_TIMEOUT_S)

    async def picture(self) -> Picture:
        """What the screen shows now. One capture at a time; who waits for it gets the same picture."""
        asked_for = self.frame
        async with self._capturing:
            newest = self._newest
            if newest is not None and self.connected and newest.frame >= max(asked_for, self.frame):
                return newest
            self._newest = await asyncio.to_thread(self._capture)
            return self._newest

    def _capture(self) -> Picture:
        file = f"bench-{self.name}.rgb"
        shot = self._call("screen.capture", {"file": file})
        try:
            pixels = (self._run_dir / file).read_bytes()
        except OSError as error:
            raise DeviceFault("screen.no_picture", detail=error.strerror or "") from error
        width, height = int(shot["width"]), int(shot["height"])
        return Picture(int(shot["frame"]), width, height, encode(pixels, width, height))

    # What the reader's thread tells, brought into the loop

    def _later(self, what: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:
            # The loop is closed: the bench is going, and nobody wants to know any more.
            return

    def _came(self, hello: dict[str, Any]) -> None:
        self.width, self.height = int(hello["width"]), int(hello["height"])
        self.frame, self.connected, self._newest = int(hello["frame"]), True, None
        self.on_change()

    def _lost(self) -> None:
        self.connected, self._newest = False, None
        self.on_change()

    def _told(self, event: str, params: dict[str, Any]) -> None:
        if event == "screen.drawn":
            self.frame = int(params["frame"])
            self.on_change()


async def try_picture(screen: Screen) -> Picture | None:
    """The picture, or None where the screen can't give one now."""
    try:
        return await screen.picture()
    except TillboxError:
        return None
