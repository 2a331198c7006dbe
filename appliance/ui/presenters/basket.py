"""The basket: its lines with what came off each, and what can be done with it."""

from appliance.checkout.basket import Basket, Line
from appliance.checkout.promise import promise_words
from appliance.checkout.promotions import Ready
from appliance.checkout.selling import can_be_cleared
from appliance.ui.presenters import offers
from appliance.ui.presenters.notices import notice
from appliance.ui.presenters.say import Say
from appliance.ui.state import Removed, TillState
from appliance.ui.views.parts import ControlView, Intent
from appliance.ui.views.sale import BasketView, EmptyView, LineView
from retail.pricing import PricedLine
from retail.quantity import ONE_MILLI


def view(state: TillState, say: Say) -> BasketView:
    """The middle column."""
    basket = state.desk.basket
    lines = _lines(state, say)
    returning = basket is not None and basket.returning
    return BasketView(
        title=say.tr("basket.returning") if returning else say.tr("basket.title"),
        count=count_text(say, basket) if state.has_goods and basket else "",
        number=basket.order_number if basket else "",
        lines=lines,
        empty=None if lines else _empty(state, say, returning),
        hint=offers.hint(state, say),
        notice=notice(state, say),
        actions=_actions(state, say),
        pick=say.control("goods.open", say.tr("goods.open"), icon="layout-grid") if state.small else None,
        find=say.control("goods.find", "", "search.focus", icon="search") if state.small else None,
        menu=say.control("basket.menu", "", "menu.open", icon="ellipsis") if state.small else None,
        below=say.tr("basket.below", count="{count}"),
    )


