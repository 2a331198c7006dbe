"""Packs the icons of `icons.txt` and of `icons/*.svg` into one Kivy atlas of white glyphs.

Every icon is there at each size of `SIZES_PX` under ``<name>-<size>``, for use as
``atlas://<folder>/icons/<name>-<size>``. A glyph is drawn at its own size, not scaled from
another, so its stroke stays crisp; Lucide's stroke is 2 units of 24.
"""

import difflib
import json
from pathlib import Path
from zipfile import ZipFile

import lucide
from PIL import Image

from asset_build.drawing import png_bytes, render, white_glyph
from asset_build.errors import BuildError
from asset_build.stamp import write_whole

SIZES_PX = (16, 20, 24, 32, 48, 64)
ATLAS_WIDTH_PX = 1024
ATLAS_HEIGHT_PX_MAX = 2048
"""What the smallest GPU we sell on (VideoCore IV) takes as one texture."""
GAP_PX = 2
"""Between glyphs, so that a linear filter never mixes in a neighbour."""


def wanted(list_path: Path) -> list[str]:
    """The names in the list, comments and blank lines left out; each may stand once."""
    names: list[str] = []
    for number, line in enumerate(list_path.read_text(encoding="utf-8").splitlines(), start=1):
        name = line.split("#", 1)[0].strip()
        if not name:
            continue
        if name in names:
            raise BuildError(f"{list_path.name}, line {number}: {name} stands there twice; remove one")
        names.append(name)
    return names


def lucide_archive() -> Path:
    """The zip of SVGs inside the installed package."""
    path = Path(lucide.__file__).with_name("lucide.zip")
    if not path.is_file():
        raise BuildError(f"the package lucide holds no {path.name}; install requirements-dev.txt")
    return path


def sources(list_path: Path, own_folder: Path) -> dict[str, str]:
    """SVG text by icon name: Lucide's, and our own from `own_folder`."""
    drawings: dict[str, str] = {}
    with ZipFile(lucide_archive()) as archive:
        known = {name.removesuffix(".svg") for name in archive.namelist()}
        for name in wanted(list_path):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=3)
                hint = f"; there is {', '.join(near)}" if near else ""
                raise BuildError(f"{list_path.name}: the installed Lucide has no icon {name}{hint}")
            drawings[name] = archive.read(f"{name}.svg").decode("utf-8")
    for path in sorted(own_folder.glob("*.svg")):
        drawings[path.stem] = path.read_text(encoding="utf-8")
    return drawings


def place(count_by_size: dict[int, int]) -> tuple[dict[tuple[int, int], tuple[int, int]], int]:
    """Where the n-th glyph of each size goes, as (left, top), and the height that takes."""
    places: dict[tuple[int, int], tuple[int, int]] = {}
    top = GAP_PX
    for size, count in sorted(count_by_size.items(), reverse=True):
        left = GAP_PX
        for index in range(count):
            if left + size + GAP_PX > ATLAS_WIDTH_PX:
                left, top = GAP_PX, top + size + GAP_PX
            places[size, index] = (left, top)
            left += size + GAP_PX
        top += size + GAP_PX
    return places, top


def build(drawings: dict[str, str], target: Path) -> list[Path]:
    """Write ``icons.atlas`` and ``icons-0.png`` into `target`."""
    names = sorted(drawings)
    places, height = place({size: len(names) for size in SIZES_PX})
    if height > ATLAS_HEIGHT_PX_MAX:
        raise BuildError(f"the icon atlas is {height} px high, over {ATLAS_HEIGHT_PX_MAX}; list fewer icons")
    atlas = Image.new("RGBA", (ATLAS_WIDTH_PX, height), (255, 255, 255, 0))
    entries: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        svg = drawings[name].replace("currentColor", "#ffffff")
        for size in SIZES_PX:
            left, top = places[size, index]
            atlas.paste(white_glyph(render(svg, size, f"icon {name}")), (left, top))
            # Kivy counts an atlas's rows from the bottom.
            entries[f"{name}-{size}"] = [left, height - top - size, size, size]
    picture, index_file = target / "icons-0.png", target / "icons.atlas"
    write_whole(picture, png_bytes(atlas))
    write_whole(index_file, json.dumps({picture.name: entries}, indent=0).encode())
    return [picture, index_file]
