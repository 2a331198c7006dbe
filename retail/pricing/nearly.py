"""What nearly applied, and what is missing: the customer may still bring it. Looks back, changes nothing."""

from collections.abc import Sequence

from retail.pricing.evaluate import Effect
from retail.pricing.later import Laid, Segment
from retail.pricing.live import Candidates, Kept, Live
from retail.pricing.lots import Lot
from retail.pricing.priced import Missing, NearMiss
from retail.pricing.promotion import BasketKind, ThresholdGift, ThresholdOff, ThresholdPercentage

NEAR_MISSES_MAX = 8
BRINGABLE: dict[str, Missing] = {
    "amount": "amount",
    "pieces": "pieces",
    "member": "member",
    "tier": "tier",
    "coupon": "coupon",
}


def near_misses(
    lots: Sequence[Lot],
    found: Candidates,
    effects: dict[int, Effect],
    laid: Sequence[Laid],
    segments: Sequence[Segment],
) -> tuple[NearMiss, ...]:
    """At most `NEAR_MISSES_MAX`: the smallest amounts first, then pieces, then member and coupon."""
    times = {one.live.place: one.times for one in laid} | {p: effect.times for p, effect in effects.items()}
    missed: list[NearMiss] = []
    for one in found.live:
        applied = times.get(one.place, 0)
        if one.times_max is not None and applied >= one.times_max:
            continue
        if isinstance(one.promotion, ThresholdOff | ThresholdPercentage | ThresholdGift):
            missed += _threshold(one, one.promotion, segments, applied)
        elif one.unfilled and not applied:
            missed += _multi(one, lots)
    missed += [miss for kept in found.kept if (miss := _kept(kept)) is not None]
    order = ("amount", "gift", "pieces", "member", "tier", "coupon")
    missed.sort(key=lambda m: (order.index(m.missing), m.missing_minor, m.missing_pieces, m.promotion_id))
    return tuple(missed[:NEAR_MISSES_MAX])


def _threshold(one: Live, promotion: BasketKind, segments: Sequence[Segment], applied: int) -> list[NearMiss]:
    """What is missing to the threshold, or to the next multiple of it."""
    mine = [s for s in segments if s.lot in one.lots and (applied or not s.bits & one.bit)]
    worth = sum(s.left_minor for s in mine)
    if applied and (isinstance(promotion, ThresholdPercentage) or not promotion.repeats):
        return []
    if not worth:
        return []
    missing = promotion.threshold_minor * (applied + 1) - worth
    gain = promotion.off_minor if isinstance(promotion, ThresholdOff) else 0
    if missing > 0:
        return [_miss(one, "amount", minor=missing, gain=gain, applied=applied)]
    if isinstance(promotion, ThresholdGift) and not any(s.lot in one.gifts for s in segments):
        return [_miss(one, "gift", pieces=promotion.pieces, applied=applied)]
    return []


def _multi(one: Live, lots: Sequence[Lot]) -> list[NearMiss]:
    """How many pieces an application still needs; none if it has them and is not worth it."""
    fewest = 0
    for pool in one.unfilled:
        short = sum(
            max(0, slot.pieces - sum(lots[order].pieces for order in slot.lots)) for slot in pool.slots
        )
        if short and (not fewest or short < fewest):
            fewest = short
    return [_miss(one, "pieces", pieces=fewest)] if fewest else []


def _miss(
    one: Live, missing: Missing, minor: int = 0, pieces: int = 0, gain: int = 0, applied: int = 0
) -> NearMiss:
    return NearMiss(
        promotion_id=one.promotion.id,
        names=one.promotion.names,
        missing=missing,
        missing_minor=minor,
        missing_pieces=pieces,
        gain_minor=gain,
        applied_times=applied,
    )


def _kept(kept: Kept) -> NearMiss | None:
    """One that only lacks something the customer could still bring."""
    if len(kept.reasons) != 1:
        return None
    reason, short = kept.reasons[0]
    missing = BRINGABLE.get(reason)
    if missing is None:
        return None
    return NearMiss(
        promotion_id=kept.compiled.promotion.id,
        names=kept.compiled.promotion.names,
        missing=missing,
        missing_minor=short if missing == "amount" else 0,
        missing_pieces=short if missing == "pieces" else 0,
    )
