"""The screen of an open sale."""

from appliance.ui.screens.columns import ThreeColumns
from appliance.ui.views.sale import SaleView
from appliance.ui.widgets import basket, goods, paying, status  # noqa: F401  # the .kv names their classes
from appliance.ui.widgets.paying import PayColumn


class TillSaleScreen(ThreeColumns):
    """Goods, basket, member and pay."""

    layout = "sale"

    def fill(self, view: SaleView) -> None:
        """Each part takes only what it draws."""
        self.arrange()
        ids = self.ids
        ids.status.show(view.status)
        ids.basket.show(view.basket)
        # Goods are not part of what the pay column draws: leave them out, or every key typed would redraw it.
        ids.pay.show(PayColumn(view.member, view.totals, view.tenders, view.pay, view.last_sale))
        ids.goods.show(view.goods)
