"""A coupon, a pass, a purchase: two lines with a sign before them and a control or an amount behind."""

from appliance.ui.views.sale import BenefitView, FactView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.scroll import Scroller

ROW = 50.0
SHEET_ROW = 64.0


def draw_benefit(pane: Pane, pen: Pen, view: BenefitView, left: float, y: float, right: float) -> None:
    """The row whose first line has its middle at `y`, between two edges of the pane."""
    c = pane.look.colours
    pen.icon(view.icon, left + 10, y + 9, 20, c.ink2)
    if view.action:
        width = pen.measure(view.action.text, 16, True) + 24
        pane.put(
            TillButton, view.action.name, view.action, right - width + 12, y - 14, width, 48, style="text"
        )
        right -= width
    elif view.aside:
        right -= pen.text(view.aside, right, y, 16, c.ink, bold=True, align="right") + 12
    pen.text(view.title, left + 32, y, 16, c.ink if view.usable else c.ink2, width=right - left - 36)
    pen.text(view.detail, left + 32, y + 20.5, 14, c.ink2, width=right - left - 36)


def draw_facts(pane: Pane, pen: Pen, facts: tuple[FactView, ...], left: float, y: float, room: float) -> None:
    """Labels over bold values, beside each other; `y` is the middle of the labels."""
    c = pane.look.colours
    widths = []
    for fact in facts:
        value = pen.measure(fact.value, 18, True)
        extra = pen.measure(fact.extra, 14, True) + 5 if fact.extra else 0
        widths.append(max(pen.measure(fact.label, 14), value + extra))
    spare = (room - sum(widths)) / max(1, len(widths))
    x = left
    for fact, width in zip(facts, widths, strict=True):
        pen.text(fact.label, x, y, 14, c.ink2)
        end = x + pen.text(fact.value, x, y + 23, 18, c.ink, bold=True)
        pen.text(fact.extra, end + 5, y + 24.5, 14, c.ok, bold=True)
        x += width + min(spare * 1.32, 44)


class BenefitRows(Scroller):
    """Rows under each other, as many as there are. View: `BenefitView`s."""

    def draw(self, pen: Pen) -> None:
        """Each as high as a finger needs."""
        high = SHEET_ROW * self.look.font_scale
        for number, row in enumerate(self.view):
            if self.is_seen(number * high, high):
                self.put(BenefitRow, f"row{number}", row, 0, number * high - self.offset, self.w, high)
        self.extent = len(self.view) * high


class BenefitRow(Pane):
    """One of them in a list. View: a `BenefitView`."""

    def draw(self, pen: Pen) -> None:
        """The row with a line under it."""
        draw_benefit(self, pen, self.view, 0, self.h / 2 - 10, self.w - 12)
        pen.line(0, self.h - 1, self.w)
