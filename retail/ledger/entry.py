"""Entries and their postings: every business fact is one entry that sums to zero per currency.

A posting's amount is positive for a debit (what the shop holds) and negative for a credit (what
it earned or owes). Accounts are paths: ``till/cash``, ``clearing/qr``, ``income/sales``,
``owed/tax/standard``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retail.errors import InvariantBroken

CASH = "cash"


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount of a currency on an account; debit positive, credit negative."""

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
    """`InvariantBroken` unless the postings sum to zero in every currency."""
    sums: dict[str, int] = {}
    for posting in entry.postings:
        sums[posting.currency] = sums.get(posting.currency, 0) + posting.amount_minor
    off = {currency: amount for currency, amount in sums.items() if amount}
    if off or not entry.postings:
        raise InvariantBroken("ledger.unbalanced", entry_id=entry.entry_id, off=off)


def balances(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """The sum of the postings of each (account, currency)."""
    sums: dict[tuple[str, str], int] = {}
    for posting in postings:
        key = (posting.account, posting.currency)
        sums[key] = sums.get(key, 0) + posting.amount_minor
    return sums


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
) -> Entry:
    """What a sale moves: tenders (type, amount after change) in, tax owed, the rest earned."""
    received: dict[str, int] = {}
    for kind, amount_minor in tenders:
        account = "till/cash" if kind == CASH else f"clearing/{kind}"
        received[account] = received.get(account, 0) + amount_minor
    total_minor = sum(received.values())
    owed = {f"owed/tax/{tax_class}": -amount for tax_class, amount in taxes.items()}
    earned = {"income/sales": -(total_minor - sum(taxes.values()))}
    postings = tuple(
        Posting(account, currency, amount)
        for account, amount in {**received, **owed, **earned}.items()
        if amount
    )
    entry = Entry(entry_id, "sale", sale_id, postings or (Posting("income/sales", currency, 0),))
    check_balanced(entry)
    return entry
