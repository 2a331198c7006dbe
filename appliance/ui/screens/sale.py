"""The screen of an open sale."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen
from appliance.ui.views.sale import SaleView
from appliance.ui.widgets import basket, goods, paying, status  # noqa: F401  # the .kv names their classes
from appliance.ui.widgets.paying import PayColumn

# Width in dp of the columns of goods and pay by form; the basket takes the rest unless goods does.
_PAY = {"small": 328.0, "medium": 304.0, "large": 344.0, "wide": 400.0}
_BASKET = {"small": 472.0, "medium": 360.0, "large": 424.0, "wide": 480.0}


class TillSaleScreen(TillScreen):
    """Goods, basket, member and pay."""

    layout = "sale"
    goods_width = NumericProperty(0)
    goods_shown_width = NumericProperty(0)
    basket_width = NumericProperty(0)
    pay_width = NumericProperty(0)

    def arrange(self) -> None:
        """Fixed pay and basket; goods take the rest, or lie over the basket where there is no rest."""
        form = self.look.form
        pay, basket_width = self.look.px(_PAY[form]), self.look.px(_BASKET[form])
        self.pay_width = pay
        self.goods_width = 0 if form == "small" else self.width - pay - basket_width
        middle = self.width - pay - self.goods_width
        over = form == "small" and self.view is not None and self.view.goods.shown_over
        # What lies under the goods is not there: nothing of it can be touched or found by scripts.
        self.basket_width = 0 if over else middle
        self.goods_shown_width = middle if over else self.goods_width

    def fill(self, view: SaleView) -> None:
        """Each part takes only what it draws."""
        self.arrange()
        ids = self.ids
        ids.status.show(view.status)
        ids.basket.show(view.basket)
        # Goods are not part of what the pay column draws: leave them out, or every key typed would redraw it.
        ids.pay.show(PayColumn(view.member, view.totals, view.tenders, view.pay, view.last_sale))
        ids.goods.show(view.goods)
