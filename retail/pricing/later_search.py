"""Which promotions of stages 5 and 6 apply, and in which order they take their goods: branch and bound.

Orders that differ only in promotions which share no goods are the same and come once. What those that are
left can still give at most is known of every set of them, so the search goes straight for what could be best
and leaves out what could not beat the best found even then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retail.money import BASIS_POINTS
from retail.pricing.later import Later, Segment, overlap
from retail.pricing.live import Live
from retail.pricing.most import MILLION
from retail.pricing.promotion import LineKind

SETS_MAX = 256
"""Of how many sets of a group's promotions it is worked out what they give at most; else it is estimated."""


def best_choice(
    later: Later, segments: Sequence[Segment], must: Live | None = None, below: int | None = None
) -> tuple[int, list[Live]]:
    """The lowest total over every choice (containing `must`), and the choice as an order of taking.

    With `below` only a total under it is looked for; `below` itself comes back when there is none.
    """
    if not later.rivals:
        return later.worth(segments, later.free), later.free
    search = _Search(later, segments, must)
    search.run(below)
    return search.total, search.chosen


def could_be_below(later: Later, segments: Sequence[Segment], total: int) -> bool:
    """Whether some choice could leave less to pay, told from what each promotion takes off at most."""
    search = _Search(later, segments)
    return search.estimated_floor() < total and search.floor() < total


@dataclass(slots=True)
class _Group:
    """The rivals of one stacking group, each with a bit for its turn (`turns`: all of them), the segments
    that are `free` to them, and what they can still give, by the turns that are gone."""

    free: int
    turns: int = 0
    rivals: list[tuple[int, Live]] = field(default_factory=list)
    room: dict[int, int] = field(default_factory=dict)


