"""Text and pictures as dots: for printers without a Chinese font, and for logos. Loads Pillow when used."""

from functools import lru_cache
from typing import TYPE_CHECKING

from appliance.daemon.escpos.columns import width, width_of
from retail.errors import ContractError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_DOTS = 12
LINE_DOTS = 30
GLYPH_DOTS = 24
STRIPE_DOTS = 256
"""Height of one GS v 0: printers with little memory lose taller ones."""


@lru_cache(maxsize=4)
def _font(path: str, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    try:
        return ImageFont.truetype(path, size)
    except OSError as error:
        raise ContractError("printer.no_font", path="$.options.font", file=path) from error


def text_picture(text: str, font_path: str, *, bold: bool, scale: int) -> "Image":
    """One line of printable text, each character in its cells; black is 0."""
    from PIL import Image, ImageDraw

    font = _font(font_path, (GLYPH_DOTS - 2) * scale)
    picture = Image.new("L", (max(1, width(text)) * CELL_DOTS * scale, LINE_DOTS * scale), 255)
    draw = ImageDraw.Draw(picture)
    x = 0
    for char in text:
        cell = width_of(char) * CELL_DOTS * scale
        advance = font.getlength(char)
        if advance <= cell:
            _draw(draw, (x + (cell - advance) / 2, LINE_DOTS * scale * 0.8), char, font, bold)
        else:
            picture.paste(_squeezed(char, font, cell, LINE_DOTS * scale, bold), (x, 0))
        x += cell
    return picture.point(lambda value: 0 if value < 150 else 255).convert("1")


def _draw(draw: "object", at: tuple[float, float], char: str, font: "FreeTypeFont", bold: bool) -> None:
    # The base line, not the top, so that commas stay where they belong.
    draw.text(at, char, fill=0, font=font, anchor="ls", stroke_width=1 if bold else 0)  # type: ignore[attr-defined]  # ImageDraw, loaded late


def _squeezed(char: str, font: "FreeTypeFont", cell: int, height: int, bold: bool) -> "Image":
    """A Latin letter that is wider than its cell, made narrower."""
    from PIL import Image, ImageDraw

    glyph = Image.new("L", (int(font.getlength(char)) + 1, height), 255)
    _draw(ImageDraw.Draw(glyph), (0, height * 0.8), char, font, bold)
    return glyph.resize((cell, height))


@lru_cache(maxsize=8)
def logo_picture(file: str, width_dots: int) -> "Image | None":
    """A picture file in black and white, at most so wide; None if it can't be read."""
    from PIL import Image

    try:
        with Image.open(file) as opened:
            picture = Image.new("RGBA", opened.size, "white")
            picture.alpha_composite(opened.convert("RGBA"))
    except OSError:
        return None
    if picture.width > width_dots:
        picture = picture.resize((width_dots, max(1, picture.height * width_dots // picture.width)))
    return picture.convert("1")


def raster(picture: "Image") -> bytes:
    """GS v 0 of a black-and-white picture, in stripes; python-escpos takes fourteen times as long."""
    from PIL import ImageOps

    inverted = ImageOps.invert(picture.convert("L")).convert("1")
    row_bytes = (inverted.width + 7) // 8
    data = inverted.tobytes()
    commands = b""
    for top in range(0, inverted.height, STRIPE_DOTS):
        rows = min(STRIPE_DOTS, inverted.height - top)
        head = b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        commands += head + data[top * row_bytes : (top + rows) * row_bytes]
    return commands
