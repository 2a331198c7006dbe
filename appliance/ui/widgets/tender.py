"""The parts of paying: what is due and paid, the tenders as tabs, and room for the pane of the chosen one."""

from typing import NamedTuple

from appliance.ui.views.parts import ControlView
from appliance.ui.views.paying import CashPaneView, MemberFootView, PaidView, QrPaneView, TenderView
from appliance.ui.widgets.control import Control, IconButton, TillButton
from appliance.ui.widgets.marks import Notice, draw_avatar, draw_sign, draw_sum
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.tender_panes import CardPane, CashPane, QrPane, SmallCashPane


class TillDuePane(Pane):
    """The left column: sums, payments made, what is still due. View: the whole `TenderView`."""

    def draw(self, pen: Pen) -> None:
        """From the top; the member at the foot."""
        c, scale = self.look.colours, self.look.font_scale
        view: TenderView = self.view
        pen.fill(0, 0, self.w, self.h, c.surface)
        pen.upright(self.w - c.line_dp, 0, self.h)
        left, width = 24.0, self.w - 49
        wide = pen.measure(view.back.text, 18, True) + 44
        self.put(TillButton, "back", view.back, 19, 16, wide, 48, style="text", size_sp=18.0)
        y = 92.0
        for row in view.rows:
            draw_sum(pen, self, row, left, y, width)
            y += 30.4 * scale
        y -= 7.5
        pen.line(left, y, width)
        for number, paid in enumerate(view.paid):
            self._paid(pen, paid, number, left, y + 33, width)
            y += 65
            pen.line(left, y, width)
        pen.text(view.due_label, left, y + 36, 16, c.ink2)
        size = 56.0
        while pen.measure(view.due, size, True) > width and size > 32:
            size -= 4
        pen.text(view.due, left, y + 82, size, c.ink, bold=True)
        y += 127
        if view.part:
            wide = pen.measure(view.part.text, 16) + 62
            self.put(TillButton, "part", view.part, left, y, min(wide, width), 48, style="quiet")
        if view.member:
            self._member(pen, view.member)

    def _paid(self, pen: Pen, paid: PaidView, number: int, left: float, y: float, width: float) -> None:
        c = self.look.colours
        right = left + width
        draw_sign(pen, self, paid.tone, left + 10, y, 20)
        if paid.undo:
            self.put(
                IconButton, f"undo{number}", paid.undo, right - 36, y - 24, 48, 48, icon_dp=20.0, tint=c.ink2
            )
            right -= 44
        right -= pen.text(paid.amount, right, y, 18, c.ink, align="right") + 8
        size = pen.fit(paid.title, 16, right - left - 28, 14)
        pen.text(paid.title, left + 28, y - 10.5, size, c.ink, width=right - left - 28)
        pen.text(paid.detail, left + 28, y + 11, 14, c.ink2, width=right - left - 28)

    def _member(self, pen: Pen, view: MemberFootView) -> None:
        c = self.look.colours
        middle = self.h - 45
        draw_avatar(pen, self, view.initial, 44, middle, 40, False)
        pen.rich(view.name, 76, middle - 9, 16, c.ink)
        pen.text(view.detail, 76, middle + 11, 14, c.ink2, width=self.w - 100)


class TenderTab(Control):
    """A tender to choose: icon, name, state; lying down where they stand in a row."""

    def draw(self, pen: Pen) -> None:
        """The chosen one in a box with an accent edge."""
        c, view = self.look.colours, self.view
        if self.pressed:
            pen.box(0, 0, self.w, self.h, c.ink, None, 8)
        elif view.selected:
            pen.box(0, 0, self.w, self.h, c.surface, c.accent, 8, 2)
        ink = c.surface if self.pressed else (c.ink if view.enabled else c.ink2)
        quiet = c.surface if self.pressed else c.ink2
        middle, bold = self.h / 2, view.selected
        detail = view.detail if view.enabled or not view.why else view.why
        if self.look.form == "small":
            size = pen.fit(view.text, 16, self.w - 40, 14, bold)
            width = pen.measure(view.text, size, bold)
            left = max(4.0, (self.w - width - 30) / 2)
            pen.icon(view.icon, left + 11, middle, 22, ink)
            pen.text(view.text, left + 30, middle, size, ink, bold=bold, width=self.w - left - 34)
            return
        pen.icon(view.icon, 26, middle, 24, ink)
        rise = 0.0
        if detail:
            rise = 8 if pen.measure(detail, 14) <= self.w - 55 else 14
        pen.text(view.text, 49, middle - rise, 18, ink, bold=bold, width=self.w - 55)
        rows = len(pen.wrap(detail, 14, self.w - 55, 2)) if detail else 0
        if rows < 2:
            pen.text(detail, 49, middle + 11.5, 14, quiet, width=self.w - 55)
        else:
            pen.lines(detail, 49, middle + 9, 14, quiet, width=self.w - 55, leading=16)


class TabsView(NamedTuple):
    """The tabs, and the way back where they stand in a row."""

    tabs: tuple[ControlView, ...]
    back: ControlView


class TillTenderTabs(Pane):
    """The tenders, in a column or in a row. View: a `TabsView`."""

    def draw(self, pen: Pen) -> None:
        """Equal places."""
        c = self.look.colours
        view: TabsView = self.view
        pen.fill(0, 0, self.w, self.h, c.bg)
        if self.look.form == "small":
            back = ControlView(view.back.name, "", view.back.intent, icon="chevron-left")
            self.put(IconButton, "back", back, 8, 4, 56, 56)
            wide = (self.w - 76) / max(len(view.tabs), 1)
            for number, tab in enumerate(view.tabs):
                self.put(TenderTab, tab.name, tab, 68 + number * wide, 4, wide - 2, 56)
            return
        step = min(76.0, (self.h - 16) / max(len(view.tabs), 1))
        for number, tab in enumerate(view.tabs):
            self.put(TenderTab, tab.name, tab, 8, 12 + number * step, self.w - 8, step - 4)


class TillTenderPane(Pane):
    """The pane of the chosen tender. View: the whole `TenderView`."""

    def draw(self, pen: Pen) -> None:
        """Whichever it is, with a notice above it if there is one."""
        view: TenderView = self.view
        pen.fill(0, 0, self.w, self.h, self.look.colours.bg)
        small = self.look.form == "small"
        edge = 0.0 if small else 24.0
        top = edge if not small else 0.0
        if view.notice:
            side = 8.0 if small else edge
            height = Notice.height_for(pen, view.notice, self.w - 2 * side, self.look.font_scale)
            self.put(Notice, "notice", view.notice, side, top, self.w - 2 * side, height)
            top += height + 8
        high = self.h - top - edge
        if isinstance(view.pane, CashPaneView):
            if small:
                self.put(SmallCashPane, "cash_small", view, 0, top, self.w, high)
            else:
                self.put(CashPane, "cash", view.pane, edge, top, self.w - 2 * edge, high)
        elif isinstance(view.pane, QrPaneView):
            self.put(QrPane, "qr", view.pane, edge, top, self.w - 2 * edge, high)
        else:
            self.put(CardPane, "card", view.pane, edge, top, self.w - 2 * edge, high)
