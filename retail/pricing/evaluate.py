"""Stages 2 to 4 of one plan: what is left of every lot once it is decided which goods each promotion gets.

The plan says for every lot how many units go to which promotions, dearest first; this module does the sums,
in the order of pricing.md, and decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from retail.errors import InvariantBroken
from retail.money import share_of, split
from retail.pricing.applications import Run, bear, benefit, form
from retail.pricing.live import Live
from retail.pricing.lots import Lot
from retail.pricing.promotion import AmountOff, FixedPrice, FlashSale, Percentage
from retail.quantity import extend


class Take(NamedTuple):
    """What one unit is for one promotion: a line promotion's (`pool` -1), or in a place of a multi-buy."""

    live: int
    pool: int
    slot: int


class Portion(NamedTuple):
    """Units of a lot and every promotion that has them, at most one of a stacking group."""

    pieces: int
    takes: tuple[Take, ...]


Plan = Mapping[int, Sequence[Portion]]
"""Lot -> its portions, from its dearest unit on; what they leave no promotion has."""


@dataclass(slots=True)
class Chunk:
    """Units of one lot that are treated alike: what they cost now, and the groups that have them (`bits`)."""

    lot: int
    count: int
    amount_minor: int
    bits: int = 0
    takes: tuple[Take, ...] = ()


@dataclass(slots=True)
class Effect:
    """What one promotion has done: how often, and how much off each lot."""

    times: int = 0
    off_minor: dict[int, int] = field(default_factory=dict)

    def total_minor(self) -> int:
        """All that it took off."""
        return sum(self.off_minor.values())


@dataclass(slots=True)
class Outcome:
    """What a plan comes to: chunks in the order of lots, the tier's share, the promotions' effects."""

    chunks: list[Chunk]
    tier_off_minor: dict[int, int]
    effects: dict[int, Effect]

    def total_minor(self) -> int:
        """What is left after stage 4."""
        return sum(chunk.amount_minor for chunk in self.chunks)


def evaluate(lots: Sequence[Lot], plan: Plan, live: Sequence[Live]) -> Outcome:
    """Do a plan's sums. It must keep the promotions' limits: `within_limits` says whether it did."""
    outcome = Outcome([], {}, {})
    by_order = {lot.order: lot for lot in lots}
    taken: dict[int, list[Chunk]] = {}
    for lot in lots:
        portions = plan.get(lot.order)
        if not portions:
            outcome.chunks.append(Chunk(lot.order, lot.pieces, lot.amount_minor))
            if lot.tier is not None:
                _tier(lot, outcome.chunks[-1:], outcome)
            continue
        chunks = _cut(lot, portions, live)
        outcome.chunks += chunks
        for chunk in chunks:
            for take in chunk.takes:
                taken.setdefault(take.live, []).append(chunk)
        if lot.tier is not None:
            _tier(lot, [chunk for chunk in chunks if not chunk.takes], outcome)
    for place in sorted(taken):
        one = live[place]
        if one.compiled.stage == "line":
            outcome.effects[place] = _line(one, by_order, taken[place])
        else:
            outcome.effects[place] = _multi(one, taken[place])
    return outcome


def within_limits(outcome: Outcome, live: Sequence[Live]) -> bool:
    """Whether no promotion was applied more often, or cost more, than it may."""
    for place, effect in outcome.effects.items():
        one = live[place]
        if one.times_max is not None and effect.times > one.times_max:
            return False
        if one.budget_left is not None and effect.total_minor() > one.budget_left:
            return False
    return True


def _cut(lot: Lot, portions: Sequence[Portion], live: Sequence[Live]) -> list[Chunk]:
    """The lot's units portion by portion, and those that are left."""
    chunks: list[Chunk] = []
    at = 0
    for portion in (*portions, Portion(lot.pieces - sum(one.pieces for one in portions), ())):
        if not portion.pieces:
            continue
        bits = 0
        for take in portion.takes:
            bits |= live[take.live].bit
        amount = lot.first(at + portion.pieces) - lot.first(at)
        chunks.append(Chunk(lot.order, portion.pieces, amount, bits, portion.takes))
        at += portion.pieces
    return chunks


