"""What the promotions of stages 5 and 6 can still take off at most: the floor under every choice among them.

Sets of segments are masks, and so are sets of rivals, each of which has a bit for its `turn`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retail.money import BASIS_POINTS
from retail.pricing.later import Later, Segment
from retail.pricing.live import Live
from retail.pricing.most import MILLION, Most
from retail.pricing.promotion import LineKind

SETS_MAX = 256
"""Of how many sets of a group's promotions it is worked out what they give at most; else it is estimated."""


@dataclass(slots=True, eq=False)
class Rival:
    """A promotion that wants goods which another of its group wants too: the segments it sees (`mine`), those
    it leaves nothing of (`claims`), what rates that come later lose by it; what it gives by what it sees."""

    turn: int
    live: Live
    takes: Most
    mine: int
    claims: int
    lost_bp: int = 0
    known: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class RivalGroup:
    """The rivals of one stacking group, best rate first, their turns, the segments that are `free` to them,
    and what they can still give, by the turns that are gone."""

    free: int
    turns: int = 0
    rivals: list[Rival] = field(default_factory=list)
    room: dict[int, int] = field(default_factory=dict)


class LaterBounds:
    """Bounds over one plan's segments."""

    def __init__(self, later: Later, segments: Sequence[Segment]) -> None:
        self._later = later
        self._masked = [(1 << at, segment) for at, segment in enumerate(segments)]
        self._left = [(mask, segment.left_minor) for mask, segment in self._masked]
        self._amounts: dict[int, int] = {}
        self.whole_minor = sum(segment.left_minor for segment in segments)
        self.rivals = [self._rival(1 << at, one) for at, one in enumerate(later.rivals)]
        self.groups: dict[int, RivalGroup] = {}
        for rival in sorted(self.rivals, key=_best_rate_first):
            bit = rival.live.bit
            group = self.groups.get(bit)
            if group is None:
                group = self.groups[bit] = RivalGroup(self._free_of(bit))
            group.rivals.append(rival)
            group.turns |= rival.turn
        self._beside = 0
        self._after: list[Most] = []
        self._know_free()

    def _know_free(self) -> None:
        """Those without rivals apply in any case. Rates of everything that come after all rivals are worked
        out for every floor; if they come after some, what those take off is worth so much less."""
        places = [rival.live.place for rival in self.rivals] or [-1]
        between: list[Live] = []
        for one in self._later.free:
            takes, worth = self._later.takes[one.place], self._worth(self._seen_by(one))
            if one.place > max(places) and worth == self.whole_minor:
                self._after.append(takes)
                continue
            self._beside += takes.of(worth)
            # A share of everything, never stopped by a budget.
            rate = takes.off_bp > 0 and worth == self.whole_minor and 0 < takes.of(worth) < takes.cap_minor
            if rate and min(places) < one.place:
                between.append(one)
        if between and sum(self._later.takes[one.place].off_bp for one in between) <= BASIS_POINTS:
            for rival in self.rivals:
                later = (rate for rate in between if rate.place > rival.live.place)
                rival.lost_bp = sum(self._later.takes[rate.place].off_bp for rate in later)
            self._beside += len(between)  # Each may be rounded the other way.

    def floor(self, given: int) -> int:
        """No less is left to pay when rivals give at most so much. Rates of everything come after that: more
        before means less for them, and never less in all."""
        given += self._beside
        for takes in self._after:
            given += takes.of(self.whole_minor, self.whole_minor - given)
        return self.whole_minor - given

    def estimated_floor(self) -> int:
        """No choice leaves less to pay; no more than with `room`, and sooner known."""
        return self.floor(sum(self._estimate(group, 0, 0) for group in self.groups.values()))

    def room(self, gone: int, taken: dict[int, int]) -> int:
        """The most that rivals whose turn is not gone can still take off, of segments that are not taken yet;
        these are by the groups' bits."""
        room = 0
        for bit, group in self.groups.items():
            room += self.group_room(group, gone & group.turns, taken.get(bit, 0))
        return room

    def group_room(self, group: RivalGroup, gone: int, taken: int) -> int:
        """The most the others of a group can still take off, whoever of them comes first."""
        if not group.free & ~taken:
            return 0
        room = group.room.get(gone)
        if room is None:
            if len(group.room) >= SETS_MAX or not self._later.effort.spend(1):
                return self._estimate(group, gone, taken)
            room = 0
            for rival in group.rivals:
                if not gone & rival.turn and (most := self.alone(rival, taken)):
                    most += self.group_room(group, gone | rival.turn, taken | rival.claims)
                    if most > room:
                        room = most
            group.room[gone] = room
        return room

    def _estimate(self, group: RivalGroup, gone: int, taken: int) -> int:
        """No less than `group_room`: what each could alone, but of those that would leave nothing to others
        only one; and never more than the best rate on all that is left."""
        left = free = group.free & ~taken
        apart = whole = beside = by_rate = 0
        for rival in group.rivals:
            most = 0 if gone & rival.turn else self.alone(rival, taken)
            if not most:
                continue
            takes = rival.takes
            beside += takes.flat_minor + takes.roundings + 1
            if free & ~rival.claims:
                apart += most
            else:
                whole = max(whole, most)
            by_rate += self._worth(left & rival.mine) * takes.rate_ppm
            left &= ~rival.mine
        return min(apart + whole, by_rate // MILLION + beside)

    def alone(self, rival: Rival, taken: int) -> int:
        """The most it takes off of what it sees and nobody of its group has taken, less what rates that
        come later lose by it."""
        seen = rival.mine & ~taken
        most = rival.known.get(seen)
        if most is None:
            most = rival.takes.of(self._worth(seen))
            most -= most * rival.lost_bp // BASIS_POINTS
            rival.known[seen] = most
        return most

    def _rival(self, turn: int, one: Live) -> Rival:
        mine = self._seen_by(one)
        # It leaves nothing of them unless it may take some pieces only.
        some = isinstance(one.promotion, LineKind) and one.times_max is not None
        return Rival(turn, one, self._later.takes[one.place], mine, 0 if some else mine)

    def _seen_by(self, one: Live) -> int:
        """The segments in its scope that its group has not given away."""
        lots, bit, seen = one.lots, one.bit, 0
        for mask, segment in self._masked:
            if segment.lot in lots and not segment.bits & bit:
                seen |= mask
        return seen

    def _free_of(self, bit: int) -> int:
        """What a group has not given away."""
        return sum([mask for mask, segment in self._masked if not segment.bits & bit])

    def _worth(self, mask: int) -> int:
        worth = self._amounts.get(mask)
        if worth is None:
            worth = self._amounts[mask] = sum([left for at, left in self._left if at & mask])
        return worth


def _best_rate_first(rival: Rival) -> int:
    return -rival.takes.rate_ppm
