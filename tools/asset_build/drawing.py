"""Turns SVG text into pixels with resvg: the only module that knows the renderer."""

import io
from pathlib import Path

import resvg_py
from PIL import Image

from asset_build.errors import BuildError


def render(svg: str, width_px: int, name: str, fonts: tuple[Path, ...] = ()) -> Image.Image:
    """An RGBA picture `width_px` wide; `name` is what an error calls the drawing."""
    try:
        data = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width_px,
            skip_system_fonts=True,
            font_files=[str(font) for font in fonts] or None,
        )
    except ValueError as error:
        raise BuildError(f"{name}: not a drawing that resvg can render: {error}") from error
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")


def png_bytes(picture: Image.Image) -> bytes:
    """The picture as an optimised PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def white_glyph(picture: Image.Image) -> Image.Image:
    """White everywhere, as opaque as the picture: what a screen tints with any colour.

    Transparent pixels are white too; black ones would show as a dark rim where the screen's
    linear filter mixes them in.
    """
    glyph = Image.new("RGBA", picture.size, (255, 255, 255, 0))
    glyph.putalpha(picture.getchannel("A"))
    return glyph
