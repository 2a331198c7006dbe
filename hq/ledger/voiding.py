"""A sale of promises is to be undone: HQ holds all it granted until the till has given the money back.

Where a part is used the till is told how much is left, and undoes nothing. What a till undid without asking
takes what is left, and the member owes the rest (`undoing`).
"""

from datetime import datetime

from sqlalchemy import Connection

from hq.journal import Sender
from hq.ledger import benefits, purchases, reserving, undoing
from hq.ledger.asking import remembered, tell_holders
from hq.ledger.book import SqlBook
from hq.ledger.moments import derived_id, moment
from retail.errors import ContractError, Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry
from retail.ledger.reservations import Ask, SpendRequest
from retail.ledger.units import is_money
from retail.members.coupons import Coupon
from retail.messages.asking import VoidAsked, VoidHeld

COUPON_UNIT = "coupon"


def hold(connection: Connection, sender: Sender, asked: VoidAsked, now_ms: int) -> VoidHeld:
    """``grant.void``; given up by ``spend.cancel``. `Refused` ``grant.sale_unknown``, ``grant.in_use``,
    ``grant.already_used`` with what was given and what is left of it."""
    at = moment(now_ms)
    known = reserving.find(connection, asked.auth_id)
    remembered(known)
    if known is not None and known.reservation.state == "open":
        if (known.reservation.request.appliance, known.sale_id) != (sender.appliance, asked.sale_id):
            raise ContractError("authorisation.other_request", path="$.auth_id", auth_id=asked.auth_id)
        return VoidHeld(auth_id=asked.auth_id)
    request = SpendRequest(asked.auth_id, sender.appliance, asked.incarnation, ())
    try:
        if known is not None:
            raise Refused(f"authorisation.{known.reservation.state}", auth_id=asked.auth_id)
        asks = _asks(connection, asked.sale_id, at)
        if not asks:
            return VoidHeld(auth_id=asked.auth_id)  # what it brought repaid a debt, and is owed again
        request = SpendRequest(asked.auth_id, sender.appliance, asked.incarnation, asks)
        available = {(ask.purse, ask.unit): ask.amount for ask in asks}
        kept = reserving.authorise(connection, request, available, at, sale_id=asked.sale_id)
    except Refused as refusal:
        reserving.decline(connection, request, refusal, at)
        raise
    tell_holders(connection, kept)
    return VoidHeld(auth_id=asked.auth_id)


def _asks(connection: Connection, sale_id: str, at: datetime) -> tuple[Ask, ...]:
    """Everything in the purses, cards, passes and coupons that a sale filled: nothing of them may be spent
    between the question and the void."""
    known = purchases.find(connection, sale_id)
    if known is None:
        raise Refused("grant.sale_unknown", sale_id=sale_id)
    book = SqlBook(connection)
    entries = [book.entry(derived_id(sale_id, line_id)) for line_id in known[1].promises]
    asks: dict[str, Ask] = {}
    for entry in entries:
        if entry is not None:
            asks |= {ask.purse: ask for ask in _purses(book, entry, at)}
            asks |= {ask.purse: ask for ask in _coupons(connection, entry)}
    for ask in asks.values():
        if reserving.reserved(connection, ask.purse, ask.unit):
            raise Refused("grant.in_use")
    for entry in entries:
        if entry is not None:
            _check_unused(connection, book, entry)
    return tuple(ask for ask in asks.values() if ask.amount > 0)


def _purses(book: SqlBook, entry: Entry, at: datetime) -> list[Ask]:
    found = []
    for posting in entry.postings:
        what, owner, *_ = posting.account.split("/")
        if what == "member" and is_money(posting.currency):
            held = book.value(owner, posting.currency).available(at)
            found.append(Ask(accounts.stored_value(owner), posting.currency, held))
        elif what in ("card", "pass", "membership"):
            held = book.held(posting.account, posting.currency)
            found.append(Ask(posting.account, posting.currency, held))
    return found


def _coupons(connection: Connection, entry: Entry) -> list[Ask]:
    made = benefits.made_by(connection, Coupon, entry.entry_id)
    return [Ask(accounts.coupon(coupon.id), COUPON_UNIT, 1) for coupon in made]


def _check_unused(connection: Connection, book: SqlBook, entry: Entry) -> None:
    # Uses and days before the money that stands for them.
    for unit, (given, left) in sorted(undoing.left_of(book, entry).items(), key=lambda one: is_money(one[0])):
        if left < given and is_money(unit):
            raise Refused("grant.already_used", given_minor=given, left_minor=left, currency=unit)
        if left < given:
            raise Refused("grant.already_used", given=given, left=left, unit=unit)
    made = benefits.made_by(connection, Coupon, entry.entry_id)
    left = sum(coupon.state == "issued" for coupon in made)
    if left < len(made):
        raise Refused("grant.already_used", given=len(made), left=left, unit=COUPON_UNIT)
