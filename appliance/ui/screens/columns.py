"""Goods, a list and a column with the next step, from left to right."""

from kivy.properties import NumericProperty

from appliance.ui.screens.base import TillScreen

# Width in dp of the last two columns by form; goods take the rest, or lie over the list where there is none.
_PAY = {"small": 328.0, "medium": 304.0, "large": 344.0, "wide": 400.0}
_BASKET = {"small": 472.0, "medium": 360.0, "large": 424.0, "wide": 480.0}


class ThreeColumns(TillScreen):
    """Sets the widths that the `.kv` of its subclasses place their parts by; their views have `goods`."""

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
