"""Icons, drawings of goods and the logo, as the build of the assets left them.

Owns the cache of their textures. A picture that is not there is drawn as the icon `image`, never as
nothing, and an icon that is not in the atlas is our own mistake.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from kivy.core.image import Image as CoreImage

from appliance.ui.theme import ASSETS
from retail.errors import InvariantBroken

GENERATED = ASSETS / "generated"
ICON_SIZES_PX = (16, 20, 24, 32, 48, 64)
ART_SIZES_PX = (76, 152, 304)
LOGO_SIZES_PX = (28, 40, 56, 80, 128)


@lru_cache(maxsize=1)
def _atlas() -> dict[str, tuple[Any, tuple[int, int, int, int]]]:
    pages = json.loads((GENERATED / "icons.atlas").read_text(encoding="utf-8"))
    glyphs = {}
    for file, places in pages.items():
        sheet = CoreImage(str(GENERATED / file)).texture
        glyphs.update({name: (sheet, tuple(place)) for name, place in places.items()})
    return glyphs


@lru_cache(maxsize=512)
def icon(name: str, size_px: int) -> Any:
    """The white glyph of an icon, from the drawing nearest above the wanted size."""
    drawn = next((size for size in ICON_SIZES_PX if size >= size_px), ICON_SIZES_PX[-1])
    found = _atlas().get(f"{name}-{drawn}")
    if found is None:
        raise InvariantBroken("ui.icon_missing", icon=name, remedy="add it to icons.txt")
    sheet, (x, y, width, height) = found
    return sheet.get_region(x, y, width, height)


def _near(sizes: tuple[int, ...], size_px: int) -> int:
    return next((size for size in sizes if size >= size_px), sizes[-1])


def _load(path: Path) -> Any:
    texture = CoreImage(str(path), mipmap=True).texture
    return texture


@lru_cache(maxsize=128)
def art(name: str, size_px: int) -> Any | None:
    """The drawing of a product, or None when there is none of that name."""
    path = GENERATED / "art" / f"{Path(name).name}-{_near(ART_SIZES_PX, size_px)}.png"
    return _load(path) if name and path.exists() else None


@lru_cache(maxsize=8)
def logo(size_px: int) -> Any | None:
    """The shop's logo, or None."""
    path = GENERATED / f"logo-{_near(LOGO_SIZES_PX, size_px)}.png"
    return _load(path) if path.exists() else None
