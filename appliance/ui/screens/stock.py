"""The screen of goods counted and moved."""

from appliance.ui.screens.columns import ThreeColumns
from appliance.ui.views.stock import StockView
from appliance.ui.widgets import basket, goods, status, stock  # noqa: F401  # Kivy finds stock.kv's classes once loaded


class TillStockScreen(ThreeColumns):
    """Goods, what was done, and the goods at hand."""

    layout = "stock"

    def fill(self, view: StockView) -> None:
        """Each part takes only what it draws."""
        self.arrange()
        self.ids.status.show(view.status)
        self.ids.done.show(view.done)
        self.ids.entry.show(view.entry)
        self.ids.goods.show(view.goods)
