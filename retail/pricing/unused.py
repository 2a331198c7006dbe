"""Coupons that were given and not used, each with the reason. Looks back, changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from retail.pricing.choose import Chosen
from retail.pricing.index import Compiled
from retail.pricing.later import Segment
from retail.pricing.later_search import best_choice
from retail.pricing.live import Candidates, Live
from retail.pricing.lots import Lot
from retail.pricing.offers import Offers
from retail.pricing.priced import AppliedRule, UnusedCoupon
from retail.pricing.promotion import ThresholdGift, ThresholdOff, ThresholdPercentage
from retail.pricing.spreads import Effort


def unused_coupons(
    lots: Sequence[Lot],
    offers: Offers,
    found: Candidates,
    chosen: Chosen | None,
    applied: Sequence[AppliedRule],
) -> tuple[UnusedCoupon, ...]:
    """Reasons: ``unknown``, what a condition lacks (``calendar``, ``store``, ``channel``, ``member``,
    ``tier``, ``birthday_month``, ``limit``, ``amount``, ``pieces``), ``no_goods``, ``one_is_enough``,
    ``better_without`` (`more_minor`: what the customer saves by not using it, where that is known)."""
    used = {code for rule in applied for code in rule.codes}
    rules = {rule.rule for rule in applied}
    answer: list[UnusedCoupon] = []
    for code, promotion_id in dict.fromkeys((one.code, one.promotion_id) for one in offers.coupons):
        if code in used:
            continue
        known = offers.promotions.by_id.get(promotion_id)
        meant = [known] if known else ([] if promotion_id else offers.promotions.of_code(code))
        if not meant:
            answer.append(UnusedCoupon(code, promotion_id, "unknown"))
            continue
        reason, params = _reason(meant[0], lots, found, chosen, rules)
        answer.append(UnusedCoupon(code, meant[0].promotion.id, reason, params))
    return tuple(answer)


def _reason(
    meant: Compiled, lots: Sequence[Lot], found: Candidates, chosen: Chosen | None, rules: set[str]
) -> tuple[str, Mapping[str, int | str]]:
    if f"coupon:{meant.promotion.id}" in rules:
        return "one_is_enough", {}
    for kept in found.kept:
        if kept.compiled is meant:
            reason, short = kept.reasons[0]
            return reason, ({"missing": short} if short else {})
    live = next((one for one in found.live if one.compiled is meant), None)
    if live is None or chosen is None or not (live.lots or live.gifts or live.unfilled):
        return "no_goods", {}
    if live.compiled.stage == "multi":
        return _of_multi(live, lots)
    return _of_later(live, chosen)


def _of_multi(live: Live, lots: Sequence[Lot]) -> tuple[str, Mapping[str, int | str]]:
    for pool in live.pools:
        if all(sum(lots[at].pieces for at in slot.lots) >= slot.pieces for slot in pool.slots):
            return "better_without", {}
    return "pieces", {}


def _of_later(live: Live, chosen: Chosen) -> tuple[str, Mapping[str, int | str]]:
    """The threshold is not reached, or others save more: by how much is found by using it all the same."""
    promotion = live.promotion
    if isinstance(promotion, ThresholdOff | ThresholdPercentage | ThresholdGift):
        worth = sum(segment.left_minor for segment in chosen.segments if segment.lot in live.lots)
        if worth < promotion.threshold_minor:
            return "amount", {"missing": promotion.threshold_minor - worth}
    before = _before(chosen)
    now = chosen.later.total(chosen.segments)
    # The search for the best total may have spent its steps; this question has as many of its own.
    later = replace(chosen.later, effort=Effort(chosen.later.effort.steps_max))
    forced, order = best_choice(later, before, must=live)
    if live not in order and later.effort.cut:
        return "better_without", {}
    if live not in order or all(laid.live is not live for laid in later.apply(before, order)[1]):
        return "no_goods", {}
    return "better_without", {"more_minor": max(0, forced - now)}


def _before(chosen: Chosen) -> list[Segment]:
    """The segments as stages 1 to 4 left them."""
    return [Segment(c.lot, c.count, c.amount_minor, c.bits, c.amount_minor) for c in chosen.outcome.chunks]
