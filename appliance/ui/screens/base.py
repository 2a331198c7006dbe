"""What all screens have in common: a view in, intents out, and a `.kv` of their own name."""

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from appliance.ui.theme import current
from appliance.ui.widgets.pane import OnIntent, Pane
from appliance.ui.widgets.status import HEIGHTS

_loaded: set[str] = set()


def load_layout(name: str) -> None:
    """Load `<name>.kv` once; Kivy's rules are global to the process."""
    if name not in _loaded:
        _loaded.add(name)
        Builder.load_file(str(Path(__file__).with_name(f"{name}.kv")))


class TillScreen(Widget):
    """Base of screens. Its parts are the widgets with ids in its `.kv`; all are panes."""

    layout = ""
    """Name of the `.kv`; given by the subclass."""
    status_height = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        load_layout(self.layout)
        self.look = current()
        self.view: Any = None
        super().__init__(size_hint=(None, None), **kwargs)
        self.status_height = self.look.px(HEIGHTS[self.look.form])
        self.bind(size=self._resized)

    def _resized(self, *_: Any) -> None:
        self.arrange()

    def arrange(self) -> None:
        """Set the properties that the `.kv` places the parts by."""

    @property
    def parts(self) -> list[Pane]:
        """The panes of the screen."""
        return [part for part in self.ids.values() if isinstance(part, Pane)]

    def listen(self, on_intent: OnIntent) -> None:
        """Where intents of all parts go."""
        for part in self.parts:
            part.on_intent = on_intent

    def show(self, view: Any) -> None:
        """Show a view; parts that show the same already are left alone."""
        if view != self.view:
            self.view = view
            self.fill(view)

    def fill(self, view: Any) -> None:
        """Give each part its share of the view."""
        raise NotImplementedError
