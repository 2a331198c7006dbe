"""The root of the screen: the view of the present place, a sheet above it, a toast, and names for scripts.

Owns which widgets are there. Takes views, hands out intents through one callback; holds no state of the
trade. A change of theme or language builds all widgets again and shows the same views.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from appliance.ui import theme
from appliance.ui.screens import registry
from appliance.ui.screens.base import TillScreen
from appliance.ui.views import ScreenView, SheetView, ToastView
from appliance.ui.views.parts import Intent
from appliance.ui.widgets.control import Control
from appliance.ui.widgets.keyboard import Keypad
from appliance.ui.widgets.pane import OnIntent
from appliance.ui.widgets.scroll import Scroller
from appliance.ui.widgets.sheet import TillSheetPane
from appliance.ui.widgets.toast import TillToastPane

TOAST_S = 4.0
KEYPAD_TEXT = set("0123456789.")
_KEYS = {
    8: "backspace",
    13: "enter",
    271: "enter",
    27: "escape",
    9: "tab",
    273: "up",
    274: "down",
    276: "left",
    275: "right",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A control on the screen: pixels of its middle from the window's top left."""

    name: str
    text: str
    x: int
    y: int
    enabled: bool


class Shell:
    """Puts widgets into one Kivy window. All methods must be called in Kivy's thread."""

    def __init__(self, window: Any, on_intent: Callable[[Intent], None], look: theme.Look) -> None:
        """`window` is Kivy's; `on_intent` gets every intent of a person."""
        theme.use(look)
        self._window = window
        self._on_intent: OnIntent = on_intent
        self._root = Widget()
        self._screens: dict[type, TillScreen] = {}
        self._screen: TillScreen | None = None
        self._sheet: TillSheetPane | None = None
        self._toast: TillToastPane | None = None
        self._toast_id = ""
        self._views: tuple[ScreenView | None, SheetView | None, ToastView | None] = (None, None, None)
        window.add_widget(self._root)
        window.bind(on_textinput=self._text_typed, on_key_down=self._key_down, size=self._resized)
        self._resized()

    # Showing

    def present(
        self, screen: ScreenView, sheet: SheetView | None = None, toast: ToastView | None = None
    ) -> None:
        """Show these views now. What is shown already is left alone."""
        self._views = (screen, sheet, toast)
        self._show_screen(screen)
        self._show_sheet(sheet)
        self._show_toast(toast)

    @property
    def root(self) -> Widget:
        """The widget that everything stands in."""
        return self._root

    def settle(self) -> None:
        """End what is moving (a sheet that slides in), so that a picture shows the final state."""
        if self._sheet is not None:
            self._sheet.settle()

    def use_look(self, look: theme.Look) -> None:
        """Change theme, language or scale: build everything again and show the same views."""
        theme.use(look)
        self._root.clear_widgets()
        self._screens.clear()
        self._screen = self._sheet = self._toast = None
        self._window.clearcolor = look.colours.bg
        screen, sheet, toast = self._views
        if screen is not None:
            self.present(screen, sheet, toast)

    def _show_screen(self, view: ScreenView) -> None:
        kind = registry.screen_for(view)
        screen = self._screens.get(kind)
        if screen is None:
            screen = self._screens[kind] = kind()
            screen.listen(self._on_intent)
        screen.size, screen.pos = self._root.size, self._root.pos
        screen.show(view)
        if screen is not self._screen:
            if self._screen is not None:
                self._root.remove_widget(self._screen)
            # Below sheet and toast: Kivy draws the child with the highest index first.
            self._root.add_widget(screen, index=len(self._root.children))
            self._screen = screen

    def _show_sheet(self, view: SheetView | None) -> None:
        if view is None:
            if self._sheet is not None:
                self._root.remove_widget(self._sheet)
                self._sheet = None
            return
        if self._sheet is None:
            self._sheet = TillSheetPane()
            self._sheet.on_intent = self._on_intent
            self._sheet.show(view)
            self._root.add_widget(self._sheet, index=1 if self._toast else 0)
            self._sheet.size, self._sheet.pos = self._root.size, self._root.pos
            self._sheet.slide_in()
        self._sheet.show(view)

    def _show_toast(self, view: ToastView | None) -> None:
        if view is None:
            self._drop_toast()
        elif view.id != self._toast_id:
            self._drop_toast()
            self._toast_id = view.id
            self._toast = TillToastPane()
            self._toast.on_intent = self._on_intent
            self._toast.stand_in(self._root, view)
            self._root.add_widget(self._toast)
            Clock.schedule_once(lambda _: self._drop_toast(view.id), TOAST_S)

    def _drop_toast(self, only: str = "") -> None:
        if self._toast is not None and only in ("", self._toast_id):
            self._root.remove_widget(self._toast)
            self._toast = None

    def _resized(self, *_: Any) -> None:
        width, height = self._window.size
        self._root.size = (width, height)
        look = theme.current()
        if (look.width_px, look.height_px) != (width, height):
            look = look.with_(width_px=int(width), height_px=int(height))
        self.use_look(look)

    # Keys

    def _text_typed(self, _: Any, text: str) -> bool:
        if self._keypad() is not None and all(sign in KEYPAD_TEXT for sign in text):
            for sign in text:  # an input method hands over several at once
                self._on_intent(Intent("keypad.key", {"key": sign}))
        else:
            self._on_intent(Intent("keyboard.text", {"text": text}))
        return True

    def _key_down(self, _: Any, code: int, *rest: Any) -> bool:
        key = _KEYS.get(code)
        if key is None:
            return False
        if key == "backspace" and self._keypad() is not None:
            self._on_intent(Intent("keypad.key", {"key": key}))
        else:
            self._on_intent(Intent("keyboard.key", {"key": key}))
        return True

    def _keypad(self) -> Keypad | None:
        """The number pad a hardware key belongs to: the sheet's if there is a sheet, else the screen's."""
        top = self._sheet or self._screen
        if top is None:
            return None
        return next((widget for widget in top.walk() if isinstance(widget, Keypad) and widget.view), None)

    # Scripts

    def find(self, name: str = "") -> list[Found]:
        """All controls that can be touched now, or those of that name. Behind a sheet there are none."""
        height = self._window.size[1]
        found = []
        tops: list[Widget] = [top for top in (self._sheet or self._screen, self._toast) if top is not None]
        for top in tops:
            for widget in top.walk():
                if not isinstance(widget, Control) or widget.control is None:
                    continue
                control = widget.control
                if name in ("", control.name) and _can_be_hit(widget):
                    x, y = int(widget.center_x), int(height - widget.center_y)
                    now = widget.can_fire and not (top is self._sheet and self._sheet.is_moving)
                    found.append(Found(control.name, widget.label, x, y, now))
        return found

    def reveal(self, name: str) -> bool:
        """Scroll the list that holds a control of this name, so that `find` sees it; False when none does."""
        if self.find(name):
            return True
        top = self._sheet or self._screen
        return top is not None and any(registry.reveal(widget, name) for widget in list(top.walk()))


def _can_be_hit(widget: Widget) -> bool:
    """Whether its middle is not scrolled out of sight."""
    parent = widget.parent
    while isinstance(parent, Widget):
        if isinstance(parent, Scroller) and not parent.collide_point(*widget.center):
            return False
        parent = parent.parent
    return True