def count_text(say: Say, basket: Basket) -> str:
    """How many pieces."""
    return say.tr("basket.count", count=basket.count_milli() // ONE_MILLI)


def _empty(state: TillState, say: Say, returning: bool) -> EmptyView:
    if returning:
        return EmptyView("undo-2", say.tr("basket.scan_returned"), say.tr("basket.scan_returned.hint"))
    hint = "basket.empty_hint_small" if state.small else "basket.empty_hint"
    return EmptyView("scan-barcode", say.tr(hint), say.tr("basket.member_first"))


def _lines(state: TillState, say: Say) -> tuple[LineView, ...]:
    basket, priced = state.desk.basket, state.desk.priced
    shown: list[LineView] = []
    if basket is not None and priced is not None:
        editable = basket.attempt is None and not basket.tenders
        for number, (line, part) in enumerate(zip(basket.lines, priced.lines, strict=True), start=1):
            chosen = line.line_id == basket.selected
            shown.append(_line(say, state.desk.ready, basket, line, part, number, chosen, editable))
    for gone in state.removed:
        shown.insert(min(gone.position, len(shown)), _removed(say, gone))
    return tuple(shown)


def _line(
    say: Say,
    ready: Ready | None,
    basket: Basket,
    line: Line,
    priced: PricedLine,
    number: int,
    selected: bool,
    editable: bool,
) -> LineView:
    edit = selected and editable
    fixed = line.by_weight or line.promise is not None
    line_arg = {"line": line.line_id}
    minus = say.control("basket.minus", "", "line.less", args=line_arg, icon="minus")
    plus = say.control("basket.plus", "", "line.more", args=line_arg, icon="plus")
    return LineView(
        id=line.line_id,
        number=number,
        quantity=say.quantity(line.quantity_milli),
        name=say.name(line.names),
        amount=say.amount(priced.base_minor),
        intent=Intent("line.select", line_arg),
        detail=line_detail(say, line, basket),
        many=abs(line.quantity_milli) > ONE_MILLI,
        weighed=line.by_weight,
        selected=selected,
        promotions=offers.line_rows(say, ready, basket, line, priced),
        minus=minus if edit and not fixed else None,
        plus=plus if edit and not fixed else None,
        controls=_line_controls(say, line) if edit else (),
    )


def _line_controls(say: Say, line: Line) -> tuple[ControlView, ...]:
    line_arg = {"line": line.line_id}
    controls = []
    if line.promise is not None:
        pass
    elif line.option_groups and line.product_id:
        controls.append(
            say.control("basket.options", say.tr("basket.options"), "options.open", args=line_arg)
        )
    else:
        controls.append(
            say.control("basket.quantity", say.tr("basket.quantity"), "quantity.open", args=line_arg)
        )
    controls.append(say.control("basket.remove", say.tr("basket.remove"), "line.remove", args=line_arg))
    return tuple(controls)


def line_detail(say: Say, line: Line, basket: Basket | None = None) -> str:
    """Options, weight, where the price came from, or why a member pays the same."""
    parts = []
    for option in line.options:
        name = say.name(option.names)
        delta = option.price_delta_minor
        parts.append(f"{name} +{say.short_price(delta)[len(say.unit.sign) :]}" if delta > 0 else name)
    if line.by_weight:
        weight = f"{say.quantity(line.quantity_milli)} {line.unit}"
        parts.append(say.times(weight, f"{say.price(line.unit_price_minor)}/{line.unit}"))
    if line.price_source == "open":
        parts.append(say.tr("line.open_price"))
    elif not parts and _is_left_out(line, basket):
        parts.append(say.tr("line.no_member_discount"))
    if line.promise is not None:
        parts += promise_words(line.promise, say.tr, say.price)
    elif line.quantity_milli < 0:
        parts.append(say.tr("line.returned"))
    return say.join(*parts)


def _is_left_out(line: Line, basket: Basket | None) -> bool:
    """Whether a member pays the same for this as anybody, though the tier takes something off."""
    member = basket.member if basket else None
    if line.promise is not None:
        return False
    percent = member is not None and member.discount_bp > 0
    return percent and not line.member_discount and line.member_price_minor is None


def _removed(say: Say, gone: Removed) -> LineView:
    line = gone.line
    return LineView(
        id=f"{line.line_id}.removed",
        number=0,
        quantity=say.quantity(line.quantity_milli),
        name=say.name(line.names),
        amount="",
        intent=Intent("line.put_back", {"line": line.line_id}),
        detail=say.tr("line.removed"),
        weighed=line.by_weight,
        removed=True,
        undo=say.control("basket.undo", say.tr("action.undo"), "line.put_back", args={"line": line.line_id}),
    )


def _actions(state: TillState, say: Say) -> tuple[ControlView, ...]:
    basket = state.desk.basket
    count = len(state.desk.suspended)
    recall = say.control(
        "basket.recall",
        say.tr("basket.recall_count", count=count) if count else say.tr("basket.recall"),
        "menu.open",
        args={"kind": "suspended"},
        enabled=count > 0,
    )
    if (state.has_goods or state.has_coupons) and basket is not None:
        free = basket.attempt is None and not basket.tenders
        return (
            say.control("basket.hold", say.tr("basket.hold")),
            _return_control(state, say, free),
            discount_control(say, free),
            say.control(
                "basket.clear",
                say.tr("basket.clear"),
                "menu.open",
                args={"kind": "clear"},
                enabled=can_be_cleared(basket),
            ),
        )
    return (
        recall,
        _return_control(state, say, True),
        say.control("drawer.open", say.tr("drawer.open")),
        say.control("sale.more", say.tr("action.more"), "menu.open"),
    )


def discount_control(say: Say, free: bool) -> ControlView:
    """Money off by hand, another price, a code."""
    return say.control(
        "basket.discount", say.tr("basket.discount"), "menu.open", args={"kind": "discount"}, enabled=free
    )


def _return_control(state: TillState, say: Say, free: bool) -> ControlView:
    basket = state.desk.basket
    on = basket is not None and basket.returning
    text = say.tr("sale.return_end") if on else say.tr("sale.return")
    return say.control("sale.refund", text, "sale.returning", args={"on": not on}, enabled=free, selected=on)
