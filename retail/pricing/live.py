"""Which promotions may apply to this basket now, with what is left of their limits; and what keeps others.

Looks at every condition but never at what applying would bring: that is the search's affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from retail.pricing.applications import Pool, pools_of
from retail.pricing.basket import MemberTerms
from retail.pricing.calendar import holds
from retail.pricing.index import Compiled
from retail.pricing.lots import Lot
from retail.pricing.offers import Offers, Usage
from retail.pricing.promotion import (
    AnyPromotion,
    BuyXGetY,
    FlashSale,
    Limits,
    LineKind,
    MultiKind,
    NForM,
    NForPrice,
    NthAtRate,
    ThresholdGift,
    needs_coupon,
)

UNLIMITED = Limits()


@dataclass(slots=True, eq=False)
class Live:
    """A promotion that may apply: the lots of its scope, how often and for how much at most.

    `pools` have goods enough for every slot; `unfilled` have some, perhaps too few. `times_max` counts pieces
    for line kinds, else applications; None is without limit. `bit` is its stacking group in a mask.
    """

    compiled: Compiled
    promotion: AnyPromotion
    place: int
    bit: int
    lots: frozenset[int]
    times_max: int | None
    budget_left: int | None
    codes: tuple[str, ...] = ()
    pools: tuple[Pool, ...] = ()
    unfilled: tuple[Pool, ...] = ()
    gifts: frozenset[int] = frozenset()

    @property
    def rank(self) -> tuple[int, str]:
        """What breaks ties: priority, then id."""
        return (self.promotion.priority, self.promotion.id)

    @property
    def limited(self) -> bool:
        """Whether something bounds its use."""
        return self.times_max is not None or self.budget_left is not None


@dataclass(slots=True)
class Kept:
    """A promotion that may not apply, with everything that keeps it, as (reason, how much is missing)."""

    compiled: Compiled
    reasons: list[tuple[str, int]]
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class Candidates:
    """All promotions that touch the basket: those that may apply, in order, and the others."""

    live: list[Live] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def candidates(lots: Sequence[Lot], member: MemberTerms | None, offers: Offers) -> Candidates:
    """Sort the promotions that touch these lots into those that may apply and those that are kept."""
    found = Candidates()
    promotable = [lot for lot in lots if lot.promotable]
    bits: dict[str, int] = {}
    for compiled, places in offers.promotions.touching([lot.goods for lot in promotable]):
        codes = _codes(compiled, offers)
        reasons = _reasons(compiled, promotable, member, offers, codes)
        if reasons:
            found.kept.append(Kept(compiled, reasons, codes))
            continue
        bit = bits.setdefault(compiled.group, 1 << len(bits))
        scopes = [[lot for at in named if (lot := promotable[at]).amount_minor > 0] for named in places]
        found.live.append(_live(compiled, len(found.live), bit, scopes, offers, codes))
    return found


def _codes(compiled: Compiled, offers: Offers) -> tuple[str, ...]:
    promotion = compiled.promotion
    if not offers.coupons or not needs_coupon(promotion):
        return ()
    given = (
        coupon.code
        for coupon in offers.coupons
        if coupon.promotion_id == promotion.id
        or (not coupon.promotion_id and coupon.code in promotion.conditions.coupon_codes)
    )
    return tuple(dict.fromkeys(given))


def _reasons(
    compiled: Compiled,
    lots: Sequence[Lot],
    member: MemberTerms | None,
    offers: Offers,
    codes: tuple[str, ...],
) -> list[tuple[str, int]]:
    promotion = compiled.promotion
    conditions = promotion.conditions
    reasons: list[tuple[str, int]] = []
    if conditions.stores and offers.store not in conditions.stores:
        reasons.append(("store", 0))
    if conditions.channels and offers.channel not in conditions.channels:
        reasons.append(("channel", 0))
    if not holds(promotion.calendar, offers.at, offers.holidays):
        reasons.append(("calendar", 0))
    if member is None:
        if conditions.needs_member() or promotion.limits.per_member is not None:
            reasons.append(("member", 0))
    elif conditions.tiers and member.tier_id not in conditions.tiers:
        reasons.append(("tier", 0))
    elif conditions.birthday_month and member.birth_month != offers.at.month:
        reasons.append(("birthday_month", 0))
    if needs_coupon(promotion) and not codes:
        reasons.append(("coupon", 0))
    if conditions.minimum_minor or conditions.minimum_pieces:
        counted = [lot for lot in lots if compiled.condition_goods.matches(lot.goods)]
        missing_minor = conditions.minimum_minor - sum(lot.base_minor for lot in counted)
        missing_pieces = conditions.minimum_pieces - sum(lot.pieces for lot in counted)
        reasons += [("amount", missing_minor)] if missing_minor > 0 else []
        reasons += [("pieces", missing_pieces)] if missing_pieces > 0 else []
    times_max, budget_left = _left(promotion, offers.usage.get(promotion.id, Usage()), codes)
    if (times_max is not None and times_max <= 0) or (budget_left is not None and budget_left <= 0):
        reasons.append(("limit", 0))
    return reasons


def _left(promotion: AnyPromotion, used: Usage, codes: tuple[str, ...]) -> tuple[int | None, int | None]:
    """How many more applications (pieces for line kinds) and how much more money there may be."""
    limits = promotion.limits
    if limits == UNLIMITED and not codes and not isinstance(promotion, FlashSale):
        return None, None
    left = [
        limit - before
        for limit, before in (
            (limits.per_basket, 0),
            (limits.per_member, used.by_member),
            (limits.per_day, used.today),
            (limits.in_all, used.in_all),
            (promotion.quota if isinstance(promotion, FlashSale) else None, used.in_all),
        )
        if limit is not None
    ]
    if codes and not isinstance(promotion, LineKind):
        left.append(len(codes))
    budget = limits.budget_minor
    return (min(left) if left else None), (None if budget is None else budget - used.discount_minor)


def _live(
    compiled: Compiled,
    place: int,
    bit: int,
    scopes: list[list[Lot]],
    offers: Offers,
    codes: tuple[str, ...],
) -> Live:
    promotion = compiled.promotion
    times_max, budget_left = _left(promotion, offers.usage.get(promotion.id, Usage()), codes)
    live = Live(
        compiled=compiled,
        promotion=promotion,
        place=place,
        bit=bit,
        lots=frozenset(lot.order for lot in scopes[0]),
        times_max=times_max,
        budget_left=budget_left,
        codes=codes,
    )
    if isinstance(promotion, MultiKind):
        slots = [frozenset(lot.order for lot in scope if lot.countable) for scope in scopes]
        pools = [
            pool for own in _by_product(promotion, slots, scopes[0]) for pool in pools_of(promotion, own)
        ]
        pieces = {lot.order: lot.pieces for scope in scopes for lot in scope}
        live.pools = tuple(
            pool
            for pool in pools
            if all(sum(pieces[order] for order in slot.lots) >= slot.pieces for slot in pool.slots)
        )
        live.unfilled = tuple(pool for pool in pools if any(slot.lots for slot in pool.slots))
        live.lots = frozenset().union(*(slot.lots for pool in live.pools for slot in pool.slots))
    elif isinstance(promotion, ThresholdGift):
        live.gifts = frozenset(lot.order for lot in scopes[1] if lot.countable)
    return live


def _by_product(
    promotion: MultiKind, slots: list[frozenset[int]], lots: Sequence[Lot]
) -> list[list[frozenset[int]]]:
    """The slots once, or once for each product where units of one application must be of one product."""
    alike = isinstance(promotion, BuyXGetY) and promotion.get is None
    if isinstance(promotion, NForPrice | NForM | NthAtRate):
        alike = promotion.same_product
    if not alike:
        return [slots]
    product_of = {lot.order: lot.goods.product_id or lot.goods.line_id for lot in lots}
    ordered = sorted(slots[0], key=lambda order: (product_of[order], order))
    return [[frozenset(group)] for _, group in groupby(ordered, key=product_of.__getitem__)]
