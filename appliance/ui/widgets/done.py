"""The parts of the screen after paying: the change, and what became of drawer and slips."""

from appliance.ui.views.parts import CheckView
from appliance.ui.views.paying import DoneView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.marks import draw_sign
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen


class TillChangePane(Pane):
    """What goes back to the customer, as large as fits. View: the whole `DoneView`."""

    def draw(self, pen: Pen) -> None:
        """In the middle of a card."""
        c = self.look.colours
        view: DoneView = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 24.0
        pen.fill(0, 0, self.w, self.h, c.bg)
        pen.card(edge, edge, self.w - edge, self.h - 2 * edge)
        left, room = edge + (24 if small else 49), self.w - edge - (48 if small else 98)
        size = 144.0 if not small else 88.0
        while size > 40 and pen.measure(view.amount, size, True) > room:
            size -= 8
        scale = 0.62 if small else 1.0
        middle = self.h / 2 + (43 if not small else 24)
        sign = 36 if not small else 28
        y = middle - 182 * scale
        pen.icon("circle-check", left + sign / 2, y, sign, c.ok)
        pen.text(view.title, left + sign + 12, y, 24, c.ok, bold=True, width=room - sign - 12)
        pen.text(view.amount_label, left, middle - 106 * scale, 24 if not small else 20, c.ink2, width=room)
        pen.text(view.amount, left, middle, size, c.ink, bold=True)
        pen.lines(
            view.summary, left, middle + 100 * scale, 20 if not small else 16, c.ink2, width=room, leading=28
        )


class TillEffectsPane(Pane):
    """Number to call, effects, reprint, and the next sale. View: the whole `DoneView`."""

    def draw(self, pen: Pen) -> None:
        """Top down; the next step at the bottom."""
        c, scale = self.look.colours, self.look.font_scale
        view: DoneView = self.view
        small = self.h < 600
        edge = 8.0 if self.look.form == "small" else 24.0
        gap = 8.0 if small else 16.0
        width = self.w - edge
        pen.fill(0, 0, self.w, self.h, c.bg)
        y = edge
        if view.number:
            high = 72.0 if small else 164.0
            pen.card(0, y, width, high)
            if small:
                pen.text(view.number_label, 17, y + 36, 16, c.ink2)
                pen.text(view.number, width - 17, y + 36, 40, c.ink, bold=True, align="right")
            else:
                pen.text(view.number_label, 25, y + 37, 16, c.ink2)
                pen.text(view.number, 25, y + 105, 72, c.ink, bold=True)
            y += high + gap
        if view.effects:
            step = (38.4 if not small else 34) * scale
            high = step * len(view.effects) + (26 if not small else 14)
            pen.card(0, y, width, high)
            for number, effect in enumerate(view.effects):
                self._effect(pen, effect, y + (32 if not small else 24) + number * step, width)
            y += high + gap
        count = len(view.controls)
        for number, control in enumerate(view.controls):
            wide = (width - 12 * (count - 1)) / count
            self.put(
                TillButton,
                control.name,
                control,
                number * (wide + 12),
                y,
                wide,
                48 if small else 64,
                size_sp=16.0 if small else 18.0,
            )
        bottom = self.h - edge
        if view.foot and not small:
            pen.text(view.foot, width / 2, self.h - 34, 16, c.ink2, align="centre", width=width)
            bottom = self.h - 62
        high = 80.0 if small else 96.0
        self.put(
            TillButton,
            "next",
            view.next,
            0,
            bottom - high,
            width,
            high,
            style="primary",
            size_sp=24.0,
            radius=12.0,
        )

    def _effect(self, pen: Pen, effect: CheckView, y: float, width: float) -> None:
        c = self.look.colours
        right = width - 17
        draw_sign(pen, self, effect.tone, 36, y, 24)
        if effect.action:
            wide = pen.measure(effect.action.text, 16, True) + 24
            right -= wide
            self.put(TillButton, effect.action.name, effect.action, right + 8, y - 24, wide, 48, style="text")
        size = pen.fit(effect.text, 16, right - 62, 14)
        pen.lines(effect.text, 59, y, size, c.ink, width=right - 62, leading=17, middle=True)
