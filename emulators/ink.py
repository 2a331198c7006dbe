"""How paper looks: thermal printing drawn dot by dot, 203 to the inch.

Only draws; what is on the paper is `emulators/paper.py`.
"""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from emulators.paper import (
    CELL_DOTS,
    LINE_DOTS,
    Align,
    BarcodeItem,
    FeedItem,
    Glyph,
    LineItem,
    Paper,
    PictureItem,
    QrItem,
    Slip,
    Style,
)

FONTS = (
    Path(__file__).parent.parent / "appliance/ui/assets/fonts/NotoSansSC-Regular.otf",
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
MARGIN_DOTS = 32
TOP_DOTS = 40
PAPER_COLOUR, INK_COLOUR = (250, 248, 243), (44, 42, 48)
BASE_LINE = 0.8
BARCODE_DOTS = 80


@lru_cache(maxsize=256)
def qr_modules(data: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of a QR code with correction level M, without a quiet zone."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(data)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


class Ink:
    """Draws slips; `font` is a font file with Chinese, found among the usual ones if not given."""

    def __init__(self, font: str = "") -> None:
        found = next((str(path) for path in FONTS if path.exists()), "")
        self._font_file = font if font and Path(font).exists() else found
        # Face 2 of Noto's collection is Simplified Chinese; single-face files have only face 0.
        self._face = 2 if self._font_file.endswith(".ttc") else 0
        self._glyph = lru_cache(maxsize=4096)(self._draw_glyph)

    def png(self, paper: Paper, slip: Slip) -> bytes:
        """The slip as a PNG."""
        stream = io.BytesIO()
        self.picture(paper, slip).save(stream, "PNG", compress_level=3)
        return stream.getvalue()

    def picture(self, paper: Paper, slip: Slip) -> Image.Image:
        """The slip as it looks, on its paper."""
        dots = Image.new("L", (paper.width_dots + 2 * MARGIN_DOTS, slip.dots + 2 * TOP_DOTS), 255)
        y = TOP_DOTS
        for item in slip.items:
            if not isinstance(item, FeedItem):
                strip = self._strip(item, paper.width_dots)
                dots.paste(strip, (MARGIN_DOTS + _offset(item.align, paper.width_dots - strip.width), y))
            y += item.dots
        return _on_paper(dots, slip.is_cut)

    def _strip(self, item: LineItem | PictureItem | QrItem | BarcodeItem, width: int) -> Image.Image:
        if isinstance(item, LineItem):
            return self._line(item)
        if isinstance(item, PictureItem):
            size = (item.raster.row_bytes * 8, item.raster.rows)
            return ImageOps.invert(Image.frombytes("1", size, item.raster.data).convert("L"))
        if isinstance(item, QrItem):
            return _qr(item)
        return self._barcode(item, width)

    def _line(self, item: LineItem) -> Image.Image:
        strip = Image.new("L", (max(1, sum(glyph.dots for glyph in item.glyphs)), item.dots), 255)
        x = 0
        for glyph in item.glyphs:
            if glyph.text != " " or glyph.style.invert or glyph.style.underline:
                # Tall and low characters stand on the same line.
                strip.paste(self._glyph(glyph), (x, item.dots - LINE_DOTS * glyph.style.height))
            x += glyph.dots
        return strip

    def _draw_glyph(self, glyph: Glyph) -> Image.Image:
        """A character in its cell, drawn small and then enlarged, as the printer does it."""
        cell = Image.new("L", (glyph.cells * CELL_DOTS, LINE_DOTS), 255)
        if self._font_file:
            font = ImageFont.truetype(self._font_file, 22, index=self._face)
        else:
            font = ImageFont.load_default(22)  # type: ignore[assignment]  # has the same methods
        advance = font.getlength(glyph.text)
        drawn = Image.new("L", (max(cell.width, int(advance) + 1), LINE_DOTS), 255)
        at = (max(0.0, (drawn.width - advance) / 2), LINE_DOTS * BASE_LINE)
        ImageDraw.Draw(drawn).text(at, glyph.text, fill=0, font=font, anchor="ls")
        if drawn.width > cell.width:
            drawn = drawn.resize(cell.size, Image.Resampling.BICUBIC)
        dots = drawn.point(lambda value: 0 if value < 170 else 255)
        if glyph.style.bold:
            dots = ImageChops.darker(dots, ImageChops.offset(dots, 1, 0))
        if glyph.style.underline:
            ImageDraw.Draw(dots).line((0, LINE_DOTS - 3, dots.width, LINE_DOTS - 3), fill=0, width=2)
        if glyph.style.invert:
            dots = ImageOps.invert(dots)
        size = (dots.width * glyph.style.width, dots.height * glyph.style.height)
        return dots.resize(size, Image.Resampling.NEAREST)

    def _barcode(self, item: BarcodeItem, width: int) -> Image.Image:
        from barcode.codex import Code128  # type: ignore[import-untyped]  # it comes without types

        modules = Code128(item.data).build()[0]
        strip = Image.new("L", (min(width, len(modules) * 2), item.dots), 255)
        draw = ImageDraw.Draw(strip)
        for index, module in enumerate(modules):
            if module == "1":
                draw.rectangle((index * 2, 0, index * 2 + 1, BARCODE_DOTS), fill=0)
        label = self._line(LineItem("left", [Glyph(char, 1, _PLAIN) for char in item.data]))
        strip.paste(label, (max(0, (strip.width - label.width) // 2), BARCODE_DOTS))
        return strip


_PLAIN = Style()


def _qr(item: QrItem) -> Image.Image:
    modules = qr_modules(item.data)
    small = Image.new("L", (len(modules), len(modules)), 255)
    small.putdata([0 if module else 255 for row in modules for module in row])
    size = len(modules) * item.module_dots
    return small.resize((size, size), Image.Resampling.NEAREST)


def _offset(align: Align, room: int) -> int:
    return {"left": 0, "centre": room // 2, "right": room}[align]


def _on_paper(dots: Image.Image, is_cut: bool) -> Image.Image:
    """Heat bleeds a little, paper has a grain, and the knife leaves small teeth."""
    soft = dots.filter(ImageFilter.GaussianBlur(0.6))
    grain = Image.effect_noise(dots.size, 7).point(lambda value: min(255, value + 127))
    picture = ImageOps.colorize(ImageChops.multiply(soft, grain), INK_COLOUR, PAPER_COLOUR)
    shape = Image.new("L", dots.size, 255)
    draw = ImageDraw.Draw(shape)
    for x in range(0, dots.width, 8):
        draw.polygon([(x, 0), (x + 8, 0), (x + 4, 5)], fill=0)
        if is_cut:
            bottom = dots.height
            draw.polygon([(x, bottom), (x + 8, bottom), (x + 4, bottom - 5)], fill=0)
    picture.putalpha(shape)
    return picture
