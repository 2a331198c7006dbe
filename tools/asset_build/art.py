"""Renders the flat drawings of goods to PNG at the sizes the screens use.

`goods.svg` becomes ``goods-76.png``, ``goods-152.png`` and ``goods-304.png``. A drawing is 120
units square, transparent around the goods.
"""

from pathlib import Path

from asset_build.drawing import png_bytes, render
from asset_build.stamp import write_whole

SIZES_PX = (76, 152, 304)


def build(drawing: Path, target: Path) -> list[Path]:
    """Write the PNGs of one drawing into `target`."""
    svg = drawing.read_text(encoding="utf-8")
    made = []
    for size in SIZES_PX:
        result = target / f"{drawing.stem}-{size}.png"
        write_whole(result, png_bytes(render(svg, size, drawing.name)))
        made.append(result)
    return made
