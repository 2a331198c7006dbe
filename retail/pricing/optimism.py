"""A gain that stages 3 and 4 can never exceed, for the bound of an answer that was not searched to the end.

As if every multi-buy had all its goods for itself and every unit also had its best line promotions.
"""

from collections.abc import Sequence

from retail.money import share_of
from retail.pricing.applications import Pool, Run, benefit, form
from retail.pricing.evaluate import line_gains
from retail.pricing.live import Live
from retail.pricing.lots import Lot


def gain_at_most(lots: Sequence[Lot], live: Sequence[Live]) -> int:
    """Minor units; at most what all goods cost."""
    multis = 0
    single: dict[int, int] = {}
    for one in live:
        for pool in one.pools:
            gain = _alone(pool, lots, one)
            (first, *others) = sorted(frozenset().union(*(slot.lots for slot in pool.slots)))
            if not others and len(_wanting(first, live)) == 1 and len(one.pools[0].slots) == 1:
                single[first] = _one_lot(lots[first], pool, gain)
            else:
                multis += gain
    lines = sum(single.get(lot.order) or _best_line(lot, live) for lot in lots)
    return min(sum(lot.amount_minor for lot in lots), multis + lines)


def _wanting(order: int, live: Sequence[Live]) -> list[Live]:
    return [one for one in live if order in one.lots]


def _one_lot(lot: Lot, pool: Pool, gain: int) -> int:
    """A lot with one multi-buy and nothing else: the gain is linear in applications, so it is greatest with
    all or with none; what is left over, and a rounding, come on top."""
    if lot.tier is None:
        return gain
    over = share_of(lot.first(min(pool.pieces, lot.pieces)), lot.tier.discount_bp)
    return max(gain + over, share_of(lot.amount_minor, lot.tier.discount_bp)) + 1


def _alone(pool: Pool, lots: Sequence[Lot], one: Live) -> int:
    """One pool on all its goods, each slot with the dearest of its own."""
    queues = [
        [
            Run(-(-lots[order].amount_minor // lots[order].pieces), order, 0, lots[order].pieces)
            for order in sorted(slot.lots)
        ]
        for slot in pool.slots
    ]
    gains: list[tuple[int, int]] = []
    for times, taken in form(pool, queues):
        gain = (
            share_of(_worth(taken[-1]), pool.off_bp)
            if len(taken) > 1 and pool.cheapest
            else benefit(pool, taken)[0]
        )
        gains.append((gain, times))
    gains.sort(reverse=True)
    left, total = one.times_max, 0
    for gain, times in gains:
        counted = times if left is None else min(times, left)
        total += gain * counted
        left = None if left is None else left - counted
    return total if one.budget_left is None else min(total, one.budget_left)


def _worth(runs: Sequence[Run]) -> int:
    return sum(run.price_minor * run.pieces for run in runs)


def _best_line(lot: Lot, live: Sequence[Live]) -> int:
    """The best of each group's line promotions, and the tier, one cent up for each rounding."""
    by_group: dict[int, int] = {}
    for one in live:
        if one.compiled.stage == "line" and lot.order in one.lots:
            gain = sum(line_gains(one, lot, [(lot.amount_minor, lot.pieces)])) + 1
            by_group[one.bit] = max(by_group.get(one.bit, 0), gain)
    tier = share_of(lot.amount_minor, lot.tier.discount_bp) + 1 if lot.tier is not None else 0
    return max(tier, sum(by_group.values()))
