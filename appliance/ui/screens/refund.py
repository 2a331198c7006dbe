"""The screen of goods that come back."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.refund import RefundView
from appliance.ui.widgets import refund, status  # noqa: F401  # the .kv names their classes

_MONEY = {"small": 368.0, "medium": 400.0, "large": 472.0, "wide": 520.0}


class TillRefundScreen(TillScreen):
    """Goods and money."""

    layout = "refund"
    left_width = NumericProperty(0)
    gap = NumericProperty(0)

    def arrange(self) -> None:
        """The money has a fixed width."""
        self.gap = self.look.px(8 if self.look.form == "small" else 24)
        self.left_width = self.width - self.look.px(_MONEY[self.look.form])

    def fill(self, view: RefundView) -> None:
        """Both parts draw from the whole view."""
        self.arrange()
        self.ids.status.show(view.status)
        self.ids.goods.show(view)
        self.ids.money.show(view)
