"""Plans of stages 3 and 4 out of the layers: the one that gains most, the others by what they lose to it."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from retail.pricing.evaluate import Portion
from retail.pricing.goods_search import EMPTY, Layer, State, Step
from retail.pricing.spreads import Effort


class Trail:
    """The steps of a plan, each linked to the one before, and what every cell of goods holds after them."""

    __slots__ = ("before", "step", "visible")

    def __init__(self, before: "Trail | None", step: Step | None, visible: tuple[int, ...]) -> None:
        self.before = before
        self.step = step
        self.visible = visible

    def plan(self) -> dict[int, tuple[Portion, ...]]:
        """Lot -> its portions."""
        found: dict[int, tuple[Portion, ...]] = {}
        at: Trail | None = self
        while at is not None:
            if at.step is not None:
                found.update(at.step.choice)
            at = at.before
        return found


def _after(trail: Trail, step: Step) -> Trail:
    visible = list(trail.visible)
    for cell, amount in step.cells:
        visible[cell] += amount
    return Trail(trail, step, tuple(visible))


class Paths:
    """All plans that the layers hold."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._ahead = _ahead(layers)
        self._ranked: list[dict[State, list[tuple[int, Step]]]] = [{} for _ in layers]
        self.gain = self._ahead[0][EMPTY]
        self.loss_max = self.gain
        """Plans that lose more are of no use; whoever looks at plans may lower it on the way."""

    def by_loss(self, untouched: tuple[int, ...], effort: Effort, merge: bool) -> Iterator[tuple[int, Trail]]:
        """Every plan as (what it gains less than the best, its steps), least first; equals in the order of
        preference. With `merge`, plans that leave the same in every cell come once. Ends early when steps are
        spent, never before the first.

        `untouched` is what the cells hold of goods that no layer is about.
        """
        heap: list[tuple[int, int, int, Trail, Step | None]] = [(0, 0, 0, Trail(None, None, untouched), None)]
        been: set[tuple[int, State, tuple[int, ...]]] = set()
        serial = 0
        while heap:
            loss, _, number, trail, deviation = heappop(heap)
            if not effort.spend(1) and serial:
                effort.cut = True
                return
            state = EMPTY
            if deviation is not None:
                trail, state, number = _after(trail, deviation), deviation.state, number + 1
            while not merge or (key := (number, state, trail.visible)) not in been:
                if merge:
                    been.add(key)
                if number == len(self._layers):
                    yield loss, trail
                    break
                ranked = self._steps(number, state)
                effort.spend(len(ranked))
                for more, step in ranked[1:]:
                    if loss + more > self.loss_max:
                        break
                    serial += 1
                    heappush(heap, (loss + more, serial, number, trail, step))
                step = ranked[0][1]
                trail, state, number = _after(trail, step), step.state, number + 1

    def _steps(self, number: int, state: State) -> list[tuple[int, Step]]:
        """The steps from a state with what each loses, the best first."""
        ranked = self._ranked[number].get(state)
        if ranked is None:
            here, following = self._ahead[number][state], self._ahead[number + 1]
            ranked = [
                (here - step.gain - following[step.state], step)
                for step in self._layers[number][state]
                if step.state in following
            ]
            ranked.sort(key=lambda item: item[0])
            self._ranked[number][state] = ranked
        return ranked


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
