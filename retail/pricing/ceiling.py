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
from retail.pricing.promotion import LineKind, Percentage, ThresholdOff, ThresholdPercentage

WAYS_MAX = 64
"""In how many ways promotions over parts of the basket are thought of together."""

POINTS_MAX = 200
"""How many multiples of thresholds are looked at; beyond them the floor is that of the last."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A promotion of a group with the most it can see: what its goods (its gifts) cost undiscounted."""

    live: Live
    everywhere: bool
    undiscounted: int


class Ceiling:
    """`left_minor` is what the best goods plan leaves, `total_minor` a total that is already found: floors
    above it are not told apart."""

    def __init__(self, lots: Sequence[Lot], later: Sequence[Live], left_minor: int, total_minor: int) -> None:
        self._left, self._total = left_minor, total_minor
        self._known: dict[int, int] = {}
        self._base = sum(lot.amount_minor for lot in lots)
        whole = frozenset(lot.order for lot in lots if lot.amount_minor)
        groups: dict[int, list[Rival]] = {}
        for one in later:
            seen = one.gifts or one.lots
            takes_all = one.lots >= whole and (
                one.times_max is None or not isinstance(one.promotion, LineKind)
            )
            rival = Rival(one, takes_all, sum(lots[order].amount_minor for order in seen))
            groups.setdefault(one.bit, []).append(rival)
        self._groups = sorted(groups.values(), key=lambda rivals: rivals[0].live.place)
        self._room, self._combines = self._reach()
        points, complete = self._steps()
        self._points = sorted(points)
        last = total_minor if self._combines else self._base + 1
        self._floors = [last if complete else min(last, self._left - self._given(self._base))]
        for point in reversed(self._points):
            self._floors.append(min(self._floors[-1], self._at(point)))
        self._floors.reverse()

    def floor(self, loss: int) -> int:
        """No plan that loses `loss` or more leaves a total below this, taxes not counted."""
        if loss > self._room:
            return self._floors[-1]
        return min(self._at(loss), self._floors[bisect_right(self._points, loss)])

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

    def _reach(self) -> tuple[int, bool]:
        """The greatest loss worth looking at, and whether rates alone show that beyond it nothing is won:
        what is left less the best rate of every group is then more than the total already found."""
        room = max(0, self._base - self._left)
        rate = sum(max(_rate(rival) for rival in rivals) for rivals in self._groups)
        if rate >= MILLION:
            return room, False
        rounding = sum(len(rival.live.lots) + 1 for rivals in self._groups for rival in rivals)
        amount = -(-(self._total + rounding) * MILLION // (MILLION - rate))
        return max(0, min(room, amount - self._left)), True

    def _steps(self) -> tuple[set[int], bool]:
        """The losses at and just before which some promotion gives more, and whether these are all."""
        points, complete = {self._room}, True
        for rivals in self._groups:
            offsets = {0}
            parts = [rival for rival in rivals if not rival.everywhere]
            if self._combines and any(rival.everywhere for rival in rivals):
                offsets |= {taken for taken, _ in _together(parts, self._left + self._room) or ()}
            for rival in rivals:
                threshold, repeats = _threshold(rival.live)
                if not threshold:
                    continue
                for offset in offsets if rival.everywhere else (0,):
                    seen = self._left - offset
                    first = max(1, seen // threshold + 1) if repeats else 1
                    last = (seen + self._room) // threshold if repeats else 1
                    complete = complete and last - first < POINTS_MAX
                    for times in range(first, min(last, first + POINTS_MAX) + 1):
                        point = threshold * times - seen
                        if 0 < point <= self._room:
                            points |= {point - 1, point}
        return points, complete

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
        if len(rivals) == 1:
            (rival,) = rivals
            seen = running = min(amount, rival.undiscounted)
            if rival.everywhere:
                running = max(0, seen - sum(most for last, most in before if last < rival.live.place))
            return _most_of(rival.live, seen, running)
        wholes = [rival.live for rival in rivals if rival.everywhere]
        parts = [rival for rival in rivals if not rival.everywhere]
        ways = _together(parts, amount) if self._combines else None
        if ways is None:
            most = sum(_most_of(part.live, min(amount, part.undiscounted)) for part in parts)
            ways = [(0, most)]
        best = 0
        for taken, given in ways:
            left = amount - taken
            best = max(best, given + max((_most_of(one, left) for one in wholes), default=0))
        rate = max(_rate(rival) for rival in rivals)
        if rate < MILLION:
            best = min(best, amount * rate // MILLION + 1 + sum(len(rival.live.lots) for rival in rivals))
        return best


def _together(parts: Sequence[Rival], amount: int) -> list[tuple[int, int]] | None:
    """Every way of applying promotions over parts, as (what they need of the goods at least, what they give
    at most); None when there are too many."""
    ways = [(0, 0)]
    for part in parts:
        seen = min(amount, part.undiscounted)
        threshold, repeats = _threshold(part.live)
        most = _most_of(part.live, seen)
        choices = [(0, 0)]
        if most and repeats:
            off = _most_of(part.live, threshold)
            choices += [(threshold * n, off * n) for n in range(1, seen // threshold + 1) if off * n <= most]
        elif most:
            choices.append((threshold, most))
        if len(ways) * len(choices) > WAYS_MAX:
            return None
        ways = [
            (taken + more, given + extra)
            for taken, given in ways
            for more, extra in choices
            if taken + more <= amount
        ]
    return ways


def _threshold(one: Live) -> tuple[int, bool]:
    """Its threshold, 0 for none, and whether it repeats."""
    promotion = one.promotion
    if isinstance(promotion, ThresholdOff):
        return max(1, promotion.threshold_minor), promotion.repeats
    return (
        (max(1, promotion.threshold_minor), False)
        if isinstance(promotion, ThresholdPercentage)
        else (0, False)
    )


def _rate(rival: Rival) -> int:
    """Millionths, as `rate_ppm`; a coupon's percentage is one as well, but for rounding on every line."""
    promotion = rival.live.promotion
    return promotion.off_bp * 100 if isinstance(promotion, Percentage) else rate_ppm(rival.live)


def _most_of(one: Live, seen: int, running: int | None = None) -> int:
    """What one takes off at most of so much; `running` is what a percentage is of, if that is less."""
    promotion = one.promotion
    running = seen if running is None else running
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
