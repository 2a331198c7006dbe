"""Rounded boxes as nine-part textures, smooth at the edge without multisampling.

Owns the cache of these textures. A box is a fill with an edge of some width in its own colour; the
coverage of each pixel comes from its distance to the rounded rectangle, so corners look the same at
any density.
"""

import math
from functools import lru_cache
from typing import Any

from kivy.graphics.texture import Texture

from appliance.ui.theme import Rgba


def _coverage(x: float, y: float, half: float, radius: float) -> float:
    """How much of the pixel centred on (x, y) lies in a square of half side `half` round the origin."""
    over_x, over_y = abs(x) - (half - radius), abs(y) - (half - radius)
    outside = math.hypot(max(over_x, 0.0), max(over_y, 0.0))
    distance = outside + min(max(over_x, over_y), 0.0) - radius
    return min(max(0.5 - distance, 0.0), 1.0)


@lru_cache(maxsize=256)
def box_texture(fill: Rgba, edge: Rgba, radius_px: int, line_px: int, disc: bool = False) -> Any:
    """A square texture of side 2 * radius + 2 to be stretched from its middle; a `disc` is round all over."""
    side = 2 * radius_px + 2
    half = side / 2
    corner = half if disc else radius_px
    data = bytearray()
    for row in range(side):
        for column in range(side):
            x, y = column + 0.5 - half, row + 0.5 - half
            outer = _coverage(x, y, half, corner)
            inner = _coverage(x, y, half - line_px, max(corner - line_px, 0)) if line_px else outer
            inner = min(inner, outer)
            rim = outer - inner
            alpha = fill[3] * inner + edge[3] * rim
            for channel in range(3):
                value = fill[channel] * fill[3] * inner + edge[channel] * edge[3] * rim
                data.append(round(255 * value / alpha) if alpha else round(255 * fill[channel]))
            data.append(round(255 * alpha))
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(bytes(data), colorfmt="rgba", bufferfmt="ubyte")
    return texture
