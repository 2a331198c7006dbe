"""Text as textures: measured, wrapped and kept, because drawing a glyph is the dearest thing on a screen.

Owns the caches of measures and textures. Textures are white; whoever draws one tints it.
"""

from collections import OrderedDict
from functools import lru_cache
from typing import Any

from kivy.core.text import Label as CoreLabel

TEXTURES_MAX = 500
ELLIPSIS = "…"
# These may not begin a line of Chinese (CLREQ, line start prohibition).
_NOT_FIRST = set("，。、；：？！）》」』”’%‰℃·…,.;:?!)]}")

Style = tuple[str, int]
"""Font file and size in pixels."""


@lru_cache(maxsize=64)
def _ruler(style: Style) -> Any:
    return CoreLabel(text="", font_name=style[0], font_size=style[1], font_hinting="light")


@lru_cache(maxsize=4000)
def measure(text: str, style: Style) -> int:
    """Width of one line in pixels."""
    return int(_ruler(style).get_extents(text)[0]) if text else 0


@lru_cache(maxsize=64)
def line_height(style: Style) -> int:
    """Height of a line's texture in pixels."""
    return int(_ruler(style).get_extents("国")[1])


_textures: OrderedDict[tuple[str, Style], Any] = OrderedDict()


def texture(text: str, style: Style) -> Any:
    """The texture of one line; the least recently drawn are forgotten beyond `TEXTURES_MAX`."""
    key = (text, style)
    found = _textures.get(key)
    if found is not None:
        _textures.move_to_end(key)
        return found
    label = CoreLabel(text=text, font_name=style[0], font_size=style[1], font_hinting="light")
    label.refresh()
    _textures[key] = label.texture
    if len(_textures) > TEXTURES_MAX:
        _textures.popitem(last=False)
    return label.texture


@lru_cache(maxsize=2000)
def shorten(text: str, style: Style, width: int) -> str:
    """The text if it fits, else its beginning with an ellipsis."""
    if measure(text, style) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS, style) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def _pieces(text: str) -> list[str]:
    """What may not be torn: Latin words with the space after them, and single other characters."""
    pieces: list[str] = []
    for character in text:
        glued = pieces and (
            (character.isascii() and pieces[-1][-1].isascii() and not pieces[-1][-1].isspace())
            or character in _NOT_FIRST
        )
        if glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


@lru_cache(maxsize=1000)
def wrap(text: str, style: Style, width: int, lines_max: int) -> tuple[str, ...]:
    """The text in at most `lines_max` lines of `width` pixels; the last may end in an ellipsis."""
    if "\n" not in text and measure(text, style) <= width:
        return (text,)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and measure((line + piece).rstrip(), style) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    if len(lines) > lines_max:
        rest = " ".join(lines[lines_max - 1 :]) if text.isascii() else "".join(lines[lines_max - 1 :])
        lines[lines_max - 1 :] = [rest]
    return tuple(shorten(line, style, width) for line in lines)


def was_cut(text: str, style: Style, width: int) -> bool:
    """Whether a line does not fit; what the tests of the screens ask."""
    return measure(text, style) > width
