"""The column of goods at hand: what is done, the product, how many, and the one blue button."""

from appliance.ui.views.stock import StockEntryView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.keyboard import Keypad
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.sheets_inside import Confirm

KEYPAD_MAX = 4 * 80.0


class TillStockPane(Pane):
    """View: a `StockEntryView`."""

    def draw(self, pen: Pen) -> None:
        """Kind, product and reason from the top; button and keys from the bottom."""
        view: StockEntryView = self.view
        small = self.look.form == "small"
        edge, gap = (8.0, 8.0) if small else (12.0, 12.0)
        width = self.w - 2 * edge
        pen.fill(0, 0, self.w, self.h, self.look.colours.bg)
        y = edge
        wide = width
        if view.reason and small:
            # A small screen has no row to spare: what and why stand beside each other.
            wide = min(132.0, width / 2)
            left, rest = edge + wide + 8, width - wide - 8
            self.put(TillButton, "reason", view.reason, left, y, rest, 48, size_sp=16.0)
        self.put(TillButton, "kind", view.kind, edge, y, wide, 48, size_sp=16.0)
        y += 48 + gap
        high = 76.0 if small else 148.0
        self._goods(pen, view, edge, y, width, high)
        y += high + gap
        if view.reason and not small:
            self.put(TillButton, "reason", view.reason, edge, y, width, 56, size_sp=16.0)
            y += 56 + gap
        pay = 64.0 if small else 96.0
        bottom = self.h - edge - pay
        self.put(Confirm, "confirm", (view.confirm, ""), edge, bottom, width, pay)
        bottom -= gap
        keys = min(bottom - y, KEYPAD_MAX)
        self.put(Keypad, "keypad", view.keypad, edge, bottom - keys, width, keys)

    def _goods(self, pen: Pen, view: StockEntryView, x: float, y: float, width: float, high: float) -> None:
        """Name and number, and the amount as it is typed: below them, or beside where height is short."""
        c = self.look.colours
        beside = high < 100
        pen.card(x, y, width, high)
        left, right, room = x + 16, x + width - 16, width - 32
        if not view.name:
            pen.lines(view.hint, left, y + high / 2, 16, c.ink2, width=room, leading=22, middle=True)
            return
        unit = pen.measure(view.unit, 16) + 8
        shown = view.amount or "0"
        size = pen.fit(shown, 32 if beside else 56, room / (2.4 if beside else 1.2) - unit, 18, True)
        amount_y = y + (high / 2 if beside else high - 42)
        if beside:
            room -= pen.measure(shown, size, True) + unit + 12
        name_y = y + (26 if beside else 28)
        pen.text(
            view.name, left, name_y, pen.fit(view.name, 20, room, 14, True), c.ink, bold=True, width=room
        )
        pen.text(view.detail, left, name_y + 26, pen.fit(view.detail, 14, room, 12), c.ink2, width=room)
        right -= pen.text(view.unit, right, amount_y, 16, c.ink2, align="right") + 8
        ink = c.ink if view.amount else c.ink2
        right -= pen.text(shown, right, amount_y, size, ink, bold=True, align="right")
        if not view.amount:
            pen.fill(right + pen.measure(shown, size, True) + 2, amount_y - size / 2, 2, size, c.accent)
