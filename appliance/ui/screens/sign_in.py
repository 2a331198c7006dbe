"""The screen of signing in."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.people import SignInView
from appliance.ui.widgets import sign_in, status  # noqa: F401  # the .kv names their classes

_PIN = {"small": 328.0, "medium": 376.0, "large": 456.0, "wide": 480.0}


class TillSignInScreen(TillScreen):
    """People and PIN."""

    layout = "sign_in"
    pin_width = NumericProperty(0)

    def arrange(self) -> None:
        """The PIN has a fixed width."""
        self.pin_width = self.look.px(_PIN[self.look.form])

    def fill(self, view: SignInView) -> None:
        """Both parts draw from the whole view."""
        self.arrange()
        self.ids.status.show(view.status)
        self.ids.people.show(view)
        self.ids.pin.show(view)
