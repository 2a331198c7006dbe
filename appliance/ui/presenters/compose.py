"""The one way from the state to what is shown: the place's screen, the sheet above it, the toast."""

from dataclasses import dataclass

from appliance.ui.presenters import done, notices, refund, sale, sheets, sign_in, stock, tender, unknown
from appliance.ui.presenters.say import Say, Tr, say_of
from appliance.ui.state import TillState
from appliance.ui.views import ScreenView, SheetView, ToastView


@dataclass(frozen=True, slots=True)
class Presented:
    """What the shell shows."""

    screen: ScreenView
    sheet: SheetView | None = None
    toast: ToastView | None = None


def present(state: TillState, tr: Tr) -> Presented:
    """The views of a state."""
    say = say_of(state, tr)
    return Presented(_screen(state, say), sheets.view(state, say), notices.toast(state, say))


def _screen(state: TillState, say: Say) -> ScreenView:
    """The place's screen; one whose subject is gone falls back to the sale."""
    basket = state.desk.basket
    if state.place == "sign_in":
        return sign_in.view(state, say)
    if state.place == "refund" and state.refund is not None:
        return refund.choosing(state, say)
    if state.place == "giveback" and state.has_goods:
        return refund.giving(state, say)
    if state.place == "stock" and state.stock is not None:
        return stock.view(state, say)
    if state.place == "unknown" and basket is not None and basket.attempt is not None:
        return unknown.view(state, say)
    if state.place == "tender" and state.has_goods:
        return tender.view(state, say)
    if state.place == "done" and (state.finished or state.desk.last_sale) is not None:
        return done.view(state, say)
    return sale.view(state, say)
