"""Which promotions of stages 5 and 6 apply, and in which order they take their goods: branch and bound.

Orders that differ only in promotions which share no goods are the same and come once. Whoever finds all their
goods taken is not tried; nor is what could not beat the best found even if everybody got all they can see.
"""

from collections.abc import Sequence

from retail.money import share_of
from retail.pricing.later import Later, Segment, overlap
from retail.pricing.live import Live
from retail.pricing.promotion import LineKind, Percentage, ThresholdGift, ThresholdOff, ThresholdPercentage

MILLION = 1_000_000


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


class _Search:
    def __init__(
        self, later: Later, segments: Sequence[Segment], must: Live | None, below: int | None
    ) -> None:
        self._later, self._segments = later, segments
        self._must = must if must in later.rivals else None
        self._claims = {one.place: self._claimed_by(one) for one in later.rivals}
        self._sees = {one.place: self._seen_by(one) for one in later.live}
        self._known: dict[tuple[int, int], int] = {}
        self._left = {one.bit: self._free_of(one.bit) for one in later.rivals}
        self._whole = sum(segment.left_minor for segment in segments)
        self._least = self._whole - sum(self._alone(one, 0) for one in later.free)
        self.chosen = list(later.free)
        self.total = 0 if below is None else below
        self._below = below

    def run(self) -> None:
        """Search; nothing at all when not even everybody's best could come below what is asked for."""
        if self._below is None:
            self.total = self._later.worth(self._segments, self.chosen)
            if self._must is not None:
                self.total += self._whole * 100 + 1
        elif self._least - self._room(self._later.rivals, {}) >= self._below:
            return
        self.branch([], {}, 0, self._later.rivals)

    def _claimed_by(self, one: Live) -> int:
        """The segments it leaves nothing of, as a mask: none where it may take some pieces only."""
        if isinstance(one.promotion, LineKind) and one.times_max is not None:
            return 0
        return sum(1 << at for at, segment in enumerate(self._segments) if segment.lot in one.lots)

    def _seen_by(self, one: Live) -> list[tuple[int, Segment]]:
        """The segments it could take off from, each with its mask."""
        lots = one.gifts if isinstance(one.promotion, ThresholdGift) else one.lots
        return [
            (1 << at, segment)
            for at, segment in enumerate(self._segments)
            if segment.lot in lots and not segment.bits & one.bit
        ]

    def _free_of(self, bit: int) -> list[tuple[int, int]]:
        """What a group has not given away, as (mask, amount)."""
        return [
            (1 << at, segment.left_minor)
            for at, segment in enumerate(self._segments)
            if not segment.bits & bit
        ]

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
            after = dict(taken)
            after[one.bit] = after.get(one.bit, 0) | self._claims[one.place]
            if self._least - given - most - self._room(rest, after) < self.total:
                self.branch([*chosen, one], after, given + most, rest)
        if self._least - given < self.total and (self._must is None or self._must in chosen):
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
            most = self._known[key] = most_of(
                self._later, one, [segment for mask, segment in self._sees[one.place] if not mask & taken]
            )
        return most

    def _room(self, rivals: Sequence[Live], taken: dict[int, int]) -> int:
        """The most the others can still take off: what each could alone, group by group no more than the best
        rate on all that is left."""
        sums: dict[int, tuple[int, int]] = {}
        for one in rivals:
            most = self._alone(one, taken.get(one.bit, 0))
            if most:
                before = sums.get(one.bit, (0, 0))
                sums[one.bit] = (before[0] + most, max(before[1], rate_ppm(one)))
        room = 0
        for bit, (together, rate) in sums.items():
            mask = taken.get(bit, 0)
            left = sum(amount for at, amount in self._left[bit] if not at & mask)
            room += min(together, left * rate // MILLION + len(rivals))
        return room


def most_of(later: Later, one: Live, segments: Sequence[Segment]) -> int:
    """The most one promotion takes off of these segments of its own."""
    promotion = one.promotion
    seen = sum(segment.left_minor for segment in segments)
    if isinstance(promotion, ThresholdOff):
        return min(seen, promotion.off_minor * later.times(one, promotion, seen))
    if isinstance(promotion, ThresholdPercentage):
        return share_of(seen, promotion.off_bp) if seen >= promotion.threshold_minor else 0
    if isinstance(promotion, Percentage):
        return share_of(seen, promotion.off_bp) + len(segments) if seen else 0
    return seen


def rate_ppm(one: Live) -> int:
    """The millionths of its goods' amount that a promotion never exceeds (but for rounding)."""
    promotion = one.promotion
    if isinstance(promotion, ThresholdOff):
        return -(-promotion.off_minor * MILLION // max(1, promotion.threshold_minor))
    if isinstance(promotion, ThresholdPercentage):
        return promotion.off_bp * 100
    return MILLION
