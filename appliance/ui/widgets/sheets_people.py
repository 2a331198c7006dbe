"""What stands in the sheets about people: a form with keys, a member with all there is about them."""

from appliance.ui.views.parts import KeyboardView
from appliance.ui.views.sheets import FormSheetView, PersonSheetView
from appliance.ui.widgets.benefit import BenefitRows, draw_facts
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.keyboard import Keyboard, Keypad
from appliance.ui.widgets.marks import draw_chip
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.sheets_inside import EDGE, Confirm, Field, Inside


class FormSheet(Inside):
    """Fields, choices, and the keys that the field with the focus needs. View: a `FormSheetView`."""

    def draw(self, pen: Pen) -> None:
        """Fields from the top, the blue button at the bottom, keys between."""
        view: FormSheetView = self.view
        small = self.look.form == "small"
        y = self.head(pen, view.title, "" if small else view.detail, view.close) + (8 if small else 0)
        y = self._fields(view, y, small)
        if view.trouble:
            pen.text(view.trouble, EDGE, y + 4, 14, self.look.colours.bad, width=self.w - 2 * EDGE)
            y += 20
        bottom = self.h - (12 if small else EDGE)
        high = 64.0 if small else 80.0
        bottom -= high
        left = EDGE
        for chip in view.chips if small else ():
            self.put(TillButton, chip.name, chip, left, bottom, 152, high, size_sp=16.0)
            left += 160
        self.put(Confirm, "confirm", (view.confirm, ""), left, bottom, self.w - EDGE - left, high)
        if not small:
            y = self._beside(pen, view, y)
        self._keys(view, y, bottom - (8 if small else 16))

    def _fields(self, view: FormSheetView, y: float, small: bool) -> float:
        """The first as wide as it needs to be, the others share a row; on a small screen all of them do."""
        width, high, gap = self.w - 2 * EDGE, 84.0, 12.0
        first, *others = view.fields
        if small and others:
            wide = (width - gap * len(others)) / (len(others) + 1.4)
            x = EDGE + wide * 1.4 + gap
            self.put(Field, "field0", first, EDGE, y, wide * 1.4, high)
        else:
            self.put(Field, "field0", first, EDGE, y, width, high)
            y += high + gap if others else 0
            wide = (width - gap * (len(others) - 1)) / max(1, len(others))
            x = EDGE
        for number, field in enumerate(others, start=1):
            self.put(Field, f"field{number}", field, x, y, wide, high)
            x += wide + gap
        return y + high + (4 if small else 12)

    def _beside(self, pen: Pen, view: FormSheetView, y: float) -> float:
        """Choices, and that a card may be tapped."""
        c = self.look.colours
        x = EDGE
        for chip in view.chips:
            wide = min(232.0, (self.w - 2 * EDGE - 8) / max(1, len(view.chips)))
            self.put(TillButton, chip.name, chip, x, y, wide, 48)
            x += wide + 16
        if view.reader:
            pen.icon("id-card", x + 10, y + 24, 20, c.accent_ink)
            pen.lines(
                view.reader, x + 28, y + 24, 14, c.ink2, width=self.w - EDGE - x - 28, leading=19, middle=True
            )
        return y + 60 if view.chips or view.reader else y

    def _keys(self, view: FormSheetView, y: float, bottom: float) -> None:
        width = self.w - 2 * EDGE
        if isinstance(view.keys, KeyboardView):
            high = Keyboard.HEIGHT
            self.put(Keyboard, "keyboard", view.keys, EDGE - 8, bottom - high, width + 16, high)
        else:
            high = min(bottom - y, 4 * 88.0)
            self.put(Keypad, "keypad", view.keys, EDGE, bottom - high, width, high)


class PersonSheet(Inside):
    """A member in full, or a list about them. View: a `PersonSheetView`."""

    def draw(self, pen: Pen) -> None:
        """Who, facts, rows, and what can be done at the bottom."""
        c = self.look.colours
        view: PersonSheetView = self.view
        small = self.look.form == "small"
        y = self.head(pen, view.title, view.detail, view.close)
        width = self.w - 2 * EDGE
        if view.chip:
            draw_chip(pen, self, view.chip, EDGE, y + 6, bold=True)
            y += 32
        if view.facts:
            draw_facts(self, pen, view.facts, EDGE, y + 8, width)
            y += 52
        bottom = self._controls(view, self.h - (12 if small else EDGE), width, small)
        pen.line(EDGE, y, width)
        if view.waiting:
            pen.lines(view.waiting, EDGE, y + 28, 16, c.ink2, width=width, leading=22, lines_max=3)
        else:
            self.put(BenefitRows, "rows", view.rows, EDGE, y + 1, width, bottom - y - 9)

    def _controls(self, view: PersonSheetView, bottom: float, width: float, small: bool) -> float:
        """Two in a row, or more where height is short; where the rows above end."""
        columns = min(len(view.controls), 4 if small else 2)
        if not columns:
            return bottom
        rows = -(-len(view.controls) // columns)
        wide, high = (width - 8 * (columns - 1)) / columns, 48.0 if small else 56.0
        top = bottom - rows * (high + 8) + 8
        for number, control in enumerate(view.controls):
            row, column = divmod(number, columns)
            x = EDGE + column * (wide + 8)
            self.put(TillButton, control.name, control, x, top + row * (high + 8), wide, high)
        return top
