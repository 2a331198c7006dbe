"""What the launcher wrote for the bench: processes (`launcher.json`), what to scan and tap (`bench.json`).

Reads both and kills by name; starts nothing. Both may be missing: the bench also runs without a launcher.
"""

import json
import os
import signal
from pathlib import Path
from typing import Any

from emulators.bench.answers import ApiError, bad

FILE_BYTES_MAX = 1 << 20


class House:
    """The files below `run_dir`."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir

    def processes(self) -> list[dict[str, Any]]:
        """``{"name","pid","state","restarts","last_end"}`` of each part, in order of starting."""
        parts = self._read("launcher.json").get("parts", [])
        return [part for part in parts if isinstance(part, dict) and "name" in part]

    def goods(self, key: str) -> list[dict[str, Any]]:
        """A list of `bench.json`: `cards` or `barcodes`."""
        items = self._read("bench.json").get(key, [])
        return items if isinstance(items, list) else []

    def links(self) -> dict[str, str]:
        """Addresses of HQ's pages by name."""
        links = self._read("bench.json").get("links", {})
        return links if isinstance(links, dict) else {}

    def version(self) -> tuple[int, ...]:
        """Changes whenever one of the files does."""
        return tuple(self._modified_ns(name) for name in ("launcher.json", "bench.json"))

    def victim(self, name: str) -> int:
        """The process id of a part; `ApiError` names those there are."""
        running = {part["name"]: part.get("pid") for part in self.processes()}
        if name not in running:
            known = ", ".join(running) or "none, for no launcher runs here"
            raise bad(f"no process {name!r}", f"there are: {known}")
        pid = running[name]
        if not isinstance(pid, int):
            raise ApiError(409, f"{name} is not running", "wait until GET /api/processes says ready")
        return pid

    def _modified_ns(self, name: str) -> int:
        try:
            return (self._run_dir / name).stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self, name: str) -> dict[str, Any]:
        try:
            with (self._run_dir / name).open("rb") as file:
                data = json.loads(file.read(FILE_BYTES_MAX))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}


def kill(pid: int) -> None:
    """`kill -9`; a process that is gone already is what was wanted."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
