"""The window: everything that must be set before and around importing Kivy, pictures and injected touches.

Owns the process-wide set-up of Kivy. Call `open_window` once, before anything else imports Kivy. Knows
nothing of screens.
"""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from retail.errors import ContractError, InvariantBroken

Phase = Literal["down", "move", "up"]
FPS_MAX = 60
_PHASES = {"down": "begin", "move": "update", "up": "end"}
_KEY_CODES = {
    "enter": 13,
    "backspace": 8,
    "escape": 27,
    "tab": 9,
    "up": 273,
    "down": 274,
    "left": 276,
    "right": 275,
}


def prepare(kivy_home: Path, width_px: int, height_px: int, *, visible: bool = False) -> None:
    """Set what Kivy reads while it is imported; `InvariantBroken` when it was imported already.

    Offscreen unless a real window is wanted. Without `multisamples=0` offscreen pictures are black. Only
    SDL providers are named, so that Pillow and the sound and video libraries are never imported.
    """
    if any(name == "kivy" or name.startswith("kivy.") for name in sys.modules):
        raise InvariantBroken("ui.kivy_imported_too_early")
    kivy_home.mkdir(parents=True, exist_ok=True)
    if not visible:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    os.environ.update(
        KIVY_HOME=str(kivy_home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",  # our own logging shows tracebacks; Kivy must not take over sys.stderr
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_CLIPBOARD="dummy",
        KIVY_METRICS_DENSITY="1",
        KIVY_AUDIO="",
        KIVY_VIDEO="",
        KIVY_CAMERA="",
        KIVY_SPELLING="",
        KIVY_DPI="96",
        KIVY_METRICS_FONTSCALE="1",
    )
    from kivy.config import Config

    for section, key, value in (
        ("graphics", "multisamples", "0"),
        ("graphics", "width", str(width_px)),
        ("graphics", "height", str(height_px)),
        ("graphics", "resizable", "0"),
        ("graphics", "maxfps", str(FPS_MAX)),
        ("graphics", "vsync", "0"),
        ("kivy", "kivy_clock", "interrupt"),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "keyboard_mode", "system"),
        ("kivy", "log_level", "error"),
        ("input", "mouse", "mouse,disable_multitouch" if visible else ""),
    ):
        Config.set(section, key, value)
    for key in list(Config.options("input")):
        if key != "mouse" or not visible:
            Config.remove_option("input", key)


class TillWindow:
    """The one window of this process. Coordinates are pixels from the top left."""

    def __init__(self) -> None:
        log = logging.getLogger("kivy")
        # While it is imported, Kivy logs a traceback for every input library that is not installed.
        log.setLevel(logging.CRITICAL)
        from kivy.core.window import Window
        from kivy.graphics.opengl import glFinish

        log.setLevel(logging.WARNING)
        if Window is None:
            raise ContractError("ui.no_window", path="SDL_VIDEODRIVER")
        self._window = Window
        self._touches: dict[int, Any] = {}
        self.frames = 0
        """How many frames were drawn; it grows with every change of the screen."""
        Window.bind(on_flip=self._flipped)
        # Without this, frames queue up in the software renderer: slow touches and hundreds of megabytes.
        self._finish: Callable[[], None] = glFinish

    def _flipped(self, *_: Any) -> None:
        self._finish()
        self.frames += 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self._window.size
        return int(width), int(height)

    @property
    def kivy(self) -> Any:
        """Kivy's own window, for the shell and the entry point."""
        return self._window

    def capture(self) -> tuple[int, int, bytes]:
        """The picture as it would be drawn now: width, height, RGB bytes, rows from the top."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        width, height = self.size
        self._window.dispatch("on_draw")  # the back buffer is undefined after a flip
        self._finish()
        data: bytes = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        row = width * 3
        rows = [data[at : at + row] for at in range(0, len(data), row)]
        return width, height, b"".join(reversed(rows))

    def touch(self, phase: Phase, x: float, y: float, finger: int = 0) -> None:
        """Put a real motion event into Kivy's queue of input, so that grabs hold as for a finger.

        A `move` or `up` of a finger that is not down is ignored; a second `down` lifts it first.
        """
        from kivy.base import EventLoop
        from kivy.input.providers.mouse import MouseMotionEvent

        width, height = self.size
        at = (min(max(x / width, 0.0), 1.0), 1.0 - min(max(y / height, 0.0), 1.0))
        if phase == "down":
            if finger in self._touches:
                self.touch("up", x, y, finger)
            event = MouseMotionEvent("till", finger, [*at, "left"], is_touch=True, type_id="touch")
            self._touches[finger] = event
        elif finger not in self._touches:
            return
        else:
            event = self._touches[finger]
            event.move([*at, "left"])
            if phase == "up":
                event.update_time_end()
                del self._touches[finger]
        EventLoop.post_dispatch_input(_PHASES[phase], event)

    def type_text(self, text: str, key: str = "") -> None:
        """What a keyboard would do: text as it comes from an input method, or one named key."""
        if text:
            self._window.dispatch("on_textinput", text)
        if key:
            if key not in _KEY_CODES:
                raise ContractError("ui.unknown_key", path="key", key=key, known=sorted(_KEY_CODES))
            self._window.dispatch("on_key_down", _KEY_CODES[key], 0, None, [])
            self._window.dispatch("on_key_up", _KEY_CODES[key], 0)


def open_window(kivy_home: Path, width_px: int, height_px: int, *, visible: bool = False) -> TillWindow:
    """Prepare Kivy and open its window, once in the life of the process."""
    prepare(kivy_home, width_px, height_px, visible=visible)
    return TillWindow()
