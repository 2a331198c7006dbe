"""Printable documents: what a receipt says, without a word about any printer's bytes.

A `Document` is a list of elements from top to bottom. Widths are in half-width columns;
a Chinese character is two. The printer's driver decides how to lay them out.
"""

from typing import Literal

from msgspec import Struct

Align = Literal["left", "centre", "right"]


class Text(Struct, frozen=True, kw_only=True, tag="text"):
    """One paragraph; wraps at the paper's width. `scale` 1, 2 or 3 multiplies both sides."""

    text: str
    align: Align = "left"
    bold: bool = False
    scale: int = 1


class Row(Struct, frozen=True, kw_only=True, tag="row"):
    """A left part and a right part on one line, the left one wrapping if it must."""

    left: str
    right: str
    bold: bool = False
    scale: int = 1


class Rule(Struct, frozen=True, kw_only=True, tag="rule"):
    """A line across the paper."""


class Qr(Struct, frozen=True, kw_only=True, tag="qr"):
    """A QR code, centred, with a caption below."""

    data: str
    caption: str = ""


class Barcode(Struct, frozen=True, kw_only=True, tag="barcode"):
    """A Code 128 barcode, centred, its text below."""

    data: str


class Logo(Struct, frozen=True, kw_only=True, tag="logo"):
    """A picture the daemon holds under this name, centred."""

    name: str


class Feed(Struct, frozen=True, kw_only=True, tag="feed"):
    """Blank lines."""

    lines: int = 1


class Cut(Struct, frozen=True, kw_only=True, tag="cut"):
    """The end of a slip: feed past the knife and cut."""


Element = Text | Row | Rule | Qr | Barcode | Logo | Feed | Cut


class Document(Struct, frozen=True, kw_only=True):
    """Elements from top to bottom; `language` picks glyph forms and the code page."""

    elements: tuple[Element, ...]
    language: str = "zh-Hans"
