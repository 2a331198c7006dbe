"""Multi-buys: how the goods given to one become applications, and what each application takes off.

Goods are runs of equal units, dearest first; the i-th application takes the dearest that are left of each
slot. That is the one way of grouping there is, so that which goods a promotion gets is the only choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from retail.money import share_of, split
from retail.pricing.promotion import BuyXGetY, GroupBuy, MultiKind, NForM, NForPrice, NthAtRate


class Run(NamedTuple):
    """`pieces` units of a lot's chunk at one running price."""

    price_minor: int
    lot: int
    chunk: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of an application: how many units, from which lots."""

    lots: frozenset[int]
    pieces: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Goods that may be grouped with one another, and the benefit of one application.

    Either a `price_minor` for all of it, or `off_bp` off: off all of it, or of the `cheapest` units only (of
    those that may stand in the last slot).
    """

    slots: tuple[Slot, ...]
    price_minor: int | None = None
    off_bp: int = 0
    cheapest: int = 0

    @property
    def pieces(self) -> int:
        """Units of one application."""
        return sum(slot.pieces for slot in self.slots)


def pools_of(promotion: MultiKind, slots: list[frozenset[int]]) -> list[Pool]:
    """The pool of a promotion whose scopes match these lots (one set for each scope)."""
    if isinstance(promotion, NForPrice):
        return [Pool((Slot(slots[0], promotion.pieces),), price_minor=promotion.price_minor)]
    if isinstance(promotion, NForM):
        free = promotion.pieces - promotion.paid
        return [Pool((Slot(slots[0], promotion.pieces),), off_bp=10_000, cheapest=free)]
    if isinstance(promotion, NthAtRate):
        return [Pool((Slot(slots[0], promotion.nth),), off_bp=promotion.off_bp, cheapest=1)]
    if isinstance(promotion, BuyXGetY):
        buy, get, off_bp = promotion.buy_pieces, promotion.get_pieces, promotion.off_bp
        if len(slots) == 1 or slots[0] == slots[1]:
            return [Pool((Slot(slots[0], buy + get),), off_bp=off_bp, cheapest=get)]
        return [Pool((Slot(slots[0], buy), Slot(slots[1], get)), off_bp=off_bp, cheapest=get)]
    parts = tuple(Slot(lots, part.pieces) for lots, part in zip(slots, promotion.parts, strict=True))
    if isinstance(promotion, GroupBuy):
        return [Pool(parts, price_minor=promotion.price_minor)]
    return [Pool(parts, price_minor=promotion.price_minor, off_bp=promotion.off_bp or 0)]


def form(pool: Pool, queues: list[list[Run]]) -> Iterator[tuple[int, list[list[Run]]]]:
    """Take applications off the queues (one for each slot) while they last: how many alike, and of what."""
    while all(sum(run.pieces for run in q) >= s.pieces for q, s in zip(queues, pool.slots, strict=True)):
        times = max(1, min(q[0].pieces // s.pieces for q, s in zip(queues, pool.slots, strict=True)))
        yield times, [_take(q, s.pieces, times) for q, s in zip(queues, pool.slots, strict=True)]


def _take(queue: list[Run], pieces: int, times: int) -> list[Run]:
    """Remove `pieces` x `times` units from the front; the units of one application are returned."""
    head = queue[0]
    if head.pieces >= pieces * times:
        left = head.pieces - pieces * times
        if left:
            queue[0] = head._replace(pieces=left)
        else:
            del queue[0]
        return [head._replace(pieces=pieces)]
    taken: list[Run] = []
    while pieces:
        head = queue[0]
        count = min(pieces, head.pieces)
        taken.append(head._replace(pieces=count))
        pieces -= count
        if count == head.pieces:
            del queue[0]
        else:
            queue[0] = head._replace(pieces=head.pieces - count)
    return taken


def benefit(pool: Pool, taken: list[list[Run]]) -> tuple[int, list[Run]]:
    """What one application takes off, never less than nothing, and the units that bear it."""
    everything = taken[0] if len(taken) == 1 else [run for part in taken for run in part]
    if pool.cheapest:
        bearing = _cheapest(pool, taken)
        return share_of(_worth(bearing), pool.off_bp), bearing
    worth = _worth(everything)
    if pool.price_minor is not None:
        return max(0, worth - pool.price_minor), everything
    return share_of(worth, pool.off_bp), everything


def _cheapest(pool: Pool, taken: list[list[Run]]) -> list[Run]:
    """The cheapest units of those that may be the ones got; those that only can be got, always."""
    if len(taken) == 1:
        return _last(taken[0], pool.cheapest)
    bought, got = pool.slots
    only = [run for run in taken[1] if run.lot not in bought.lots]
    either = [run for run in taken[1] if run.lot in bought.lots]
    either += [run for run in taken[0] if run.lot in got.lots]
    either.sort(key=lambda run: (-run.price_minor, run.lot, run.chunk))
    return only + _last(either, pool.cheapest - sum(run.pieces for run in only))


def _last(runs: list[Run], count: int) -> list[Run]:
    taken: list[Run] = []
    for run in reversed(runs):
        if count <= 0:
            break
        taken.append(run if run.pieces <= count else run._replace(pieces=count))
        count -= taken[-1].pieces
    return taken


def _worth(runs: list[Run]) -> int:
    return sum(run.price_minor * run.pieces for run in runs)


def bear(gain_minor: int, bearing: list[Run]) -> list[tuple[Run, int]]:
    """Share what came off over the runs that bear it, by largest remainder."""
    if len(bearing) == 1:
        return [(bearing[0], gain_minor)]
    ordered = sorted(bearing, key=lambda run: (-run.price_minor, run.lot, run.chunk))
    shares = split(gain_minor, [run.price_minor * run.pieces for run in ordered])
    return list(zip(ordered, shares, strict=True))
