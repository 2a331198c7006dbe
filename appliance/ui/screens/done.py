"""The screen after paying."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.paying import DoneView
from appliance.ui.widgets import done, status  # noqa: F401  # the .kv names their classes

_SIDE = {"small": 328.0, "medium": 360.0, "large": 432.0, "wide": 480.0}


class TillDoneScreen(TillScreen):
    """Change and effects."""

    layout = "done"
    side_width = NumericProperty(0)
    gap = NumericProperty(0)

    def arrange(self) -> None:
        """The side has a fixed width."""
        self.side_width = self.look.px(_SIDE[self.look.form])
        self.gap = self.look.px(8 if self.look.form == "small" else 24)

    def fill(self, view: DoneView) -> None:
        """Both parts draw from the whole view."""
        self.arrange()
        self.ids.status.show(view.status)
        self.ids.change.show(view)
        self.ids.effects.show(view)
