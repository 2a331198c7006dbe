"""The screen of paying."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.paying import TenderView
from appliance.ui.widgets import status, tender  # noqa: F401  # the .kv names their classes
from appliance.ui.widgets.tender import TabsView

_DUE = {"small": 0.0, "medium": 272.0, "large": 336.0, "wide": 400.0}
_TABS = {"medium": 168.0, "large": 200.0, "wide": 240.0}
_TABS_ROW_HEIGHT = 64.0


class TillTenderScreen(TillScreen):
    """Due, tenders, pane."""

    layout = "tender"
    due_width = NumericProperty(0)
    tabs_width = NumericProperty(0)
    tabs_height = NumericProperty(0)
    pane_width = NumericProperty(0)
    pane_height = NumericProperty(0)

    def arrange(self) -> None:
        """Columns, or on a small screen a row of tabs above the pane."""
        form, px = self.look.form, self.look.px
        high = self.height - self.status_height
        self.due_width = px(_DUE[form])
        if form == "small":
            self.tabs_width, self.tabs_height = self.width, px(_TABS_ROW_HEIGHT)
            self.pane_width, self.pane_height = self.width, high - self.tabs_height
        else:
            self.tabs_width, self.tabs_height = px(_TABS[form]), high
            self.pane_width, self.pane_height = self.width - self.due_width - self.tabs_width, high

    def fill(self, view: TenderView) -> None:
        """Each part its share; the countdown changes only the pane."""
        self.arrange()
        self.ids.status.show(view.status)
        due = view.rows, view.paid, view.due, view.due_label, view.member, view.part, view.back
        if getattr(self, "_due_shown", None) != due:
            self._due_shown = due
            self.ids.due.show(view)
        self.ids.tabs.show(TabsView(view.tabs, view.back))
        self.ids.pane.show(view)
