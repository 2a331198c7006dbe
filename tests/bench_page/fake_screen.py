"""A screen that speaks the real contract and remembers where it was touched and what was typed."""

import asyncio
import threading
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from appliance.ipc import screen_contract as contract
from appliance.ipc.contract import Done
from appliance.ipc.server import Server

WIDTH, HEIGHT = 1280, 800
PAY_AT = (998, 600)


class FakeScreen:
    """Serves `run_dir/<name>.sock` from a thread of its own."""

    def __init__(self, run_dir: Path, name: str = "screen") -> None:
        self.run_dir = run_dir
        self.touches: list[tuple[str, float, float]] = []
        self.typed: list[str] = []
        self.captures = 0
        self.frame = 1
        self.colour = (33, 72, 199)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = Server(contract.SCREEN, run_dir / f"{name}.sock", self._hello)
        handlers: list[tuple[Any, Any]] = [
            (contract.CAPTURE, self._capture),
            (contract.TOUCH, self._touch),
            (contract.TYPE, self._type),
            (contract.STATE, self._state),
            (contract.FIND, self._find),
        ]
        for method, handler in handlers:
            self._server.handle(method, handler)
        self._run(self._server.start())

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def close(self) -> None:
        """End the server and its thread."""
        self._run(self._server.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def draw(self, colour: tuple[int, int, int]) -> None:
        """Show another colour."""

        def change() -> None:
            self.colour = colour
            self._drawn()

        self._loop.call_soon_threadsafe(change)

    def _drawn(self) -> None:
        self.frame += 1
        self._server.broadcast(contract.Drawn(frame=self.frame))

    def _hello(self, revision: int) -> contract.ScreenHello:
        return contract.ScreenHello(
            version="1", revision=revision, width=WIDTH, height=HEIGHT, frame=self.frame, customer={}
        )

    async def _capture(self, _: object, params: contract.CaptureParams) -> contract.Captured:
        self.captures += 1
        picture = Image.new("RGB", (WIDTH, HEIGHT), self.colour)
        pencil = ImageDraw.Draw(picture)
        for _, x, y in self.touches[-1:]:
            pencil.ellipse((x - 12, y - 12, x + 12, y + 12), fill=(255, 0, 0))
        (self.run_dir / params.file).write_bytes(picture.tobytes())
        return contract.Captured(file=params.file, width=WIDTH, height=HEIGHT, frame=self.frame)

    async def _touch(self, _: object, params: contract.TouchParams) -> Done:
        self.touches.append((params.phase, params.x, params.y))
        self._drawn()
        return Done()

    async def _type(self, _: object, params: contract.TypeParams) -> Done:
        self.typed.append(params.text or f"<{params.key}>")
        return Done()

    async def _state(self, _: object, params: object) -> contract.ScreenState:
        return contract.ScreenState(place="sale", view={"due": "22.00"})

    async def _find(self, _: object, params: contract.FindParams) -> contract.FoundAll:
        pay = contract.Found(name="pay", text="收款 22.00", x=PAY_AT[0], y=PAY_AT[1], enabled=True)
        off = contract.Found(name="off", text="挂单", x=10, y=10, enabled=False)
        tiles = [
            contract.Found(name="tile", text=text, x=100 * place, y=50, enabled=True)
            for place, text in enumerate(("拿铁", "美式"), 1)
        ]
        found = {"pay": (pay,), "off": (off,), "tile": tuple(tiles)}
        return contract.FoundAll(found=found.get(params.name, ()))
