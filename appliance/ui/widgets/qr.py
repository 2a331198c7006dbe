"""A QR code from a matrix of booleans, in whole pixels so that any reader takes it from a picture."""

from functools import lru_cache
from typing import Any

from kivy.graphics.texture import Texture

from appliance.ui.theme import WHITE
from appliance.ui.views.parts import QrView
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen

QUIET_MODULES = 4
"""ISO/IEC 18004 asks for four light modules on every side."""


@lru_cache(maxsize=2)
def _texture(modules: tuple[tuple[bool, ...], ...]) -> Any:
    side = len(modules)
    texture = Texture.create(size=(side, side), colorfmt="luminance")
    texture.mag_filter = texture.min_filter = "nearest"
    # OpenGL's first row is the lowest.
    data = bytes(0 if dark else 255 for row in reversed(modules) for dark in row)
    texture.blit_buffer(data, colorfmt="luminance", bufferfmt="ubyte")
    return texture


class TillQrCode(Pane):
    """The code as large as fits with its quiet zone, white in every theme. View: a `QrView`."""

    def draw(self, pen: Pen) -> None:
        """A white square, and the modules in its middle."""
        view: QrView = self.view
        side = len(view.modules)
        module_px = max(1, int(min(self.width, self.height)) // (side + 2 * QUIET_MODULES))
        pen.box(0, 0, self.w, self.h, WHITE, None, 8)
        size_px = module_px * side
        left = (int(self.width) - size_px) // 2 / self.look.density
        top = (int(self.height) - size_px) // 2 / self.look.density
        pen.texture(_texture(view.modules), left, top, size_px)
