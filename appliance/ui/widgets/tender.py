"""The parts of paying: what is due and paid, the tenders, and the pane of each."""

from typing import NamedTuple

from appliance.ui.views.parts import ControlView, SumRowView
from appliance.ui.views.paying import (
    CardPaneView,
    CashPaneView,
    MemberFootView,
    PaidView,
    QrPaneView,
    SideCardView,
    TenderView,
)
from appliance.ui.widgets.control import Control, IconButton, TillButton
from appliance.ui.widgets.keyboard import Keypad
from appliance.ui.widgets.marks import Notice, draw_avatar, draw_bar, draw_sign, draw_sum
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.qr import TillQrCode


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
        self.put(TillButton, "back", view.back, 16, 16, wide, 48, style="text", size_sp=18.0)
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
            self.put(IconButton, f"undo{number}", paid.undo, right - 36, y - 24, 48, 48, icon_dp=20.0, tint=c.ink2)
            right -= 44
        right -= pen.text(paid.amount, right, y, 18, c.ink, align="right") + 8
        pen.text(paid.title, left + 28, y - 10.5, 16, c.ink, width=right - left - 28)
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
            width = pen.measure(view.text, 16, bold)
            left = max(6.0, (self.w - width - 30) / 2)
            pen.icon(view.icon, left + 11, middle, 22, ink)
            pen.text(view.text, left + 30, middle, 16, ink, bold=bold, width=self.w - left - 34)
            return
        pen.icon(view.icon, 26, middle, 24, ink)
        pen.text(view.text, 49, middle - (8 if detail else 0), 18, ink, bold=bold, width=self.w - 55)
        pen.text(detail, 49, middle + 11.5, 14, quiet, width=self.w - 55)


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


class CashPane(Pane):
    """Cash on a large screen: received and change, notes, keypad, confirm. View: a `CashPaneView`."""

    def draw(self, pen: Pen) -> None:
        """Card above, notes and keys, the blue button below."""
        c = self.look.colours
        view: CashPaneView = self.view
        tall = self.h > 650
        card, confirm, gap = (144.0, 96.0, 24.0) if tall else (108.0, 72.0, 12.0)
        pen.card(0, 0, self.w, card)
        right = self.w - 25
        pen.text(view.change_label, right, card * 0.23, 16, c.ink2, align="right")
        size = 72.0 if tall else 48.0
        while pen.measure(view.change, size, True) > self.w * 0.58 and size > 28:
            size -= 4
        pen.text(view.change, right, card * 0.6, size, c.tone(view.change_tone), bold=True, align="right")
        size = 40.0 if tall else 32.0
        while pen.measure(view.received, size, True) > self.w * 0.36 and size > 20:
            size -= 2
        pen.text(view.received_label, 25, card * 0.4, 16, c.ink2)
        pen.text(view.received, 25, card * 0.67, size, c.ink, bold=True)
        left = round(self.w * 0.38)
        if tall:
            pen.text(view.notes_label, 0, card + 34, 14, c.ink2, width=left)
            pen.text(view.keypad_label, left + 24, card + 34, 14, c.ink2, width=self.w - left - 24)
        top = card + (52 if tall else gap)
        bottom = self.h - confirm - gap
        notes(self, view, 0, top, left, bottom - top, 4)
        self.put(Keypad, "keypad", view.keypad, left + 24, top, self.w - left - 24, bottom - top)
        self.put(
            TillButton, "confirm", view.confirm, 0, self.h - confirm, self.w, confirm, style="primary",
            size_sp=28.0 if tall else 24.0, radius=12.0,
        )


def notes(pane: Pane, view: CashPaneView, x: float, top: float, width: float, height: float, rows: int) -> None:
    """The note buttons one above the other, in equal places for at least `rows`."""
    rows = max(rows, len(view.notes))
    high = (height - 8 * (rows - 1)) / rows
    for number, note in enumerate(view.notes):
        pane.put(TillButton, note.name, note, x, top + number * (high + 8), width, high, size_sp=24.0)


