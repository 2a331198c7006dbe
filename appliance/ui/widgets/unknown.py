"""The parts of the screen for a payment nobody knows the outcome of."""

from typing import Any

from appliance.ui.views.parts import ControlView
from appliance.ui.views.paying import PaymentUnknownView
from appliance.ui.widgets.control import Control
from appliance.ui.widgets.marks import Notice, draw_bar, draw_sign
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen


class TillHappenedPane(Pane):
    """What happened and when we ask again. View: the whole `PaymentUnknownView`."""

    def draw(self, pen: Pen) -> None:
        """A card with an amber edge."""
        c = self.look.colours
        view: PaymentUnknownView = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 24.0
        width, bottom = self.w - edge, self.h - edge
        pen.fill(0, 0, self.w, self.h, c.bg)
        pen.box(edge, edge, 40, bottom - edge, c.warn, None, 12)
        pen.box(edge + 8, edge, width - 8, bottom - edge, c.surface, c.line, 12)
        left, right = edge + 33, self.w - 33
        y = edge + (36 if small else 55)
        sign = 48 if not small else 36
        room = right - left - sign - 16
        size = pen.fit(view.title, 32 if not small else 20, room, 18, True)
        pen.icon("circle-question-mark", left + sign / 2, y + (11 if not small else 8), sign, c.warn)
        pen.text(view.title, left + sign + 16, y, size, c.ink, bold=True, width=room)
        detail = pen.fit(view.detail, 18 if not small else 16, room, 14)
        pen.lines(
            view.detail,
            left + sign + 16,
            y + (31 if not small else 24),
            detail,
            c.ink2,
            width=room,
            leading=17,
        )
        y += 79 if not small else 58
        pen.text(view.tender, left, y, 16, c.ink2)
        pen.text(view.amount, left, y + (47 if not small else 34), 56 if not small else 40, c.ink, bold=True)
        pen.text(view.next_label, right, y + (20 if not small else 4), 16, c.ink2, align="right")
        pen.text(
            view.next_in,
            right,
            y + (55 if not small else 36),
            32 if not small else 24,
            c.ink,
            bold=True,
            align="right",
        )
        y += 102 if not small else 66
        draw_bar(pen, self, left, y, right - left, view.progress, c.sunken)
        y += 39 if not small else 22
        self._draw_events(pen, view, left, right, y, bottom - (43 if not small else 24))

    def _draw_events(
        self, pen: Pen, view: PaymentUnknownView, left: float, right: float, y: float, promise: float
    ) -> None:
        """What happened so far, newest last, and what is promised below if there is room."""
        c, small = self.look.colours, self.look.form == "small"
        step = (34.2 if not small else 27) * self.look.font_scale
        fits = max(1, int((promise - y - 8) / step) + 1)
        for event in view.events[-fits:]:
            x = left + pen.text(event.at, left, y, 16, c.ink2)
            draw_sign(pen, self, event.tone, x + 26, y, 20)
            size = pen.fit(event.text, 16, right - x - 48, 14)
            pen.text(event.text, x + 48 + (4 if size == 16 else 0), y, size, c.ink, width=right - x - 48)
            y += step
        if y < promise + 4:
            pen.icon("shield-check", left + 11, promise, 22, c.ink2)
            pen.lines(
                view.promise,
                left + 34,
                promise,
                16 if not small else 14,
                c.ink2,
                width=right - left - 34,
                leading=19,
                middle=True,
            )


class Step(Control):
    """A large button with an icon, what it does, and what that means."""

    def __init__(self, **kwargs: Any) -> None:
        self.first = False
        super().__init__(**kwargs)

    def draw(self, pen: Pen) -> None:
        """The first is the blue one."""
        c = self.look.colours
        view: ControlView = self.view
        fill, ink, quiet, edge = c.surface, c.ink, c.ink2, c.edge
        if self.first:
            fill, ink, quiet, edge = c.accent, c.on_accent, c.on_accent, c.accent
        if not view.enabled:
            fill, ink, quiet, edge = c.sunken, c.ink2, c.ink2, c.line
        if self.pressed:
            fill, ink, quiet = ink, fill, fill
        pen.box(0, 0, self.w, self.h, fill, edge, 12)
        low = self.h < 80
        icon = 32 if self.first else 28
        left = 25.0 if not low else 16.0
        pen.icon(view.icon, left + icon / 2, self.h / 2, icon if not low else 24, ink)
        x = left + icon + (20 if not low else 12)
        size = (24.0 if self.first else 20.0) if not low else 18.0
        detail = view.detail if view.enabled or not view.why else view.why
        middle = self.h / 2
        pen.text(view.text, x, middle - (11 if not low else 10), size, ink, bold=True, width=self.w - x - 12)
        size = pen.fit(detail, 16 if self.first or low else 18, self.w - x - 12, 14)
        pen.text(detail, x, middle + (14 if not low else 13), size, quiet, width=self.w - x - 12)


class TillStepsPane(Pane):
    """What may be done now. View: the whole `PaymentUnknownView`."""

    def draw(self, pen: Pen) -> None:
        """The steps under each other, the notice at the bottom."""
        c = self.look.colours
        view: PaymentUnknownView = self.view
        small = self.look.form == "small"
        edge = 8.0 if small else 24.0
        width = self.w - edge
        pen.fill(0, 0, self.w, self.h, c.bg)
        y = edge
        if not small:
            pen.text(view.steps_title, 0, 46, 20, c.ink, bold=True, width=width)
            y = 84.0
        room = self.h - y - edge
        notice = Notice.height_for(pen, view.notice, width, self.look.font_scale) if view.notice else 0.0
        gap = 8.0 if small else 16.0
        high = min(
            88.0, (room - (notice + gap if notice else 0) - gap * 3) / max(len(view.steps), 1) - gap / 4
        )
        for number, step in enumerate(view.steps):
            tall = high + (8 if not number and not small else 0)
            self.put(Step, step.name, step, 0, y, width, tall, first=number == 0)
            y += tall + gap
        if view.notice:
            self.put(Notice, "notice", view.notice, 0, self.h - edge - notice, width, notice)
