"""Sheets: they slide in from the right over a flat black, hold one primary, and close by × or a tap outside.

Owns the frame and the slide; what stands inside is in `sheets_inside`.
"""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import PopMatrix, PushMatrix, Translate

from appliance.ui.theme import Rgba
from appliance.ui.views.parts import ControlView
from appliance.ui.views.sheets import (
    ApprovalSheetView,
    MenuSheetView,
    OptionsSheetView,
    SheetView,
    TypingSheetView,
)
from appliance.ui.widgets.control import Control
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.sheets_inside import ApprovalSheet, MenuSheet, OptionsSheet, TypingSheet

SLIDE_S = 0.12
BEHIND: Rgba = (0.0, 0.0, 0.0, 0.5)

# What draws a sheet, and its width in dp.
_KINDS: dict[type, tuple[type[Pane], float]] = {
    OptionsSheetView: (OptionsSheet, 560.0),
    TypingSheetView: (TypingSheet, 440.0),
    ApprovalSheetView: (ApprovalSheet, 440.0),
    MenuSheetView: (MenuSheet, 440.0),
}


class Behind(Control):
    """What lies outside the sheet; a tap on it closes. View: the sheet's close control."""

    @property
    def control(self) -> ControlView:
        """Closing, under a name of its own."""
        return ControlView("sheet.outside", "", self.view.intent)

    def draw(self, pen: Pen) -> None:
        """Flat black, half through."""
        pen.fill(0, 0, self.w, self.h, BEHIND)


class TillSheetPane(Pane):
    """The whole window with a sheet in it. View: a `SheetView`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._left_s = 0.0
        self._shift: Any = None

    def draw(self, pen: Pen) -> None:
        """The black, then the sheet at the right edge."""
        view: SheetView = self.view
        kind, wanted = _KINDS[type(view)]
        width = min(wanted, self.w - (40 if self.look.form == "small" else 80))
        # The part beside the sheet only: behind it the sheet itself takes the touches.
        self.put(Behind, "behind", view.close, 0, 0, self.w, self.h)
        self.put(kind, f"sheet {kind.__name__}", view, self.w - width, 0, width, self.h)

    def slide_in(self) -> None:
        """Let the sheet come from the right; touches wait until it stands."""
        sheet = self.children[0]
        sheet.canvas.before.insert(0, PushMatrix())
        shift = Translate(sheet.width, 0)
        sheet.canvas.before.insert(1, shift)
        sheet.canvas.after.add(PopMatrix())
        self._left_s = SLIDE_S
        self._shift = shift

        def step(passed_s: float) -> bool:
            self._left_s -= min(passed_s, SLIDE_S / 4)  # a late frame shows the slide all the same
            shift.x = sheet.width * max(self._left_s, 0.0) / SLIDE_S
            return self._left_s > 0

        Clock.schedule_interval(step, 0)

    def settle(self) -> None:
        """Stand where the slide ends, now."""
        self._left_s = 0.0
        if self._shift is not None:
            self._shift.x = 0

    @property
    def is_moving(self) -> bool:
        """Whether it still slides: nothing in it can be touched yet."""
        return self._left_s > 0

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing behind is touched, and nothing while the sheet moves."""
        if self._left_s <= 0:
            super().on_touch_down(touch)
        return True
