"""What stands in a sheet: options, fields with a keypad, an approval, a list of actions."""

from typing import Any

from appliance.ui.views.parts import ControlView
from appliance.ui.views.sheets import (
    ApprovalSheetView,
    FieldView,
    MenuSheetView,
    OptionGroupView,
    OptionsSheetView,
    TypingSheetView,
)
from appliance.ui.widgets.control import Control, IconButton, TillButton
from appliance.ui.widgets.keyboard import Keypad
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.scroll import Scroller
from appliance.ui.widgets.sign_in import draw_dots

EDGE = 24.0


class Inside(Pane):
    """Base: surface, title with detail, ×."""

    def on_touch_down(self, touch: Any) -> bool:
        """The sheet takes all touches on it."""
        if not self.collide_point(*touch.pos):
            return False
        super().on_touch_down(touch)
        return True

    def head(self, pen: Pen, title: str, detail: str, close: ControlView, room: float | None = None) -> float:
        """Draw title and ×; where the rest begins."""
        c = self.look.colours
        small = self.look.form == "small"
        pen.box(0, 0, self.w + 16, self.h, c.surface, c.line, 16)
        width = (room or self.w) - 2 * EDGE - 48
        y = 28.0 if small else 44.0
        size = 24.0 if not small else 20.0
        used = pen.lines(title, EDGE, y, size, c.ink, width=width, leading=30, bold=True)
        bottom = y + used - 30
        if detail:
            y = bottom + (30 if not small else 24)
            bottom = (
                y + pen.lines(detail, EDGE, y, 16, c.ink2, width=width + 40, leading=22, lines_max=3) - 22
            )
        self.put(IconButton, "close", close, self.w - 60, 20 if not small else 6, 48, 48)
        return bottom + (24 if not small else 18)


class Choice(Control):
    """An answer to a question; the taken one has a tick and an accent edge."""

    def draw(self, pen: Pen) -> None:
        """Text, what it adds, tick."""
        c = self.look.colours
        view: ControlView = self.view
        fill, ink, edge = c.surface, c.ink, c.edge
        if self.pressed:
            fill, ink, edge = c.ink, c.surface, c.ink
        elif view.selected:
            fill, edge = c.accent_soft, c.accent
        pen.box(0, 0, self.w, self.h, fill, edge, 12, 2 if view.selected else None)
        middle = self.h / 2 - (10 if view.detail else 0)
        pen.lines(
            view.text,
            self.w / 2,
            middle,
            18,
            ink,
            width=self.w - 36,
            leading=20,
            bold=view.selected,
            align="centre",
            middle=True,
        )
        if view.detail:
            quiet = ink if self.pressed else (c.accent_ink if view.selected else c.ink2)
            pen.text(view.detail, self.w / 2, middle + 23, 14, quiet, align="centre", width=self.w - 12)
        if view.selected:
            pen.icon("check", self.w - 15, 15, 16, c.accent)


