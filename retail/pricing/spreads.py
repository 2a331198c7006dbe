"""The ways the units of one lot can be given to the promotions of one stacking group.

Any number of units may go to a multi-buy or to a line promotion that is limited; a line promotion without a
limit takes all that the others leave of the merged line, or none of it. The dearest units go first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.pricing.evaluate import Portion, Take
from retail.pricing.live import Live
from retail.pricing.lots import Lot

PIECES_SEARCHED_MAX = 12
"""A lot with more units, divided by its multi-buys, is searched near none and near all of them only."""


@dataclass(slots=True)
class Effort:
    """Steps spent of those allowed; `cut` once something was left unsearched."""

    steps_max: int
    steps: int = 0
    cut: bool = False

    def spend(self, steps: int) -> bool:
        """Count steps; whether there are any left."""
        self.steps += steps
        return self.steps <= self.steps_max


def spreads(lot: Lot, live: Sequence[Live], effort: Effort) -> list[tuple[Portion, ...]]:
    """All ways for one group's promotions, those before that favour the earlier priority and id."""
    multis: list[tuple[Live, int, int]] = []
    lines: list[Live] = []
    for one in live:
        if one.compiled.stage == "line":
            lines.append(one)
        for number, pool in enumerate(one.pools):
            multis += [(one, number, s) for s, slot in enumerate(pool.slots) if lot.order in slot.lots]
    lines.sort(key=lambda one: (not one.limited, one.rank))
    found = [
        first + rest
        for first, left in _to_multis(lot.pieces, multis, effort)
        for rest in _to_lines(left, lines, effort)
    ]
    if len(multis) + len(lines) > 1 and (multis or lines[0].limited):
        ranked = sorted(live, key=lambda one: one.rank)
        found.sort(key=lambda portions: tuple(-_given(portions, one.place) for one in ranked))
    return found


def _given(portions: tuple[Portion, ...], place: int) -> int:
    return sum(portion.pieces for portion in portions if portion.takes[0].live == place)


def _to_multis(
    pieces: int, multis: Sequence[tuple[Live, int, int]], effort: Effort
) -> Iterator[tuple[tuple[Portion, ...], int]]:
    """Takes of the multi-buys and how many units they leave."""
    if not multis:
        yield (), pieces
        return
    one, number, slot = multis[0]
    for count in _counts(pieces, one, number, slot, len(multis), effort):
        head = (Portion(count, (Take(one.place, number, slot),)),) if count else ()
        for tail, left in _to_multis(pieces - count, multis[1:], effort):
            yield head + tail, left


def _counts(pieces: int, one: Live, number: int, slot: int, rivals: int, effort: Effort) -> Sequence[int]:
    pool = one.pools[number]
    size = pool.slots[slot].pieces
    most = pieces if one.times_max is None else min(pieces, one.times_max * size)
    alone = len(pool.slots) == 1 and len(pool.slots[0].lots) == 1
    step = size if alone else 1
    most -= most % step
    if most // step * rivals <= PIECES_SEARCHED_MAX:
        return range(most, -1, -step)
    effort.cut = True
    near = max(1, size // step)
    return sorted({most - step * i for i in range(near + 1)} | {step * i for i in range(near)}, reverse=True)


def _to_lines(left: int, lines: Sequence[Live], effort: Effort) -> Iterator[tuple[Portion, ...]]:
    """Takes of line promotions of what multi-buys have left: limited ones first, then one of the others."""
    if not left or not lines:
        yield ()
        return
    one, rest = lines[0], lines[1:]
    if one.limited:
        most = left if one.times_max is None else min(left, one.times_max)
        least = max(0, most - PIECES_SEARCHED_MAX)
        effort.cut = effort.cut or least > 0
        for count in range(most, least, -1):
            for tail in _to_lines(left - count, rest, effort):
                yield (Portion(count, (Take(one.place, -1, 0),)), *tail)
    else:
        yield (Portion(left, (Take(one.place, -1, 0),)),)
    yield from _to_lines(left, rest, effort)
