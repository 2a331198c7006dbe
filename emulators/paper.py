"""The paper that comes out of a printer: lines, codes and pictures, slip by slip, as text.

How it looks is `emulators/ink.py`. Eight dots are a millimetre.
"""

from dataclasses import dataclass, field
from typing import Literal

from emulators import escpos_parser as op

CELL_DOTS, LINE_DOTS, DOTS_PER_MM = 12, 30, 8
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Style:
    """How characters look; scales of 1 to 8."""

    bold: bool = False
    width: int = 1
    height: int = 1
    invert: bool = False
    underline: bool = False


@dataclass(frozen=True)
class Glyph:
    """A character on paper."""

    text: str
    cells: int
    style: Style

    @property
    def dots(self) -> int:
        """How wide."""
        return self.cells * CELL_DOTS * self.style.width


@dataclass
class LineItem:
    """A line of characters."""

    align: Align
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says; wide characters are one each."""
        return "".join(glyph.text for glyph in self.glyphs).rstrip()

    @property
    def dots(self) -> int:
        """How high."""
        return LINE_DOTS * max((glyph.style.height for glyph in self.glyphs), default=1)


@dataclass(frozen=True)
class PictureItem:
    """A raster."""

    align: Align
    raster: op.Raster

    @property
    def text(self) -> str:
        """Its size."""
        return f"[picture {self.raster.row_bytes * 8}x{self.raster.rows}]"

    @property
    def dots(self) -> int:
        """How high."""
        return self.raster.rows


@dataclass(frozen=True)
class QrItem:
    """A QR code."""

    align: Align
    data: str
    module_dots: int
    dots: int

    @property
    def text(self) -> str:
        """What it says."""
        return f"[QR {self.data}]"


@dataclass(frozen=True)
class BarcodeItem:
    """A barcode with its text below."""

    align: Align
    data: str
    dots: int = 80 + LINE_DOTS

    @property
    def text(self) -> str:
        """What it says."""
        return f"[barcode {self.data}]"


@dataclass(frozen=True)
class FeedItem:
    """Blank paper."""

    dots: int
    text: str = ""


Item = LineItem | PictureItem | QrItem | BarcodeItem | FeedItem


class Slip:
    """What was printed between two cuts."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.is_cut = False

    @property
    def text(self) -> str:
        """Line by line; codes and pictures in brackets."""
        return "\n".join(item.text for item in self.items).rstrip()

    @property
    def dots(self) -> int:
        """How long."""
        return sum(item.dots for item in self.items)


class Paper:
    """A roll under a print head."""

    def __init__(self, columns: int = 48, slips_max: int = 100) -> None:
        self.columns = columns
        self.slips: list[Slip] = [Slip()]
        self.used_dots = 0
        self._slips_max = slips_max
        self._align: Align = "left"
        self._style = Style()
        self._line: list[Glyph] = []

    @property
    def width_dots(self) -> int:
        """How wide is printed."""
        return self.columns * CELL_DOTS

    def apply(self, what: op.Op) -> None:
        """Carry out what was asked, as far as it concerns paper."""
        match what:
            case op.Char():
                self._put(Glyph(what.text, what.cells, self._style))
            case op.Newline():
                self._end_line()
            case op.Set():
                self._set(what.name, what.value)
            case op.Feed(lines=lines, dots=dots):
                self._end_line(only_if_begun=True)
                self._add(FeedItem(lines * LINE_DOTS if dots is None else dots))
            case op.Raster():
                self._end_line(only_if_begun=True)
                self._add(PictureItem(self._align, what))
            case op.QrCode():
                self._end_line(only_if_begun=True)
                self._add(QrItem(self._align, what.data, what.module_dots, _qr_dots(what)))
            case op.BarcodeOp():
                self._end_line(only_if_begun=True)
                data = what.data.decode("ascii", "replace")
                self._add(BarcodeItem(self._align, data.removeprefix("{B") if what.system == 73 else data))
            case op.CutOp():
                self._cut()

    def _put(self, glyph: Glyph) -> None:
        if sum(old.dots for old in self._line) + glyph.dots > self.width_dots:
            self._end_line()
        self._line.append(glyph)

    def _end_line(self, *, only_if_begun: bool = False) -> None:
        if self._line or not only_if_begun:
            self._add(LineItem(self._align, self._line))
            self._line = []

    def _add(self, item: Item) -> None:
        self.slips[-1].items.append(item)
        self.used_dots += item.dots

    def _set(self, name: str, value: int) -> None:
        style = self._style
        if name == "reset":
            self._style, self._align = Style(), "left"
        elif name == "align":
            sides: tuple[Align, ...] = ("left", "centre", "right")
            if value % 48 < len(sides):
                self._align = sides[value % 48]
        elif name == "size":
            width, height = (value >> 4 & 7) + 1, (value & 7) + 1
            self._style = Style(style.bold, width, height, style.invert, style.underline)
        elif name == "bold":
            self._style = Style(bool(value & 1), style.width, style.height, style.invert, style.underline)
        elif name == "invert":
            self._style = Style(style.bold, style.width, style.height, bool(value & 1), style.underline)
        elif name == "underline":
            self._style = Style(style.bold, style.width, style.height, style.invert, value not in (0, 48))

    def _cut(self) -> None:
        self._end_line(only_if_begun=True)
        if self.slips[-1].items:
            self.slips[-1].is_cut = True
            self.slips.append(Slip())
            del self.slips[: -self._slips_max]


def _qr_dots(what: op.QrCode) -> int:
    from emulators.ink import qr_modules

    return len(qr_modules(what.data)) * what.module_dots
