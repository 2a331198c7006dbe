"""Keeps one part running: starts it, starts it again when it dies, gives up loudly.

What systemd does with `Restart=always` and a start limit. Deaths of a part that was ready for a while are
normal and never counted; only a part that cannot come up is given up.
"""

import asyncio
import itertools
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tillbox.launcher.child import Child
from tillbox.launcher.readiness import Check

State = Literal["waiting", "starting", "ready", "restarting", "given_up", "ended"]
QUICK_DEATHS_MAX = 5
EXIT_CONFIG = 78
"""EX_CONFIG of sysexits(3): starting again will not help."""
BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 0.5
LOOK_EVERY_S = 0.03


@dataclass(frozen=True)
class Part:
    """What to start and how to tell that it is there."""

    name: str
    argv: tuple[str, ...]
    ready: Check
    after: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    ready_within_s: float = 120.0
    end_within_s: float = 4.0
    stable_after_s: float = 1.0


class Keeper:
    """One part's life; `on_change(keeper)` is called at each change of its state."""

    def __init__(
        self,
        part: Part,
        env: Mapping[str, str],
        output: Path,
        folder: Path,
        on_change: Callable[["Keeper"], None],
    ) -> None:
        self.part = part
        self.output = output
        self.state: State = "waiting"
        self.child: Child | None = None
        self.restarts = 0
        self.ready_after_s = 0.0
        self.last_end = ""
        self.settled = asyncio.Event()
        """Set once it was ready for the first time, or is given up."""
        self._env = {**env, **part.env}
        self._folder = folder
        self._on_change = on_change
        self._quick_deaths = 0
        self._output_from = 0

    @property
    def pid(self) -> int | None:
        """Its process, None while there is none."""
        return self.child.pid if self.child and self.child.running else None

    def _set(self, state: State) -> None:
        self.state = state
        self._on_change(self)

    async def keep(self) -> None:
        """Run until given up or cancelled; cancelling leaves the process to `end`."""
        for attempt in itertools.count():
            if attempt:
                self.restarts += 1
                await asyncio.sleep(min(BACKOFF_FIRST_S * 2**self._quick_deaths, BACKOFF_MAX_S))
            stable = await self._live_once()
            self._quick_deaths = 0 if stable else self._quick_deaths + 1
            if self._quick_deaths >= QUICK_DEATHS_MAX or self.last_end == ended_how(EXIT_CONFIG):
                self._set("given_up")
                self.settled.set()
                return
            self._set("restarting")

    async def _live_once(self) -> bool:
        """Start, wait for ready, wait for the end; whether it had been ready for a while."""
        started_at = time.monotonic()
        self._output_from = self.output.stat().st_size if self.output.exists() else 0
        try:
            self.child = Child(self.part.argv, self._env, self.output, self._folder)
        except OSError as error:
            self.last_end = f"{self.part.argv[0]}: {error.strerror}"
            return False
        self._set("starting")
        if not await self._becomes_ready(self.child, started_at):
            return False
        self.ready_after_s = time.monotonic() - started_at
        ready_at = time.monotonic()
        self._set("ready")
        self.settled.set()
        self.last_end = ended_how(await self.child.exited())
        return time.monotonic() - ready_at >= self.part.stable_after_s

    async def _becomes_ready(self, child: Child, started_at: float) -> bool:
        while child.running:
            if await self.part.ready() and child.running:
                return True
            if time.monotonic() - started_at > self.part.ready_within_s:
                await child.end(self.part.end_within_s)
                self.last_end = f"not ready within {self.part.ready_within_s:g} s"
                return False
            await asyncio.sleep(LOOK_EVERY_S)
        self.last_end = ended_how(await child.exited())
        return False

    async def end(self) -> None:
        """End the process for good."""
        if self.child:
            await self.child.end(self.part.end_within_s)
        self._set("ended")

    def last_words(self, lines: int = 8) -> list[str]:
        """The end of what it printed since it was last started."""
        try:
            with self.output.open("rb") as file:
                file.seek(max(self._output_from, self.output.stat().st_size - 4096))
                return file.read().decode("utf-8", "replace").splitlines()[-lines:]
        except OSError:
            return []


def ended_how(code: int) -> str:
    """``exit code 1`` or ``SIGKILL``."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
