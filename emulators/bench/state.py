"""The whole bench as one small object, told again to everybody who listens whenever any of it changes.

A listener that missed something is right again with the next telling, so nothing is numbered or replayed.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from emulators.bench.devices import Devices
from emulators.bench.house import House
from emulators.bench.screens import Screen

COALESCE_S = 0.05
HOUSE_LOOK_S = 0.4
HEARTBEAT_S = 15.0
LISTENERS_MAX = 32


class State:
    """What everything is like now, and who wants to be told."""

    def __init__(self, devices: Devices, house: House, screens: list[Screen]) -> None:
        self._devices, self._house, self._screens = devices, house, screens
        self._loop = asyncio.get_running_loop()
        self._changed: set[asyncio.Event] = set()
        self._closing = False

    def now(self) -> dict[str, Any]:
        """Everything but pictures."""
        screens = {
            screen.name: {"connected": screen.connected, "width": screen.width, "height": screen.height}
            for screen in self._screens
        }
        return {**self._devices.state(), "processes": self._house.processes(), "screens": screens}

    def changed(self) -> None:
        """Something changed; may be called from any thread."""
        if not self._closing:
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self._changed:
            event.set()

    async def watch_house(self) -> None:
        """Notice what the launcher writes, for as long as the bench runs."""
        seen = self._house.version()
        while True:
            await asyncio.sleep(HOUSE_LOOK_S)
            version = self._house.version()
            if version != seen:
                seen = version
                self._wake()

    @property
    def is_full(self) -> bool:
        """Whether no more listeners are taken."""
        return len(self._changed) >= LISTENERS_MAX

    def close(self) -> None:
        """Let every listener go."""
        self._closing = True
        self._wake()

    async def told(self) -> AsyncIterator[str]:
        """Server-sent events: `state` at once and after each change, a comment when nothing happens."""
        event = asyncio.Event()
        event.set()
        self._changed.add(event)
        last = ""
        try:
            while not self._closing:
                try:
                    await asyncio.wait_for(event.wait(), HEARTBEAT_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                event.clear()
                text = json.dumps(self.now(), ensure_ascii=False)
                if text != last:
                    last = text
                    yield f"event: state\ndata: {text}\n\n"
                # What changes together is told together.
                await asyncio.sleep(COALESCE_S)
        finally:
            self._changed.discard(event)
