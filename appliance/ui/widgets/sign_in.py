"""The parts of signing in: people, languages, PIN."""

from typing import Any

from appliance.ui.views.parts import ControlView
from appliance.ui.views.people import PersonView, SignInView
from appliance.ui.widgets.control import Control
from appliance.ui.widgets.keyboard import Keypad
from appliance.ui.widgets.marks import Notice, draw_avatar
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.scroll import Scroller


class Person(Control):
    """Someone to choose. Without an initial it is for all others, in a dashed frame."""

    @property
    def control(self) -> ControlView:
        """The person's control."""
        return self.view.control  # type: ignore[no-any-return]  # views are kept as Any by the pane

    def draw(self, pen: Pen) -> None:
        """Avatar, name, role and shift."""
        c, scale = self.look.colours, self.look.font_scale
        view: PersonView = self.view
        chosen = view.control.selected or self.pressed
        others = not view.initial
        if chosen:
            pen.box(0, 0, self.w, self.h, c.accent_soft, c.accent, 12, 2)
        elif others:
            pen.dashed_box(0, 0, self.w, self.h, c.surface, c.edge, 12)
        else:
            pen.card(0, 0, self.w, self.h)
        middle = self.h / 2
        size = 56.0 if self.w > 180 else 44.0
        if others:
            pen.box(45 - size / 2, middle - size / 2, size, size, c.sunken, None, size / 2)
            pen.icon("ellipsis", 45, middle, 24, c.ink)
        else:
            draw_avatar(pen, self, view.initial, 45 if size == 56 else 32, middle, size, chosen)
        x = 89.5 if size == 56 else 62
        room = self.w - x - 8
        first = middle - 10 * len(view.lines) * scale
        if len(view.lines) == 2:
            first = middle - 20 * scale
        name = pen.fit(view.control.text, 18 if others or size < 56 else 20, room, 16, True)
        pen.text(view.control.text, x, first, name, c.ink, bold=True, width=room)
        y = first + (24 if len(view.lines) else 0) * scale
        for line in view.lines:
            pen.text(line, x, y, 14, c.ink2, width=room)
            y += 19.8 * scale