class _Search:
    def __init__(self, later: Later, segments: Sequence[Segment], must: Live | None = None) -> None:
        self._later, self._segments = later, segments
        self._must = must if must in later.rivals else None
        self._masked = [(1 << at, segment) for at, segment in enumerate(segments)]
        self._left = [(mask, segment.left_minor) for mask, segment in self._masked]
        self._mine = {one.place: self._seen_by(one) for one in later.live}
        self._claims = {one.place: self._claimed_by(one) for one in later.rivals}
        self._known: dict[tuple[int, int], int] = {}
        self._amounts: dict[int, int] = {}
        self._rivals = [(1 << at, one) for at, one in enumerate(later.rivals)]
        self._groups: dict[int, _Group] = {}
        for turn, one in self._rivals:
            group = self._groups.setdefault(one.bit, _Group(self._free_of(one.bit)))
            group.rivals.append((turn, one))
            group.turns |= turn
        self._whole = sum(segment.left_minor for segment in segments)
        self._lost_bp: dict[int, int] = {}
        places = [one.place for one in later.rivals] or [-1]
        self._after = [one for one in later.free if one.place > max(places) and self._sees_all(one)]
        self._beside = sum(self._alone(one, 0) for one in later.free if one not in self._after)
        between = [one for one in later.free if min(places) < one.place < max(places) and self._is_rate(one)]
        if sum(later.takes[one.place].off_bp for one in between) <= BASIS_POINTS:
            self._know_between(between)
        self._tried: dict[tuple[int, ...], int] = {}
        self.chosen = list(later.free)
        self.total = self._wanted = 0

    def run(self, below: int | None) -> None:
        """Search; nothing at all when not even everybody's best could come below what is asked for."""
        if below is None:
            below = self._later.worth(self._segments, self.chosen)
            if self._must is not None:
                below += self._whole * 100 + 1
        self.total = self._wanted = below
        if self.floor() < self._wanted and self._must is None:
            self._try(self._promising())
        if self.total < below:
            # Another choice that comes to the same may be the earlier one.
            self._wanted = self.total + 1
        if self.floor() < self._wanted:
            self._branch([], 0, {}, 0)

    def estimated_floor(self) -> int:
        """No more than `floor`, and sooner known."""
        return self._floor(sum(self._estimate(group, 0, 0) for group in self._groups.values()))

    def floor(self) -> int:
        """No choice leaves less to pay."""
        return self._floor(self._room(0, {}))

    def _branch(self, chosen: list[Live], gone: int, taken: dict[int, int], given: int) -> None:
        """Everything that begins with `chosen` (`gone` as a mask), which has taken these segments, by group,
        and gives at most `given`."""
        for turn, one in self._rivals:
            if gone & turn or (chosen and one.place < chosen[-1].place and not overlap(one, chosen[-1])):
                continue
            if not self._later.effort.spend(1):
                self._later.effort.cut = True
                break
            mine = taken.get(one.bit, 0)
            most = self._alone(one, mine)
            if not most:
                continue
            after = taken | {one.bit: mine | self._claims[one.place]}
            if self._floor(given + most + self._room(gone | turn, after)) < self._wanted:
                self._branch([*chosen, one], gone | turn, after, given + most)
        if self._floor(given) < self._wanted and (self._must is None or self._must in chosen):
            self._try(chosen)

    def _try(self, chosen: list[Live]) -> None:
        """Work out what this choice leaves to pay, and keep it if it is less than wanted."""
        order = [*self._later.free, *chosen]
        places = tuple(one.place for one in chosen)
        total = self._tried.get(places)
        if total is None:
            self._later.effort.spend(len(self._segments) * len(order) // 4 + 1)
            total = self._tried[places] = self._later.worth(self._segments, order)
        if total < self._wanted:
            self.total = self._wanted = total
            self.chosen = order

    def _promising(self) -> list[Live]:
        """The order of taking that gives most, if everybody gives what they could at most."""
        order: list[Live] = []
        for group in self._groups.values():
            gone = taken = 0
            while True:
                best = 0
                for turn, one in group.rivals:
                    most = 0 if gone & turn else self._alone(one, taken)
                    if most:
                        after = taken | self._claims[one.place]
                        most += self._group_room(group, gone | turn, after)
                    if most > best:
                        best, first = most, (turn, one)
                if not best:
                    break
                turn, one = first
                at = len(order)
                while at and one.place < order[at - 1].place and not overlap(one, order[at - 1]):
                    at -= 1
                order.insert(at, one)
                gone, taken = gone | turn, taken | self._claims[one.place]
        return order

    def _room(self, gone: int, taken: dict[int, int]) -> int:
        """The most the others can still take off."""
        return sum(
            self._group_room(group, gone & group.turns, taken.get(bit, 0))
            for bit, group in self._groups.items()
        )

    def _group_room(self, group: _Group, gone: int, taken: int) -> int:
        """The most the others of a group can still take off, whoever of them comes first."""
        if not group.free & ~taken:
            return 0
        room = group.room.get(gone)
        if room is None:
            if len(group.room) >= SETS_MAX or not self._later.effort.spend(1):
                return self._estimate(group, gone, taken)
            room = 0
            for turn, one in group.rivals:
                most = 0 if gone & turn else self._alone(one, taken)
                if most:
                    after = taken | self._claims[one.place]
                    room = max(room, most + self._group_room(group, gone | turn, after))
            group.room[gone] = room
        return room

    def _estimate(self, group: _Group, gone: int, taken: int) -> int:
        """No less than `_group_room`: what each could alone, but of those that would leave nothing to others
        only one; and never more than the best rate on all that is left."""
        left = group.free & ~taken
        apart = whole = beside = by_rate = 0
        for turn, one in sorted(group.rivals, key=self._dearest_rate):
            most = 0 if gone & turn else self._alone(one, taken)
            if not most:
                continue
            takes, mine = self._later.takes[one.place], self._mine[one.place]
            beside += takes.flat_minor + takes.roundings + 1
            if group.free & ~taken & ~self._claims[one.place]:
                apart += most
            else:
                whole = max(whole, most)
            by_rate += self._worth(left & mine) * takes.rate_ppm
            left &= ~mine
        return min(apart + whole, by_rate // MILLION + beside)

    def _dearest_rate(self, rival: tuple[int, Live]) -> int:
        return -self._later.takes[rival[1].place].rate_ppm

    def _floor(self, given: int) -> int:
        """No less is left to pay when rivals give at most so much. Rates of everything come after that: more
        before means less for them, and never less in all."""
        given += self._beside
        for one in self._after:
            given += self._later.takes[one.place].of(self._whole, self._whole - given)
        return self._whole - given

    def _alone(self, one: Live, taken: int) -> int:
        """The most it takes off of what it sees and nobody of its group has taken, less what rates that
        come later lose by it."""
        seen = self._mine[one.place] & ~taken
        if not seen:
            return 0
        key = (one.place, seen)
        most = self._known.get(key)
        if most is None:
            most = self._later.takes[one.place].of(self._worth(seen))
            most -= most * self._lost_bp.get(one.place, 0) // BASIS_POINTS
            self._known[key] = most
        return most

    def _know_between(self, rates: Sequence[Live]) -> None:
        """Rates of everything come after some of the rivals: what those take off is worth so much less."""
        for one in self._later.rivals:
            later = (rate for rate in rates if rate.place > one.place)
            self._lost_bp[one.place] = sum(self._later.takes[rate.place].off_bp for rate in later)
        self._beside += len(rates)  # Each may be rounded the other way.

    def _is_rate(self, one: Live) -> bool:
        """Whether it takes a share of everything, never stopped by a budget."""
        takes = self._later.takes[one.place]
        return takes.off_bp > 0 and self._sees_all(one) and 0 < takes.of(self._whole) < takes.cap_minor

    def _sees_all(self, one: Live) -> bool:
        return self._worth(self._mine[one.place]) == self._whole

    def _seen_by(self, one: Live) -> int:
        """The segments in its scope that its group has not given away, as a mask."""
        lots, bit, seen = one.lots, one.bit, 0
        for mask, segment in self._masked:
            if segment.lot in lots and not segment.bits & bit:
                seen |= mask
        return seen

    def _claimed_by(self, one: Live) -> int:
        """The segments it leaves nothing of: none where it may take some pieces only."""
        some = isinstance(one.promotion, LineKind) and one.times_max is not None
        return 0 if some else self._mine[one.place]

    def _free_of(self, bit: int) -> int:
        """What a group has not given away, as a mask."""
        return sum(mask for mask, segment in self._masked if not segment.bits & bit)

    def _worth(self, mask: int) -> int:
        worth = self._amounts.get(mask)
        if worth is None:
            worth = self._amounts[mask] = sum([left for at, left in self._left if at & mask])
        return worth
