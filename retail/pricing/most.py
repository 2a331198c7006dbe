"""What one promotion of stages 5 and 6 can take off at most, told from the amount it sees.

The searches rule out by it what they need not try, so it must never be less than the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retail.money import BASIS_POINTS, share_of
from retail.pricing.evaluate import line_gains
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.promotion import Percentage, ThresholdGift, ThresholdOff, ThresholdPercentage

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Most:
    """`off_minor` for every `threshold_minor` it sees (once, unless it `repeats`; at all, where there is no
    threshold) and `off_bp` of what is left then, up to `cap_minor`. `roundings` is how much it adds at most
    that each lot is rounded by itself.

    `rate_ppm` are the millionths of its goods' amount that it never exceeds, but for its roundings and for
    `flat_minor`: all it takes off, where that does not depend on an amount.
    """

    threshold_minor: int
    repeats: bool
    times_max: int | None
    off_minor: int
    off_bp: int
    roundings: int
    cap_minor: int
    rate_ppm: int
    flat_minor: int

    def of(self, seen: int, running: int | None = None) -> int:
        """Minor units off goods worth so much to the threshold; `running` is what a rate is of, if less."""
        if seen <= 0 or seen < self.threshold_minor:
            return 0
        most = self.off_minor
        if self.repeats:
            times = seen // self.threshold_minor
            most *= times if self.times_max is None else min(times, self.times_max)
        if self.off_bp:
            most += share_of(seen if running is None else running, self.off_bp) + self.roundings
        return min(most, self.cap_minor)


def most_of(one: Live, lots: Sequence[Lot]) -> Most:
    """By the goods before any discount."""
    promotion = one.promotion
    times_max = one.times_max
    mine = [lots[order] for order in sorted(one.lots)]
    worth = sum(lot.amount_minor for lot in mine)
    threshold, repeats, off, off_bp, roundings = 0, False, 0, 0, 0
    if isinstance(promotion, ThresholdOff):
        threshold, repeats, off = promotion.threshold_minor, promotion.repeats, promotion.off_minor
    elif isinstance(promotion, ThresholdPercentage):
        threshold, off_bp = promotion.threshold_minor, promotion.off_bp
    elif isinstance(promotion, ThresholdGift):
        threshold, repeats = promotion.threshold_minor, promotion.repeats
        gifts = [lots[order] for order in one.gifts]
        off = _dearest([(lot.first(1), lot.pieces) for lot in gifts], promotion.pieces)
        worth = sum(lot.amount_minor for lot in gifts)
    elif isinstance(promotion, Percentage):
        # Rounding every lot by itself, half up, exceeds rounding the sum by one for two lots at most.
        off_bp, roundings = promotion.off_bp, len(mine) // 2
    else:
        gains = [(sum(line_gains(one, lot, [(lot.amount_minor, lot.pieces)])), lot.pieces) for lot in mine]
        off = sum(gain for gain, _ in gains)
        if times_max is not None:
            off = min(off, _dearest([(-(-gain // pieces), pieces) for gain, pieces in gains], times_max))
    cap = worth if one.budget_left is None else min(worth, one.budget_left)
    rate = off_bp * (MILLION // BASIS_POINTS)
    flat = 0
    if threshold > 0:
        rate -= -off * MILLION // threshold
    elif not off_bp:
        flat = min(off, cap)
    return Most(
        max(0, threshold), repeats and threshold > 0, times_max, off, off_bp, roundings, cap, rate, flat
    )


def _dearest(units: list[tuple[int, int]], pieces: int) -> int:
    """What the dearest `pieces` of units, each an amount and a count, come to."""
    total = 0
    for amount, count in sorted(units, reverse=True):
        taken = min(count, max(0, pieces))
        total += amount * taken
        pieces -= taken
    return total
