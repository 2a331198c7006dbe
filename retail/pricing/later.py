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
from retail.pricing.promotion import BasketKind, ThresholdGift, ThresholdOff, ThresholdPercentage
from retail.pricing.spreads import Effort

Objective = Callable[[Sequence["Segment"]], int]
"""What the customer pays for these segments, added taxes included where they matter for the choice."""


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


@dataclass(slots=True)
class Later:
    """The promotions of stages 5 and 6 that touch a basket, and the choice among them."""

    lots: Sequence[Lot]
    live: Sequence[Live]
    objective: Objective
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

    def worth(self, segments: Sequence[Segment], chosen: Sequence[Live]) -> int:
        """What is to pay when these take their goods in this order."""
        return self.objective(self.apply(segments, chosen)[0])

    def apply(self, segments: Sequence[Segment], chosen: Sequence[Live]) -> tuple[list[Segment], list[Laid]]:
        """Let the chosen take their goods in this order and do the sums; the segments are copied."""
        working = [Segment(s.lot, s.count, s.left_minor, s.bits, s.left_minor) for s in segments]
        claims = {one.place: self._claim(one, working) for one in chosen}
        laid = [
            done
            for one in sorted(chosen, key=lambda one: one.place)
            if (done := self._lay(one, *claims[one.place])) is not None
        ]
        return working, laid

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

    def _lay(self, one: Live, mine: list[Segment], gifts: list[Segment], times: int) -> Laid | None:
        if not times:
            return None
        promotion = one.promotion
        laid = Laid(one, times, {})
        now = sum(s.now_minor for s in mine)
        if isinstance(promotion, ThresholdOff):
            _take_off(mine, min(now, promotion.off_minor * times), laid)
        elif isinstance(promotion, ThresholdPercentage):
            _take_off(mine, _within(one, share_of(now, promotion.off_bp)), laid)
        elif isinstance(promotion, ThresholdGift):
            _take_off(gifts, sum(s.now_minor for s in gifts), laid)
        else:
            by_lot: dict[int, list[Segment]] = {}
            for segment in mine:
                by_lot.setdefault(segment.lot, []).append(segment)
            spent = 0
            for order, own in sorted(by_lot.items()):
                gains = line_gains(one, self.lots[order], [(s.now_minor, s.count) for s in own])
                if one.budget_left is not None and spent + sum(gains) > one.budget_left:
                    gains = split(one.budget_left - spent, gains)
                for segment, gain in zip(own, gains, strict=True):
                    segment.now_minor -= gain
                laid.off_minor[order] = sum(gains)
                spent += sum(gains)
        return laid if any(laid.off_minor.values()) else None


def _free_in(lots: frozenset[int], bit: int, working: Sequence[Segment]) -> list[Segment]:
    return [s for s in working if s.lot in lots and not s.bits & bit and s.left_minor > 0]


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


def _take_off(mine: list[Segment], off_minor: int, laid: Laid) -> None:
    if not off_minor:
        return
    ordered = sorted(mine, key=lambda s: s.lot)
    for segment, part in zip(ordered, split(off_minor, [s.now_minor for s in ordered]), strict=True):
        segment.now_minor -= part
        laid.off_minor[segment.lot] = laid.off_minor.get(segment.lot, 0) + part
