"""A short notice at the top, over everything but the way to pay."""

from typing import Any

from appliance.ui.views.parts import ToastView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.marks import TONE_ICONS
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen


class TillToastPane(Pane):
    """One toast; appears and goes at once."""

    def stand_in(self, root: Any, view: ToastView) -> None:
        """Take the middle of the top of the window, under the status bar."""
        px = self.look.px
        room = self.look.width_px / self.look.density - 48
        words = self.pen.measure(view.text, 16)
        action = self.pen.measure(view.action.text, 16, True) + 32 if view.action else 0.0
        width = min(words + action + 72, room, 560.0)
        self.view = view
        self.place(int(root.center_x) - px(width) // 2, int(root.top) - px(60), px(width), px(56))

    def draw(self, pen: Pen) -> None:
        """Inverted ink, so that it stands out over any screen."""
        c = self.look.colours
        view: ToastView = self.view
        pen.box(0, 0, self.w, self.h, c.soft(view.tone), c.tone(view.tone), 8, 2)
        pen.icon(TONE_ICONS[view.tone], 28, self.h / 2, 24, c.tone(view.tone))
        room = self.w - 64
        if view.action:
            width = pen.measure(view.action.text, 16, True) + 24
            self.put(TillButton, "action", view.action, self.w - width - 4, 4, width, 48, style="text")
            room -= width
        pen.lines(view.text, 50, self.h / 2, 16, c.ink, width=room, leading=20, middle=True)
