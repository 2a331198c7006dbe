"""An entry undone: by its reversal, or, when what it gave is spent, by as much of it as is left."""

from hq.ledger import benefits
from hq.ledger.event import Happening
from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, booked, reversal
from retail.ledger.units import POINTS, is_money


def undo(happening: Happening, entry: Entry, entry_id: str) -> None:
    """Append what undoes an entry, and put back the benefits that it changed; once."""
    if happening.book.has(entry_id):
        return
    try:
        with happening.connection.begin_nested():
            happening.post(reversal(entry, entry_id))
    except InvariantBroken:
        happening.odd.append("grant.spent_already")
        left = [_within(happening, posting) for posting in reversal(entry, entry_id).postings]
        happening.post(booked(entry_id, "reversal", entry.entry_id, [*left, *_short(left)]))
    if not benefits.undo(happening.connection, entry.entry_id):
        happening.odd.append("benefit.changed_since")


def _within(happening: Happening, posting: Posting) -> Posting:
    """A posting cut to what its account can give."""
    if accounts.may_be_below_zero(posting.account) or posting.amount_minor <= 0:
        return posting
    held = happening.book.held(posting.account, posting.currency)
    return Posting(posting.account, posting.currency, min(posting.amount_minor, held))


def _short(postings: list[Posting]) -> list[Posting]:
    """What is missing of each unit: the shop's loss of money, points forgiven, fewer uses and days sold."""
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.currency] = sums.get(posting.currency, 0) + posting.amount_minor
    return [Posting(_account_for(unit), unit, -amount) for unit, amount in sums.items() if amount]


def _account_for(unit: str) -> str:
    if is_money(unit):
        return accounts.UNCLAIMED
    if unit == POINTS:
        return accounts.POINTS_FORGIVEN
    if unit.startswith("USE:"):
        return accounts.USES_USED
    if unit.startswith("DAY:"):
        return accounts.DAYS_RUN
    raise Refused("unit.unknown", unit=unit)
