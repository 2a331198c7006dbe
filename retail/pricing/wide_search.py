"""Lots touched by promotions of several stacking groups: plans are made one by one and worked out in full.

What one group takes off changes what the next one sees, so states cannot be merged here. With few goods
every plan is tried; with many, plans are improved promotion by promotion, and the answer says so.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, pairwise, product

from retail.pricing.evaluate import Outcome, Portion, Take, evaluate, within_limits
from retail.pricing.goods_search import EMPTY, Choice, Layer, Step
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.spreads import PIECES_SEARCHED_MAX, Effort
from retail.pricing.waiting import CellOf

STEPS_OF_A_PLAN = 12
"""What working out one plan costs, in steps of the other search, for each lot."""

WAYS_MAX = 500
"""How many ways one lot may have before the rest is left unsearched."""

Portions = tuple[Portion, ...]


def wide_layer(
    lots: list[Lot], live: list[Live], all_live: Sequence[Live], cell_of: CellOf, effort: Effort
) -> Layer:
    """One layer whose steps are whole plans of these lots."""
    search = _Wide(lots, live, all_live, effort)
    base = sum(lot.amount_minor for lot in lots)
    steps = []
    for choice, outcome in search.plans():
        cells = tuple((cell_of(chunk.lot, chunk.bits), chunk.amount_minor) for chunk in outcome.chunks)
        steps.append(Step(base - outcome.total_minor(), EMPTY, cells, choice))
    return {EMPTY: steps}


class _Wide:
    def __init__(self, lots: list[Lot], live: list[Live], all_live: Sequence[Live], effort: Effort) -> None:
        self._lots, self._live, self._all, self._effort = lots, live, all_live, effort
        groups = sorted({one.compiled.group for one in live})
        self._by_group = [[one for one in live if one.compiled.group == group] for group in groups]

    def plans(self) -> Iterator[tuple[Choice, Outcome]]:
        """Every plan that keeps the limits and leaves nothing unfinished, or the best few found."""
        ways = [self._ways(lot) for lot in self._lots]
        count = 1
        for of_lot in ways:
            count *= len(of_lot)
        if count * STEPS_OF_A_PLAN * len(self._lots) <= self._effort.steps_max - self._effort.steps:
            for portions in product(*ways):
                yield from self._try(dict(zip(self._orders(), portions, strict=True)))
            return
        self._effort.cut = True
        yield from self._climb(ways)

    def _orders(self) -> list[int]:
        return [lot.order for lot in self._lots]

    def _ways(self, lot: Lot) -> list[Portions]:
        """Every way of giving a lot's units to combinations of promotions, one or none of each group."""
        options = [self._options(lot, group) for group in self._by_group]
        combinations = [
            tuple(take for take in combined if take is not None) for combined in product(*options)
        ]
        places = range(len(combinations))
        found: list[Portions] = []
        for picked in combinations_with_replacement(places, min(lot.pieces, PIECES_SEARCHED_MAX)):
            counts = Counter(picked)
            if lot.pieces > PIECES_SEARCHED_MAX:
                # Too many units to tell apart: the most frequent combination stands for the rest.
                self._effort.cut = True
                counts[max(counts, key=lambda at: (counts[at], -at))] += lot.pieces - PIECES_SEARCHED_MAX
            portions = tuple(Portion(counts[at], combinations[at]) for at in places if counts[at])
            if self._whole(lot, portions):
                found.append(tuple(portion for portion in portions if portion.takes))
            if len(found) >= WAYS_MAX:
                self._effort.cut = True
                break
        return found if () in found else [*found, ()]

    def _options(self, lot: Lot, group: list[Live]) -> list[Take | None]:
        options: list[Take | None] = []
        ranked = sorted(group, key=lambda one: one.rank)
        for one in ranked:
            for number, pool in enumerate(one.pools):
                for place, slot in enumerate(pool.slots):
                    options += [Take(one.place, number, place)] if lot.order in slot.lots else []
        lines = (one for one in ranked if one.compiled.stage == "line" and lot.order in one.lots)
        return [*options, *(Take(one.place, -1, 0) for one in lines), None]

    def _whole(self, lot: Lot, portions: Portions) -> bool:
        """Whether line promotions without a limit have all that the others of their group leave."""
        for group in self._by_group:
            bit = group[0].bit
            lines: set[int] = set()
            left_over = 0
            for portion in portions:
                own = [take for take in portion.takes if self._all[take.live].bit == bit]
                left_over += 0 if own else portion.pieces
                lines |= {t.live for t in own if t.pool < 0 and not self._all[t.live].limited}
            if len(lines) > 1 or (lines and left_over):
                return False
        return True

    def _try(self, plan: dict[int, Portions]) -> Iterator[tuple[Choice, Outcome]]:
        self._effort.spend(STEPS_OF_A_PLAN * len(self._lots))
        if not self._finished(plan):
            return
        outcome = evaluate(self._lots, plan, self._all)
        if within_limits(outcome, self._all):
            yield tuple((lot, portions) for lot, portions in plan.items() if portions), outcome

    def _finished(self, plan: dict[int, Portions]) -> bool:
        """Whether all units given to a multi-buy make whole applications."""
        given: dict[tuple[int, int], list[int]] = {}
        for portion in (portion for portions in plan.values() for portion in portions):
            for take in portion.takes:
                if take.pool >= 0:
                    slots = self._all[take.live].pools[take.pool].slots
                    counts = given.setdefault((take.live, take.pool), [0] * len(slots))
                    counts[take.slot] += portion.pieces
        for (place, number), counts in given.items():
            slots = self._all[place].pools[number].slots
            times = counts[0] // slots[0].pieces
            if any(count != times * slot.pieces for count, slot in zip(counts, slots, strict=True)):
                return False
        return True

    def _climb(self, ways: list[list[Portions]]) -> Iterator[tuple[Choice, Outcome]]:
        """From nothing applied, change one or two lots at a time while that gains and steps are left."""
        plan: dict[int, Portions] = dict.fromkeys(self._orders(), ())
        found = next(self._try(plan))
        best, improved = found[1].total_minor(), True
        while improved and self._effort.steps <= self._effort.steps_max:
            improved = False
            for changed in self._neighbours(plan, ways):
                if self._effort.steps > self._effort.steps_max:
                    break
                for tried in self._try(changed):
                    if tried[1].total_minor() < best:
                        best, plan, found, improved = tried[1].total_minor(), changed, tried, True
        yield found

    def _neighbours(
        self, plan: dict[int, Portions], ways: list[list[Portions]]
    ) -> Iterator[dict[int, Portions]]:
        orders = self._orders()
        for order, of_lot in zip(orders, ways, strict=True):
            for portions in of_lot:
                yield plan | {order: portions}
        for first, second in pairwise(range(len(orders))):
            for one, other in product(ways[first], ways[second]):
                yield plan | {orders[first]: one, orders[second]: other}
