"""Remembers what was built from what, so that an up-to-date asset costs one hash of its sources.

The memory is one JSON file beside the results; deleting it (or the folder) rebuilds everything.
It must not look at modification times: a fresh checkout has none worth trusting.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path


def digest(parts: Iterable[bytes | str | Path]) -> str:
    """SHA-256 over texts, bytes and the contents of files, each with its length before it."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            content = part.read_bytes()
        else:
            content = part.encode() if isinstance(part, str) else part
        total.update(f"{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that a stopped build never leaves half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    half.write_bytes(content)
    half.replace(path)


class Stamps:
    """The memory: for every asset the digest of its sources and the files it became."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, object]] = {}
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            loaded = {}  # No memory, or a damaged one: everything is built again.
        if isinstance(loaded, dict):
            self._known = {name: entry for name, entry in loaded.items() if isinstance(entry, dict)}

    def is_current(self, asset: str, sources: str) -> bool:
        """Whether `asset` was built from exactly these sources and its files are still there."""
        entry = self._known.get(asset, {})
        files = entry.get("files")
        return (
            entry.get("sources") == sources
            and isinstance(files, list)
            and all((self._path.parent / str(file)).is_file() for file in files)
        )

    def made(self, asset: str, sources: str, files: Iterable[Path]) -> None:
        """Note a finished asset; written at once, so that a stopped build continues."""
        names = [os.path.relpath(file, self._path.parent) for file in files]
        self._known[asset] = {"sources": sources, "files": names}
        write_whole(self._path, json.dumps(self._known, indent=1, sort_keys=True).encode())
