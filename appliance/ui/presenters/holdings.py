"""Coupons and passes as rows: what they take off, why they do not, and what can be done with them."""

from appliance.checkout.panel import Benefit
from appliance.ui.presenters.offers import unused_words
from appliance.ui.presenters.say import Say
from appliance.ui.state import Customer, TillState
from appliance.ui.views.parts import ControlView
from appliance.ui.views.sale import BenefitView
from retail.pricing import UnusedCoupon

PASS_REASONS = ("frozen", "expired", "used_up")


def rows(state: TillState, say: Say, benefits: tuple[Benefit, ...]) -> tuple[BenefitView, ...]:
    """One for each, as long as the basket may still be changed with its control."""
    basket = state.desk.basket
    free = basket is not None and not basket.tenders and basket.attempt is None and not state.busy
    return tuple(_row(say, one, free, state.has_goods) for one in benefits)


def _row(say: Say, one: Benefit, free: bool, has_goods: bool) -> BenefitView:
    is_pass = one.kind == "pass"
    title = say.name(one.names)
    if one.goods and not is_pass:
        title = say.tr("reward.goods", name=title)
    detail = _detail(say, one)
    if is_pass:
        detail = say.join(say.tr("pass.left", count=one.left), detail)
    usable = one.state != "free" or not one.reason
    return BenefitView(
        icon="ticket-check" if is_pass else "ticket",
        title=title,
        detail=detail,
        usable=usable and (is_pass or one.state != "free" or one.gain_minor > 0),
        action=_action(say, one, has_goods) if free else None,
    )


def _detail(say: Say, one: Benefit) -> str:
    if one.state == "asked":
        return say.tr("benefit.asking")
    if one.reason:
        return _why(say, one)
    if one.kind == "pass":
        if one.state == "held":
            return say.tr("pass.in_use", uses=one.uses, amount=say.price(one.gain_minor))
        if one.goods:
            return say.tr("pass.covers", pieces=one.pieces)
        return say.tr("pass.until", day=one.until[:10]) if one.until else say.tr("pass.any_time")
    if one.gain_minor:
        words = "benefit.saves" if one.state == "held" else "benefit.would_save"
        return say.tr(words, amount=say.price(one.gain_minor))
    return say.tr("benefit.until", day=one.until[:10]) if one.until else ""


def _why(say: Say, one: Benefit) -> str:
    if one.reason in PASS_REASONS:
        return say.tr(f"pass.{one.reason}")
    if one.kind == "pass":
        return say.tr("pass.no_goods")
    if one.goods and one.reason == "no_goods":
        return say.tr("reward.bring", name=say.name(one.goods))
    return unused_words(say, UnusedCoupon("", "", one.reason, one.params))


def _action(say: Say, one: Benefit, has_goods: bool) -> ControlView | None:
    """Use it, use one more, or leave it."""
    args = {"kind": one.kind, "id": one.id}
    if one.state == "asked" or (one.state == "held" and not _one_more(one)):
        return say.control(f"benefit.leave.{one.id}", say.tr("benefit.leave"), "benefit.leave", args=args)
    if one.kind == "pass":
        if one.reason or not (one.goods or not has_goods):
            return None
        if not has_goods:
            words = say.tr("visit.use")
            return say.control(f"visit.use.{one.id}", words, "visit.use", args={"id": one.id})
        return say.control(f"benefit.use.{one.id}", say.tr("pass.use"), "benefit.use", args=args)
    if one.reason or not one.gain_minor:
        return None
    return say.control(f"benefit.use.{one.id}", say.tr("benefit.use"), "benefit.use", args=args)


def _one_more(one: Benefit) -> bool:
    return one.kind == "pass" and not one.reason and one.left > 0 and one.uses < one.pieces


def visits(say: Say, customer: Customer) -> tuple[BenefitView, ...]:
    """What they used today without a sale, and asked for; each can be undone."""
    return tuple(
        BenefitView(
            icon="calendar",
            title=say.join(say.tr("visit.title"), say.name(one.names)),
            detail=say.tr("benefit.asking") if one.state == "asked" else say.tr("visit.used", uses=one.uses),
            usable=True,
            action=say.control(
                f"visit.undo.{one.id}", say.tr("action.undo"), "visit.undo", args={"id": one.id}
            ),
        )
        for one in customer.visits
    )
