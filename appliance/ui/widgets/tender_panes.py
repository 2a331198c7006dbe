"""The pane of each tender: cash, a live code, a bank terminal that stands alone."""

from appliance.ui.views.parts import SumRowView
from appliance.ui.views.paying import CardPaneView, CashPaneView, QrPaneView, SideCardView, TenderView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.keyboard import Keypad
from appliance.ui.widgets.marks import draw_bar, draw_sign, draw_sum
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.qr import TillQrCode


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
            TillButton,
            "confirm",
            view.confirm,
            0,
            self.h - confirm,
            self.w,
            confirm,
            style="primary",
            size_sp=28.0 if tall else 24.0,
            radius=12.0,
        )


def notes(
    pane: Pane, view: CashPaneView, x: float, top: float, width: float, height: float, rows: int
) -> None:
    """The note buttons one above the other, in equal places for at least `rows`."""
    rows = max(rows, len(view.notes))
    high = (height - 8 * (rows - 1)) / rows
    for number, note in enumerate(view.notes):
        pane.put(TillButton, note.name, note, x, top + number * (high + 8), width, high, size_sp=24.0)


class SmallCashPane(Pane):
    """Cash on a small screen: sums, keypad, notes from left to right. View: the whole `TenderView`."""

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
            TillButton,
            "confirm",
            view.confirm,
            8,
            self.h - 88,
            280,
            80,
            style="primary",
            size_sp=22.0,
            radius=12.0,
        )
        self.put(Keypad, "keypad", view.keypad, 296, 0, 296, self.h - 8)
        notes(self, view, 600, 0, self.w - 608, self.h - 8, 4)


def draw_big_sum(
    pen: Pen, pane: Pane, row: SumRowView, x: float, y: float, width: float, size: float
) -> None:
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
        height = (
            16.0
            + (54 if view.icon else 0)
            + titles * (27 if view.icon else 24) * scale
            + 8
            + rows * 22.6 * scale
        )
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
        y += (
            pen.lines(
                view.title,
                21,
                y + 13 * scale,
                size,
                c.ink,
                width=self.w - 42,
                leading=leading,
                bold=True,
                lines_max=3,
            )
            + 4
        )
        y += 4 + pen.lines(
            view.text, 21, y + 11 * scale, 16, c.ink2, width=self.w - 42, leading=22.6, lines_max=5
        )
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
            # What can be done must have its place, even if words must go for it.
            needed = sum(72 for later in view.cards[number + 1 :] if later.control)
            if y + height + needed > limit:
                if card.control:
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
        tall, column = height > 600, height > width
        room = 330.0 if tall else min(height - 16, width * 0.62)
        if column and not tall:
            room = min(width - 24, height - 230)
        middle = x + width / 2
        top = 55.0
        words, y = width - 32, 415.0
        if tall:
            size = 20.0
            while pen.measure(view.title.replace("**", ""), size, True) > width - 24 and size > 14:
                size -= 1
            pen.rich(view.title, middle, 39, size, c.ink, align="centre")
        elif column:
            pen.lines(
                view.title.replace("**", ""), middle, 26, 16, c.ink, width=words, leading=22, align="centre"
            )
            top, y = 60.0, room + 92
        else:
            top = (height - room) / 2
            words = width - room - 36
            middle = x + width - 16 - words / 2
            pen.lines(
                view.title.replace("**", ""),
                middle,
                30,
                16,
                c.ink,
                width=words,
                leading=22,
                lines_max=4,
                align="centre",
            )
            y = height / 2 - 16
        if view.qr:
            left = middle - room / 2 if column else x + 8
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
            view.state.text,
            left + 28,
            y,
            16,
            c.tone(view.state.tone),
            width=width - 28,
            leading=22,
            lines_max=4,
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
        pen.text(
            view.title,
            left + 48,
            40 if small else 52,
            24 if not small else 20,
            c.ink,
            bold=True,
            width=room - 48,
        )
        y = 88.0 if small else 130.0
        pen.text(view.amount, left, y, 56 if small else 72, c.ink, bold=True)
        y += 60 if small else 84
        for number, step in enumerate(view.steps):
            pen.text(f"{number + 1}", left + 12, y, 18, c.accent_ink, bold=True, align="centre")
            y += (
                pen.lines(step, left + 36, y, 18, c.ink, width=room - 36, leading=25)
                + (4 if small else 14) * scale
            )
        if view.note:
            pen.lines(view.note, left, y + 8, 16, c.ink2, width=room, leading=22, lines_max=3)
        back = 0.0
        if view.cancel:
            back = min(200.0, self.w * 0.3)
            self.put(TillButton, "cancel", view.cancel, edge, low, back, confirm, size_sp=18.0)
            back += 12
        self.put(
            TillButton,
            "confirm",
            view.confirm,
            edge + back,
            low,
            self.w - 2 * edge - back,
            confirm,
            style="primary",
            size_sp=24.0 if not small else 20.0,
            radius=12.0,
        )