class SmallCashPane(Pane):
    """Cash on a small screen: sums, keypad in the middle, notes on the right. View: the whole `TenderView`."""

    def draw(self, pen: Pen) -> None:
        """Three columns."""
        c = self.look.colours
        whole: TenderView = self.view
        view = whole.pane
        if not isinstance(view, CashPaneView):
            return
        pen.fill(0, 0, self.w, self.h, c.bg)
        card = self.h - 96
        pen.card(8, 0, 280, card)
        y = 21.0
        for row in whole.rows_small:
            draw_sum(pen, self, row, 25, y, 246)
            y += 22
        pen.line(25, y - 5, 246)
        draw_big_sum(pen, self, SumRowView(whole.due_label, whole.due, strong=True), 25, y + 20, 246, 24)
        draw_big_sum(pen, self, SumRowView(view.received_label, view.received), 25, y + 50, 246, 20)
        pen.text(view.change_label, 25, card - 83, 14, c.ink2, width=246)
        size = 56.0
        while pen.measure(view.change, size, True) > 246 and size > 28:
            size -= 4
        pen.text(view.change, 25, card - 40, size, c.tone(view.change_tone), bold=True)
        self.put(
            TillButton, "confirm", view.confirm, 8, self.h - 88, 280, 80, style="primary", size_sp=22.0, radius=12.0
        )
        self.put(Keypad, "keypad", view.keypad, 296, 0, 296, self.h - 8)
        notes(self, view, 600, 0, self.w - 608, self.h - 8, 4)


def draw_big_sum(pen: Pen, pane: Pane, row: SumRowView, x: float, y: float, width: float, size: float) -> None:
    """A label with a larger bold amount."""
    c = pane.look.colours
    pen.text(row.label, x, y, 16, c.ink if row.strong else c.ink2, bold=row.strong)
    pen.text(row.amount, x + width, y, size, c.ink, bold=True, align="right")


class SideCard(Pane):
    """A card beside a code."""

    @staticmethod
    def height_for(pen: Pen, view: SideCardView, width: float, scale: float) -> float:
        """Its height in dp at a width."""
        title = 20 if view.icon else 16
        rows = len(pen.wrap(view.text, 16, width - 42, 5))
        titles = len(pen.wrap(view.title, title, width - 42, 3, True))
        height = 16.0 + (54 if view.icon else 0) + titles * (27 if view.icon else 24) * scale + 8 + rows * 22.6 * scale
        height += (33 if view.state else 0) + (85 if view.control else 0)
        return height + (14 if not view.control else 0)

    def draw(self, pen: Pen) -> None:
        """Icon, title, text, state, control."""
        c, scale = self.look.colours, self.look.font_scale
        view: SideCardView = self.view
        pen.card(0, 0, self.w, self.h)
        y = 16.0
        if view.icon:
            pen.icon(view.icon, 41, 41, 40, c.accent_ink)
            y = 74.0
        size, leading = (20.0, 27.0) if view.icon else (16.0, 24.0)
        y += pen.lines(
            view.title, 21, y + 13 * scale, size, c.ink, width=self.w - 42, leading=leading, bold=True, lines_max=3
        ) + 4
        y += 4 + pen.lines(view.text, 21, y + 11 * scale, 16, c.ink2, width=self.w - 42, leading=22.6, lines_max=5)
        if view.state:
            draw_sign(pen, self, view.state.tone, 29, y + 13, 18)
            pen.text(view.state.text, 45, y + 13, 14, c.ink, width=self.w - 66)
        if view.control:
            self.put(TillButton, "control", view.control, 21, self.h - 77, self.w - 42, 56, size_sp=18.0)


