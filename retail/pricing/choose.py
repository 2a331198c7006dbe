"""The best total: which plan of stages 3 and 4, with which choice of stages 5 and 6, leaves least to pay.

The cheapest goods plan is the answer unless dearer goods could earn more later. How much more is bounded by
what stages 5 and 6 give on undiscounted goods; only plans within that slack are looked at, and those that
later stages cannot tell apart are one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retail.money import BASIS_POINTS
from retail.pricing.basket import TaxRate
from retail.pricing.components import components
from retail.pricing.evaluate import Outcome, Portion, evaluate
from retail.pricing.goods_search import EMPTY, Choice, Layer, State, Step, Walk, untaken
from retail.pricing.later import Laid, Later, Segment
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.optimism import gain_at_most
from retail.pricing.priced import SearchReport
from retail.pricing.promotion import Percentage, ThresholdOff, ThresholdPercentage
from retail.pricing.spreads import Effort
from retail.pricing.tax import tax_added
from retail.pricing.wide_search import wide_layer

ENDS_KEPT = 8
"""How many partial plans go on once the steps are spent."""

STEPS_OF_A_LOT = 3
"""What working out one lot of a finished plan costs in steps."""


@dataclass(slots=True)
class Chosen:
    """The best plan worked out: stages 2 to 4, then 5 and 6, and how sure it is."""

    outcome: Outcome
    segments: list[Segment]
    laid: list[Laid]
    later: Later
    report: SearchReport


class Trail:
    """The choices that led somewhere, each linked to the one before."""

    __slots__ = ("before", "choice")

    def __init__(self, before: "Trail | None", choice: Choice) -> None:
        self.before = before
        self.choice = choice

    def plan(self) -> dict[int, tuple[Portion, ...]]:
        """Lot -> its portions."""
        found: dict[int, tuple[Portion, ...]] = {}
        at: Trail | None = self
        while at is not None:
            found.update(at.choice)
            at = at.before
        return found


def choose(lots: Sequence[Lot], live: Sequence[Live], taxes: Mapping[str, TaxRate], steps_max: int) -> Chosen:
    """Search, and work out the best that was found."""
    return _Chooser(lots, live, taxes, steps_max).run()


class _Chooser:
    def __init__(
        self, lots: Sequence[Lot], live: Sequence[Live], taxes: Mapping[str, TaxRate], steps_max: int
    ) -> None:
        self.lots, self.live, self.taxes = lots, live, taxes
        self.effort, self.later_effort = Effort(steps_max), Effort(steps_max)
        self.goods = [one for one in live if one.compiled.stage in ("line", "multi")]
        later = [one for one in live if one.compiled.stage not in ("line", "multi")]
        rates = {_added_bp(taxes, lot) for lot in lots}
        self.rate_min, self.rate_max = min(rates, default=0), max(rates, default=0)
        objective = _total if len(rates) < 2 else self._total_with_tax
        self.later = Later(lots, later, objective, self.later_effort)
        self.cheapest_minor = 0
        self.touched: set[int] = set()
        self.cells: list[tuple[int, int]] = []
        self._cell_at: dict[object, int] = {}
        self._signatures = [self._signature(lot) for lot in lots]

    def _signature(self, lot: Lot) -> object:
        """What later stages can tell about a lot."""
        told: list[object] = [one.place for one in self.later.live if lot.order in one.lots | one.gifts]
        told.append(lot.goods.tax_class if self.rate_min != self.rate_max else "")
        rounded = (one for one in self.later.live if isinstance(one.promotion, Percentage))
        if any(lot.order in one.lots for one in rounded) or not self._summable():
            told.append(lot.order)
        return tuple(told)

    def _total_with_tax(self, segments: Sequence[Segment]) -> int:
        amounts: dict[str, int] = {}
        for segment in segments:
            tax_class = self.lots[segment.lot].goods.tax_class
            amounts[tax_class] = amounts.get(tax_class, 0) + segment.now_minor
        return sum(amounts.values()) + tax_added(amounts, self.taxes)

    def _summable(self) -> bool:
        """Whether later stages ask for sums of money only, never for pieces."""
        return all(
            isinstance(one.promotion, ThresholdOff | ThresholdPercentage)
            or (isinstance(one.promotion, Percentage) and not one.limited)
            for one in self.later.live
        )

    def cell_of(self, lot: int, bits: int) -> int:
        """The cell of units of a lot that these groups have."""
        key = (self._signatures[lot], bits)
        at = self._cell_at.get(key)
        if at is None:
            at = self._cell_at[key] = len(self.cells)
            self.cells.append((lot, bits))
        return at

    def run(self) -> Chosen:
        """Layers, the cheapest goods plan, and whatever could beat it."""
        layers = self._layers()
        goods_cut = self.effort.cut
        ahead = _ahead(layers)
        best = ahead[0][EMPTY]
        found = self._work_out(_cheapest(layers, ahead))
        self.cheapest_minor = found[0]
        if layers and (self.later.live or self.rate_min != self.rate_max):
            slack, most = self._slack(found)
            if slack > 0:
                for trail in self._promising(layers, ahead, best - slack, most, found[0]):
                    other = self._work_out(trail)
                    if other[0] < self.cheapest_minor:
                        found, self.cheapest_minor = other, other[0]
        total, outcome, segments, laid = found
        return Chosen(outcome, segments, laid, self.later, self._report(total, best, goods_cut))

    def _layers(self) -> list[Layer]:
        layers: list[Layer] = []
        for component in components(self.lots, self.goods):
            self.touched.update(lot.order for lot in component.lots)
            if component.wide:
                layers.append(
                    wide_layer(component.lots, component.live, self.live, self.cell_of, self.effort)
                )
            else:
                layers += Walk(component.lots, component.live, self.cell_of, self.effort).layers()
        return layers

    def _work_out(self, trail: Trail) -> tuple[int, Outcome, list[Segment], list[Laid]]:
        self.effort.spend(STEPS_OF_A_LOT * len(self.lots))
        outcome = evaluate(self.lots, trail.plan(), self.live)
        segments = [Segment(c.lot, c.count, c.amount_minor, c.bits, c.amount_minor) for c in outcome.chunks]
        if not self.later.live:
            return self.later.objective(segments), outcome, segments, []
        total, order = self.later.best(segments)
        working, laid = self.later.apply(segments, order)
        return total, outcome, working, laid

    def _undiscounted(self) -> tuple[int, int]:
        """What all goods cost before stage 3, and the most that stages 5 and 6 can take off."""
        whole = [Segment(lot.order, lot.pieces, lot.amount_minor, 0, lot.amount_minor) for lot in self.lots]
        amount = sum(segment.left_minor for segment in whole)
        if not self.later.live:
            return amount, 0
        _, order = self.later.best(whole)
        return amount, amount - _total(self.later.apply(whole, order)[0])

    def _slack(self, cheapest: tuple[int, Outcome, list[Segment], list[Laid]]) -> tuple[int, int]:
        """By how much less a goods plan may gain and still win; and the most stages 5 and 6 give."""
        _, outcome, segments, _ = cheapest
        _, most = self._undiscounted()
        given = outcome.total_minor() - _total(segments)
        slack = most - given + self._margin()
        if self._smooth():
            slack = self._margin() + sum(len(one.lots) for one in self.later.live)
        spread = self.rate_max - self.rate_min
        if spread:
            slack += -(-_total(segments) * spread // (BASIS_POINTS + self.rate_min)) + 1
        return slack, most

    def _smooth(self) -> bool:
        """Whether one minor unit more of goods never earns a whole one more: percentages without
        conditions, on goods that stages 3 and 4 cannot take from them."""
        taken = 0
        for one in self.goods:
            taken |= one.bit
        return all(
            isinstance(one.promotion, Percentage) and not one.limited and not one.bit & taken
            for one in self.later.live
        )

    def _margin(self) -> int:
        """Minor units by which sums over cells can differ from sums over lots: what several scopes share
        may fall on either side."""
        alike = len({one.lots for one in self.later.live}) < 2
        return 0 if alike else len(self.later.live) * max(1, len(self.cells))

    def _promising(
        self,
        layers: list[Layer],
        ahead: list[dict[State, int]],
        gain_min: int,
        most: int,
        limit: int,
    ) -> Iterator[Trail]:
        """The plans that could cost less than `limit`, the likeliest first."""
        summable, margin = self._summable(), self._margin()
        rated: list[tuple[int, int, Trail]] = []
        for index, (visible, trail) in enumerate(self._ends(layers, ahead, gain_min)):
            least = sum(visible) - most
            if summable and least - margin < limit:
                least = self.later.best(self._as_segments(visible))[0] - margin
            if least < limit:
                rated.append((least, index, trail))
        rated.sort(key=lambda row: row[:2])
        for least, _, trail in rated:
            if least >= self.cheapest_minor:
                return
            if self.effort.steps > self.effort.steps_max:
                self.effort.cut = True
                return
            yield trail
            if summable and not margin:
                return

    def _as_segments(self, visible: tuple[int, ...]) -> list[Segment]:
        return [
            Segment(lot, 1, amount, bits, amount)
            for (lot, bits), amount in zip(self.cells, visible, strict=True)
        ]

    def _ends(
        self, layers: list[Layer], ahead: list[dict[State, int]], gain_min: int
    ) -> list[tuple[tuple[int, ...], Trail]]:
        """Every end that gains at least `gain_min`, as what each cell holds and how it was reached."""
        front: dict[tuple[State, tuple[int, ...]], tuple[int, Trail]] = {
            (EMPTY, self._untouched()): (0, Trail(None, ()))
        }
        for number, layer in enumerate(layers):
            following: dict[tuple[State, tuple[int, ...]], tuple[int, Trail]] = {}
            for (state, visible), (gain, trail) in front.items():
                steps = layer[state]
                self.effort.spend(len(steps))
                for step in steps:
                    rest = ahead[number + 1].get(step.state)
                    if rest is None or gain + step.gain + rest < gain_min:
                        continue
                    key = (step.state, _added(visible, step))
                    if key not in following:
                        following[key] = (gain + step.gain, Trail(trail, step.choice))
            if self.effort.steps > self.effort.steps_max and len(following) > ENDS_KEPT:
                self.effort.cut = True
                ordered = sorted(
                    following.items(), key=lambda item: -(item[1][0] + ahead[number + 1][item[0][0]])
                )
                following = dict(ordered[:ENDS_KEPT])
            front = following
        return [(visible, trail) for (_, visible), (_, trail) in front.items()]

    def _untouched(self) -> tuple[int, ...]:
        """What the cells hold of lots that stages 3 and 4 leave alone."""
        amounts = [(self.cell_of(lot.order, 0), untaken(lot, 0)[1]) for lot in self.lots]
        visible = [0] * len(self.cells)
        for lot, (cell, amount) in zip(self.lots, amounts, strict=True):
            if lot.order not in self.touched:
                visible[cell] += amount
        return tuple(visible)

    def _report(self, total: int, best_gain: int, goods_cut: bool) -> SearchReport:
        steps = self.effort.steps + self.later_effort.steps
        if not (self.effort.cut or self.later_effort.cut):
            return SearchReport(True, 0, steps)
        amount, most = self._undiscounted()
        most += self.later_margin() if self.later_effort.cut else 0
        gain = gain_at_most(self.lots, self.goods) if goods_cut else best_gain
        least = max(0, amount - gain - most)
        bound = max(0, total - least)
        bound = -(-bound * (BASIS_POINTS + self.rate_max) // BASIS_POINTS)
        return SearchReport(bound == 0, bound, steps)

    def later_margin(self) -> int:
        """The most that stages 5 and 6 could give beyond what a search cut short has found: everything."""
        return sum(lot.amount_minor for lot in self.lots)


def _ahead(layers: Sequence[Layer]) -> list[dict[State, int]]:
    """For each layer and state the most that can still be gained; states without an end are left out."""
    ahead: list[dict[State, int]] = [{EMPTY: 0}]
    for layer in reversed(layers):
        following = ahead[-1]
        here: dict[State, int] = {}
        for state, steps in layer.items():
            gains = [step.gain + following[step.state] for step in steps if step.state in following]
            if gains:
                here[state] = max(gains)
        ahead.append(here)
    ahead.reverse()
    return ahead


def _cheapest(layers: Sequence[Layer], ahead: Sequence[dict[State, int]]) -> Trail:
    """The plan that gains most; of several, the one that prefers earlier priorities on dearer goods."""
    trail, state = Trail(None, ()), EMPTY
    for number, layer in enumerate(layers):
        following = ahead[number + 1]
        for step in layer[state]:
            if step.state in following and step.gain + following[step.state] == ahead[number][state]:
                trail, state = Trail(trail, step.choice), step.state
                break
    return trail


def _added(visible: tuple[int, ...], step: Step) -> tuple[int, ...]:
    after = list(visible)
    for cell, amount in step.cells:
        after[cell] += amount
    return tuple(after)


def _total(segments: Sequence[Segment]) -> int:
    return sum(segment.now_minor for segment in segments)


def _added_bp(taxes: Mapping[str, TaxRate], lot: Lot) -> int:
    rate = taxes.get(lot.goods.tax_class)
    return 0 if rate is None or rate.inclusive else rate.rate_bp
