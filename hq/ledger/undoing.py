"""An entry undone: by its reversal, or, when what it gave is spent, by as much of it as is left; the money
that is missing is owed by the member it was for."""

from hq.ledger import benefits, members, reserving, rules
from hq.ledger.book import SqlBook
from hq.ledger.event import Happening, Sold
from hq.ledger.moments import derived_id
from hq.ledger.purchases import owner_in
from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger import value as stored
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
        short = _short(left)
        happening.post(booked(entry_id, "reversal", entry.entry_id, [*left, *short]))
        _claim(happening, entry, entry_id, short)
    if not benefits.undo(happening.connection, entry.entry_id):
        happening.odd.append("benefit.changed_since")


def left_of(book: SqlBook, entry: Entry) -> dict[str, tuple[int, int]]:
    """What an entry gave members, cards and passes, by unit, and how much of that is still there."""
    found: dict[str, tuple[int, int]] = {}
    for posting in reversal(entry, "left").postings:
        if posting.amount_minor > 0 and not accounts.may_be_below_zero(posting.account):
            given, left = found.get(posting.currency, (0, 0))
            held = max(0, book.held(posting.account, posting.currency))
            here = posting.amount_minor
            found[posting.currency] = (given + here, left + min(here, held))
    return found


def _claim(happening: Happening, entry: Entry, entry_id: str, short: list[Posting]) -> None:
    """The shop has given the money back, so what was spent of it is taken from the member's other money and
    then owed: the next top-up repays it. Where no member is known it is the shop's loss."""
    owner = members.resolve(happening.connection, owner_in(entry.postings) or happening.member)
    for posting in short:
        if not is_money(posting.currency) or posting.amount_minor <= 0:
            continue
        if not owner:
            happening.odd.append("grant.nobody_owes")
            continue
        terms = rules.booking_rules(happening.connection, posting.currency)
        value = happening.book.value(owner, posting.currency)
        claimed_id = derived_id(entry_id, "claimed")
        happening.post(
            stored.claim(claimed_id, entry.entry_id, value, terms, posting.amount_minor, happening.at)
        )


def _within(happening: Happening, posting: Posting) -> Posting:
    """A posting cut to what its account can give."""
    if accounts.may_be_below_zero(posting.account) or posting.amount_minor <= 0:
        return posting
    held = happening.book.held(posting.account, posting.currency)
    return Posting(posting.account, posting.currency, min(posting.amount_minor, held))


def _short(postings: list[Posting]) -> list[Posting]:
    """What is missing of each unit: money to claim, points forgiven, fewer uses and days sold."""
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


def release(sold: Sold) -> None:
    """A void has come: what HQ held for it (``grant.void``) may be taken back."""
    grants = [line.grant for line in sold.body.lines if line.grant and line.grant.kind != "payout"]
    for auth_id in sorted({grant.auth_id for grant in grants if grant.auth_id}):
        kept = reserving.find(sold.connection, auth_id)
        if kept is None:
            continue
        try:
            reserving.post(sold.connection, kept, kept.reservation.request.asks, sold.incarnation)
        except Refused as refusal:
            sold.odd.append(refusal.code)
