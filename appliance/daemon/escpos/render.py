"""A document as ESC/POS bytes. Loads python-escpos when first used.

Layout commands, codes and the cut are python-escpos's (`Dummy` and its profiles). Chinese is ours: it
sends text with any character of U+4E00-9FA5 as bare GB18030 without `FS &`, and `，。《》` alone as `????`.
"""

import logging
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from appliance.daemon.escpos import raster
from appliance.daemon.escpos.columns import printable, row, width, wrap
from retail.documents import Align, Barcode, Cut, Document, Element, Feed, Logo, Qr, Row, Rule, Text
from retail.errors import ContractError

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)
CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
PAPER_COLUMNS = {80: 48, 58: 32}
DOTS_PER_COLUMN = 12
BARCODE_MODULE_DOTS = 2
SCALE_MAX = 3


class RenderOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the printer can do. `font` is a path, for `raster`; `logos` has a picture file for each name."""

    paper_mm: Literal[58, 80] = 80
    chinese: Literal["text", "raster"] = "text"
    font: str = ""
    logos: dict[str, str] = field(default_factory=dict)
    qr: Literal["native", "raster"] = "native"
    profile: str = "default"


class Renderer:
    """Makes bytes of documents for one printer."""

    def __init__(self, options: RenderOptions) -> None:
        if options.chinese == "raster" and not options.font:
            raise ContractError("printer.no_font", path="$.options.render.font", file="")
        self._options = options
        self._columns = PAPER_COLUMNS[options.paper_mm]
        self._missing_logos: set[str] = set()
        self._dummy: Any = None

    def warm_up(self) -> None:
        """Load the library, so that the first receipt is as fast as the second."""
        if self._dummy is None:
            from escpos.printer import Dummy

            try:
                self._dummy = Dummy(profile=self._options.profile)
            except KeyError as error:
                path = "$.options.render.profile"
                raise ContractError("printer.no_profile", path=path, profile=self._options.profile) from error

    def render(self, document: Document) -> bytes:
        """The whole document, from the printer's reset to its Chinese mode's end. Raises `ContractError`."""
        self.warm_up()
        self._dummy.clear()
        self._raw(b"\x1b@")
        if self._options.chinese == "text":
            self._raw(CHINESE_ON)
        for index, element in enumerate(document.elements):
            self._element(element, f"$.document.elements[{index}]")
        if self._options.chinese == "text":
            self._raw(CHINESE_OFF)
        return bytes(self._dummy.output)

    def _raw(self, data: bytes) -> None:
        self._dummy._raw(data)

    def _element(self, element: Element, path: str) -> None:
        match element:
            case Text():
                self._lines(element.text, element.align, element.bold, element.scale)
            case Row():
                self._row(element)
            case Rule():
                self._line("-" * self._columns, "left", False, 1)
            case Qr():
                self._qr(element)
            case Barcode():
                self._barcode(element, path)
            case Logo():
                self._logo(element)
            case Feed():
                self._raw(b"\x1bd" + bytes([max(0, min(element.lines, 50))]))
            case Cut():
                self._dummy.cut(mode="PART")

    def _lines(self, text: str, align: Align, bold: bool, scale: int) -> None:
        scale = max(1, min(scale, SCALE_MAX))
        for line in wrap(text, self._columns // scale):
            self._line(line, align, bold, scale)

    def _row(self, element: Row) -> None:
        scale = max(1, min(element.scale, SCALE_MAX))
        for line in row(element.left, element.right, self._columns // scale):
            self._line(line, "left", element.bold, scale)

    def _line(self, line: str, align: Align, bold: bool, scale: int) -> None:
        """One line that is known to fit."""
        self._style(align, bold, scale)
        if self._options.chinese == "raster" and not line.isascii():
            self._raw(self._picture(line, bold, scale))
        else:
            self._raw(line.encode("gb18030") + b"\n")

    def _picture(self, line: str, bold: bool, scale: int) -> bytes:
        return raster.raster(raster.text_picture(line, self._options.font, bold=bold, scale=scale))

    def _style(self, align: Align, bold: bool = False, scale: int = 1) -> None:
        side = "center" if align == "centre" else align
        self._dummy.set(align=side, bold=bold, custom_size=True, width=scale, height=scale)

    def _qr(self, element: Qr) -> None:
        self._style("centre")
        if self._options.qr == "native":
            self._dummy.qr(element.data, native=True, size=6, ec=1)
        else:
            self._raw(raster.raster(_qr_picture(element.data)))
        self._raw(b"\n")
        if element.caption:
            self._lines(element.caption, "centre", False, 1)

    def _barcode(self, element: Barcode, path: str) -> None:
        data = element.data
        if not data or not data.isascii() or not data.isprintable() or "{" in data:
            raise ContractError("printer.not_code128", path=f"{path}.data")
        modules = 11 * (len(data) + 3) + 2 + 20
        if modules * BARCODE_MODULE_DOTS > self._columns * DOTS_PER_COLUMN:
            # Printers leave out what is too wide for the paper; a number in digits is better than nothing.
            self._lines(data, "centre", False, 1)
            return
        self._style("centre")
        self._raw(b"\x1dh\x50\x1dw" + bytes([BARCODE_MODULE_DOTS]) + b"\x1df\x00\x1dH\x02")
        code = b"{B" + data.encode()
        self._raw(b"\x1dkI" + bytes([len(code)]) + code + b"\n")

    def _logo(self, element: Logo) -> None:
        width_dots = self._columns * DOTS_PER_COLUMN
        picture = raster.logo_picture(self._options.logos.get(element.name, ""), width_dots)
        if picture is None:
            if element.name not in self._missing_logos:
                log.warning("no picture for the logo %r: see the option render.logos", element.name)
                self._missing_logos.add(element.name)
            return
        self._style("centre")
        self._raw(raster.raster(picture))

    def test_document(self) -> Document:
        """A slip that shows what should work: width, Chinese, sizes, a code, the knife."""
        ruler = "".join(str(n % 10) for n in range(1, self._columns + 1))
        return Document(
            elements=(
                Text(text="TILLBOX", align="centre", bold=True, scale=2),
                Text(text=ruler),
                Row(left=printable("打印测试，谢谢。《样张》"), right="￥1,234.50"),
                Row(left="繁體，測試", right="OK"),
                Rule(),
                Qr(data="https://tillbox.example/test", caption=f"{width(ruler)} columns"),
                Cut(),
            )
        )


def _qr_picture(data: str) -> "Image":
    import qrcode
    from PIL import Image

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=6, border=2)
    code.add_data(data)
    picture = code.make_image().get_image()
    assert isinstance(picture, Image.Image)
    return picture.convert("1")
