"""The parts of the screen of goods that come back: the lines of the sale, and the money."""

from appliance.ui.views.parts import CheckView
from appliance.ui.views.refund import RefundRowView, RefundView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.marks import Notice, draw_sign
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.scroll import Scroller

ROW, ROW_SMALL = 80.0, 92.0
STEP = 48.0


class TillReturnsPane(Pane):
    """Which sale, and what of it comes back. View: the whole `RefundView`."""

    def draw(self, pen: Pen) -> None:
        """Back, title, the lines in a card, the notice below."""
        c = self.look.colours
        view: RefundView = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 24.0
        width = self.w - edge
        pen.fill(0, 0, self.w, self.h, c.bg)
        x = edge
        top = 8.0 if small else 20.0
        if view.back:
            wide = 56.0 + pen.measure(view.back.text, 16, True)
            self.put(TillButton, "back", view.back, x, top, wide, 48, size_sp=16.0)
            x += wide + 16
        room = self.w - x
        size = pen.fit(view.title, 20 if small else 24, room, 16, True)
        pen.text(view.title, x, top + 14, size, c.ink, bold=True, width=room)
        size = pen.fit(view.detail, 16, room, 14)
        pen.text(view.detail, x, top + 37, size, c.ink2, width=room)
        top += 60 if small else 68
        bottom = self.h - edge
        if view.notice:
            high = Notice.height_for(pen, view.notice, width, self.look.font_scale)
            self.put(Notice, "notice", view.notice, edge, bottom - high, width, high)
            bottom -= high + 8
        pen.card(edge, top, width, bottom - top)
        self.put(ReturnRows, "rows", view.rows, edge + 2, top + 6, width - 4, bottom - top - 12)


class ReturnRows(Scroller):
    """The lines under each other. View: the rows."""

    def draw(self, pen: Pen) -> None:
        """Only those that can be seen."""
        high = (ROW_SMALL if self.look.form == "small" else ROW) * self.look.font_scale
        for number, row in enumerate(self.view):
            top = number * high
            if self.is_seen(top, high):
                self.put(ReturnRow, f"row{number}", row, 0, top - self.offset, self.w, high)
        self.extent = len(self.view) * high


class ReturnRow(Pane):
    """A line: how much of it comes back between minus and plus, what it is, what it is worth."""

    def draw(self, pen: Pen) -> None:
        """Name and detail left, the stepper and the amount right; on a small screen the stepper is below."""
        c = self.look.colours
        view: RefundRowView = self.view
        if view.chosen:
            pen.fill(0, 0, self.w, self.h, c.accent_soft)
        pen.line(12, self.h - c.line_dp, self.w - 24)
        if self.look.form == "small":
            self._small(pen, view)
            return
        middle = self.h / 2
        right = self.w - 16
        pen.text(view.amount, right, middle, 18, c.ink, bold=True, align="right")
        right = self._stepper(pen, view, right - pen.measure("−8,888.88", 18, True) - 16, middle)
        room = right - 16
        size = pen.fit(view.name, 18, room, 14)
        pen.text(view.name, 16, middle - (11 if view.detail else 0), size, c.ink, width=room)
        if view.detail:
            pen.text(view.detail, 16, middle + 14, 14, c.ink2, width=room)

    def _small(self, pen: Pen, view: RefundRowView) -> None:
        c, low = self.look.colours, self.h - 34
        right = self.w - 12
        right -= pen.text(view.amount, right, 22, 18, c.ink, bold=True, align="right") + 8
        size = pen.fit(view.name, 18, right - 12, 14)
        pen.text(view.name, 12, 22, size, c.ink, width=right - 12)
        room = self._stepper(pen, view, self.w - 12, low) - 12
        if view.detail:
            pen.lines(view.detail, 12, low, 14, c.ink2, width=room, leading=18, middle=True, lines_max=2)

    def _stepper(self, pen: Pen, view: RefundRowView, right: float, middle: float) -> float:
        """How much, between minus and plus where it can change; where it begins."""
        c = self.look.colours
        number = 64.0
        if view.plus is None or view.minus is None:
            return right - 12 - pen.text(view.quantity, right, middle, 18, c.ink, bold=True, align="right")
        self.put(TillButton, view.plus.name, view.plus, right - STEP, middle - 24, STEP, STEP)
        pen.text(view.quantity, right - STEP - number / 2, middle, 18, c.ink, bold=True, align="centre")
        left = right - 2 * STEP - number
        self.put(TillButton, view.minus.name, view.minus, left, middle - 24, STEP, STEP)
        return left - 12


class TillGiveBackPane(Pane):
    """Why, how much, to which tenders, and the step. View: the whole `RefundView`."""

    def draw(self, pen: Pen) -> None:
        """Top down; the blue button at the bottom."""
        c, scale = self.look.colours, self.look.font_scale
        view: RefundView = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 24.0
        gap = 8.0 if small else 16.0
        width = self.w - edge
        pen.fill(0, 0, self.w, self.h, c.bg)
        y = self._reasons(pen, view, edge, width, small)
        pay = 64.0 if small else 96.0
        bottom = self.h - edge - pay
        self.put(
            TillButton,
            view.confirm.name,
            view.confirm,
            0,
            bottom,
            width,
            pay,
            style="primary",
            size_sp=20.0 if small else 24.0,
            radius=12.0,
        )
        bottom -= gap
        if view.controls:
            count = len(view.controls)
            wide = (width - 8 * (count - 1)) / count
            high = 48.0 if small else 64.0
            bottom -= high
            for number, control in enumerate(view.controls):
                left = number * (wide + 8)
                self.put(TillButton, control.name, control, left, bottom, wide, high, size_sp=16.0)
            bottom -= gap
        pen.card(0, y, width, bottom - y)
        inside = y + (20 if small else 34)
        pen.text(view.amount_label, 17, inside, 16, c.ink2, width=width - 34)
        size = 36.0 if small else 56.0
        while size > 24 and pen.measure(view.amount, size, True) > width - 34:
            size -= 4
        inside += (32 if small else 52) * scale
        pen.text(view.amount, 17, inside, size, c.ink, bold=True)
        inside += (34 if small else 56) * scale
        step = (28 if small else 40) * scale
        for check in view.checks[: max(0, int((bottom - inside) / step) + 1)]:
            self._check(pen, check, inside, width)
            inside += step

    def _reasons(self, pen: Pen, view: RefundView, edge: float, width: float, small: bool) -> float:
        """Why, as chips in threes; where the rest begins."""
        y = edge
        if not view.reasons:
            return y
        if not small:
            pen.text(view.reasons_title, 0, y + 12, 16, self.look.colours.ink, bold=True, width=width)
            y += 32
        high = 48.0 if small else 56.0
        wide = (width - 16) / 3
        for number, reason in enumerate(view.reasons):
            x, top = number % 3 * (wide + 8), y + number // 3 * (high + 8)
            self.put(TillButton, reason.name, reason, x, top, wide, high, size_sp=14.0 if small else 16.0)
        return y + -(-len(view.reasons) // 3) * (high + 8) + (0 if small else 8)

    def _check(self, pen: Pen, check: CheckView, y: float, width: float) -> None:
        """One tender: its sign, what happens there, how much."""
        c = self.look.colours
        draw_sign(pen, self, check.tone, 28, y, 20)
        right = width - 17
        right -= pen.text(check.at, right, y, 16, c.ink, bold=True, align="right") + 8
        size = pen.fit(check.text, 16, right - 46, 14)
        pen.text(check.text, 46, y, size, c.ink, width=right - 46)
