"""Which promotions of stages 5 and 6 apply, and in which order they take their goods: branch and bound.

Orders that differ only in promotions which share no goods are the same and come once. Whoever finds all their
goods taken is not tried; nor is what could not beat the best found even if everybody got all they can see.
"""

from collections.abc import Sequence

from retail.pricing.later import Later, Segment, overlap
from retail.pricing.live import Live
from retail.pricing.most import MILLION, Most
from retail.pricing.promotion import LineKind


def best_choice(
    later: Later, segments: Sequence[Segment], must: Live | None = None, below: int | None = None
) -> tuple[int, list[Live]]:
    """The lowest total over every choice (containing `must`), and the choice as an order of taking.

    With `below` only a total under it is looked for; `below` itself comes back when there is none.
    """
    if not later.rivals:
        return later.worth(segments, later.free), later.free
    search = _Search(later, segments, must, below)
    search.run()
    return search.total, search.chosen


def could_be_below(later: Later, segments: Sequence[Segment], total: int) -> bool:
    """Whether some choice could leave less to pay, told from what each promotion takes off at most."""
    return _Search(later, segments, None, total).reaches({}, 0, later.rivals)


class _Search:
    def __init__(
        self, later: Later, segments: Sequence[Segment], must: Live | None, below: int | None
    ) -> None:
        self._later, self._segments = later, segments
        self._must = must if must in later.rivals else None
        self._masked = [(1 << at, segment) for at, segment in enumerate(segments)]
        self._mine = {one.place: self._seen_by(one) for one in later.live}
        self._known: dict[tuple[int, int], int] = {}
        self._free = {bit: self._free_of(bit) for bit in {one.bit for one in later.rivals}}
        self._amounts: dict[int, int] = {}
        self._whole = sum(segment.left_minor for segment in segments)
        last = max((one.place for one in later.rivals), default=-1)
        self._after = [one for one in later.free if one.place > last and self._sees_all(one)]
        self._beside = sum(self._alone(one, 0) for one in later.free if one not in self._after)
        self.chosen = list(later.free)
        self.total = 0 if below is None else below
        self._below = below

    def run(self) -> None:
        """Search; nothing at all when not even everybody's best could come below what is asked for."""
        if self._below is None:
            self.total = self._later.worth(self._segments, self.chosen)
            if self._must is not None:
                self.total += self._whole * 100 + 1
        elif self._floor(self._room(self._later.rivals, {})) >= self._below:
            return
        self.branch([], {}, 0, self._later.rivals)

    def reaches(self, taken: dict[int, int], given: int, rivals: Sequence[Live]) -> bool:
        """Whether a choice that begins with promotions which give so much could come below the total."""
        if self._floor(given) < self.total:
            return True
        for one in rivals:
            most = self._alone(one, taken.get(one.bit, 0))
            if not most:
                continue
            if not self._later.effort.spend(1):
                return True
            rest = [other for other in rivals if other is not one]
            after = self._without(one, taken)
            more = given + most
            if self._floor(more + self._room(rest, after)) < self.total and self.reaches(after, more, rest):
                return True
        return False

    def _floor(self, given: int) -> int:
        """No less is left to pay when rivals give at most so much. Rates of everything come after that: more
        before means less for them, and never less in all."""
        given += self._beside
        for one in self._after:
            given += self._later.takes[one.place].of(self._whole, self._whole - given)
        return self._whole - given

    def _sees_all(self, one: Live) -> bool:
        return self._worth(self._mine[one.place]) == self._whole

    def _without(self, one: Live, taken: dict[int, int]) -> dict[int, int]:
        """What is taken, by group, once it has its goods as well."""
        return taken | {one.bit: taken.get(one.bit, 0) | self._claims(one)}

    def _seen_by(self, one: Live) -> int:
        """The segments in its scope that its group has not given away, as a mask."""
        lots, bit, seen = one.lots, one.bit, 0
        for mask, segment in self._masked:
            if segment.lot in lots and not segment.bits & bit:
                seen |= mask
        return seen

    def _claims(self, one: Live) -> int:
        """The segments it leaves nothing of: none where it may take some pieces only."""
        some = isinstance(one.promotion, LineKind) and one.times_max is not None
        return 0 if some else self._mine[one.place]

    def _free_of(self, bit: int) -> int:
        """What a group has not given away, as a mask."""
        return sum(mask for mask, segment in self._masked if not segment.bits & bit)

    def branch(self, chosen: list[Live], taken: dict[int, int], given: int, rivals: Sequence[Live]) -> None:
        """Everything that begins with `chosen`, which has taken these segments and gives at most `given`."""
        for one in rivals:
            if chosen and one.place < chosen[-1].place and not overlap(one, chosen[-1]):
                continue
            if not self._later.effort.spend(1):
                self._later.effort.cut = True
                break
            most = self._alone(one, taken.get(one.bit, 0))
            if not most:
                continue
            rest = [other for other in rivals if other is not one]
            after = self._without(one, taken)
            if self._floor(given + most + self._room(rest, after)) < self.total:
                self.branch([*chosen, one], after, given + most, rest)
        if self._floor(given) < self.total and (self._must is None or self._must in chosen):
            order = [*self._later.free, *chosen]
            self._later.effort.spend(len(self._segments) * len(order) // 4 + 1)
            total = self._later.worth(self._segments, order)
            if total < self.total:
                self.total, self.chosen = total, order

    def _alone(self, one: Live, taken: int) -> int:
        """The most it takes off of what it sees and nobody of its group has taken."""
        key = (one.place, taken)
        most = self._known.get(key)
        if most is None:
            seen = self._worth(self._mine[one.place] & ~taken)
            most = self._known[key] = self._later.takes[one.place].of(seen)
        return most

    def _room(self, rivals: Sequence[Live], taken: dict[int, int]) -> int:
        """The most the others can still take off, group by group: what each could alone, but of those that
        would leave nothing to others only one; and never more than the best rate on all that is left."""
        groups: dict[int, list[tuple[Live, int, Most]]] = {}
        for one in rivals:
            most = self._alone(one, taken.get(one.bit, 0))
            if most:
                takes = self._later.takes[one.place]
                groups.setdefault(one.bit, []).append((one, most, takes))
        room = 0
        for bit, group in groups.items():
            left = self._free[bit] & ~taken.get(bit, 0)
            apart = whole = beside = 0
            for one, most, takes in group:
                beside += takes.flat_minor + takes.roundings + 1
                if left & ~self._claims(one):
                    apart += most
                else:
                    whole = max(whole, most)
            by_rate = 0
            for one, _, takes in sorted(group, key=_dearest_rate):
                mine = self._mine[one.place]
                by_rate += self._worth(left & mine) * takes.rate_ppm
                left &= ~mine
            room += min(apart + whole, by_rate // MILLION + beside)
        return room

    def _worth(self, mask: int) -> int:
        worth = self._amounts.get(mask)
        if worth is None:
            worth = sum(segment.left_minor for at, segment in self._masked if at & mask)
            self._amounts[mask] = worth
        return worth


def _dearest_rate(rival: tuple[Live, int, Most]) -> int:
    return -rival[2].rate_ppm
