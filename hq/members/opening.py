"""What a member brings from another system: stored value, bonus and points, as entries of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from hq.ledger import SqlBook
from hq.ledger.moments import derived_id
from hq.ledger.rules import points_rules
from retail.ledger import accounts, points
from retail.ledger.earning import PointsRules
from retail.ledger.entry import Posting, booked, received
from retail.ledger.lots import Booking, Lot, Purse, bring
from retail.ledger.units import POINTS, check_amount
from retail.ledger.value import StoredValue

TENDER = "opening"
"""The money came in elsewhere, before this ledger: it stands on ``clearing/opening``."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody holds at the beginning."""

    principal_minor: int = 0
    bonus_minor: int = 0
    points: int = 0


def open_account(
    connection: Connection,
    member_id: str,
    currency: str,
    opening: Opening,
    at: datetime,
    cause: str,
) -> None:
    """Book what a member holds at the beginning, once per cause. Bonus and principal do not end."""
    book = SqlBook(connection)
    value_id, points_id = _ids(cause, member_id)
    if (opening.principal_minor or opening.bonus_minor) and not book.has(value_id):
        book.post(_value(value_id, book.value(member_id, currency), opening, at, cause), at)
    if opening.points and not book.has(points_id):
        rules = points_rules(connection) or PointsRules(id="points")
        book.post(points.earn(points_id, cause, book.points(member_id), rules, opening.points, at), at)


def open_new(
    connection: Connection, openings: Mapping[str, Opening], currency: str, at: datetime, cause: str
) -> None:
    """The same for many members (by id) whom nobody knew until now: they hold nothing, so nothing is read."""
    rules = points_rules(connection) or PointsRules(id="points")
    made: list[Booking] = []
    for member_id, opening in openings.items():
        value_id, points_id = _ids(cause, member_id)
        if opening.principal_minor or opening.bonus_minor:
            principal = Purse(accounts.principal(member_id), currency)
            empty = StoredValue(member_id, currency, principal, Purse(accounts.bonus(member_id), currency))
            made.append(_value(value_id, empty, opening, at, cause))
        if opening.points:
            purse = Purse(accounts.points(member_id), POINTS)
            made.append(points.earn(points_id, cause, purse, rules, opening.points, at))
    SqlBook(connection).append(made, at)


def _ids(cause: str, member_id: str) -> tuple[str, str]:
    return derived_id(cause, member_id, "value"), derived_id(cause, member_id, "points")


def _value(entry_id: str, held: StoredValue, opening: Opening, at: datetime, cause: str) -> Booking:
    currency = held.currency
    for amount in (opening.principal_minor, opening.bonus_minor):
        if amount:
            check_amount(amount, "top_up")
    postings: list[Posting] = []
    lots: list[Lot] = []
    for purse, amount in ((held.principal, opening.principal_minor), (held.bonus, opening.bonus_minor)):
        if amount:
            incoming = bring(purse, amount, Lot(accounts.lot(purse.path, entry_id), currency, amount, at))
            postings += incoming.postings
            lots += incoming.lots
    if opening.principal_minor:
        postings += received([(TENDER, opening.principal_minor)], currency)
    if opening.bonus_minor:
        postings.append(Posting(accounts.BONUS_EXPENSE, currency, opening.bonus_minor))
    return Booking(booked(entry_id, "value.topped_up", cause, postings), tuple(lots))
