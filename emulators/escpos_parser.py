"""ESC/POS bytes to what they ask for, one thing at a time. Knows no paper and no faults.

Follows Epson's ESC/POS command reference; what it does not know is kept in `unknown`, for tests to see.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Char:
    """A character to print; `cells` are 12 dots each."""

    text: str
    cells: int


@dataclass(frozen=True)
class Newline:
    """Print the line and go to the next."""


@dataclass(frozen=True)
class Set:
    """A style: `name` of `bold`, `align`, `size` (as in GS !), `invert`, `underline`, or `reset`."""

    name: str
    value: int = 0


@dataclass(frozen=True)
class Feed:
    """Paper forward, in dots, or in lines if `dots` is None."""

    lines: int = 0
    dots: int | None = None


@dataclass(frozen=True)
class Raster:
    """A picture: `rows` of `row_bytes` bytes, the highest bit left, 1 is black."""

    row_bytes: int
    rows: int
    data: bytes


@dataclass(frozen=True)
class QrCode:
    """A QR code of the stored data, `module_dots` a module."""

    data: str
    module_dots: int


@dataclass(frozen=True)
class BarcodeOp:
    """A barcode; `system` as in GS k."""

    system: int
    data: bytes


@dataclass(frozen=True)
class CutOp:
    """The knife."""


@dataclass(frozen=True)
class Ask:
    """GS r n, answered in its turn."""

    what: int


@dataclass(frozen=True)
class AutoStatus:
    """GS a n: whether to tell of every change."""

    mask: int


@dataclass(frozen=True)
class Kick:
    """ESC p: a pulse for the drawer."""


@dataclass(frozen=True)
class Nop:
    """Understood, and without effect here."""


Op = Char | Newline | Set | Feed | Raster | QrCode | BarcodeOp | CutOp | Ask | AutoStatus | Kick | Nop

# Commands with arguments of fixed length: how many, and what they mean.
_SETTERS = {b"\x1bE": "bold", b"\x1bG": "bold", b"\x1ba": "align", b"\x1b-": "underline", b"\x1dB": "invert"}
_WITHOUT_EFFECT = {
    b"\x1bM": 1, b"\x1bt": 1, b"\x1bR": 1, b"\x1b2": 0, b"\x1b3": 1, b"\x1b{": 1, b"\x1b ": 1, b"\x1b=": 1,
    b"\x1db": 1, b"\x1dh": 1, b"\x1dw": 1, b"\x1df": 1, b"\x1dH": 1, b"\x1dL": 2, b"\x1dW": 2,
    b"\x1cS": 2, b"\x1c!": 1, b"\x1cW": 1, b"\x1c-": 1, b"\x10\x04": 1, b"\x10\x05": 1,
}  # fmt: skip


class Incomplete(Exception):
    """The rest of a command has not come yet."""


class Parser:
    """Feed it bytes, take operations."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._chinese = False
        self._qr_data = b""
        self._qr_module_dots = 3
        self.unknown: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Bytes that came."""
        self._buffer += data

    def clear(self) -> None:
        """Forget what waits."""
        self._buffer.clear()

    def waiting(self) -> int:
        """Bytes not yet carried out."""
        return len(self._buffer)

    def next(self) -> Op | None:
        """The next thing to do; None if nothing whole waits."""
        if not self._buffer:
            return None
        self._at = 0
        try:
            op = self._parse()
        except Incomplete:
            return None
        del self._buffer[: self._at]
        return op

    def _take(self, count: int) -> bytes:
        if self._at + count > len(self._buffer):
            raise Incomplete
        data = bytes(self._buffer[self._at : self._at + count])
        self._at += count
        return data

    def _parse(self) -> Op:
        head = self._take(1)
        if head == b"\n":
            return Newline()
        if head in (b"\x1b", b"\x1d", b"\x1c", b"\x10"):
            return self._command(head + self._take(1))
        if head < b" ":
            return Nop()
        if head < b"\x80":
            return Char(head.decode(), 1)
        if not self._chinese:
            return Char(head.decode("cp437"), 1)
        if self._peek() < 0x40:
            # Four-byte GB18030: printers know it not and print its halves as they can.
            return Char("?", 1)
        return Char((head + self._take(1)).decode("gb18030", "replace"), 2)

    def _peek(self) -> int:
        if self._at >= len(self._buffer):
            raise Incomplete
        return self._buffer[self._at]

    def _command(self, name: bytes) -> Op:
        if name in _SETTERS:
            return Set(_SETTERS[name], self._take(1)[0])
        if name in _WITHOUT_EFFECT:
            self._take(_WITHOUT_EFFECT[name])
            return Nop()
        method = _COMMANDS.get(name)
        if method is None:
            self.unknown.append(name)
            return Nop()
        return method(self)

    def _reset(self) -> Op:
        self._chinese, self._qr_data, self._qr_module_dots = False, b"", 3
        return Set("reset")

    def _print_mode(self) -> Op:
        self._take(1)
        return Set("reset")

    def _chinese_on(self) -> Op:
        self._chinese = True
        return Nop()

    def _chinese_off(self) -> Op:
        self._chinese = False
        return Nop()

    def _size(self) -> Op:
        return Set("size", self._take(1)[0])

    def _feed_lines(self) -> Op:
        return Feed(lines=self._take(1)[0])

    def _feed_dots(self) -> Op:
        return Feed(dots=self._take(1)[0])

    def _kick(self) -> Op:
        self._take(3)
        return Kick()

    def _cut(self) -> Op:
        if self._take(1)[0] in (65, 66):
            self._take(1)
        return CutOp()

    def _ask(self) -> Op:
        return Ask(self._take(1)[0])

    def _auto_status(self) -> Op:
        return AutoStatus(self._take(1)[0])

    def _raster(self) -> Op:
        head = self._take(6)
        row_bytes, rows = head[2] | head[3] << 8, head[4] | head[5] << 8
        return Raster(row_bytes, rows, self._take(row_bytes * rows))

    def _barcode(self) -> Op:
        system = self._take(1)[0]
        if system >= 65:
            return BarcodeOp(system, self._take(self._take(1)[0]))
        data = b""
        while (byte := self._take(1)) != b"\0":
            data += byte
        return BarcodeOp(system, data)

    def _extended(self) -> Op:
        """GS ( and a letter, with its length; only `k`, the two-dimensional codes, is carried out."""
        letter = self._take(1)
        length = int.from_bytes(self._take(2), "little")
        body = self._take(length)
        function = body[:2] if letter == b"k" else b""
        if function == b"1C":
            self._qr_module_dots = body[2]
        elif function == b"1P":
            self._qr_data = body[3:]
        elif function == b"1Q":
            return QrCode(self._qr_data.decode("utf-8", "replace"), self._qr_module_dots)
        return Nop()

    def _real_time(self) -> Op:
        """DLE DC4: carried out when it came; here it only is skipped."""
        self._take(8 if self._take(1) == b"\x08" else 2)
        return Nop()


_COMMANDS: dict[bytes, Callable[[Parser], Op]] = {
    b"\x1b@": Parser._reset,
    b"\x1b!": Parser._print_mode,
    b"\x1c&": Parser._chinese_on,
    b"\x1c.": Parser._chinese_off,
    b"\x1d!": Parser._size,
    b"\x1bd": Parser._feed_lines,
    b"\x1bJ": Parser._feed_dots,
    b"\x1bp": Parser._kick,
    b"\x1dV": Parser._cut,
    b"\x1dr": Parser._ask,
    b"\x1da": Parser._auto_status,
    b"\x1dv": Parser._raster,
    b"\x1dk": Parser._barcode,
    b"\x1d(": Parser._extended,
    b"\x10\x14": Parser._real_time,
}
