"""Which promotions of stages 5 and 6 apply, and in which order they take their goods: branch and bound.

Orders that differ only in promotions which share no goods are the same and come once. What those that are
left can still give at most is known of every set of them, so the search goes straight for what could be best
and leaves out what could not beat the best found even then.
"""

from collections.abc import Sequence

from retail.pricing.later import Later, Segment, overlap
from retail.pricing.later_bounds import LaterBounds
from retail.pricing.live import Live

NO_CHOICE = 1 << 62
"""A total above all others."""


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
    bounds = LaterBounds(later, segments)
    return bounds.estimated_floor() < total and bounds.floor(bounds.room(0, {})) < total


class _Search:
    def __init__(self, later: Later, segments: Sequence[Segment], must: Live | None) -> None:
        self._later, self._segments = later, segments
        self._must = must if must in later.rivals else None
        self._bounds = LaterBounds(later, segments)
        self._tried: dict[tuple[int, ...], int] = {}
        self.chosen = list(later.free)
        self.total = self._wanted = 0

    def run(self, below: int | None) -> None:
        """Search; nothing at all when not even everybody's best could come below what is asked for."""
        below = NO_CHOICE if below is None else below
        self.total = self._wanted = below
        floor = self._bounds.floor(self._bounds.room(0, {}))
        if floor < self._wanted and self._must is None:
            self._try(self._promising())
        if self.total < below:
            # Another choice that comes to the same may be the earlier one.
            self._wanted = self.total + 1
        if floor < self._wanted:
            self._branch([], 0, {}, 0)

    def _branch(self, chosen: list[Live], gone: int, taken: dict[int, int], given: int) -> None:
        """Everything that begins with `chosen` (`gone` as a mask), which has taken these segments, by group,
        and gives at most `given`."""
        bounds = self._bounds
        for rival in bounds.rivals:
            turn, one = rival.turn, rival.live
            if gone & turn or (chosen and one.place < chosen[-1].place and not overlap(one, chosen[-1])):
                continue
            if not self._later.effort.spend(1):
                self._later.effort.cut = True
                break
            mine = taken.get(one.bit, 0)
            most = bounds.alone(rival, mine)
            if not most:
                continue
            after = taken | {one.bit: mine | rival.claims}
            if bounds.floor(given + most + bounds.room(gone | turn, after)) < self._wanted:
                self._branch([*chosen, one], gone | turn, after, given + most)
        if bounds.floor(given) < self._wanted and (self._must is None or self._must in chosen):
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
        bounds = self._bounds
        order: list[Live] = []
        for group in bounds.groups.values():
            gone = taken = 0
            while True:
                best = 0
                for rival in group.rivals:
                    most = 0 if gone & rival.turn else bounds.alone(rival, taken)
                    if most:
                        most += bounds.group_room(group, gone | rival.turn, taken | rival.claims)
                    if most > best:
                        best, first = most, rival
                if not best:
                    break
                at = len(order)
                while (
                    at and first.live.place < order[at - 1].place and not overlap(first.live, order[at - 1])
                ):
                    at -= 1
                order.insert(at, first.live)
                gone, taken = gone | first.turn, taken | first.claims
        return order
