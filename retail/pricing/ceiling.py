"""What stages 5 and 6 can give at most, for goods plans that nobody has worked out yet.

A plan that gains `loss` less than the best one leaves exactly that much more in the basket, wherever it is. A
promotion over the whole basket therefore sees that much more; one over a part of it may see all its goods
undiscounted. From that comes a floor under the total of every plan from a loss on.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from retail.money import share_of
from retail.pricing.later_search import MILLION, rate_ppm
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.promotion import Percentage, ThresholdOff, ThresholdPercentage

POINTS_MAX = 200
"""How many multiples of thresholds are looked at; beyond them the floor is that of the last."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A promotion of a group with the most it can see: what its goods (its gifts) cost undiscounted."""

    live: Live
    everywhere: bool
    undiscounted: int


class Ceiling:
    """`left_minor` is what the best goods plan leaves."""

    def __init__(self, lots: Sequence[Lot], later: Sequence[Live], left_minor: int) -> None:
        self._left = left_minor
        self._known: dict[int, int] = {}
        self._base = sum(lot.amount_minor for lot in lots)
        whole = frozenset(lot.order for lot in lots if lot.amount_minor)
        groups: dict[int, list[Rival]] = {}
        for one in later:
            seen = one.gifts or one.lots
            rival = Rival(one, one.lots >= whole, sum(lots[order].amount_minor for order in seen))
            groups.setdefault(one.bit, []).append(rival)
        self._groups = sorted(groups.values(), key=lambda rivals: rivals[0].live.place)
        self._points, complete = self._steps(later)
        last = self._base + 1 if complete else self._by_rates()
        self._floors = [last]
        for point in reversed(self._points):
            self._floors.append(min(self._floors[-1], self._at(point)))
        self._floors.reverse()

    def floor(self, loss: int) -> int:
        """No plan that loses `loss` or more leaves a total below this, taxes not counted."""
        return min(self._at(loss), self._floors[bisect_right(self._points, loss)])

    def _by_rates(self) -> int:
        """A floor that looks at no steps: below every total as long as rates together are less than all."""
        rate = sum(max(rate_ppm(rival.live) for rival in rivals) for rivals in self._groups)
        if rate >= MILLION:
            return self._left - self._given(self._base)
        return self._left - self._left * rate // MILLION - len(self._groups)

    def loss_max(self, total: int) -> int:
        """The greatest loss that could still end below this total."""
        least, most = 0, self._base - self._left
        while least < most:
            middle = (least + most + 1) // 2
            if self.floor(middle) < total:
                least = middle
            else:
                most = middle - 1
        return least

    def _steps(self, later: Sequence[Live]) -> tuple[list[int], bool]:
        """The losses at and before which some promotion gives more, and whether these are all."""
        room = max(0, self._base - self._left)
        points, complete = {room}, True
        for one in later:
            promotion = one.promotion
            if not isinstance(promotion, ThresholdOff | ThresholdPercentage):
                continue
            threshold = max(1, promotion.threshold_minor)
            repeats = isinstance(promotion, ThresholdOff) and promotion.repeats
            first = self._left // threshold + 1 if repeats else 1
            last = self._base // threshold if repeats else 1
            complete = complete and last - first < POINTS_MAX
            for times in range(first, min(last, first + POINTS_MAX) + 1):
                point = threshold * times - self._left
                if 0 < point <= room:
                    points |= {point - 1, point}
        return sorted(points), complete

    def _at(self, loss: int) -> int:
        """The floor under plans that lose exactly this much."""
        found = self._known.get(loss)
        if found is None:
            found = self._left + loss - self._given(min(self._base, self._left + loss))
            self._known[loss] = found
        return found

    def _given(self, amount: int) -> int:
        """The most that can come off when so much is left after stage 4."""
        before: list[tuple[int, int]] = []
        for rivals in self._groups:
            last = max(rival.live.place for rival in rivals)
            before.append((last, self._most(rivals, amount, before)))
        return sum(most for _, most in before)

    def _most(self, rivals: list[Rival], amount: int, before: list[tuple[int, int]]) -> int:
        """The most one group's promotions can take off together. One alone over the whole basket comes after
        what earlier groups took off: more before means less for it, and never less in all."""
        parts = best_whole = rate = 0
        for rival in rivals:
            seen = running = min(amount, rival.undiscounted)
            if rival.everywhere and len(rivals) == 1:
                running = max(0, seen - sum(most for last, most in before if last < rival.live.place))
            most = _most_of(rival.live, seen, running)
            rate = max(rate, rate_ppm(rival.live))
            if rival.everywhere:
                best_whole = max(best_whole, most)
            else:
                parts += most
        together = parts + best_whole
        if parts and rate < MILLION:
            together = min(together, amount * rate // MILLION + 1 + len(rivals))
        return together


def _most_of(one: Live, seen: int, running: int) -> int:
    promotion = one.promotion
    if isinstance(promotion, ThresholdOff):
        times = seen // max(1, promotion.threshold_minor)
        times = times if promotion.repeats else min(1, times)
        times = times if one.times_max is None else min(times, one.times_max)
        most = min(seen, promotion.off_minor * times)
    elif isinstance(promotion, ThresholdPercentage):
        most = share_of(running, promotion.off_bp) if seen >= promotion.threshold_minor else 0
    elif isinstance(promotion, Percentage):
        most = share_of(running, promotion.off_bp) + len(one.lots)
    else:
        most = seen
    return most if one.budget_left is None else min(most, one.budget_left)
