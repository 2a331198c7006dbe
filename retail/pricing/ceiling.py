"""What stages 5 and 6 can give at most, for goods plans that nobody has worked out yet.

A plan that gains `loss` less than the best one leaves exactly that much more in the basket. A promotion over
part of the goods sees at most that much more as well, unless goods outside its part are tied to some within
it. From that comes a floor under the total of every plan from a loss on.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retail.money import BASIS_POINTS
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.most import MILLION, Most
from retail.pricing.promotion import LineKind

WAYS_MAX = 128
"""In how many ways promotions over parts of the basket are thought of together."""

POINTS_MAX = 200
"""How many multiples of thresholds are looked at; beyond them the floor is that of the last."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The amount that a promotion sees of the goods: never below `least` nor above `most`; at most `now` with
    the best plan, and with others at most their loss more."""

    least: int
    now: int
    most: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A promotion of a group, with the most it takes off and what it sees."""

    live: Live
    everywhere: bool
    takes: Most
    seen: Seen

    def sees(self, loss: int) -> int:
        """The most it sees once a plan loses so much."""
        return min(self.seen.most, self.seen.now + loss)


Way = tuple[int, int]
"""How much of the goods some promotions take at least, and what they give at most."""


class Group:
    """The promotions of one stacking group: of those over the whole basket one at most applies."""

    def __init__(self, rivals: Sequence[Rival]) -> None:
        self.rivals = rivals
        self.wholes = [rival.takes for rival in rivals if rival.everywhere]
        self.parts = [rival for rival in rivals if not rival.everywhere]
        self.last = max(rival.live.place for rival in rivals)
        self.rate_ppm = max(rival.takes.rate_ppm for rival in rivals)
        self.beside = sum(rival.takes.flat_minor + rival.takes.roundings + 1 for rival in rivals)
        self._least = [0 if _shares_goods(part, self.parts) else part.seen.least for part in self.parts]
        self._ways: dict[tuple[int, ...], list[Way]] = {}

    def offsets(self, loss: int) -> set[int] | None:
        """All that its parts may have taken together once a plan loses so much; None when that is too much
        to think of."""
        offsets = {0}
        for part, least in zip(self.parts, self._least, strict=True):
            takes, sees = part.takes, part.sees(loss)
            if takes.repeats and sees // takes.threshold_minor > WAYS_MAX:
                return None
            choices = _choices(takes, sees, least)
            if len(offsets) * len(choices) > WAYS_MAX:
                return None
            offsets = {taken + more for taken in offsets for more, _ in choices}
        return offsets

    def ways(self, loss: int) -> list[Way]:
        """Of all ways of applying its parts together those that give more than any that takes less, the
        least first. There are no more than `offsets` of any greater loss."""
        seen = tuple(part.sees(loss) for part in self.parts)
        ways = self._ways.get(seen)
        if ways is None:
            ways = [(0, 0)]
            for part, sees, least in zip(self.parts, seen, self._least, strict=True):
                choices = _choices(part.takes, sees, least)
                if len(choices) > 1:
                    ways = _best(
                        [(taken + more, given + extra) for taken, given in ways for more, extra in choices]
                    )
            self._ways[seen] = ways
        return ways


