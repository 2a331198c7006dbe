"""Which screen shows which view; screens are imported when their first view comes."""

from importlib import import_module
from typing import Any

from appliance.ui.screens.base import TillScreen
from appliance.ui.views import ScreenView
from appliance.ui.widgets.basket import LineRow, Lines
from appliance.ui.widgets.goods import Tiles
from retail.errors import InvariantBroken

_SCREENS = {
    "SignInView": ("sign_in", "TillSignInScreen"),
    "SaleView": ("sale", "TillSaleScreen"),
    "TenderView": ("tender", "TillTenderScreen"),
    "DoneView": ("done", "TillDoneScreen"),
    "PaymentUnknownView": ("unknown", "TillUnknownScreen"),
    "RefundView": ("refund", "TillRefundScreen"),
    "StockView": ("stock", "TillStockScreen"),
    "CustomerView": ("customer", "TillCustomerScreen"),
}


def screen_for(view: ScreenView) -> type[TillScreen]:
    """The class of the screen that shows a view."""
    try:
        module, name = _SCREENS[type(view).__name__]
    except KeyError:
        raise InvariantBroken("ui.no_screen_for", view=type(view).__name__) from None
    screen: type[TillScreen] = getattr(import_module(f"appliance.ui.screens.{module}"), name)
    return screen


def reveal(widget: Any, name: str) -> bool:
    """Scroll a list to the row of a control, if it is its list."""
    if isinstance(widget, Tiles) and widget.view is not None:
        for number, tile in enumerate(widget.view.tiles):
            if tile.control == name:
                widget.scroll_to(widget.tile_top(number), widget.tile_height * widget.look.font_scale)
                return True
    if isinstance(widget, Lines) and widget.view is not None:
        top = 0.0
        for line in widget.view.lines:
            height = LineRow.height_for(line, widget.look, widget.w)
            if line.control == name:
                widget.scroll_to(top, height)
                return True
            top += height
    return False
