"""Plans of stages 3 and 4 out of the layers: the one that gains most, the others by what they lose to it."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from retail.pricing.evaluate import Portion
from retail.pricing.goods_search import EMPTY, Choice, Layer, State, Step
from retail.pricing.spreads import Effort


class Trail:
    """The steps of a plan, each linked to the one before."""

    __slots__ = ("before", "step")

    def __init__(self, before: "Trail | None", step: Step | None) -> None:
        self.before = before
        self.step = step

    def steps(self) -> Iterator[Step]:
        """Its steps, the last one first."""
        at: Trail | None = self
        while at is not None:
            if at.step is not None:
                yield at.step
            at = at.before

    def plan(self) -> dict[int, tuple[Portion, ...]]:
        """Lot -> its portions."""
        found: dict[int, tuple[Portion, ...]] = {}
        for step in self.steps():
            choice: Choice = step.choice
            found.update(choice)
        return found


class Paths:
    """All plans that the layers hold."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._ahead = _ahead(layers)
        self._ranked: list[dict[State, list[tuple[int, Step]]]] = [{} for _ in layers]
        self.gain = self._ahead[0][EMPTY]

    def by_loss(self, effort: Effort) -> Iterator[tuple[int, Trail]]:
        """Every plan as (what it gains less than the best, its steps), least first; equals in the order of
        preference. Ends early when the steps are spent."""
        heap: list[tuple[int, int, int, State, Trail]] = [(0, 0, 0, EMPTY, Trail(None, None))]
        serial = 0
        while heap:
            if not effort.spend(len(self._layers)):
                effort.cut = True
                return
            loss, _, number, state, trail = heappop(heap)
            while number < len(self._layers):
                ranked = self._steps(number, state)
                for more, step in ranked[1:]:
                    serial += 1
                    heappush(heap, (loss + more, serial, number + 1, step.state, Trail(trail, step)))
                effort.spend(len(ranked))
                step = ranked[0][1]
                trail, state, number = Trail(trail, step), step.state, number + 1
            yield loss, trail

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
