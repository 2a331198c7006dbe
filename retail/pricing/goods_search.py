"""Stages 3 and 4: every way of giving goods to promotions, as layers of states, one lot after another.

Lots are walked dearest first; a state is what open applications hold and limits have used, so two ways that
leave the same state are one. This serves lots whose promotions are of one stacking group; lots touched by
several groups are `wide_search`'s. What is chosen from the layers is `choose`'s affair.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from retail.money import share_of
from retail.pricing.applications import Run
from retail.pricing.evaluate import Portion, Take, line_gains
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.spreads import Effort, spreads
from retail.pricing.waiting import CellOf, Waiting, Worker

BEAM_WIDTH = 8
"""How many states of a layer are kept once the steps are spent."""

Used = tuple[tuple[int, int], ...]
"""For each limit that could matter: times and money used."""
State = tuple[tuple[Waiting, ...], Used]
EMPTY: State = ((), ())
Choice = tuple[tuple[int, tuple[Portion, ...]], ...]
"""For some lots: their portions."""


class Step(NamedTuple):
    """One way for one layer: what it gains, where it leads, what the cells get, what was chosen."""

    gain: int
    state: State
    cells: tuple[tuple[int, int], ...]
    choice: Choice


Layer = dict[State, list[Step]]
"""The steps from every state that can be reached, those first that win ties."""


@dataclass(slots=True)
class Way:
    """One spread of one lot, with what is known before any state is."""

    lot: int
    portions: tuple[Portion, ...]
    gain: int = 0
    cells: list[tuple[int, int]] = field(default_factory=list)
    pushes: list[tuple[int, int, Run]] = field(default_factory=list)
    used: list[tuple[int, int, int]] = field(default_factory=list)


class Walk:
    """The walk over one component: lots that share promotions of one group."""

    def __init__(self, lots: list[Lot], live: list[Live], cell_of: CellOf, effort: Effort) -> None:
        self._lots = lots
        self._live = live
        self._by_place = {one.place: one for one in live}
        self._cell_of = cell_of
        self._effort = effort
        numbered = [(one, number) for one in live for number in range(len(one.pools))]
        self._workers = [Worker(one, number, cell_of) for one, number in numbered]
        self._worker_at = {(one.place, number): at for at, (one, number) in enumerate(numbered)}
        self._counted = [one for one in live if one.limited and self._could_exceed(one)]
        self._counter_at = {one.place: at for at, one in enumerate(self._counted)}

    def _could_exceed(self, one: Live) -> bool:
        mine = [lot for lot in self._lots if lot.order in one.lots]
        times = sum(lot.pieces for lot in mine) // (one.pools[0].pieces if one.pools else 1)
        worth = sum(lot.amount_minor for lot in mine)
        return (one.times_max is not None and times > one.times_max) or (
            one.budget_left is not None and worth > one.budget_left
        )

    def layers(self) -> list[Layer]:
        """One layer for each lot; the first begins and the last ends in the empty state."""
        begin: State = (tuple(worker.empty for worker in self._workers), ((0, 0),) * len(self._counted))
        best: dict[State, int] = {begin: 0}
        layers: list[Layer] = []
        for number, lot in enumerate(self._lots):
            mine = [one for one in self._live if lot.order in one.lots]
            ways = [self._way(lot, portions) for portions in spreads(lot, mine, self._effort)]
            closing = [at for at, worker in enumerate(self._workers) if worker.last_lot == lot.order]
            final = number == len(self._lots) - 1
            layer: Layer = {}
            following: dict[State, int] = {}
            for state, so_far in best.items():
                self._effort.spend(len(ways))
                steps = layer[EMPTY if number == 0 else state] = []
                for way in ways:
                    step = self._step(state, way, closing, final)
                    if step is not None:
                        steps.append(step)
                        reached = so_far + step.gain
                        if reached > following.get(step.state, -1):
                            following[step.state] = reached
            best = self._narrow(following)
            layers.append(layer)
        return layers

    def _narrow(self, following: dict[State, int]) -> dict[State, int]:
        """All states while there are steps left; then the most promising, and one that owes nothing."""
        if len(following) <= BEAM_WIDTH or self._effort.steps <= self._effort.steps_max:
            return following
        self._effort.cut = True
        ordered = sorted(following.items(), key=lambda item: -item[1])
        settled = [item for item in ordered if all(not any(waiting) for waiting in item[0][0])]
        return dict(ordered[:BEAM_WIDTH] + settled[:1])

    def _way(self, lot: Lot, portions: tuple[Portion, ...]) -> Way:
        way = Way(lot.order, portions)
        bit = self._live[0].bit
        at = 0
        for pieces, (take,) in portions:
            amount = lot.first(at + pieces) - lot.first(at)
            at += pieces
            if take.pool >= 0:
                run = Run(amount // pieces, lot.order, 0, pieces)
                way.pushes.append((self._worker_at[take.live, take.pool], take.slot, run))
            else:
                one = self._by_place[take.live]
                (gain,) = line_gains(one, lot, [(amount, pieces)])
                way.gain += gain
                amount -= gain
                if take.live in self._counter_at:
                    way.used.append((self._counter_at[take.live], pieces, gain))
            way.cells.append((self._cell_of(lot.order, bit), amount))
        if at < lot.pieces:
            gain, amount = untaken(lot, at)
            way.gain += gain
            way.cells.append((self._cell_of(lot.order, 0), amount))
        return way

    def _step(self, state: State, way: Way, closing: list[int], final: bool) -> Step | None:
        """One step, or None when it leaves an application unfinished or breaks a limit."""
        waiting, used = state
        gain, cells = way.gain, way.cells
        if way.pushes:
            cells, now = list(cells), list(waiting)
            for at, slot, run in way.pushes:
                worker = self._workers[at]
                now[at], won, times = worker.push(now[at], slot, run, cells)
                gain += won
                counter = self._counter_at.get(worker.one.place)
                if counter is not None:
                    used = _counting(used, counter, times, won)
            waiting = tuple(now)
        for counter, times, won in way.used:
            used = _counting(used, counter, times, won)
        if used is not state[1] and not self._keeps(used):
            return None
        if any(any(waiting[at]) for at in closing):
            return None
        choice: Choice = ((way.lot, way.portions),) if way.portions else ()
        return Step(gain, EMPTY if final else (waiting, used), tuple(cells), choice)

    def _keeps(self, used: Used) -> bool:
        for one, (times, money) in zip(self._counted, used, strict=True):
            if one.times_max is not None and times > one.times_max:
                return False
            if one.budget_left is not None and money > one.budget_left:
                return False
        return True


def simple_layer(lot: Lot, live: list[Live], cell_of: CellOf, effort: Effort) -> Layer:
    """The layer of one lot that only line promotions without limits want: all of it to one, or to none."""
    bit, steps = live[0].bit, []
    effort.spend(len(live) + 1)
    for one in sorted(live, key=lambda one: one.rank):
        (gain,) = line_gains(one, lot, [(lot.amount_minor, lot.pieces)])
        cells = ((cell_of(lot.order, bit), lot.amount_minor - gain),)
        portions = (Portion(lot.pieces, (Take(one.place, -1, 0),)),)
        steps.append(Step(gain, EMPTY, cells, ((lot.order, portions),)))
    gain, left = untaken(lot, 0)
    steps.append(Step(gain, EMPTY, ((cell_of(lot.order, 0), left),), ()))
    return {EMPTY: steps}


def untaken(lot: Lot, at: int) -> tuple[int, int]:
    """What the tier takes off the units from `at` on, and what they cost then."""
    amount = lot.amount_minor - lot.first(at)
    gain = share_of(amount, lot.tier.discount_bp) if lot.tier is not None else 0
    return gain, amount - gain


def _counting(used: Used, at: int, times: int, money: int) -> Used:
    before = used[at]
    return (*used[:at], (before[0] + times, before[1] + money), *used[at + 1 :])
