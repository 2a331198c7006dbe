"""What the member at the till holds, as this basket sees it: what it takes off, or why it does not.

A coupon that was not asked for is priced on trial, so that the panel says what it would bring. Reads only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from appliance.checkout.basket import Basket
from appliance.checkout.coupons import AskedBenefit, BasketCoupon
from appliance.checkout.desk import Desk
from appliance.checkout.holding import has_passed, of_coupon
from appliance.checkout.ports import Moment
from retail.catalogue import HeldCoupon, HeldPass, Member, Names
from retail.messages.asking import BenefitHeld
from retail.pricing import PricedBasket
from retail.quantity import ONE_MILLI

TRIALS_MAX = 4
"""So many coupons are priced on trial at most: each costs a whole pricing."""
TRIAL = "trial"
BenefitState = Literal["free", "asked", "held"]


@dataclass(frozen=True, slots=True)
class Benefit:
    """A coupon or pass in words of this basket.

    `gain_minor` is what it takes off, or would; `reason` why it does not (a code of `UnusedCoupon`, or
    ``frozen``, ``expired``, ``used_up`` of a pass) with `params`. Of a pass: `uses` in this basket, `left` by
    HQ's word, `pieces` of goods it covers here, and `goods` are the first of them. Of a coupon `goods` are
    what it is a piece of, where it was redeemed as such.
    """

    kind: Literal["coupon", "pass"]
    id: str
    names: Names
    state: BenefitState = "free"
    gain_minor: int = 0
    reason: str = ""
    params: Mapping[str, int | str] = field(default_factory=dict)
    until: str = ""
    uses: int = 0
    left: int = 0
    pieces: int = 0
    goods: Names = field(default_factory=dict)


def benefits_of(desk: Desk, basket: Basket, member: Member | None, moment: Moment) -> tuple[Benefit, ...]:
    """Passes first, then coupons, then what was asked for by a code."""
    priced = desk.price(basket)
    found = [_of_pass(basket, priced, one, moment) for one in (member.passes if member else ())]
    trials = 0
    for coupon in member.coupons if member else ():
        known = _there(basket, coupon.id)
        trials += known is None
        found.append(_of_coupon(desk, basket, priced, coupon, moment, on_trial=trials <= TRIALS_MAX))
    mine = {one.id for one in found}
    things: tuple[BasketCoupon | AskedBenefit, ...] = (*basket.coupons, *basket.asked)
    for one in things:
        # A public code's; or what HQ tells of no more, because it is held for this basket.
        if one.kind != "code" and one.id not in mine:
            goods = one.names if isinstance(one, BasketCoupon) and one.is_goods else {}
            shown = Benefit(one.kind, one.id or one.code, one.names, goods=goods)
            found.append(_in_basket(priced, one, shown))
    return tuple(found)


def spends_minor(basket: Basket, priced: PricedBasket) -> int:
    """What of this basket counts for the member's tier: goods as they are sold, minor units."""
    counts = {line.line_id for line in basket.lines if line.quantity_milli > 0 and line.promise is None}
    return sum(line.total_minor for line in priced.lines if line.line_id in counts)


def _there(basket: Basket, thing_id: str) -> BasketCoupon | AskedBenefit | None:
    things: tuple[BasketCoupon | AskedBenefit, ...] = (*basket.coupons, *basket.asked)
    return next((one for one in things if one.id == thing_id), None)


def _of_pass(basket: Basket, priced: PricedBasket, held: HeldPass, moment: Moment) -> Benefit:
    covered = [
        line
        for line in basket.lines
        if line.quantity_milli > 0
        and not line.by_weight
        and (not held.covers or line.product_id in held.covers)
    ]
    shown = Benefit(
        kind="pass",
        id=held.id,
        names=held.names,
        until=held.ends_at,
        left=held.left,
        pieces=sum(line.quantity_milli for line in covered) // ONE_MILLI,
        goods=covered[0].names if covered else {},
    )
    known = _there(basket, held.id)
    if known is not None:
        return _in_basket(priced, known, shown)
    if held.state == "frozen":
        return _because(shown, "frozen")
    if has_passed(held.ends_at, moment):
        return _because(shown, "expired")
    if held.left <= 0:
        return _because(shown, "used_up")
    return shown if covered or not basket.lines else _because(shown, "no_goods")


def _of_coupon(
    desk: Desk, basket: Basket, priced: PricedBasket, coupon: HeldCoupon, moment: Moment, on_trial: bool
) -> Benefit:
    goods = coupon.names if coupon.covers else {}
    shown = Benefit("coupon", coupon.id, coupon.names, until=coupon.until, goods=goods)
    known = _there(basket, coupon.id)
    if known is not None:
        return _in_basket(priced, known, shown)
    if has_passed(coupon.until, moment):
        return _because(shown, "expired")
    if not on_trial or not basket.lines or basket.refund is not None:
        return shown
    tried = of_coupon(
        BenefitHeld(
            auth_id=TRIAL,
            kind="coupon",
            id=coupon.id,
            names=coupon.names,
            promotion=coupon.promotion,
            covers=coupon.covers,
        )
    )
    trial = desk.reckon(desk.touch(basket, coupons=(*basket.coupons, tried)))
    unused = next((one for one in trial.unused_coupons if one.code == TRIAL), None)
    if unused is not None:
        return _because(shown, unused.reason, unused.params)
    return replace(shown, gain_minor=priced.total_minor - trial.total_minor)


def _in_basket(priced: PricedBasket, known: BasketCoupon | AskedBenefit, shown: Benefit) -> Benefit:
    """Asked for, or held: with what it takes off, or why it does not."""
    if isinstance(known, AskedBenefit):
        return replace(shown, state="asked", uses=known.uses)
    shown = replace(shown, state="held", uses=known.uses)
    rule = next((one for one in priced.applied if known.code in one.codes), None)
    if rule is not None:
        return replace(shown, gain_minor=-rule.amount_minor)
    unused = next((one for one in priced.unused_coupons if one.code == known.code), None)
    return _because(shown, unused.reason, unused.params) if unused else _because(shown, "no_goods")


def _because(shown: Benefit, reason: str, params: Mapping[str, int | str] | None = None) -> Benefit:
    return replace(shown, reason=reason, params=params or {})
