"""Things to touch: the base that follows a finger, and the buttons.

A control grabs its finger when it goes down and sends its intent when the finger is lifted on it.
A busy or disabled one swallows the touch, so that nothing behind it is hit by mistake.
"""

from typing import Any, Literal

from kivy.clock import Clock
from kivy.graphics import Color, Line

from appliance.ui.theme import CLEAR, Rgba
from appliance.ui.views.parts import ControlView, Intent
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen

ButtonStyle = Literal["primary", "secondary", "danger", "text", "quiet", "flat"]
SPINNER_STEP_S = 1 / 8
DRAGGED = "till.dragged"
"""Mark on a touch that has become the dragging of a list: no control fires for it any more."""


class Control(Pane):
    """Base of all controls. `control` has name and intent, or is None while there is nothing to do."""

    def __init__(self, **kwargs: Any) -> None:
        self.pressed = False
        self._meant: Intent | None = None
        super().__init__(**kwargs)

    @property
    def control(self) -> ControlView | None:
        """The control that this widget is; most show nothing else."""
        return self.view if isinstance(self.view, ControlView) else None

    @property
    def label(self) -> str:
        """What stands on it, for scripts."""
        control = self.control
        return control.text if control else ""

    @property
    def can_fire(self) -> bool:
        """Whether a touch now would do something."""
        control = self.control
        return control is not None and control.enabled and not control.busy

    def on_touch_down(self, touch: Any) -> bool:
        """Take a finger that lands here; children first."""
        if super().on_touch_down(touch):
            return True
        if self.control is None or not self.collide_point(*touch.pos):
            return False
        if self.can_fire:
            touch.grab(self)
            self._meant = self.control.intent
            self._press(True)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Let go of a finger that drags the list instead."""
        if touch.grab_current is self:
            self._press(self.collide_point(*touch.pos) and DRAGGED not in touch.ud)
            return True
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        """Fire when the finger is lifted here."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        self._press(False)
        control = self.control
        if DRAGGED in touch.ud or self.parent is None or control is None or not self.can_fire:
            return True
        # What a scan or a search has put under the finger meanwhile is not what the person meant.
        if control.intent == self._meant and self.collide_point(*touch.pos):
            self.emit(control.intent)
        return True

    def _press(self, pressed: bool) -> None:
        if pressed != self.pressed:
            self.pressed = pressed
            self.redraw()


