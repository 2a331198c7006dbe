"""Lots touched by promotions of several stacking groups: plans are made one by one and worked out in full.

What one group takes off changes what the next one sees, so states cannot be merged here. With few goods
every plan is tried; with many, plans are improved promotion by promotion, and the answer says so.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from retail.pricing.evaluate import Outcome, Plan, Take, evaluate, within_limits
from retail.pricing.goods_search import EMPTY, Choice, Layer, Step
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.spreads import Effort, spreads
from retail.pricing.waiting import CellOf

STEPS_OF_A_PLAN = 12
"""What working out one plan costs, in steps of the other search, for each lot."""

WAYS_MAX = 500
"""How many ways one lot may have before the rest is left unsearched."""

Groups = tuple[tuple[Take, ...], ...]


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
        bits = sorted({one.bit for one in live})
        self._by_group = [[one for one in live if one.bit == bit] for bit in bits]

    def plans(self) -> Iterator[tuple[Choice, Outcome]]:
        """Every plan that keeps the limits and leaves nothing unfinished, or the best few found."""
        ways = [self._ways(lot) for lot in self._lots]
        count = 1
        for of_lot in ways:
            count *= len(of_lot)
        if count * STEPS_OF_A_PLAN * len(self._lots) <= self._effort.steps_max - self._effort.steps:
            for groups in product(*ways):
                yield from self._try(dict(zip(self._orders(), groups, strict=True)))
            return
        self._effort.cut = True
        yield from self._climb(ways)

    def _orders(self) -> list[int]:
        return [lot.order for lot in self._lots]

    def _ways(self, lot: Lot) -> list[Groups]:
        of_groups = [
            spreads(lot, [one for one in group if lot.order in one.lots], self._effort)
            for group in self._by_group
        ]
        found = list(islice(product(*of_groups), WAYS_MAX + 1))
        if len(found) > WAYS_MAX:
            self._effort.cut = True
        return found[:WAYS_MAX]

    def _try(self, plan: dict[int, Groups]) -> Iterator[tuple[Choice, Outcome]]:
        self._effort.spend(STEPS_OF_A_PLAN * len(self._lots))
        if not self._finished(plan):
            return
        outcome = self._evaluate(plan)
        if within_limits(outcome, self._all):
            yield tuple((lot, groups) for lot, groups in plan.items() if any(groups)), outcome

    def _evaluate(self, plan: Plan) -> Outcome:
        return evaluate(self._lots, plan, self._all)

    def _finished(self, plan: dict[int, Groups]) -> bool:
        """Whether all units given to a multi-buy make whole applications."""
        given: dict[tuple[int, int], list[int]] = {}
        for groups in plan.values():
            for take in (take for takes in groups for take in takes if take.pool >= 0):
                pool = self._all[take.live].pools[take.pool]
                counts = given.setdefault((take.live, take.pool), [0] * len(pool.slots))
                counts[take.slot] += take.pieces
        for (place, number), counts in given.items():
            slots = self._all[place].pools[number].slots
            times = counts[0] // slots[0].pieces
            if any(count != times * slot.pieces for count, slot in zip(counts, slots, strict=True)):
                return False
        return True

    def _climb(self, ways: list[list[Groups]]) -> Iterator[tuple[Choice, Outcome]]:
        """From nothing applied, change one or two lots at a time while that gains and steps are left."""
        nothing = tuple(() for _ in self._by_group)
        plan: dict[int, Groups] = dict.fromkeys(self._orders(), nothing)
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

    def _neighbours(self, plan: dict[int, Groups], ways: list[list[Groups]]) -> Iterator[dict[int, Groups]]:
        orders = self._orders()
        for order, of_lot in zip(orders, ways, strict=True):
            for groups in of_lot:
                yield plan | {order: groups}
        for first, second in zip(range(len(orders)), range(1, len(orders)), strict=False):
            for one, other in product(ways[first], ways[second]):
                yield plan | {orders[first]: one, orders[second]: other}
