"""Keys on the screen: the number pad, and letters with digits for searching.

Their keys send ``keypad.key`` or ``keyboard.text`` and ``keyboard.key``; a hardware keyboard does the
same through the shell, and lights the same key.
"""

from typing import Any

from appliance.ui.views.parts import ControlView, Intent, KeyboardView, KeypadView
from appliance.ui.widgets.control import Control, TillButton
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen

_NUMBER_ROWS = ("789", "456", "123")
_PIN_ROWS = ("123", "456", "789")
_LETTER_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class Key(Control):
    """One key; pressed it is inverted ink."""

    def __init__(self, **kwargs: Any) -> None:
        self.size_sp = 28.0
        super().__init__(**kwargs)

    def draw(self, pen: Pen) -> None:
        """A digit, a word or an icon."""
        c, view = self.look.colours, self.view
        fill, ink, edge = (c.ink, c.surface, c.ink) if self.pressed else (c.surface, c.ink, c.edge)
        if not view.enabled:
            fill, ink, edge = c.sunken, c.ink2, c.line
        pen.box(0, 0, self.w, self.h, fill, edge, 8)
        if view.icon:
            pen.icon(view.icon, self.w / 2, self.h / 2, 28 if self.size_sp >= 24 else 20, ink)
        else:
            word = len(view.text) > 1
            size = 20.0 if word else self.size_sp
            pen.text(
                view.text, self.w / 2, self.h / 2, size, ink, bold=not word, align="centre", width=self.w - 8
            )


class Keypad(Pane):
    """Twelve keys in three columns. `pin` puts 1 on top as telephones do, else 7 as calculators do."""

    def __init__(self, **kwargs: Any) -> None:
        self.gap = 8.0
        super().__init__(**kwargs)

    def keys(self) -> list[list[ControlView]]:
        """The keys by row."""
        view: KeypadView = self.view
        pin = bool(view.clear)
        rows = [[self._key(digit, digit) for digit in row] for row in (_PIN_ROWS if pin else _NUMBER_ROWS)]
        first = self._key("clear", view.clear) if pin else self._key(".", ".")
        rows.append([first, self._key("0", "0"), self._key("backspace", "", "delete")])
        return rows

    def _key(self, key: str, text: str, icon: str = "") -> ControlView:
        intent = Intent("keypad.key", {"key": key})
        return ControlView(f"keypad.{key}", text, intent, icon=icon, enabled=self.view.enabled)

    def draw(self, pen: Pen) -> None:
        """Equal keys over the whole pane."""
        width, height = (self.w - 2 * self.gap) / 3, (self.h - 3 * self.gap) / 4
        for row, keys in enumerate(self.keys()):
            for column, key in enumerate(keys):
                x, top = column * (width + self.gap), row * (height + self.gap)
                self.put(Key, key.name, key, x, top, width, height)


class Keyboard(Pane):
    """Letters and digits for pinyin initials and PLUs; words in Chinese come from an input method."""

    HEIGHT = 4 * 54.0 + 8

    def draw(self, pen: Pen) -> None:
        """Four rows; the last one ends with the key that deletes and the one that is done."""
        c = self.look.colours
        view: KeyboardView = self.view
        pen.fill(0, 0, self.w, self.h, c.bg)
        pen.line(0, 0, self.w)
        edge, gap, high, step = 4.0, 2.0, 50.0, 54.0
        width = (self.w - 2 * edge - 9 * gap) / 10
        for row, letters in enumerate(_LETTER_ROWS):
            last = row == len(_LETTER_ROWS) - 1
            left = edge if last else edge + (10 - len(letters)) * (width + gap) / 2
            for column, letter in enumerate(letters):
                key = ControlView(f"keyboard.{letter}", letter, Intent("keyboard.text", {"text": letter}))
                self.put(
                    Key,
                    key.name,
                    key,
                    left + column * (width + gap),
                    6 + row * step,
                    width,
                    high,
                    size_sp=20.0,
                )
        x, top = edge + 7 * (width + gap), 6 + 3 * step
        delete = ControlView(
            "keyboard.backspace", "", Intent("keyboard.key", {"key": "backspace"}), icon="delete"
        )
        self.put(Key, "delete", delete, x, top, width, high, size_sp=20.0)
        x += width + gap
        self.put(TillButton, "done", view.done, x, top, self.w - edge - x, high)
