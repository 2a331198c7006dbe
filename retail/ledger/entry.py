"""Entries and their postings: every business fact is one entry that sums to zero per unit.

A posting's amount is positive for a debit (what the shop holds) and negative for a credit (what
it earned or owes). Accounts are paths: ``till/cash``, ``clearing/qr``, ``income/sales``,
``owed/tax/standard``, ``member/m1/points/<lot>`` (`retail.ledger.accounts`). `Posting.currency` is
a unit: an ISO 4217 code, or points, uses and days (`retail.ledger.units`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retail.errors import ContractError, InvariantBroken
from retail.ledger.accounts import CASH, tender

__all__ = [
    "CASH",
    "Entry",
    "Posting",
    "balances",
    "booked",
    "check_balanced",
    "received",
    "reversal",
    "sale_entry",
]


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount of a unit on an account; debit positive, credit negative."""

    account: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One business fact. `kind` is its name (``sale``, ``reversal``), `cause` what it follows from."""

    entry_id: str
    kind: str
    cause: str
    postings: tuple[Posting, ...]


def check_balanced(entry: Entry) -> None:
    """`InvariantBroken` unless the postings sum to zero in every unit."""
    sums: dict[str, int] = {}
    for posting in entry.postings:
        sums[posting.currency] = sums.get(posting.currency, 0) + posting.amount_minor
    off = {currency: amount for currency, amount in sums.items() if amount}
    if off or not entry.postings:
        raise InvariantBroken("ledger.unbalanced", entry_id=entry.entry_id, off=off)


def balances(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """The sum of the postings of each (account, unit)."""
    sums: dict[tuple[str, str], int] = {}
    for posting in postings:
        key = (posting.account, posting.currency)
        sums[key] = sums.get(key, 0) + posting.amount_minor
    return sums


def booked(entry_id: str, kind: str, cause: str, postings: Iterable[Posting]) -> Entry:
    """An entry of these postings, added up per account and unit, nothing left out but zeros; balanced."""
    sums = balances(postings)
    entry = Entry(
        entry_id, kind, cause, tuple(Posting(a, unit, amount) for (a, unit), amount in sums.items() if amount)
    )
    check_balanced(entry)
    return entry


def received(tenders: Sequence[tuple[str, int]], currency: str) -> tuple[Posting, ...]:
    """Debits of what was paid: (type, amount) as in a sale. Every amount is positive."""
    for index, (kind, amount_minor) in enumerate(tenders):
        if amount_minor <= 0:
            raise ContractError("tender.not_positive", path=f"$.tenders[{index}]", type=kind)
    return tuple(Posting(tender(kind), currency, amount_minor) for kind, amount_minor in tenders)


def reversal(entry: Entry, entry_id: str) -> Entry:
    """The entry that undoes another: the same accounts, opposite amounts."""
    postings = tuple(Posting(p.account, p.currency, -p.amount_minor) for p in entry.postings)
    return Entry(entry_id, "reversal", entry.entry_id, postings)


def sale_entry(
    entry_id: str,
    sale_id: str,
    currency: str,
    tenders: Sequence[tuple[str, int]],
    taxes: Mapping[str, int],
    deferred: Mapping[str, int] | None = None,
) -> Entry:
    """What a sale moves: tenders (type, amount after change) in, tax owed, the rest earned.

    `deferred` is account to amount for what the sale took but did not earn: top-ups, gift cards
    and passes sold in it, each on ``clearing/sold``, which HQ's own entry for them clears.
    """
    arrived: dict[str, int] = {}
    for kind, amount_minor in tenders:
        arrived[tender(kind)] = arrived.get(tender(kind), 0) + amount_minor
    later = deferred or {}
    total_minor = sum(arrived.values())
    owed = {f"owed/tax/{tax_class}": -amount for tax_class, amount in taxes.items()}
    earned = {"income/sales": -(total_minor - sum(taxes.values()) - sum(later.values()))}
    parts = [*arrived.items(), *((a, -amount) for a, amount in later.items()), *owed.items(), *earned.items()]
    postings = tuple(Posting(account, currency, amount) for account, amount in parts if amount)
    entry = Entry(entry_id, "sale", sale_id, postings or (Posting("income/sales", currency, 0),))
    check_balanced(entry)
    return entry