def _tier(lot: Lot, chunks: list[Chunk], outcome: Outcome) -> None:
    """The tier's percentage on the units no promotion has, once for the merged line."""
    amount = sum(chunk.amount_minor for chunk in chunks)
    if lot.tier is None or not amount:
        return
    off = share_of(amount, lot.tier.discount_bp)
    outcome.tier_off_minor[lot.order] = off
    _take_off(chunks, off)


def _line(one: Live, lots: Mapping[int, Lot], chunks: list[Chunk]) -> Effect:
    effect = Effect()
    by_lot: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        by_lot.setdefault(chunk.lot, []).append(chunk)
    for order, own in by_lot.items():
        gains = line_gains(one, lots[order], [(chunk.amount_minor, chunk.count) for chunk in own])
        effect.times += sum(chunk.count for chunk in own)
        effect.off_minor[order] = sum(gains)
        for chunk, gain in zip(own, gains, strict=True):
            chunk.amount_minor -= gain
    return effect


def line_gains(one: Live, lot: Lot, parts: Sequence[tuple[int, int]]) -> list[int]:
    """What a line promotion takes off parts of a lot, each an amount and its pieces.

    A percentage is rounded once for all of them; money off and fixed prices look at each part's own price.
    """
    promotion = one.promotion
    if isinstance(promotion, Percentage):
        if len(parts) == 1:
            return [share_of(parts[0][0], promotion.off_bp)]
        amounts = [amount for amount, _ in parts]
        return split(share_of(sum(amounts), promotion.off_bp), amounts)
    if isinstance(promotion, AmountOff):
        return [min(amount, _extended(promotion.off_minor, lot, pieces)) for amount, pieces in parts]
    if isinstance(promotion, FixedPrice | FlashSale):
        return [max(0, amount - _extended(promotion.price_minor, lot, pieces)) for amount, pieces in parts]
    raise InvariantBroken("pricing.not_a_line_promotion", promotion=promotion.id)


def _extended(unit_minor: int, lot: Lot, pieces: int) -> int:
    return unit_minor * pieces if lot.countable else extend(unit_minor, lot.quantity_milli)


def _multi(one: Live, chunks: list[Chunk]) -> Effect:
    """All pools of a multi-buy: group the units dearest first and take the benefit off those that bear it."""
    effect = Effect()
    for number, pool in enumerate(one.pools):
        queues: list[list[Run]] = [[] for _ in pool.slots]
        for index, chunk in enumerate(chunks):
            for take in chunk.takes:
                if take.live == one.place and take.pool == number:
                    queues[take.slot] += _runs(chunk, index)
        for queue in queues:
            queue.sort(key=lambda run: (-run.price_minor, run.lot, run.chunk))
        for times, taken in form(pool, queues):
            gain, bearing = benefit(pool, taken)
            effect.times += times
            for run, share in bear(gain, bearing):
                chunk = chunks[run.chunk]
                effect.off_minor[chunk.lot] = effect.off_minor.get(chunk.lot, 0) + share * times
                chunk.amount_minor -= share * times
    return effect


def _runs(chunk: Chunk, index: int) -> list[Run]:
    whole, dearer = divmod(chunk.amount_minor, chunk.count)
    runs = [Run(whole + 1, chunk.lot, index, dearer), Run(whole, chunk.lot, index, chunk.count - dearer)]
    return [run for run in runs if run.pieces]


def _take_off(chunks: list[Chunk], off_minor: int) -> None:
    if len(chunks) == 1:
        chunks[0].amount_minor -= off_minor
        return
    for chunk, part in zip(chunks, split(off_minor, [c.amount_minor for c in chunks]), strict=True):
        chunk.amount_minor -= part
