"""price(): the whole order of pricing.md, from base prices to taxes, as one pure function.

See docs/pricing.md for the order and the policies. Each stage has its module; this one only hands on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retail.pricing.basket import Goods, MemberTerms, PriceRules
from retail.pricing.choose import Chosen, choose
from retail.pricing.goods_search import untaken
from retail.pricing.live import Candidates, Live, candidates
from retail.pricing.lots import Change, Lot, make_lots, priced_lines, tier_change
from retail.pricing.manual import check_overrides, take_off
from retail.pricing.nearly import near_misses
from retail.pricing.offers import Offers
from retail.pricing.priced import (
    AppliedRule,
    NearMiss,
    PricedBasket,
    PricedLine,
    RuleKind,
    SearchReport,
    UnusedCoupon,
)
from retail.pricing.promotion import LineKind, Percentage, ThresholdPercentage
from retail.pricing.tax import tax_parts
from retail.pricing.unused import unused_coupons

NO_OFFERS = Offers()


def price(
    basket: Sequence[Goods], member: MemberTerms | None, rules: PriceRules, offers: Offers = NO_OFFERS
) -> PricedBasket:
    """Price a basket; the order of its lines changes nothing but the order of the answer.

    Goods taken back (negative quantities) are priced by themselves, by the same rules without coupons and
    without what a person decides, and mirrored. Raises `Refused` for a manual discount or an override that
    may not be and for amounts beyond all sense.
    """
    sold = [goods for goods in basket if goods.quantity_milli >= 0]
    taken_back = [
        replace(goods, quantity_milli=-goods.quantity_milli) for goods in basket if goods.quantity_milli < 0
    ]
    answer = _price_one_way(sold, member, rules, offers, 1)
    lines = answer.lines
    if taken_back:
        plain = replace(offers, coupons=(), manual=(), overrides=())
        lines = lines | _price_one_way(taken_back, member, rules, plain, -1).lines
    ordered = tuple(lines[goods.line_id] for goods in basket)
    amounts: dict[str, int] = {}
    for goods, line in zip(basket, ordered, strict=True):
        amounts[goods.tax_class] = amounts.get(goods.tax_class, 0) + line.total_minor
    taxes, added = tax_parts(amounts, rules.taxes)
    return PricedBasket(
        lines=ordered,
        base_minor=sum(line.base_minor for line in ordered),
        tax_added_minor=added,
        total_minor=sum(line.total_minor for line in ordered) + added,
        taxes=taxes,
        applied=answer.applied,
        near_misses=answer.near_misses,
        unused_coupons=answer.unused_coupons,
        search=answer.search,
    )


@dataclass(slots=True)
class _OneWay:
    """The goods sold, or those taken back, before tax: lines by id, and what is told besides."""

    lines: dict[str, PricedLine]
    applied: tuple[AppliedRule, ...]
    near_misses: tuple[NearMiss, ...]
    unused_coupons: tuple[UnusedCoupon, ...]
    search: SearchReport


def _price_one_way(
    basket: Sequence[Goods], member: MemberTerms | None, rules: PriceRules, offers: Offers, sign: int
) -> _OneWay:
    lots = make_lots(basket, member, check_overrides(offers.overrides, basket))
    found = candidates(lots, member, offers) if len(offers.promotions) else Candidates()
    chosen = choose(lots, found.live, rules.taxes, offers.steps_max) if found.live else None
    if chosen is None:
        for lot in lots:
            _tier(lot, untaken(lot, 0)[0])
        applied: list[AppliedRule] = []
        missed = near_misses(lots, found, {}, (), ())
    else:
        applied = _enter(lots, found.live, chosen)
        missed = near_misses(lots, found, chosen.outcome.effects, chosen.laid, chosen.segments)
    unused = unused_coupons(lots, offers, found, chosen, applied) if offers.coupons else ()
    applied = _before_promotions(lots, offers) + applied
    if offers.manual:
        applied += take_off(lots, [_left(lot) for lot in lots], offers.manual)
    return _OneWay(
        lines={line.line_id: line for lot in lots for line in priced_lines(lot, sign)},
        applied=tuple(applied),
        near_misses=missed,
        unused_coupons=unused,
        search=chosen.report if chosen else SearchReport(),
    )


def _left(lot: Lot) -> int:
    return lot.base_minor + sum(change.amount_minor for change in lot.changes)


def _tier(lot: Lot, off_minor: int) -> None:
    if lot.tier is not None and off_minor:
        lot.changes.append(tier_change(lot.tier, off_minor))


def _enter(lots: Sequence[Lot], live: Sequence[Live], chosen: Chosen) -> list[AppliedRule]:
    """Write what was chosen into the lots, in the order it was done, and sum it up by rule."""
    for order, off in sorted(chosen.outcome.tier_off_minor.items()):
        _tier(lots[order], off)
    applied: list[AppliedRule] = []
    for place, effect in sorted(chosen.outcome.effects.items()):
        applied += _of_promotion(lots, live[place], effect.times, effect.off_minor)
    for laid in chosen.laid:
        applied += _of_promotion(lots, laid.live, laid.times, laid.off_minor)
    return applied


def _of_promotion(
    lots: Sequence[Lot], one: Live, times: int, off_minor: Mapping[int, int]
) -> list[AppliedRule]:
    if not any(off_minor.values()):
        return []
    promotion = one.promotion
    kind: RuleKind = "coupon" if one.codes else "promotion"
    rule = f"{kind}:{promotion.id}"
    rate_bp = promotion.off_bp if isinstance(promotion, Percentage | ThresholdPercentage) else 0
    for order, off in sorted(off_minor.items()):
        lots[order].changes.append(Change(rule, kind, promotion.names, -off, rate_bp))
    codes = one.codes[:1] if isinstance(promotion, LineKind) else one.codes[:times]
    lines = sum(1 for off in off_minor.values() if off)
    return [AppliedRule(rule, kind, promotion.names, -sum(off_minor.values()), times, lines, codes)]


def _before_promotions(lots: Sequence[Lot], offers: Offers) -> list[AppliedRule]:
    """Overrides, the member's own prices and the tier, summed up by rule."""
    by_line = {override.line_id: override for override in offers.overrides}
    sums: dict[str, AppliedRule] = {}
    for lot in lots:
        for change in lot.changes:
            if change.kind not in ("override", "member") or not change.amount_minor:
                continue
            before = sums.get(change.rule)
            if before is not None:
                amount_minor = before.amount_minor + change.amount_minor
                sums[change.rule] = replace(
                    before, amount_minor=amount_minor, times=before.times + 1, lines=before.lines + 1
                )
                continue
            rule = AppliedRule(change.rule, change.kind, change.names, change.amount_minor, 1, 1)
            override = by_line.get(change.rule.removeprefix("override:"))
            if change.kind == "override" and override is not None:
                rule = replace(
                    rule,
                    reason=override.reason,
                    operator_id=override.operator_id,
                    approver_id=override.approver_id,
                )
            sums[change.rule] = rule
    return sorted(sums.values(), key=lambda rule: rule.kind, reverse=True)
