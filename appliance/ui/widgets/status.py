"""The status bar: who we are, how devices, network and HQ are, who sells, and the time."""

from appliance.ui.views.parts import ControlView, StatusBarView, StatusItemView
from appliance.ui.widgets.control import Control
from appliance.ui.widgets.marks import draw_sign
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen

HEIGHTS = {"small": 36.0, "medium": 40.0, "large": 48.0, "wide": 48.0}


class StatusItem(Control):
    """One state; on a small screen only its icons. Touchable only if the view says what a touch does."""

    @property
    def control(self) -> ControlView | None:
        """The state as a control, if it is one."""
        view: StatusItemView = self.view
        return ControlView(view.name, view.text, view.intent) if view.intent else None

    def draw(self, pen: Pen) -> None:
        """Icon, word, sign."""
        c, view, middle = self.look.colours, self.view, self.h / 2
        if self.pressed:
            pen.box(-4, 4, self.w + 8, self.h - 8, c.sunken, None, 8)
        ink, bold = (c.bad, True) if view.tone == "bad" else (c.ink, False)
        pen.icon(view.icon, 9, middle, 18, ink)
        if self.look.form != "small":
            pen.text(view.text, 24, middle, 14, ink, bold=bold)
        draw_sign(pen, self, view.tone, self.w - 9, middle, 18)


class OperatorItem(Control):
    """The operator's name as a control. View: the status bar's view."""

    @property
    def control(self) -> ControlView | None:
        """What a touch on the name does."""
        view: StatusBarView = self.view
        return view.operator_control

    def draw(self, pen: Pen) -> None:
        """Icon, name, shift."""
        c, view, middle = self.look.colours, self.view, self.h / 2
        if self.pressed:
            pen.box(-4, 4, self.w + 8, self.h - 8, c.sunken, None, 8)
        pen.icon("user-round", 9, middle, 18, c.ink)
        small = self.look.form == "small"
        x = 23 + pen.text(view.operator, 23, middle, 14, c.ink, bold=not small)
        if view.shift and not small:
            pen.text(view.shift, x + 6, middle, 14, c.ink2)


class TillStatusBar(Pane):
    """The whole bar."""

    def draw(self, pen: Pen) -> None:
        """From both edges inwards."""
        c = self.look.colours
        view: StatusBarView = self.view
        small = self.look.form == "small"
        pen.fill(0, 0, self.w, self.h, c.surface)
        pen.line(0, self.h - c.line_dp, self.w)
        right = self._right(pen, view, small)
        middle = self.h / 2
        mark = self._training(pen, view, small)
        if view.title and small:
            x = 12 + mark
            x += pen.text(view.title, x, middle, 14, c.ink, bold=True)
            pen.text(view.title_detail, x + 12, middle, 14, c.ink2)
            return
        size = 24 if small else 28
        x = 12.0 if small else 16.0
        pen.logo(x, middle - size / 2, size)
        if small:
            pen.text(view.place, 48 + mark, middle, 14, c.ink, bold=True, width=right - 60 - mark)
            return
        x = 64 + mark
        x += pen.text(view.shop, x, middle, 16, c.ink, bold=True, width=right - 16 - x)
        if right - x > 80:
            pen.text(view.place, x + 20, middle, 14, c.ink2, width=right - x - 40)

    def _training(self, pen: Pen, view: StatusBarView, small: bool) -> float:
        """The mark of training, at the left where no sheet ever covers it; how far it moves the rest."""
        if not view.training:
            return 0.0
        size = 14 if small else 16
        wide = pen.measure(view.training, size, True) + (20 if small else 32)
        left = (12.0 if small and view.title else 44.0) if small else 60.0
        pen.box(left, 4, wide, self.h - 8, self.look.colours.warn, None, 8)
        ink = self.look.colours.surface
        pen.text(view.training, left + wide / 2, self.h / 2, size, ink, bold=True, align="centre")
        return wide + 12

    def _right(self, pen: Pen, view: StatusBarView, small: bool) -> float:
        """Clock, operator and states, right to left; where they begin."""
        c, middle = self.look.colours, self.h / 2
        right = self.w - (12 if small else 16)
        clock_size = 14 if small else 16
        pen.text(view.clock, right, middle, clock_size, c.ink, bold=True, align="right")
        right -= pen.measure(view.clock, clock_size, True)
        if view.operator:
            width = 23 + pen.measure(view.operator, 14, not small)
            if view.shift and not small:
                width += 6 + pen.measure(view.shift, 14)
            right -= (12 if small else 20) + width
            self.put(OperatorItem, "operator", view, right, 0, width, self.h)
            if not small:
                pen.upright(right - 22, self.h / 4, self.h / 2)
                right -= 21.5
        for item in reversed(view.items):
            width = 42 if small else 24 + pen.measure(item.text, 14, item.tone == "bad") + 5 + 18
            right -= (12 if small else 19.5) + width
            self.put(StatusItem, item.name, item, right, 0, width, self.h)
        return right
