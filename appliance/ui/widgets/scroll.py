"""A list that is dragged by a finger: only what can be seen is there, and it is drawn only when it moves."""

from typing import Any

from kivy.graphics import ScissorPop, ScissorPush

from appliance.ui.widgets.control import DRAGGED
from appliance.ui.widgets.pane import Pane

DRAG_STARTS_DP = 12.0


class Scroller(Pane):
    """Base of lists. `draw` places rows at `y - self.offset` and tells the whole height by `self.extent`."""

    def __init__(self, **kwargs: Any) -> None:
        self.offset = 0.0
        self.extent = 0.0
        super().__init__(**kwargs)
        self._clip = ScissorPush(x=0, y=0, width=1, height=1)
        self.canvas.before.insert(0, self._clip)
        self.canvas.after.add(ScissorPop())

    def redraw(self) -> None:
        """Clip to the pane, keep the offset possible, draw."""
        self._clip.x, self._clip.y = int(self.x), int(self.y)
        self._clip.width, self._clip.height = max(int(self.width), 0), max(int(self.height), 0)
        super().redraw()
        possible = min(max(self.offset, 0.0), max(self.extent - self.h, 0.0))
        if possible != self.offset:
            self.offset = possible
            super().redraw()

    def is_seen(self, top: float, height: float) -> bool:
        """Whether a row of the list shows at the present offset."""
        return top + height > self.offset and top < self.offset + self.h

    def scroll_to(self, top: float, height: float) -> None:
        """Move as little as shows the whole row."""
        offset = min(self.offset, top)
        offset = max(offset, top + height - self.h)
        if offset != self.offset:
            self.offset = offset
            self.redraw()

    def on_touch_down(self, touch: Any) -> bool:
        """Give the finger to a row and watch whether it drags."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            self.offset += 60 if touch.button == "scrollup" else -60
            self.redraw()
            return True
        touch.grab(self)
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Drag the list once the finger has clearly moved."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        if self.extent <= self.h:
            return True
        if DRAGGED not in touch.ud and abs(touch.y - touch.oy) > DRAG_STARTS_DP * self.look.density:
            touch.ud[DRAGGED] = True
        if DRAGGED in touch.ud and touch.dy:
            self.offset += touch.dy / self.look.density
            self.redraw()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let the finger go."""
        if touch.grab_current is self:
            touch.ungrab(self)
            return True
        return bool(super().on_touch_up(touch))
