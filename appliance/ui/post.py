"""The one way into the screen's thread: functions that run together at its next turn."""

from collections import deque
from collections.abc import Callable

from kivy.clock import Clock


class Post:
    """Call it from any thread. `after` runs once after each batch."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self.after: Callable[[], None] = lambda: None

    def __call__(self, function: Callable[[], None]) -> None:
        """Run it in the screen's thread, soon."""
        self._waiting.append(function)
        Clock.schedule_once(self._drain, -1)

    def _drain(self, _: float) -> None:
        if not self._waiting:
            return
        while self._waiting:
            self._waiting.popleft()()
        self.after()