class TillSpinner(Pane):
    """Three quarters of a ring turning in eight steps a second, redrawing only itself. View: its colour."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._colour = Color(0, 0, 0, 0)
            self._ring = Line(width=1.2 * self.look.density, cap="round")
        self._step = 0
        self._ticking: Any = None
        self.bind(parent=self._watched)

    def _watched(self, *_: Any) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        if self.parent is not None:
            self._ticking = Clock.schedule_interval(self._turn, SPINNER_STEP_S)

    def _turn(self, _: float) -> None:
        self._step = (self._step + 1) % 8
        self.redraw()

    def draw(self, pen: Pen) -> None:
        """The ring at its present step."""
        self._colour.rgba = self.view
        start = self._step * 45
        radius = self.width / 2 - 2 * self.look.density
        self._ring.circle = (self.center_x, self.center_y, radius, start, start + 270)


class TillButton(Control):
    """A button in one of the styles; `stacked` puts the icon above the text, `size` is the type size."""

    def __init__(self, **kwargs: Any) -> None:
        self.style: ButtonStyle = "secondary"
        self.size_sp = 16.0
        self.stacked = False
        self.radius = 8.0
        self.bold = True
        super().__init__(**kwargs)

    def _colours(self, view: ControlView) -> tuple[Rgba, Rgba, Rgba | None]:
        """Fill, text and edge for style and state."""
        c = self.look.colours
        if not view.enabled:
            return c.sunken, c.ink2, (c.edge if c.soft_edge else None)
        plain: dict[str, tuple[Rgba, Rgba, Rgba | None]] = {
            "primary": (c.accent, c.on_accent, None),
            "secondary": (c.surface, c.ink, c.edge),
            "danger": (c.surface, c.bad, c.bad),
            "text": (CLEAR, c.accent_ink, None),
            "flat": (CLEAR, c.ink, None),
            "quiet": (c.sunken, c.ink, c.edge if c.soft_edge else None),
        }
        fill, text, edge = plain[self.style]
        if self.pressed:
            return text, (c.surface if fill == CLEAR else fill), text
        if view.selected:
            return c.accent_soft, c.ink, c.accent
        return fill, text, edge

    def draw(self, pen: Pen) -> None:
        """Box, icon, text and detail."""
        view: ControlView = self.view
        fill, ink, edge = self._colours(view)
        if fill != CLEAR or edge:
            line = 2 if view.selected else None
            if not view.enabled and edge:
                pen.dashed_box(0, 0, self.w, self.h, fill, edge, self.radius)
            else:
                pen.box(0, 0, self.w, self.h, fill, edge, self.radius, line)
        words = view.why if not view.enabled and view.why else view.text
        bold = self.bold and view.enabled and self.style != "quiet"
        icon = "check" if view.selected and not view.icon else view.icon
        if self.stacked and icon:
            self._stack(pen, icon, words, ink, bold)
        else:
            self._row(pen, icon, words, ink, bold)

    def _stack(self, pen: Pen, icon: str, words: str, ink: Rgba, bold: bool) -> None:
        middle = self.h / 2
        scale = self.look.font_scale
        if self.view.busy:
            self.put(TillSpinner, "spinner", ink, self.w / 2 - 11, middle - 11 * scale - 11, 22, 22)
        else:
            pen.icon(icon, self.w / 2, middle - 11 * scale, 22, ink)
        pen.text(
            words,
            self.w / 2,
            middle + 13 * scale,
            self.size_sp,
            ink,
            bold=bold,
            align="centre",
            width=self.w - 8,
        )

    def _row(self, pen: Pen, icon: str, words: str, ink: Rgba, bold: bool) -> None:
        view: ControlView = self.view
        scale = self.look.font_scale
        icon_size = 24 if self.size_sp >= 18 else 20
        lead = icon_size + 8 if icon or view.busy else 0
        room = self.w - lead - (8 if self.style in ("text", "flat") else 12)
        if not words:
            lead = icon_size
        rows = pen.wrap(words, self.size_sp, room, 2 if self.h >= 48 else 1, bold) if words else ()
        width = max((pen.measure(row, self.size_sp, bold) for row in rows), default=0.0)
        left = (self.w - lead - width) / 2
        middle = self.h / 2 - (10 * scale if view.detail else 0)
        if view.busy:
            self.put(TillSpinner, "spinner", ink, left, middle - icon_size / 2, icon_size, icon_size)
        elif icon:
            pen.icon(icon, left + icon_size / 2, middle, icon_size, ink)
        if words:
            pen.lines(
                words,
                left + lead + width / 2,
                middle,
                self.size_sp,
                ink,
                width=room,
                bold=bold,
                align="centre",
                leading=self.size_sp * 1.2,
                middle=True,
                lines_max=2 if self.h >= 48 else 1,
            )
        if view.detail:
            quiet = ink if self.pressed else self.look.colours.ink2
            pen.text(
                view.detail, self.w / 2, middle + 23 * scale, 14, quiet, align="centre", width=self.w - 8
            )


class IconButton(Control):
    """An icon alone with a full touch target; `tint` is a token, ink unless given."""

    def __init__(self, **kwargs: Any) -> None:
        self.icon_dp = 24.0
        self.tint: Rgba | None = None
        super().__init__(**kwargs)

    def draw(self, pen: Pen) -> None:
        """The icon, on a sunken box while pressed."""
        c = self.look.colours
        if self.pressed:
            pen.box(0, 0, self.w, self.h, c.ink, None, 8)
        ink = c.surface if self.pressed else (self.tint or c.ink)
        pen.icon(self.view.icon, self.w / 2, self.h / 2, self.icon_dp, ink)