class QrPane(Pane):
    """A live code with its countdown, and cards beside it. View: a `QrPaneView`."""

    def draw(self, pen: Pen) -> None:
        """The card of the code, then the side."""
        view: QrPaneView = self.view
        small = self.look.form == "small"
        side = 232.0 if self.w > 640 else 210.0
        gap = 24.0 if self.w > 640 else 8.0
        edge = 8.0 if small else 0.0
        wide = self.w - side - gap - 2 * edge
        high = self.h - edge
        self._code(pen, view, edge, wide, high)
        x = edge + wide + gap
        y = 0.0
        limit = high - (80 if view.close else 0)
        for number, card in enumerate(view.cards):
            height = SideCard.height_for(pen, card, side, self.look.font_scale)
            if y + height > limit:
                if not card.control or y + 64 > limit:
                    continue
                # No room for the words: what it does must still be there.
                self.put(TillButton, f"card{number}", card.control, x, y, side, 64, size_sp=18.0)
                y += 72
                continue
            self.put(SideCard, f"card{number}", card, x, y, side, height)
            y += height + (8 if small else 16)
        if view.close:
            self.put(TillButton, "close", view.close, x, high - 64, side, 64, size_sp=18.0)

    def _code(self, pen: Pen, view: QrPaneView, x: float, width: float, height: float) -> None:
        """Title, code, amount, countdown and state; beside the code where the card is low."""
        c = self.look.colours
        pen.card(x, 0, width, height)
        tall = height > 600
        room = 330.0 if tall else min(height - 16, width * 0.62)
        middle = x + width / 2
        top = 55.0
        words, y = width - 32, 415.0
        if tall:
            size = 20.0
            while pen.measure(view.title.replace("**", ""), size, True) > width - 24 and size > 14:
                size -= 1
            pen.rich(view.title, middle, 39, size, c.ink, align="centre")
        else:
            top = (height - room) / 2
            words = width - room - 36
            middle = x + width - 16 - words / 2
            pen.lines(
                view.title.replace("**", ""), middle, 30, 16, c.ink, width=words, leading=22, lines_max=4, align="centre"
            )
            y = height / 2 - 16
        if view.qr:
            left = middle - room / 2 if tall else x + 8
            self.put(TillQrCode, "code", view.qr, left, top, room, room)
        size = 40.0 if tall else 32.0
        while pen.measure(view.amount, size, True) > words and size > 20:
            size -= 2
        pen.text(view.amount, middle, y, size, c.ink, bold=True, align="centre")
        y += 49 if tall else 40
        if view.countdown:
            bar = min(258.0, words - 50)
            left = middle - (bar + 46) / 2
            draw_bar(pen, self, left, y, bar, view.left, c.sunken)
            pen.text(view.countdown, left + bar + 46, y + 0.5, 16, c.ink, bold=True, align="right")
            y += 39 if tall else 34
        self._state(pen, view, middle, y, words)
        if view.foot and tall:
            width = pen.measure(view.foot, 14)
            left = middle - (width + 26) / 2
            pen.icon("monitor", left + 9, height - 35, 18, c.ink2)
            pen.text(view.foot, left + 26, height - 35, 14, c.ink2)

    def _state(self, pen: Pen, view: QrPaneView, middle: float, y: float, width: float) -> None:
        c = self.look.colours
        room = min(pen.measure(view.state.text, 16), width - 28)
        left = middle - (room + 28) / 2
        draw_sign(pen, self, view.state.tone, left + 10, y, 20)
        pen.lines(
            view.state.text, left + 28, y, 16, c.tone(view.state.tone), width=width - 28, leading=22, lines_max=4
        )


class CardPane(Pane):
    """A bank terminal that stands alone. View: a `CardPaneView`."""

    def draw(self, pen: Pen) -> None:
        """What to do there, how much, and the button for when it worked."""
        c, scale = self.look.colours, self.look.font_scale
        view: CardPaneView = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 0.0
        confirm = 72.0 if small else 96.0
        low = self.h - edge - confirm
        pen.card(edge, 0, self.w - 2 * edge, low - 16)
        left, room = edge + 25, self.w - 2 * edge - 50
        pen.icon("credit-card", left + 16, 40 if small else 52, 32, c.accent_ink)
        pen.text(view.title, left + 48, 40 if small else 52, 24 if not small else 20, c.ink, bold=True, width=room - 48)
        y = 88.0 if small else 130.0
        pen.text(view.amount, left, y, 56 if small else 72, c.ink, bold=True)
        y += 60 if small else 84
        for number, step in enumerate(view.steps):
            pen.text(f"{number + 1}", left + 12, y, 18, c.accent_ink, bold=True, align="centre")
            y += pen.lines(step, left + 36, y, 18, c.ink, width=room - 36, leading=25) + (4 if small else 14) * scale
        if view.note:
            pen.lines(view.note, left, y + 8, 16, c.ink2, width=room, leading=22, lines_max=3)
        back = 0.0
        if view.cancel:
            back = min(200.0, self.w * 0.3)
            self.put(TillButton, "cancel", view.cancel, edge, low, back, confirm, size_sp=18.0)
            back += 12
        self.put(
            TillButton, "confirm", view.confirm, edge + back, low, self.w - 2 * edge - back, confirm, style="primary",
            size_sp=24.0 if not small else 20.0, radius=12.0,
        )


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
