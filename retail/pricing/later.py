"""Stages 5 and 6: thresholds, gifts and coupons over what stages 1 to 4 have left.

A promotion takes all goods of its scope that its group has not given away, so where scopes overlap it matters
who takes first; which do, and in which order, is `later_search`'s affair. The sums are then done in the order
of stages, priorities and ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from retail.money import share_of, split
from retail.pricing.evaluate import line_gains
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.most import Most, most_of
from retail.pricing.promotion import (
    BasketKind,
    Percentage,
    ThresholdGift,
    ThresholdOff,
    ThresholdPercentage,
)
from retail.pricing.spreads import Effort

AddedTax = Callable[[Sequence["Segment"]], int]
"""The taxes added to what these segments cost now."""


@dataclass(slots=True, eq=False)
class Segment:
    """Units of a lot alike for later stages: `left_minor` after stage 4, `now_minor` while working."""

    lot: int
    count: int
    left_minor: int
    bits: int
    now_minor: int = 0


@dataclass(slots=True)
class Laid:
    """What one promotion did: times, and how much off which lots."""

    live: Live
    times: int
    off_minor: dict[int, int]


Claim = tuple[Live, list[Segment], list[Segment], int]
"""A promotion, the goods it takes, the gifts among them, and how often it applies."""


@dataclass(slots=True)
class Later:
    """The promotions of stages 5 and 6 that touch a basket, and what comes of a choice among them.

    `added_tax` is None where taxes do not matter for the choice.
    """

    lots: Sequence[Lot]
    live: Sequence[Live]
    added_tax: AddedTax | None
    effort: Effort
    rivals: list[Live] = field(init=False)
    free: list[Live] = field(init=False)
    takes: dict[int, Most] = field(init=False)
    """By their places, what each takes off at most."""

    def __post_init__(self) -> None:
        self.takes = {one.place: most_of(one, self.lots) for one in self.live}
        self.live = [one for one in self.live if self._could_apply(one)]
        self.rivals = [
            one for one in self.live if any(other is not one and overlap(one, other) for other in self.live)
        ]
        self.free = [one for one in self.live if one not in self.rivals]

    def _could_apply(self, one: Live) -> bool:
        """Whether it takes anything off its goods when nothing else did."""
        undiscounted = sum(self.lots[order].amount_minor for order in one.lots)
        return self.takes[one.place].of(undiscounted) > 0

    def total(self, segments: Sequence[Segment]) -> int:
        """What the customer pays for these segments now, as far as it matters for the choice."""
        tax = self.added_tax(segments) if self.added_tax is not None else 0
        return sum(segment.now_minor for segment in segments) + tax

    def worth(self, segments: Sequence[Segment], chosen: Sequence[Live]) -> int:
        """What is to pay when these take their goods in this order.

        No goods belong to two promotions of a group, so who bears what only matters to groups to come.
        """
        working, claims = self._claims(segments, chosen)
        off = 0
        for at, (one, mine, gifts, times) in enumerate(claims):
            shared = self.added_tax is not None or any(other[0].bit != one.bit for other in claims[at + 1 :])
            for bearing, amount in self._due(one, mine, gifts, times):
                if shared:
                    _take_off(bearing, amount)
                else:
                    off += amount
        return self.total(working) - off

    def apply(self, segments: Sequence[Segment], chosen: Sequence[Live]) -> tuple[list[Segment], list[Laid]]:
        """Let the chosen take their goods in this order and do the sums; the segments are copied."""
        working, claims = self._claims(segments, chosen)
        laid: list[Laid] = []
        for one, mine, gifts, times in claims:
            done = Laid(one, times, {})
            for bearing, amount in self._due(one, mine, gifts, times):
                for segment, part in _take_off(bearing, amount):
                    done.off_minor[segment.lot] = done.off_minor.get(segment.lot, 0) + part
            if any(done.off_minor.values()):
                laid.append(done)
        return working, laid

    def _claims(
        self, segments: Sequence[Segment], chosen: Sequence[Live]
    ) -> tuple[list[Segment], list[Claim]]:
        """Copies of the segments, and who takes which of them, in the order of the sums."""
        working = [Segment(s.lot, s.count, s.left_minor, s.bits, s.left_minor) for s in segments]
        claims = [(one, *self._claim(one, working)) for one in chosen]
        claims.sort(key=lambda claim: claim[0].place)
        return working, [claim for claim in claims if claim[3]]

    def _claim(self, one: Live, working: list[Segment]) -> tuple[list[Segment], list[Segment], int]:
        """The goods it takes, the gifts among them, and how often it applies; nothing if it does not."""
        mine = _free_in(one.lots, one.bit, working)
        promotion = one.promotion
        gifts: list[Segment] = []
        if isinstance(promotion, ThresholdOff | ThresholdPercentage):
            times = self.times(one, promotion, sum(s.left_minor for s in mine))
        elif isinstance(promotion, ThresholdGift):
            times, gifts = self._gifts(one, promotion, mine, working)
            mine = [s for s in _free_in(one.lots, one.bit, working) if s not in gifts]
        else:
            mine = self._pieces(mine, one.times_max, working)
            times = sum(s.count for s in mine)
        if times <= 0:
            return [], [], 0
        for segment in (*mine, *gifts):
            segment.bits |= one.bit
        return mine, gifts, times

    def times(self, one: Live, promotion: BasketKind, amount_minor: int) -> int:
        """How many multiples of the threshold there are, within the limits."""
        times = amount_minor // promotion.threshold_minor if promotion.threshold_minor > 0 else 1
        if isinstance(promotion, ThresholdPercentage) or not promotion.repeats:
            times = min(1, times)
        if one.times_max is not None:
            times = min(times, one.times_max)
        if isinstance(promotion, ThresholdOff) and one.budget_left is not None and promotion.off_minor:
            times = min(times, one.budget_left // promotion.off_minor)
        return times

    def _gifts(
        self, one: Live, promotion: ThresholdGift, mine: list[Segment], working: list[Segment]
    ) -> tuple[int, list[Segment]]:
        """The dearest gifts in the basket, as many as what is left without them has earned."""
        times, taken = 0, 0
        stock = _free_in(one.gifts, one.bit, working)
        while True:
            wanted = (times + 1) * promotion.pieces
            worth = sum(s.left_minor for s in mine) - _worth_in(mine, stock, wanted)
            if sum(s.count for s in stock) < times * promotion.pieces + 1:
                break
            if self.times(one, promotion, worth) <= times:
                break
            if one.budget_left is not None and _worth_in(stock, stock, wanted) > one.budget_left:
                break
            times, taken = times + 1, wanted
        if not times:
            return 0, []
        gifts = self._pieces(stock, taken, working)
        return times, gifts

    def _pieces(self, mine: list[Segment], most: int | None, working: list[Segment]) -> list[Segment]:
        """The dearest `most` units of these segments; a segment that is needed in part is cut in two."""
        if most is None or sum(s.count for s in mine) <= most:
            return mine
        taken: list[Segment] = []
        for segment in sorted(mine, key=_dearest_first):
            if most <= 0:
                break
            if segment.count > most:
                working.append(_cut(segment, most))
            taken.append(segment)
            most -= segment.count
        return taken

    def _due(
        self, one: Live, mine: list[Segment], gifts: list[Segment], times: int
    ) -> list[tuple[list[Segment], int]]:
        """What comes off now, as amounts with the segments that bear each."""
        promotion = one.promotion
        if isinstance(promotion, ThresholdGift):
            return [(gifts, sum(s.now_minor for s in gifts))]
        if isinstance(promotion, ThresholdOff | ThresholdPercentage):
            now = sum(s.now_minor for s in mine)
            if isinstance(promotion, ThresholdOff):
                return [(mine, min(now, promotion.off_minor * times))]
            return [(mine, _within(one, share_of(now, promotion.off_bp)))]
        if isinstance(promotion, Percentage) and one.budget_left is None and _once_each(mine):
            return [([s], share_of(s.now_minor, promotion.off_bp)) for s in mine]
        by_lot: dict[int, list[Segment]] = {}
        for segment in mine:
            by_lot.setdefault(segment.lot, []).append(segment)
        due: list[tuple[list[Segment], int]] = []
        left = one.budget_left
        for order, own in sorted(by_lot.items()):
            gains = line_gains(one, self.lots[order], [(s.now_minor, s.count) for s in own])
            if left is not None:
                gains = split(left, gains) if sum(gains) > left else gains
                left -= sum(gains)
            due += [([segment], gain) for segment, gain in zip(own, gains, strict=True)]
        return due


def _free_in(lots: frozenset[int], bit: int, working: Sequence[Segment]) -> list[Segment]:
    return [s for s in working if s.lot in lots and not s.bits & bit and s.left_minor > 0]


def _once_each(mine: Sequence[Segment]) -> bool:
    """Whether no lot is there in parts."""
    return len({segment.lot for segment in mine}) == len(mine)


def _within(one: Live, off_minor: int) -> int:
    return off_minor if one.budget_left is None else min(off_minor, one.budget_left)


def overlap(one: Live, other: Live) -> bool:
    """Whether they are of one group and want the same goods."""
    return bool(one.bit & other.bit and (one.lots | one.gifts) & (other.lots | other.gifts))


def _dearest_first(segment: Segment) -> tuple[int, int]:
    return (-segment.left_minor // segment.count, segment.lot)


def _worth_in(mine: Sequence[Segment], stock: Sequence[Segment], most: int) -> int:
    """What those of the dearest `most` units of a stock cost that are also in `mine`."""
    worth = 0
    for segment in sorted(stock, key=_dearest_first):
        count = min(most, segment.count)
        most -= count
        if any(segment is one for one in mine):
            worth += _first(segment, count)
    return worth


def _first(segment: Segment, count: int) -> int:
    whole, dearer = divmod(segment.left_minor, segment.count)
    return whole * count + min(count, dearer)


def _cut(segment: Segment, count: int) -> Segment:
    """Keep the dearest `count` units in the segment; the rest is returned."""
    left = _first(segment, count)
    rest = Segment(
        segment.lot, segment.count - count, segment.left_minor - left, segment.bits, segment.left_minor - left
    )
    segment.count, segment.left_minor, segment.now_minor = count, left, left
    return rest


def _take_off(bearing: list[Segment], off_minor: int) -> list[tuple[Segment, int]]:
    """Share what comes off over the segments by what they cost now; who bears how much is returned."""
    if not off_minor:
        return []
    if len(bearing) > 1:
        bearing = sorted(bearing, key=lambda s: s.lot)
        parts = split(off_minor, [s.now_minor for s in bearing])
    else:
        parts = [off_minor]
    for segment, part in zip(bearing, parts, strict=True):
        segment.now_minor -= part
    return list(zip(bearing, parts, strict=True))
