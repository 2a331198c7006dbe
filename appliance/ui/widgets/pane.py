"""A pane: a widget that draws itself with a pen and holds other panes by name.

Owns placing (dp from the parent's top left), the keeping and reuse of children, and the way intents
go up. Must not hold state of the trade: what it shows is its view.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from kivy.graphics import InstructionGroup, PopMatrix, PushMatrix, Translate
from kivy.uix.widget import Widget

from appliance.ui.theme import current
from appliance.ui.views.parts import Intent
from appliance.ui.widgets.pen import Pen

OnIntent = Callable[[Intent], None]
P = TypeVar("P", bound="Pane")


class Pane(Widget):
    """Base of all that is drawn. Subclasses give `draw(pen)`, reading `self.view`, `self.w` and `self.h`."""

    def __init__(self, **kwargs: Any) -> None:
        self.look = current()
        self.view: Any = None
        self.on_intent: OnIntent | None = None
        self._kept: dict[str, Pane] = {}
        self._used: set[str] = set()
        self._placing = False
        super().__init__(size_hint=(None, None), **kwargs)
        marks = InstructionGroup()
        self._origin = Translate(0, 0)
        for instruction in (PushMatrix(), self._origin, marks, PopMatrix()):
            self.canvas.before.add(instruction)
        self.pen = Pen(marks, self.look)
        self.bind(pos=self._moved, size=self._moved)

    @property
    def w(self) -> float:
        """Width in dp."""
        return float(self.width / self.look.density)

    @property
    def h(self) -> float:
        """Height in dp."""
        return float(self.height / self.look.density)

    def _moved(self, *_: Any) -> None:
        self._origin.xy = (self.x, self.top)
        if not self._placing:
            self.redraw()

    def place(self, x: int, top: int, width: int, height: int) -> None:
        """Take this place in the window: pixels, with `top` the upper edge from the window's bottom."""
        frame = (x, top - height, width, height)
        if frame == (self.x, self.y, self.width, self.height):
            return
        self._placing = True
        self.size = (width, height)
        self.pos = (x, top - height)
        self._placing = False
        self.redraw()

    def show(self, view: Any) -> None:
        """Show a view; the one that is shown already costs a comparison."""
        if view != self.view:
            self.view = view
            self.redraw()

    def redraw(self) -> None:
        """Draw again in place, reusing marks and children."""
        self._used = set()
        self.pen.begin()
        if self.view is not None and self.width > 1 and self.height > 1:
            self.draw(self.pen)
        self.pen.end()
        for name in [name for name in self._kept if name not in self._used]:
            self.remove_widget(self._kept.pop(name))

    def draw(self, pen: Pen) -> None:
        """Draw the whole picture of `self.view`."""
        raise NotImplementedError

    def put(
        self,
        kind: type[P],
        key: str,
        view: Any,
        x: float,
        top: float,
        width: float,
        height: float,
        **traits: Any,
    ) -> P:
        """Keep a child of this kind under a key and show it a view at a place in dp; call it in `draw` only.

        `traits` are attributes of the child (a style, a type size); a change of one draws it again.
        """
        child = self._kept.get(key)
        if type(child) is not kind:
            if child is not None:
                self.remove_widget(child)
            child = kind()
            child.on_intent = self.emit
            self._kept[key] = child
            self.add_widget(child)
        self._used.add(key)
        px = self.look.px
        left, upper = px(x), px(top)
        same = view == child.view
        child.view = view
        for trait, value in traits.items():
            if getattr(child, trait) != value:
                setattr(child, trait, value)
                same = False
        before = (child.x, child.y, child.width, child.height)
        child.place(int(self.x) + left, int(self.top) - upper, px(x + width) - left, px(top + height) - upper)
        if not same and before == (child.x, child.y, child.width, child.height):
            child.redraw()
        return child

    def emit(self, intent: Intent) -> None:
        """Hand an intent up to whoever listens."""
        if self.on_intent is not None:
            self.on_intent(intent)
