"""All parts together: started in order of need, told about in `run/launcher.json`, ended in reverse."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import structs

from tillbox.launcher.keeper import Keeper, Part
from tillbox.launcher.ports import Ports

Say = Callable[[str], None]


def write_whole(path: Path, text: str) -> None:
    """Replace a file at once, so that no reader sees half of it."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


class House:
    """The running parts of one home."""

    def __init__(
        self,
        parts: Sequence[Part],
        env: Mapping[str, str],
        run_dir: Path,
        log_dir: Path,
        folder: Path,
        ports: Ports,
        say: Say,
    ) -> None:
        self.keepers = {
            part.name: Keeper(part, env, log_dir / f"{part.name}.out", folder, self._changed)
            for part in parts
        }
        self._run_dir = run_dir
        self._ports = ports
        self._say = say
        self._told_ready: set[str] = set()
        self._ending = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> list[str]:
        """Start everything; returns the names of parts that were given up, when all are settled."""
        for keeper in self.keepers.values():
            self._tasks.append(asyncio.get_running_loop().create_task(self._start_in_turn(keeper)))
        await asyncio.gather(*(keeper.settled.wait() for keeper in self.keepers.values()))
        return [name for name, keeper in self.keepers.items() if keeper.state == "given_up"]

    async def _start_in_turn(self, keeper: Keeper) -> None:
        for name in keeper.part.after:
            await self.keepers[name].settled.wait()
            if self.keepers[name].state in ("given_up", "waiting"):
                # It would not find what it needs; that one is named, this one is not even tried.
                keeper.settled.set()
                return
        await keeper.keep()

    async def end(self) -> None:
        """End all in reverse order; nothing is left running."""
        self._ending = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for keeper in reversed(self.keepers.values()):
            await keeper.end()

    def kill(self) -> None:
        """End all at once and hard; for a second Ctrl-C."""
        for keeper in self.keepers.values():
            if keeper.child and keeper.child.running:
                keeper.child.signal_group(signal.SIGKILL)

    def _changed(self, keeper: Keeper) -> None:
        self._write()
        name = keeper.part.name
        if self._ending:
            return
        if keeper.state == "ready":
            again = "again " if name in self._told_ready else ""
            self._told_ready.add(name)
            self._say(f"  {name:<10} {again}ready in {keeper.ready_after_s:.1f} s")
        elif keeper.state == "restarting":
            self._say(f"  {name:<10} ended ({keeper.last_end}); starting it again")
        elif keeper.state == "given_up":
            self._say(f"  {name:<10} does not come up ({keeper.last_end}); given up. Its last words:")
            for line in keeper.last_words():
                self._say(f"      {line}")
            self._say(f"      The whole is in {keeper.output}")

    def _write(self) -> None:
        parts = [
            {
                "name": name,
                "pid": keeper.pid,
                "state": keeper.state,
                "restarts": keeper.restarts,
                "last_end": keeper.last_end,
            }
            for name, keeper in self.keepers.items()
        ]
        state = {"pid": os.getpid(), "ports": structs.asdict(self._ports), "parts": parts}
        write_whole(self._run_dir / "launcher.json", json.dumps(state, indent=1))
