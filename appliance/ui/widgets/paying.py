"""The column of member and pay: who buys, what it comes to, and the one blue button."""

from typing import NamedTuple

from appliance.ui.views.parts import ControlView
from appliance.ui.views.sale import (
    LastSaleView,
    MemberView,
    NoMemberView,
    PayView,
    TotalsView,
)
from appliance.ui.widgets.benefit import ROW, draw_benefit, draw_facts
from appliance.ui.widgets.control import Control, IconButton, TillButton
from appliance.ui.widgets.marks import draw_avatar, draw_chip, draw_sign, draw_sum
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen


class PayColumn(NamedTuple):
    """The parts of a sale's view that this column draws."""

    member: MemberView | NoMemberView | None
    totals: TotalsView | None
    tenders: tuple[ControlView, ...]
    pay: PayView
    last_sale: LastSaleView | None


class PayButton(Control):
    """The next step: names the tender and shows the amount. View: a `PayView`."""

    @property
    def control(self) -> ControlView:
        """The button's control."""
        return self.view.control  # type: ignore[no-any-return]  # views are kept as Any by the pane

    def draw(self, pen: Pen) -> None:
        """Tender above, amount below, huge."""
        c = self.look.colours
        view: PayView = self.view
        on = view.control.enabled
        fill, ink = (c.accent, c.on_accent) if on else (c.sunken, c.ink2)
        if self.pressed:
            fill, ink = ink, fill
        edge = c.accent if self.pressed else (c.edge if c.soft_edge and not on else None)
        pen.box(0, 0, self.w, self.h, fill, edge, 12)
        small = self.look.form == "small"
        size = 18 if small else 20
        x, y = (17, 24) if small else (21, 26.5)
        words = view.control.why if not on and view.control.why else view.control.text
        aside = pen.text(view.aside, self.w - x, y + 0.5, 14, ink, align="right")
        room = self.w - 2 * x - (aside + 12 if aside else 0)
        while size > 14 and pen.measure(words, size, on) > room:
            size -= 1
        pen.text(words, x, y, size, ink, bold=on, width=room)
        big = 48.0
        while big > 28 and pen.measure(view.amount, big, True) > self.w - 2 * x:
            big -= 4
        pen.text(view.amount, x, self.h - (40 if not small else 39), big, ink, bold=True)


class MemberCard(Control):
    """The member with facts and benefits; on smaller screens one line. A touch opens the rest."""

    @property
    def control(self) -> ControlView | None:
        """All there is about them."""
        view: MemberView = self.view
        return view.open

    @staticmethod
    def height_for(view: MemberView, form: str) -> float:
        """Its height in dp."""
        if form == "small":
            return 64.0
        if form == "medium":
            return 96.0
        return (
            64
            + 12
            + (50 if view.facts else 0)
            + (13 + 50 * len(view.benefits) if view.benefits else 0)
            - (1 if view.benefits else 0)
        )

    def draw(self, pen: Pen) -> None:
        """Avatar, name and tier, then facts and benefits as far as there is room."""
        c = self.look.colours
        view: MemberView = self.view
        pen.card(0, 0, self.w, self.h)
        if self.look.form == "small":
            self._brief(pen, view)
            return
        draw_avatar(pen, self, view.initial, 41, 37, 48, False)
        right = self.w - 60 if view.remove else self.w - 17
        x = 77 + pen.text(view.name, 77, 27, 20, c.ink, bold=True, width=right - 77)
        if view.chip:
            draw_chip(pen, self, view.chip, x + 7, 27, bold=True)
        pen.text(view.phone, 77, 51, 14, c.ink2)
        if view.remove:
            self.put(IconButton, "remove", view.remove, self.w - 53, 13, 48, 48)
        if self.look.form == "medium":
            pen.text(view.brief, 17, 79, 14, c.ink2, width=self.w - 34)
            return
        draw_facts(self, pen, view.facts, 17, 81, self.w - 34)
        if view.benefits:
            pen.line(17, 126, self.w - 34)
        for number, benefit in enumerate(view.benefits):
            draw_benefit(self, pen, benefit, 17, 146 + ROW * number, self.w - 17)

    def _brief(self, pen: Pen, view: MemberView) -> None:
        c = self.look.colours
        middle = self.h / 2
        draw_avatar(pen, self, view.initial, 33, middle, 40, False)
        x = 65 + pen.text(view.name, 65, 23, 18, c.ink, bold=True)
        if view.chip:
            chip = view.chip if not view.chip.icon else type(view.chip)(view.chip.text, view.chip.tone)
            draw_chip(pen, self, chip, x + 8, 22, bold=True)
        room = self.w - 100
        pen.text(view.brief, 65, 45, pen.fit(view.brief, 14, room, 12), c.ink2, width=room)
        if view.open:
            pen.icon("chevron-right", self.w - 16, middle, 24, c.ink)