class TillPeoplePane(Pane):
    """Greeting, people, languages. View: the whole `SignInView`."""

    def draw(self, pen: Pen) -> None:
        """People in three columns, languages at the bottom."""
        c, scale = self.look.colours, self.look.font_scale
        view: SignInView = self.view
        small = self.look.form == "small"
        edge = 16.0 if small else (64.0 if self.look.form in ("large", "wide") else 32.0)
        right = 16.0 if small else 48.0
        pen.fill(0, 0, self.w, self.h, c.bg)
        width = self.w - edge - right
        y = 24.0 if small else 78.0
        pen.text(view.title, edge, y, 40 if not small else 24, c.ink, bold=True, width=width)
        y += 40 if not small else 28
        pen.text(view.detail, edge, y, 20 if not small else 16, c.ink2, width=width)
        y += 46 if not small else 20
        bottom = self._languages(pen, view, edge, width, small)
        columns = 3 if width > 600 else 2
        gap, high = (16.0, 104.0 * scale) if not small else (8.0, 76.0 * scale)
        rows = -(-len(view.people) // columns)
        if rows * (high + gap) > bottom - y:
            gap, high = 8.0, max(64.0 * scale, min(high, (bottom - y) / rows - 8))
        self.put(
            People, "people", view.people, edge, y, width, bottom - y, columns=columns, high=high, gap=gap
        )

    def _languages(self, pen: Pen, view: SignInView, edge: float, width: float, small: bool) -> float:
        """Languages, and above them the reader or the notice; where the people must end."""
        c = self.look.colours
        bottom = self.h - (32 if not small else 8) - 48
        x = edge
        for language in view.languages:
            wide = pen.measure(language.text, 16, language.selected) + (62 if language.selected else 34)
            self.put(LanguageButton, language.name, language, x, bottom, wide, 48)
            x += wide + 8
        bottom -= 12
        if view.notice:
            height = Notice.height_for(pen, view.notice, width, self.look.font_scale)
            bottom -= height
            self.put(Notice, "notice", view.notice, edge, bottom, width, height)
        elif view.reader and not small:
            pen.icon("nfc", edge + 12, bottom - 23, 24, c.ink2)
            pen.text(view.reader, edge + 36, bottom - 23, 16, c.ink2, width=width - 36)
            bottom -= 46
        return bottom - 8


class People(Scroller):
    """All who may sign in. View: the people."""

    def __init__(self, **kwargs: Any) -> None:
        self.columns = 3
        self.high = 104.0
        self.gap = 16.0
        super().__init__(**kwargs)

    def draw(self, pen: Pen) -> None:
        """In columns; the list scrolls when there are more than fit."""
        wide = (self.w - self.gap * (self.columns - 1)) / self.columns
        step = self.high + self.gap
        for number, person in enumerate(self.view):
            top = number // self.columns * step
            if self.is_seen(top, self.high):
                x = number % self.columns * (wide + self.gap)
                self.put(Person, person.control.name, person, x, top - self.offset, wide, self.high)
        self.extent = -(-len(self.view) // self.columns) * step - self.gap


class LanguageButton(Control):
    """A language by its own name; the one that holds has a tick and an accent edge."""

    def draw(self, pen: Pen) -> None:
        """Box, tick, name."""
        c, view = self.look.colours, self.view
        fill, ink = (c.ink, c.surface) if self.pressed else (c.surface, c.ink)
        pen.box(
            0, 0, self.w, self.h, fill, c.accent if view.selected else c.line, 8, 2 if view.selected else None
        )
        x = 16.0
        if view.selected:
            pen.icon("check", 26, self.h / 2, 20, ink)
            x = 44.0
        pen.text(view.text, x, self.h / 2, 16, ink, bold=view.selected)


class TillPinPane(Pane):
    """Name, dots and keys. View: the whole `SignInView`."""

    def draw(self, pen: Pen) -> None:
        """From the top; keys take what is left."""
        c = self.look.colours
        view: SignInView = self.view
        small = self.look.form == "small"
        pen.fill(0, 0, self.w, self.h, c.surface)
        pen.upright(0, 0, self.h)
        middle = (self.w + 1) / 2
        edge = 48.0 if not small else 16.0
        y = 58.0 if not small else 22.0
        room = self.w - 2 * edge
        pen.text(
            view.pin_title, middle, y, 24 if not small else 18, c.ink, bold=True, align="centre", width=room
        )
        y += 29 if not small else 24
        colour = c.bad if view.pin_bad else c.ink2
        used = pen.lines(
            view.pin_detail,
            middle,
            y,
            18 if not small else 14,
            colour,
            width=room,
            leading=22,
            align="centre",
        )
        y += 56 if not small else 24
        y += (used - 22) / 2
        draw_dots(pen, self, view.pin_length, view.pin_typed, middle, y, 40.0 if not small else 32.0)
        top = y + (44 if not small else 20)
        bottom = self.h - (78 if not small else 8)
        self.put(Keypad, "keypad", view.keypad, edge + 1, top, self.w - 2 * edge, bottom - top)
        if view.foot and not small:
            pen.lines(
                view.foot,
                middle,
                self.h - 42,
                16,
                c.ink2,
                width=self.w - 32,
                leading=21,
                align="centre",
                middle=True,
            )


def draw_dots(pen: Pen, pane: Pane, length: int, typed: int, centre_x: float, y: float, step: float) -> None:
    """A dot for each digit of a PIN, filled once it is typed."""
    c = pane.look.colours
    left = centre_x - step * (length - 1) / 2
    size = 20.0 if step >= 40 else 16.0
    for number in range(length):
        x = left + number * step - size / 2
        pen.box(x, y - size / 2, size, size, c.ink if number < typed else c.surface, c.ink, size / 2, 2)
