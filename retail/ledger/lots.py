"""Lots: what came into a purse at once, and the order in which it is taken out and given back.

Taking goes first to what ends first. Giving back goes to the lots it came from, the last taken
first, so that giving back the whole restores the purse exactly. What a purse owes is repaid by
whatever comes in next; so a purse that owes never also holds something that can be spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting
from retail.ledger.units import has_ended

LAPSE_KINDS = frozenset({"value.expired", "value.refunded", "member.erased"})
"""Entries that take bonus away other than by spending it."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A part of a purse. `granted` is what it was opened with, in `unit`; `expires_at` None: never."""

    account: str
    unit: str
    granted: int
    granted_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A lot and what its account still holds (>= 0); `lapsed` of it went by `LAPSE_KINDS`."""

    lot: Lot
    left: int
    lapsed: int = 0

    @property
    def lot_id(self) -> str:
        """The last part of the lot's account."""
        return accounts.lot_id(self.lot.account)


@dataclass(frozen=True, slots=True)
class Part:
    """An amount taken from, or given back to, one lot."""

    lot_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class Purse:
    """All lots of one path in one unit, and what its owner owes (>= 0)."""

    path: str
    unit: str
    holdings: tuple[Holding, ...] = ()
    debt: int = 0

    @property
    def total(self) -> int:
        """What the purse's account says: everything held, ended or not, less what is owed."""
        return sum(holding.left for holding in self.holdings) - self.debt

    def usable(self, at: datetime) -> list[Holding]:
        """What can be taken at a moment, in the order of taking."""
        good = (h for h in self.holdings if h.left > 0 and not has_ended(h.lot.expires_at, at))
        return sorted(good, key=_by_expiry)

    def ended(self, at: datetime) -> list[Holding]:
        """What has ended and still stands in the purse."""
        return [h for h in self.holdings if h.left > 0 and has_ended(h.lot.expires_at, at)]

    def available(self, at: datetime) -> int:
        """How much can be taken at a moment."""
        return max(0, sum(holding.left for holding in self.usable(at)) - self.debt)

    def find(self, lot_id: str) -> Holding | None:
        """The lot of that id."""
        return next((holding for holding in self.holdings if holding.lot_id == lot_id), None)


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry to append, with the lots it opens."""

    entry: Entry
    lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """Postings that put something into a purse, and the lots they open."""

    postings: tuple[Posting, ...] = ()
    lots: tuple[Lot, ...] = ()


def _by_expiry(holding: Holding) -> tuple[bool, datetime, datetime, str]:
    lot = holding.lot
    return (lot.expires_at is None, lot.expires_at or lot.granted_at, lot.granted_at, lot.account)


def take(holdings: Sequence[Holding], amount: int) -> tuple[tuple[Part, ...], int]:
    """Parts that make up an amount from lots in the order given, and how much they fall short."""
    parts: list[Part] = []
    for holding in holdings:
        from_here = min(holding.left, amount)
        if from_here > 0:
            parts.append(Part(holding.lot_id, from_here))
            amount -= from_here
    return tuple(parts), amount


def debits(purse: Purse, parts: Sequence[Part]) -> tuple[Posting, ...]:
    """The postings of taking parts; a part of the lot ``debt`` is borrowed."""
    return tuple(Posting(f"{purse.path}/{part.lot_id}", purse.unit, part.amount) for part in parts)


def bring(purse: Purse, amount: int, lot: Lot) -> Incoming:
    """Put an amount into a new lot, after what is owed has been repaid."""
    repaid = min(purse.debt, amount)
    postings = (
        Posting(accounts.debt(purse.path), purse.unit, -repaid),
        Posting(lot.account, purse.unit, repaid - amount),
    )
    return Incoming(tuple(p for p in postings if p.amount_minor), (lot,))


def taken(entry: Entry, purse_name: str, unit: str) -> tuple[Part, ...]:
    """What an entry took from lots of purses so named (``principal``), in the order of giving back.

    The member may have been merged into another since, so only the lots' ids count.
    """
    parts = [
        Part(accounts.lot_id(posting.account), posting.amount_minor)
        for posting in entry.postings
        if posting.currency == unit
        and posting.amount_minor > 0
        and posting.account.startswith("member/")
        and posting.account.split("/")[2] == purse_name
    ]
    return tuple(reversed(parts))


def slice_of(parts: Sequence[Part], already: int, amount: int) -> tuple[Part, ...]:
    """The parts from `already` to `already + amount` of a sequence; `Refused` beyond its end.

    Cutting one fixed sequence at running sums is what makes partial refunds add up to the whole.
    """
    whole = sum(part.amount for part in parts)
    if already + amount > whole:
        raise Refused("refund.exceeds", amount=amount, left=whole - already)
    found: list[Part] = []
    begin, end = already, already + amount
    at = 0
    for part in parts:
        inside = min(end, at + part.amount) - max(begin, at)
        if inside > 0:
            found.append(Part(part.lot_id, inside))
        at += part.amount
    return tuple(found)


def give_back(purse: Purse, parts: Sequence[Part], at: datetime, fresh: Lot) -> Incoming:
    """Put parts back where they came from; what is owed is repaid first.

    Parts of lots that have ended since, that are gone, or that were borrowed go together into
    `fresh`, whose `granted` becomes what it gets.
    """
    owed, postings, anew = purse.debt, [], 0
    for part in parts:
        repaid = min(owed, part.amount)
        owed -= repaid
        rest = part.amount - repaid
        holding = purse.find(part.lot_id)
        postings.append(Posting(accounts.debt(purse.path), purse.unit, -repaid))
        if holding is None or has_ended(holding.lot.expires_at, at):
            anew += rest
        else:
            postings.append(Posting(holding.lot.account, purse.unit, -rest))
    lots: tuple[Lot, ...] = ()
    if anew:
        postings.append(Posting(fresh.account, purse.unit, -anew))
        lots = (Lot(fresh.account, fresh.unit, anew, fresh.granted_at, fresh.expires_at),)
    return Incoming(tuple(p for p in postings if p.amount_minor), lots)


def checked_purse(purse: Purse) -> Purse:
    """The purse; `InvariantBroken` when a lot holds less than nothing or the debt is negative."""
    if purse.debt < 0 or any(holding.left < 0 for holding in purse.holdings):
        raise InvariantBroken("ledger.below_zero", account=purse.path)
    return purse
