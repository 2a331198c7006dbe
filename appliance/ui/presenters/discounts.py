"""The menus of codes and of prices by hand."""

from appliance.checkout.basket import Basket, Line
from appliance.checkout.by_hand import REASONS
from appliance.ui.presenters.offers import unused_words
from appliance.ui.presenters.say import Say
from appliance.ui.state import TillState
from appliance.ui.views.parts import ControlView
from appliance.ui.views.sheets import MenuSheetView


def menu(state: TillState, say: Say, kind: str) -> MenuSheetView:
    """What may be taken off, or why it is."""
    close = say.control("sheet.close", "", icon="x")
    if kind == "discount_reason":
        controls = tuple(
            say.control(
                f"because.{reason}", reason_words(say, reason), "discount.because", args={"reason": reason}
            )
            for reason in REASONS
        )
        return MenuSheetView(say.tr("by_hand.why"), controls, close)
    basket = state.desk.basket
    found: list[ControlView] = [say.control("coupon.open", say.tr("coupon.enter"), icon="ticket-check")]
    if basket is not None:
        found += _coupons(state, say, basket)
        found += _whole(say, basket)
        line = next((one for one in basket.lines if one.line_id == basket.selected), None)
        if line is not None and line.quantity_milli > 0:
            found += _of_line(say, line)
    limit = state.desk.operator.discount_limit_bp if state.desk.operator else 0
    detail = say.tr("by_hand.limit", rate=f"{limit / 100:g}%") if limit else say.tr("by_hand.no_limit")
    return MenuSheetView(say.tr("basket.discount"), tuple(found), close, detail=detail)


def reason_words(say: Say, reason: str) -> str:
    """Why a price is changed by hand."""
    return say.tr(f"by_hand.reason.{reason}")


def _coupons(state: TillState, say: Say, basket: Basket) -> list[ControlView]:
    unused = {one.code: one for one in state.desk.priced.unused_coupons} if state.desk.priced else {}
    return [
        say.control(
            f"coupon.remove.{number}",
            say.tr("coupon.remove", name=say.name(one.names)),
            "coupon.remove",
            args={"code": one.code},
            detail=unused_words(say, unused[one.code]) if one.code in unused else say.tr("coupon.used"),
        )
        for number, one in enumerate(basket.coupons, start=1)
        if one.kind == "code"
    ]


def _whole(say: Say, basket: Basket) -> list[ControlView]:
    found = [
        say.control(
            "discount.percent", say.tr("by_hand.percent"), "discount.type", args={"kind": "off_percent"}
        ),
        say.control(
            "discount.amount", say.tr("by_hand.amount_off"), "discount.type", args={"kind": "off_amount"}
        ),
    ]
    if basket.by_hand is not None:
        found.append(say.control("discount.remove", say.tr("by_hand.remove")))
    return found


def _of_line(say: Say, line: Line) -> list[ControlView]:
    name = say.name(line.names)
    rows = (
        ("line_percent", say.tr("by_hand.line_percent"), "off_percent"),
        ("line_amount", say.tr("by_hand.line_amount"), "off_amount"),
        ("line_price", say.tr("by_hand.line_price"), "new_price"),
    )
    found = [
        say.control(
            f"discount.{key}",
            words,
            "discount.type",
            args={"kind": kind, "line": line.line_id},
            detail=name,
        )
        for key, words, kind in rows
    ]
    if line.by_hand is not None or line.new_price is not None:
        words = say.tr("by_hand.line_remove")
        found.append(
            say.control(
                "discount.line_remove", words, "discount.remove", args={"line": line.line_id}, detail=name
            )
        )
    return found