class Groups(Scroller):
    """The questions under each other. View: the option groups."""

    def draw(self, pen: Pen) -> None:
        """Title and answers, as many in a row as their words allow."""
        y = 0.0
        for number, group in enumerate(self.view):
            y = self._group(pen, group, number, y)
        self.extent = y

    def _group(self, pen: Pen, group: OptionGroupView, number: int, y: float) -> float:
        c = self.look.colours
        scale = self.look.font_scale
        if self.is_seen(y, 24):
            pen.text(group.title, 0, y - self.offset + 12, 16, c.ink, bold=True, width=self.w)
        y += 30 * scale
        widest = max((pen.measure(choice.text, 18, True) for choice in group.choices), default=0.0) + 40
        columns = max(1, min(len(group.choices), int((self.w + 8) / (max(widest, 80) + 8))))
        if columns < len(group.choices) and len(group.choices) <= 5 and self.w / len(group.choices) > 88:
            columns = len(group.choices)
        wide = (self.w - 8 * (columns - 1)) / columns
        high = 64.0 * scale
        for place, choice in enumerate(group.choices):
            top = y + place // columns * (high + 8)
            if self.is_seen(top, high):
                self.put(
                    Choice,
                    f"{number}/{place}",
                    choice,
                    place % columns * (wide + 8),
                    top - self.offset,
                    wide,
                    high,
                )
        rows = -(-len(group.choices) // columns)
        return y + rows * (high + 8) + 12


class OptionsSheet(Inside):
    """Options of a product. View: an `OptionsSheetView`."""

    def draw(self, pen: Pen) -> None:
        """Picture and name, questions, and at the bottom quantity and the verb with its price."""
        c = self.look.colours
        view: OptionsSheetView = self.view
        small = self.look.form == "small"
        top = self.head(
            pen, view.title, view.detail, view.close, self.w - (96 if view.art and not small else 0)
        )
        if view.art and not small:
            pen.box(self.w - 160, 20, 88, 88, c.sunken, None, 12)
            pen.picture(view.art, self.w - 116, 64, 76)
            top = max(top, 120.0)
        pay = 72.0 if small else 80.0
        bottom = self.h - pay - (16 if small else EDGE)
        width = self.w - 2 * EDGE
        back = 0.0
        stepper = view.minus is not None and view.plus is not None
        if stepper and small:
            # One row for quantity and verb, so that the questions keep the height there is.
            self._stepper(view, EDGE, bottom + (pay - 56) / 2)
            back = 196.0
        elif view.back:
            back = max(96.0, pen.measure(view.back.text, 18, True) + 32)
            self.put(TillButton, "back", view.back, EDGE, bottom, back, pay, size_sp=18.0, radius=12.0)
            back += 12
        self.put(Confirm, "confirm", (view.confirm, view.amount), EDGE + back, bottom, width - back, pay)
        bottom -= 12
        if stepper and not small:
            bottom -= 56
            pen.text(view.quantity_label, EDGE, bottom + 28, 16, c.ink)
            self._stepper(view, self.w - EDGE - 184, bottom)
            bottom -= 12
        pen.line(EDGE, bottom, width)
        self.put(Groups, "groups", view.groups, EDGE, top, width, bottom - top)

    def _stepper(self, view: OptionsSheetView, x: float, top: float) -> None:
        self.put(TillButton, "minus", view.minus, x, top, 56, 56, size_sp=18.0)
        self.pen.text(view.quantity, x + 92, top + 28, 24, self.look.colours.ink, bold=True, align="centre")
        self.put(TillButton, "plus", view.plus, x + 128, top, 56, 56, size_sp=18.0)


class Confirm(Control):
    """The blue button with a verb and an amount. View: (control, amount)."""

    @property
    def control(self) -> ControlView:
        """The button's control."""
        return self.view[0]  # type: ignore[no-any-return]  # views are kept as Any by the pane

    def draw(self, pen: Pen) -> None:
        """Verb left, amount right; the verb alone in the middle."""
        c = self.look.colours
        view, amount = self.view
        fill, ink = (c.accent, c.on_accent) if view.enabled else (c.sunken, c.ink2)
        if self.pressed:
            fill, ink = ink, fill
        pen.box(0, 0, self.w, self.h, fill, c.accent if self.pressed else None, 12)
        words = view.why if not view.enabled and view.why else view.text
        taken = (
            pen.text(amount, self.w - 20, self.h / 2, 28, ink, bold=True, align="right") if amount else 0.0
        )
        room = self.w - 40 - (taken + 12 if amount else 0)
        size = 24.0
        while size > 16 and pen.measure(words, size, view.enabled) > room:
            size -= 1
        if amount:
            pen.text(words, 20, self.h / 2, size, ink, bold=view.enabled, width=room)
        else:
            pen.text(words, self.w / 2, self.h / 2, size, ink, bold=view.enabled, align="centre", width=room)


class Field(Control):
    """A typed value. View: a `FieldView`."""

    @property
    def control(self) -> ControlView | None:
        """Touching it takes the focus, if there are several."""
        view: FieldView = self.view
        return view.control

    @property
    def label(self) -> str:
        """What is typed."""
        return str(self.view.text)

    def draw(self, pen: Pen) -> None:
        """Label, value with caret or hint, and what is wrong."""
        c = self.look.colours
        view: FieldView = self.view
        edge = c.bad if view.bad else (c.accent if view.focused else c.edge)
        pen.text(view.label, 0, 10, 14, c.ink2, width=self.w)
        pen.box(0, 24, self.w, 56, c.surface, edge, 8, 2 if view.focused or view.bad else None)
        x = 16.0
        if view.text:
            size = pen.fit(view.text, 24, self.w - 32, 14, True)
            x += pen.text(view.text, 16, 52, size, c.ink, bold=True, width=self.w - 32)
        else:
            pen.text(view.hint, 16, 52, 18, c.ink2, width=self.w - 32)
        if view.focused:
            pen.fill(min(x + 1, self.w - 12), 40, 2, 24, c.accent)
        pen.text(view.bad, 0, 92, 14, c.bad, width=self.w)


class TypingSheet(Inside):
    """Fields with a keypad. View: a `TypingSheetView`."""

    def draw(self, pen: Pen) -> None:
        """Fields from the top, the blue button at the bottom, keys between."""
        view: TypingSheetView = self.view
        small = self.look.form == "small"
        y = self.head(pen, view.title, view.detail, view.close)
        width = self.w - 2 * EDGE
        beside = self.h < 700 and len(view.fields) == 2
        for number, field in enumerate(view.fields):
            wide = (width - 12) / 2 if beside else width
            x = EDGE + (number * (wide + 12) if beside else 0)
            high = 100.0 if field.bad else 84.0
            self.put(Field, f"field{number}", field, x, y, wide, high)
            if not beside or number:
                y += high + (4 if small else 12)
        bottom = self.h - (12 if small else EDGE)
        if view.confirm:
            high = 64.0 if small else 80.0
            bottom -= high
            # A small screen has no row to spare: the other way stands beside the blue button.
            other = 136.0 if small and view.other else 0.0
            left = EDGE + (other + 8 if other else 0)
            self.put(Confirm, "confirm", (view.confirm, ""), left, bottom, width - left + EDGE, high)
            if view.other and small:
                self.put(TillButton, view.other.name, view.other, EDGE, bottom, other, high, size_sp=16.0)
            bottom -= 8 if small else 16
        if view.other and not small:
            self.put(TillButton, view.other.name, view.other, EDGE, y, width, 48, size_sp=16.0)
            y += 56
        high = min(bottom - y, 4 * 88.0)
        self.put(Keypad, "keypad", view.keypad, EDGE, bottom - high, width, high)


class ApprovalSheet(Inside):
    """Who may allow what a rule refused. View: an `ApprovalSheetView`."""

    def draw(self, pen: Pen) -> None:
        """Reason, who, dots, keys."""
        c = self.look.colours
        view: ApprovalSheetView = self.view
        small = self.look.form == "small"
        y = self.head(pen, view.title, view.reason, view.close)
        width = self.w - 2 * EDGE
        pen.icon("id-card", EDGE + 12, y + 12, 24, c.accent_ink)
        y += pen.lines(view.who, EDGE + 36, y + 12, 16, c.ink, width=width - 36, leading=22, lines_max=3) + 12
        if view.approvers:
            wide = (width - 8 * (len(view.approvers) - 1)) / len(view.approvers)
            for number, person in enumerate(view.approvers):
                self.put(TillButton, person.name, person, EDGE + number * (wide + 8), y, wide, 48)
            y += 60
        draw_dots(pen, self, view.pin_length, view.pin_typed, self.w / 2, y + 16, 40 if not small else 32)
        y += 40
        if view.bad:
            y += pen.lines(view.bad, self.w / 2, y + 8, 14, c.bad, width=width, leading=20, align="centre")
        bottom = self.h - (12 if small else EDGE)
        high = min(bottom - y - 8, 4 * 88.0)
        self.put(Keypad, "keypad", view.keypad, EDGE, bottom - high, width, high)


class MenuSheet(Inside):
    """A list of actions. View: a `MenuSheetView`."""

    def draw(self, pen: Pen) -> None:
        """The actions from the top, the one primary at the bottom."""
        view: MenuSheetView = self.view
        y = self.head(pen, view.title, view.detail, view.close) + 4
        width = self.w - 2 * EDGE
        bottom = self.h - EDGE
        if view.confirm:
            bottom -= 80
            self.put(Confirm, "confirm", (view.confirm, ""), EDGE, bottom, width, 80)
            bottom -= 12
        self.put(MenuRows, "rows", view.controls, EDGE, y, width, bottom - y)


class MenuRows(Scroller):
    """Actions under each other. View: the controls."""

    def draw(self, pen: Pen) -> None:
        """Each a full-width button."""
        high = 64.0 * self.look.font_scale
        for number, control in enumerate(self.view):
            top = number * (high + 8)
            if self.is_seen(top, high):
                self.put(
                    TillButton, f"row{number}", control, 0, top - self.offset, self.w, high, size_sp=18.0
                )
        self.extent = len(self.view) * (high + 8)
