"""The customer's screen."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.people import CustomerView
from appliance.ui.widgets import customer  # noqa: F401  # the .kv names its classes

_SUM_SHARE = 0.3875


class TillCustomerScreen(TillScreen):
    """Basket and sum, or words."""

    layout = "customer"
    lines_width = NumericProperty(0)
    sum_width = NumericProperty(0)
    words_width = NumericProperty(0)

    def arrange(self) -> None:
        """Words take all or nothing."""
        words = self.view is not None and self.view.kind in ("welcome", "done")
        self.words_width = self.width if words else 0
        self.sum_width = 0 if words else round(self.width * _SUM_SHARE)
        self.lines_width = 0 if words else self.width - self.sum_width

    def fill(self, view: CustomerView) -> None:
        """All parts draw from the whole view; those without width draw nothing."""
        self.arrange()
        for part in self.parts:
            part.show(view)