def _choices(takes: Most, sees: int, least: int) -> list[Way]:
    """One promotion over a part: not at all, once or as often as its threshold is there."""
    most, threshold = takes.of(sees), takes.threshold_minor
    if not most:
        return [(0, 0)]
    if not takes.repeats:
        return [(0, 0), (max(threshold, least), most)]
    return [(0, 0)] + [
        (max(threshold * times, least), min(most, takes.off_minor * times))
        for times in range(1, sees // threshold + 1)
    ]


def _best(ways: list[Way]) -> list[Way]:
    """Without those that give no more than another which takes no more."""
    best: list[Way] = []
    for way in sorted(ways):
        if best and way[0] == best[-1][0]:
            best[-1] = way
        elif not best or way[1] > best[-1][1]:
            best.append(way)
    return best


def _shares_goods(one: Rival, others: Sequence[Rival]) -> bool:
    return any(one is not other and not one.live.lots.isdisjoint(other.live.lots) for other in others)


class Ceiling:
    """`left_minor` is what the best goods plan leaves, `total_minor` a total that is already found: floors
    above it are not told apart. `takes` and `seen` are by the promotions' places."""

    def __init__(
        self,
        lots: Sequence[Lot],
        later: Sequence[Live],
        takes: Mapping[int, Most],
        seen: Mapping[int, Seen],
        left_minor: int,
        total_minor: int,
    ) -> None:
        self._left, self._total = left_minor, total_minor
        self._known: dict[int, int] = {}
        self._base = sum(lot.amount_minor for lot in lots)
        whole = frozenset(lot.order for lot in lots if lot.amount_minor)
        groups: dict[int, list[Rival]] = {}
        for one in later:
            takes_all = one.lots >= whole and (
                one.times_max is None or not isinstance(one.promotion, LineKind)
            )
            groups.setdefault(one.bit, []).append(Rival(one, takes_all, takes[one.place], seen[one.place]))
        by_place = sorted(groups.values(), key=lambda rivals: rivals[0].live.place)
        self._groups = [Group(rivals) for rivals in by_place]
        self._rate = sum(group.rate_ppm for group in self._groups)
        rates = [max(rival.takes.off_bp for rival in group.rivals) for group in self._groups]
        self._rates_bp = sum(rates)
        # From one point to the next only rates give more, each rounded by itself: together they may give a
        # cent more than is lost for every one but the first.
        self._jumps = max(0, sum(rate > 0 for rate in rates) - 1)
        self._room, combines = self._reach()
        self._offsets = [group.offsets(self._room) if combines else None for group in self._groups]
        if combines:
            # Nor is a loss worth looking at that all which could be given does not make up for.
            most = self._given(self._room)
            self._room = min(self._room, max(0, total_minor - self._left + most))
        points, complete = self._steps()
        self._points = sorted(points)
        last = total_minor if combines else self._base + 1
        lowest = last if complete else min(last, self._left - self._given(self._base - self._left))
        self._floors = [lowest]
        most = self._given(self._room)
        for point in reversed(self._points):
            # Before this point no more is given than after it, so it may be known to be no lower.
            if self._left + point - most - self._jumps < lowest:
                lowest = min(lowest, self.at(point) - self._jumps)
                most = self._left + point - self.at(point)
            self._floors.append(lowest)
        self._floors.reverse()

    def floor(self, loss: int) -> int:
        """No plan that loses `loss` or more leaves a total below this, taxes not counted."""
        if loss > self._room:
            return self._floors[-1]
        return min(self.at(loss) - self._jumps, self._floors[bisect_right(self._points, loss)])

    def loss_max(self, total: int) -> int:
        """No plan that loses more could still end below this total."""
        furthest = self._base - self._left
        if self._floors[-1] < total:
            return furthest
        # Between the points nothing but rates gives more for a loss, so from there the rest is its own.
        starts = [0, *self._points]
        at = max((at for at, floor in enumerate(self._floors) if floor < total), default=-1) + 1
        end = starts[at + 1] if at + 1 < len(starts) else furthest
        own = MILLION - self._rate
        if own <= 0:
            return end
        short = max(0, total + self._jumps - self.at(starts[at]))
        return min(end, starts[at] + short * MILLION // own + 1)

    def _reach(self) -> tuple[int, bool]:
        """The greatest loss worth looking at, and whether rates alone show that beyond it nothing is won:
        what is left less the best rate of every group is then more than the total already found."""
        room = max(0, self._base - self._left)
        if self._rate >= MILLION:
            return room, False
        beside = sum(group.beside for group in self._groups)
        amount = -(-(self._total + beside) * MILLION // (MILLION - self._rate))
        return max(0, min(room, amount - self._left)), True

    def _steps(self) -> tuple[set[int], bool]:
        """The losses at which some promotion gives more, and whether these are all."""
        points, complete = set[int](), self._rates_bp < BASIS_POINTS
        if not complete:
            return points, complete
        for group, offsets in zip(self._groups, self._offsets, strict=True):
            for rival in group.rivals:
                threshold = rival.takes.threshold_minor
                if not threshold:
                    continue
                for offset in offsets or (0,) if rival.everywhere else (0,):
                    seen = rival.seen.now - offset
                    first = max(1, seen // threshold + 1) if rival.takes.repeats else 1
                    last = (seen + self._room) // threshold if rival.takes.repeats else 1
                    complete = complete and last - first < POINTS_MAX
                    for times in range(first, min(last, first + POINTS_MAX) + 1):
                        point = threshold * times - seen
                        if 0 < point <= self._room:
                            points.add(point)
        return points, complete

    def at(self, loss: int) -> int:
        """The floor under plans that lose exactly this much."""
        found = self._known.get(loss)
        if found is None:
            found = self._known[loss] = self._left + loss - self._given(loss)
        return found

    def _given(self, loss: int) -> int:
        """The most that can come off when a plan loses so much."""
        before: list[tuple[int, int]] = []
        for group, offsets in zip(self._groups, self._offsets, strict=True):
            before.append((group.last, self._most(group, loss, before, offsets is not None)))
        return sum(most for _, most in before)

    def _most(self, group: Group, loss: int, before: list[tuple[int, int]], combines: bool) -> int:
        """The most one group's promotions can take off together; whether its parts can be combined is known.

        One alone over the whole basket comes after what earlier groups took off: more before means less for
        it, and never less in all.
        """
        if len(group.rivals) == 1:
            (rival,) = group.rivals
            seen = running = rival.sees(loss)
            if rival.everywhere:
                running = max(0, seen - sum(most for last, most in before if last < rival.live.place))
            return rival.takes.of(seen, running)
        amount = min(self._base, self._left + loss)
        if combines:
            ways = group.ways(loss)
        else:
            ways = [(0, sum(part.takes.of(part.sees(loss)) for part in group.parts))]
        undiminished = max([takes.of(amount) for takes in group.wholes], default=0)
        best = 0
        for taken, given in reversed(ways):
            if given + undiminished <= best:
                break
            if taken <= amount:
                whole = max([takes.of(amount - taken) for takes in group.wholes], default=0)
                best = max(best, given + whole)
        if group.rate_ppm < MILLION:
            best = min(best, amount * group.rate_ppm // MILLION + group.beside)
        return best
