"""The screen of a payment whose outcome is not known yet."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.paying import PaymentUnknownView
from appliance.ui.widgets import status, unknown  # noqa: F401  # the .kv names their classes


class TillUnknownScreen(TillScreen):
    """What happened, and the steps."""

    layout = "unknown"
    left_width = NumericProperty(0)
    gap = NumericProperty(0)

    def arrange(self) -> None:
        """Two nearly equal columns."""
        self.gap = self.look.px(8 if self.look.form == "small" else 24)
        self.left_width = round(self.width * 0.48125)

    def fill(self, view: PaymentUnknownView) -> None:
        """Both parts draw from the whole view."""
        self.arrange()
        self.ids.status.show(view.status)
        self.ids.happened.show(view)
        self.ids.steps.show(view)
