"""What the customer sees: basket on the left, the sum with code or thanks on the right."""

from appliance.ui.views.people import CustomerLineView, CustomerView
from appliance.ui.widgets.marks import chip_width as width_of_chip
from appliance.ui.widgets.marks import draw_chip, draw_sum
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.qr import TillQrCode


class TillCustomerLinesPane(Pane):
    """The lines of the basket, the newest always in sight. View: the whole `CustomerView`."""

    def draw(self, pen: Pen) -> None:
        """Header, lines from the top, the sums at the bottom."""
        c, scale = self.look.colours, self.look.font_scale
        view: CustomerView = self.view
        pen.fill(0, 0, self.w, self.h, c.surface)
        small = self.look.form == "small"
        left = 40.0 if not small else 20.0
        right = self.w - left
        logo = 40 if not small else 28
        head = 52.0 if not small else 34.0
        pen.logo(left, head - logo / 2, logo)
        x = left + logo + 16
        taken = pen.text(view.member, right, head, 20 if not small else 16, c.ink2, align="right")
        pen.text(view.shop, x, head, 28 if not small else 20, c.ink, bold=True, width=right - taken - x - 12)
        bottom = self.h - 16
        for row in reversed(view.sums):
            draw_sum(pen, self, row, left, bottom - 29, right - left, 20 if not small else 16)
            bottom -= 36 * scale
        step = (60 if not small else 44) * scale
        top = 96.0 if not small else 64.0
        fits = max(1, int((bottom - top - 8) / step))
        for number, line in enumerate(view.lines[-fits:]):
            self._line(pen, line, left, right, top + number * step, step)

    def _line(
        self, pen: Pen, line: CustomerLineView, left: float, right: float, top: float, step: float
    ) -> None:
        c = self.look.colours
        small = self.look.form == "small"
        big, less = (24.0, 18.0) if not small else (18.0, 14.0)
        y = top + step / 2 + 1
        pen.text(line.amount, right, y, big, c.ink, bold=True, align="right")
        room = right - (112 if not small else 84)
        if line.quantity:
            pen.text(line.quantity, room, y, big, c.ink2, align="right")
            room -= pen.measure(line.quantity, big) + 12
        x = left + pen.text(line.name, left, y, big, c.ink, width=room - left) + 12
        if line.offer and room - x > 40:
            x += pen.text(line.offer, x, y + 2, less, c.ok, bold=True, width=room - x) + 12
        if line.detail and room - x > 40:
            pen.text(line.detail, x, y + 2, less, c.ink2, width=room - x)
        pen.line(left, top + step - c.line_dp, right - left)


class TillCustomerSumPane(Pane):
    """The sum, and the code to pay with. View: the whole `CustomerView`."""

    def draw(self, pen: Pen) -> None:
        """All in the middle of the column."""
        c = self.look.colours
        view: CustomerView = self.view
        pen.fill(0, 0, self.w, self.h, c.bg)
        small = self.look.form == "small"
        middle, room = self.w / 2, self.w - 24
        top = 0.0 if view.qr else self.h / 2 - (150 if not small else 90)
        scale = 1.0 if not small else 0.62
        pen.text(
            view.amount_label,
            middle,
            top + 50 * scale,
            24 if not small else 18,
            c.ink2,
            align="centre",
            width=room,
        )
        size = 88.0 if not small else 56.0
        while size > 28 and pen.measure(view.amount, size, True) > room:
            size -= 4
        pen.text(view.amount, middle, top + 123 * scale, size, c.ink, bold=True, align="centre")
        if view.saved:
            chip = 20.0 if not small else 14.0
            width = width_of_chip(pen, view.saved, chip, True)
            draw_chip(pen, self, view.saved, middle - width / 2, top + 188 * scale, size=chip, bold=True)
        if view.qr:
            card = min(370.0, self.w - 32, self.h - (430 if not small else 212))
            upper = 270.0 if not small else 132.0
            pen.card(middle - card / 2, upper, card, card, 16)
            self.put(TillQrCode, "code", view.qr, middle - card / 2 + 4, upper + 4, card - 8, card - 8)
            y = upper + card + (83 if not small else 26)
            pen.rich(view.qr_title, middle, y, 24 if not small else 16, c.ink, align="centre")
            pen.text(
                view.qr_detail,
                middle,
                y + (34 if not small else 24),
                18 if not small else 14,
                c.ink2,
                align="centre",
                width=room,
            )


class TillCustomerWordsPane(Pane):
    """Welcome or thanks, over the whole screen. View: the whole `CustomerView`."""

    def draw(self, pen: Pen) -> None:
        """Logo and shop above, the words in the middle."""
        c = self.look.colours
        view: CustomerView = self.view
        small = self.look.form == "small"
        pen.fill(0, 0, self.w, self.h, c.surface)
        middle, y = self.w / 2, self.h / 2
        room = self.w - 48
        if view.kind == "done":
            sign = 64 if not small else 48
            pen.icon("circle-check", middle, y - (190 if not small else 130), sign, c.ok)
            pen.text(
                view.headline,
                middle,
                y - (110 if not small else 76),
                40 if not small else 28,
                c.ink,
                bold=True,
                align="centre",
                width=room,
            )
            pen.text(
                view.amount_label,
                middle,
                y - (30 if not small else 20),
                24 if not small else 18,
                c.ink2,
                align="centre",
                width=room,
            )
            size = 144.0 if not small else 72.0
            while size > 40 and pen.measure(view.amount, size, True) > room:
                size -= 8
            pen.text(
                view.amount,
                middle,
                y + (70 if not small else 40),
                size,
                c.accent_ink,
                bold=True,
                align="centre",
            )
            pen.text(
                view.detail,
                middle,
                y + (190 if not small else 110),
                24 if not small else 18,
                c.ink2,
                align="centre",
                width=room,
            )
            return
        logo = 128 if not small else 80
        pen.logo(middle - logo / 2, y - logo - 40, logo)
        pen.text(
            view.shop, middle, y + 10, 40 if not small else 28, c.ink, bold=True, align="centre", width=room
        )
        pen.text(view.headline, middle, y + 78, 32 if not small else 20, c.ink, align="centre", width=room)
        pen.text(view.detail, middle, y + 128, 24 if not small else 16, c.ink2, align="centre", width=room)
