"""A customer display of two rows: understands the CD5220's and Epson's commands at once."""

import threading
from collections.abc import Callable
from pathlib import Path

from emulators.line import PtyLine

COLUMNS, ROWS = 20, 2
_ARGUMENTS = {b"\x1b@": 0, b"\x1b=": 1, b"\x1f$": 2, b"\x1f\x01": 0, b"\x1f\x02": 0, b"\x1f\x03": 0}


class VfdDisplay:
    """A display on a pty at `link`; `lines()` is what glows."""

    def __init__(self, link: Path, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._cells = [bytearray(b" " * COLUMNS) for _ in range(ROWS)]
        self._at = (0, 0)
        self._buffer = b""
        self.line = PtyLine(link, self._took)

    def lines(self) -> list[str]:
        """Both rows; a byte pair of GB18030 is one character on two cells."""
        with self._lock:
            return [bytes(row).decode("gb18030", "replace") for row in self._cells]

    def _took(self, data: bytes) -> None:
        with self._lock:
            self._buffer += data
            while self._buffer and (used := self._step()):
                self._buffer = self._buffer[used:]
        self._on_change()

    def _step(self) -> int:
        """Carry out what stands first in the buffer; how many bytes it was, 0 if its rest is missing."""
        head = self._buffer[:1]
        if head in (b"\x1b", b"\x1f"):
            if len(self._buffer) < 2:
                return 0
            return self._command(self._buffer[:2])
        if head == b"\x0c":
            self._clear()
        elif head == b"\x0b":
            self._at = (0, 0)
        elif head == b"\r":
            self._at = (0, self._at[1])
        elif head == b"\n":
            self._at = (self._at[0], (self._at[1] + 1) % ROWS)
        elif head >= b" ":
            self._put(head[0])
        return 1

    def _command(self, name: bytes) -> int:
        if name == b"\x1bQ":
            return self._whole_row()
        arguments = _ARGUMENTS.get(name, 0)
        if len(self._buffer) < 2 + arguments:
            return 0
        if name == b"\x1b@":
            self._clear()
        elif name == b"\x1f$":
            x, y = self._buffer[2] - 1, self._buffer[3] - 1
            if 0 <= x < COLUMNS and 0 <= y < ROWS:
                self._at = (x, y)
        return 2 + arguments

    def _whole_row(self) -> int:
        """`ESC Q A` or `B`, up to twenty characters, CR."""
        end = self._buffer.find(b"\r")
        if end < 0:
            return 0
        row = self._buffer[2:3]
        if row in (b"A", b"B"):
            self._cells[row == b"B"][:] = self._buffer[3:end][:COLUMNS].ljust(COLUMNS)
        return end + 1

    def _put(self, byte: int) -> None:
        x, y = self._at
        self._cells[y][x] = byte
        x += 1
        self._at = (x, y) if x < COLUMNS else (0, (y + 1) % ROWS)

    def _clear(self) -> None:
        for row in self._cells:
            row[:] = b" " * COLUMNS
        self._at = (0, 0)
