"""The best total: which plan of stages 3 and 4, with which choice of stages 5 and 6, leaves least to pay.

The cheapest goods plan is the answer unless dearer goods earn more later. So plans are looked at by what they
lose to it, until stages 5 and 6 could not make up for the loss whatever they gave (`ceiling`); those that
later stages cannot tell apart are one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retail.errors import InvariantBroken
from retail.money import BASIS_POINTS
from retail.pricing.basket import TaxRate
from retail.pricing.ceiling import Ceiling, Seen
from retail.pricing.components import components
from retail.pricing.evaluate import Outcome, evaluate
from retail.pricing.goods_search import Layer, Walk, simple_layer, untaken
from retail.pricing.later import Laid, Later, Segment
from retail.pricing.later_search import best_choice, could_be_below
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.optimism import gain_at_most
from retail.pricing.paths import Paths, Trail
from retail.pricing.priced import SearchReport
from retail.pricing.promotion import Percentage, ThresholdOff, ThresholdPercentage
from retail.pricing.spreads import Effort
from retail.pricing.tax import tax_added
from retail.pricing.wide_search import wide_layer

LATER_SHARE = 4
"""Stages 5 and 6 may take steps besides, this part of as many: what they find they find soon."""

STEPS_OF_A_RIVAL = 8
"""What asking stages 5 and 6 about one plan costs for each of their promotions."""

STEPS_OF_A_LOT = 6
"""What working out one lot of a finished plan costs in steps."""

STEPS_OF_A_GLANCE = 20
"""How far the short search goes that stands by a long one which was cut short."""


@dataclass(slots=True)
class Chosen:
    """The best plan worked out: stages 2 to 4, then 5 and 6, and how sure it is."""

    total_minor: int
    outcome: Outcome
    segments: list[Segment]
    laid: list[Laid]
    later: Later
    report: SearchReport


def choose(lots: Sequence[Lot], live: Sequence[Live], taxes: Mapping[str, TaxRate], steps_max: int) -> Chosen:
    """Search, and work out the best that was found.

    A search that was cut short among plans of goods may have spent its steps far from the best one, where a
    much shorter one takes what lies near; so that one is asked too, and the cheaper answer counts.
    """
    chooser = _Chooser(lots, live, taxes, steps_max)
    found = chooser.run()
    if found.report.exact or not chooser.goods_cut or steps_max <= STEPS_OF_A_GLANCE:
        return found
    glance = _Chooser(lots, live, taxes, STEPS_OF_A_GLANCE).run()
    if glance.total_minor >= found.total_minor:
        return found
    saved_minor = found.total_minor - glance.total_minor
    bound_minor = min(glance.report.bound_minor, max(0, found.report.bound_minor - saved_minor))
    glance.report = SearchReport(bound_minor == 0, bound_minor, found.report.steps + glance.report.steps)
    return glance


class _Chooser:
    def __init__(
        self, lots: Sequence[Lot], live: Sequence[Live], taxes: Mapping[str, TaxRate], steps_max: int
    ) -> None:
        self.lots, self.live, self.taxes = lots, live, taxes
        self.effort = Effort(steps_max)
        self.goods = [one for one in live if one.compiled.stage in ("line", "multi")]
        later = [one for one in live if one.compiled.stage not in ("line", "multi")]
        rates = {_added_bp(taxes, lot) for lot in lots}
        self.rate_min, self.rate_max = min(rates, default=0), max(rates, default=0)
        self.later = Later(
            lots, later, None if len(rates) < 2 else self._added_tax, Effort(steps_max // LATER_SHARE)
        )
        self._summable = self._ask_sums_only()
        self.goods_cut = False
        self.touched: set[int] = set()
        self._tied: list[frozenset[int]] = []
        self.cells: list[tuple[int, int]] = []
        self._cell_at: dict[object, int] = {}
        self._signatures = [self._signature(lot) for lot in lots]

    def _signature(self, lot: Lot) -> object:
        """What later stages can tell about a lot."""
        told: list[object] = [one.place for one in self.later.live if lot.order in one.lots | one.gifts]
        told.append(lot.goods.tax_class if self.rate_min != self.rate_max else "")
        rounded = (one for one in self.later.live if isinstance(one.promotion, Percentage))
        if any(lot.order in one.lots for one in rounded) or not self._summable:
            told.append(lot.order)
        return tuple(told)

    def _added_tax(self, segments: Sequence[Segment]) -> int:
        amounts: dict[str, int] = {}
        for segment in segments:
            tax_class = self.lots[segment.lot].goods.tax_class
            amounts[tax_class] = amounts.get(tax_class, 0) + segment.now_minor
        return tax_added(amounts, self.taxes)

    def _ask_sums_only(self) -> bool:
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
        """The plans by what they lose to the best of stages 3 and 4, until none can cost less."""
        paths = Paths(self._layers())
        untouched = self._untouched()
        self.goods_cut = self.effort.cut
        found: _Worked | None = None
        ceiling: Ceiling | None = None
        floor = 0
        for loss, trail in paths.by_loss(untouched, self.effort, self._summable):
            if found is None or ceiling is None:
                found = self._work_out(trail)
                if found is None or (not self.later.live and self.rate_min == self.rate_max):
                    break
                ceiling = self._ceiling(found.outcome.total_minor(), found.total, found.outcome)
                floor = self._with_tax(ceiling.floor(0))
                self._lower(paths, ceiling, found.total)
                continue
            floor = self._with_tax(ceiling.floor(loss))
            if floor >= found.total:
                break
            if self._with_tax(ceiling.at(loss)) < found.total and self._could_be_better(trail, found.total):
                other = self._work_out(trail, found.total)
                if other is not None:
                    found = other
                    self._lower(paths, ceiling, found.total)
        else:
            floor = floor if self.effort.cut else found.total if found else 0
        if found is None:
            raise InvariantBroken("pricing.no_plan")
        return Chosen(
            found.total,
            found.outcome,
            found.segments,
            found.laid,
            self.later,
            self._report(found, floor, ceiling),
        )

    def _ceiling(self, left_minor: int, total_minor: int, best: Outcome | None = None) -> Ceiling:
        """The ceiling over a best plan, or over any that leaves so much."""
        left = dict.fromkeys((lot.order for lot in self.lots), 0)
        for chunk in best.chunks if best else ():
            left[chunk.lot] += chunk.amount_minor
        seen = {}
        for one in self.later.live:
            most = sum(self.lots[order].amount_minor for order in one.lots)
            seen[one.place] = self._seen(one, left, most) if best else Seen(0, min(most, left_minor), most)
        return Ceiling(self.lots, self.later.live, self.later.takes, seen, left_minor, total_minor)

    def _seen(self, one: Live, left: Mapping[int, int], most: int) -> Seen:
        """What it sees of the best plan's goods, of which so much is left, and of any other's.

        Certain are goods whose discounts do not depend on goods that it does not see, unless its own group
        may take them: there the best plan leaves least, and every other its loss more.
        """
        own = frozenset().union(*(goods.lots for goods in self.goods if goods.bit == one.bit))
        least, now = 0, 0
        for tied in self._tied:
            mine = tied & one.lots
            if not mine:
                continue
            if len(mine) == len(tied) and own.isdisjoint(mine):
                least += sum([left[order] for order in mine])
            else:
                now += sum([self.lots[order].amount_minor for order in mine])
        return Seen(least, least + now, most)

    def _lower(self, paths: Paths, ceiling: Ceiling, total: int) -> None:
        """Let no plan be looked at that loses too much to cost less than `total`."""
        if self.rate_min == self.rate_max:
            paths.loss_max = ceiling.loss_max(total)

    def _could_be_better(self, trail: Trail, total: int) -> bool:
        """Whether stages 5 and 6 could make this plan cost less, judged by what its cells hold."""
        self.effort.spend(STEPS_OF_A_RIVAL * len(self.later.live))
        cells = [
            Segment(lot, 1, amount, bits, amount)
            for (lot, bits), amount in zip(self.cells, trail.visible, strict=True)
            if amount
        ]
        return could_be_below(self.later, cells, total)

    def _layers(self) -> list[Layer]:
        layers: list[Layer] = []
        for component in components(self.lots, self.goods):
            self._tied.append(frozenset(lot.order for lot in component.lots))
            if component.wide:
                layers.append(
                    wide_layer(component.lots, component.live, self.live, self.cell_of, self.effort)
                )
            elif component.simple:
                (lot,) = component.lots
                layers.append(simple_layer(lot, component.live, self.cell_of, self.effort))
            else:
                layers += Walk(component.lots, component.live, self.cell_of, self.effort).layers()
        self.touched = set().union(*self._tied)
        self._tied += [frozenset({lot.order}) for lot in self.lots if lot.order not in self.touched]
        return layers

    def _work_out(self, trail: Trail, below: int | None = None) -> "_Worked | None":
        """The plan to the end; None when its total would not be below what is asked for."""
        self.effort.spend(STEPS_OF_A_LOT * len(self.lots))
        outcome = evaluate(self.lots, trail.plan(), self.live)
        segments = [Segment(c.lot, c.count, c.amount_minor, c.bits, c.amount_minor) for c in outcome.chunks]
        total, order = best_choice(self.later, segments, below=below)
        if below is not None and total >= below:
            return None
        working, laid = self.later.apply(segments, order)
        return _Worked(total, outcome, working, laid)

    def _untouched(self) -> tuple[int, ...]:
        """What the cells hold of lots that stages 3 and 4 leave alone."""
        rest = [lot for lot in self.lots if lot.order not in self.touched]
        amounts = [(self.cell_of(lot.order, 0), untaken(lot, 0)[1]) for lot in rest]
        visible = [0] * len(self.cells)
        for cell, amount in amounts:
            visible[cell] += amount
        return tuple(visible)

    def _with_tax(self, floor: int) -> int:
        """A floor under the total that the objective counts: with the taxes it adds, if it does."""
        if self.rate_min == self.rate_max:
            return floor
        return floor + floor * self.rate_min // BASIS_POINTS - len(self.taxes)

    def _report(self, found: "_Worked", floor: int, ceiling: Ceiling | None) -> SearchReport:
        steps = self.effort.steps + self.later.effort.steps
        if not (self.effort.cut or self.later.effort.cut):
            return SearchReport(True, 0, steps)
        if self.goods_cut:
            left = sum(lot.amount_minor for lot in self.lots) - gain_at_most(self.lots, self.goods)
            floor = self._with_tax(self._ceiling(max(0, left), found.total).floor(0))
        elif self.later.effort.cut and ceiling is not None:
            floor = min(floor, self._with_tax(ceiling.floor(0)))
        bound = max(0, found.total - max(0, floor))
        bound = -(-bound * (BASIS_POINTS + self.rate_max) // BASIS_POINTS)
        return SearchReport(bound == 0, bound, steps)


@dataclass(slots=True)
class _Worked:
    """A plan worked out to the end."""

    total: int
    outcome: Outcome
    segments: list[Segment]
    laid: list[Laid]


def _added_bp(taxes: Mapping[str, TaxRate], lot: Lot) -> int:
    rate = taxes.get(lot.goods.tax_class)
    return 0 if rate is None or rate.inclusive else rate.rate_bp
