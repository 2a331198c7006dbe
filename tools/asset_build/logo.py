"""Renders the shop's logo for screens, for the window's icon and for receipts.

Screens take ``logo-<size>.png``; the window and the bench page ``app-icon.png`` (256 px);
receipts ``logo-receipt.png``: 200 dots wide, one bit a dot, black where it prints, which is
25 mm on an 8-dots-a-millimetre head.
"""

from pathlib import Path

from PIL import Image

from asset_build.drawing import png_bytes, render
from asset_build.stamp import write_whole

SIZES_PX = (28, 40, 56, 80, 128)
APP_ICON_PX = 256
RECEIPT_WIDTH_DOTS = 200
INK_THRESHOLD = 128


def build(logo: Path, receipt_logo: Path, font: Path, target: Path) -> list[Path]:
    """Write all pictures of the logo into `target`."""
    made = []
    svg = logo.read_text(encoding="utf-8")
    for name, size in [(f"logo-{size}.png", size) for size in SIZES_PX] + [("app-icon.png", APP_ICON_PX)]:
        write_whole(target / name, png_bytes(render(svg, size, logo.name)))
        made.append(target / name)
    drawn = render(receipt_logo.read_text(encoding="utf-8"), RECEIPT_WIDTH_DOTS, receipt_logo.name, (font,))
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    dots = paper.convert("L").point(lambda level: 255 if level >= INK_THRESHOLD else 0).convert("1")
    write_whole(target / "logo-receipt.png", png_bytes(dots))
    return [*made, target / "logo-receipt.png"]