class NoMemberCard(Control):
    """How a member is found; on a small screen the whole card asks."""

    @property
    def control(self) -> ControlView | None:
        """There is no room for buttons on a small screen."""
        view: NoMemberView = self.view
        return view.open if self.look.form == "small" else None

    def draw(self, pen: Pen) -> None:
        """Icon, sentence, buttons."""
        c = self.look.colours
        view: NoMemberView = self.view
        pen.card(0, 0, self.w, self.h)
        small = self.look.form == "small"
        pen.icon("user-round-plus", 31, 32 if small else 39, 28, c.ink)
        pen.text(view.title, 57, 22 if small else 30, 18, c.ink, bold=True)
        pen.text(view.detail, 57, 44 if small else 52, 14, c.ink2, width=self.w - 65)
        count = len(view.controls)
        if not count or self.h < 110:
            return
        wide = (self.w - 34 - 8 * (count - 1)) / count
        for number, control in enumerate(view.controls):
            self.put(TillButton, control.name, control, 17 + number * (wide + 8), 74, wide, 56)


class LastSaleCard(Pane):
    """The sale before this one."""

    def draw(self, pen: Pen) -> None:
        """Number and time, what was paid and given back, buttons."""
        c = self.look.colours
        view: LastSaleView = self.view
        pen.card(0, 0, self.w, self.h)
        right = self.w - 17
        draw_sign(pen, self, view.tone, 27, 28, 20)
        taken = pen.text(view.at, right, 28, 14, c.ink2, align="right")
        pen.text(view.title, 45, 29, 16, c.ink, bold=True, width=right - taken - 53)
        taken = pen.rich(view.change, right, 62, 16, c.ink, align="right", bold_size=20)
        pen.text(view.paid, 17, 62, 16, c.ink2, width=right - taken - 29)
        count = len(view.controls)
        wide = (self.w - 34 - 8 * (count - 1)) / max(count, 1)
        for number, control in enumerate(view.controls):
            self.put(TillButton, control.name, control, 17 + number * (wide + 8), 87, wide, 48)


class TillPayPane(Pane):
    """The right column. View: a `PayColumn`."""

    def draw(self, pen: Pen) -> None:
        """Member from the top; pay, tenders and sums from the bottom."""
        c = self.look.colours
        view: PayColumn = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 12.0
        width = self.w - 2 * edge
        pen.fill(0, 0, self.w, self.h, c.bg)
        top = self._member(view, edge, width)
        bottom = self._pay(pen, view, edge, width)
        if view.totals:
            self._sums(pen, view.totals, edge + 4, bottom, width - 8, top)
        elif view.last_sale and bottom - top >= 152 + 8:
            self.put(LastSaleCard, "last", view.last_sale, edge, bottom - 152, width, 152)

    def _member(self, view: PayColumn, edge: float, width: float) -> float:
        form = self.look.form
        if isinstance(view.member, MemberView):
            height = MemberCard.height_for(view.member, form)
            self.put(MemberCard, "member", view.member, edge, edge, width, height)
            return edge + height
        if isinstance(view.member, NoMemberView):
            height = 64.0 if form == "small" else (147.0 if view.member.controls else 72.0)
            self.put(NoMemberCard, "no_member", view.member, edge, edge, width, height)
            return edge + height
        return edge

    def _pay(self, pen: Pen, view: PayColumn, edge: float, width: float) -> float:
        """Foot, pay and tenders; where the sums end."""
        c = self.look.colours
        small = self.look.form == "small"
        bottom = self.h - edge
        if view.pay.foot and not small:
            size = pen.measure(view.pay.foot, 14)
            left = self.w / 2 - (size + 26) / 2
            pen.icon(view.pay.foot_icon, left + 8, self.h - 22, 16, c.ink2)
            pen.text(view.pay.foot, left + 26, self.h - 22, 14, c.ink2, width=width - 26)
            bottom -= 32
        high = 104.0 if small else 112.0
        bottom -= high
        self.put(PayButton, "pay", view.pay, edge, bottom, width, high)
        count = len(view.tenders)
        if count:
            bottom -= 64 + (8 if small else 12)
            wide = (width - 8 * (count - 1)) / count
            for number, tender in enumerate(view.tenders):
                x = edge + number * (wide + 8)
                self.put(TillButton, tender.name, tender, x, bottom, wide, 64, stacked=True)
        return bottom - (8 if small else 12)

    def _sums(self, pen: Pen, totals: TotalsView, x: float, bottom: float, width: float, top: float) -> None:
        c, scale = self.look.colours, self.look.font_scale
        if self.look.form == "small":
            step = 31 * scale
            y = bottom - 14 * scale
            for row in reversed(totals.folded):
                draw_sum(pen, self, row, x, y, width)
                y -= step
            return
        y = bottom - 13 * scale
        pen.text(totals.due, x + width, y, 20, c.ink, bold=True, align="right")
        left = x + pen.text(totals.due_label, x, y, 16, c.ink, bold=True)
        if totals.saved:
            draw_chip(pen, self, totals.saved, left + 8, y, bold=True)
        pen.line(x, y - 24 * scale, width)
        step = 26.4 * scale
        y -= 42 * scale
        room = int((y + step / 2 - top) / step)
        rows = totals.rows if room >= len(totals.rows) and self.look.form != "medium" else totals.folded
        for row in reversed(rows):
            draw_sum(pen, self, row, x, y, width)
            y -= step
