"""What a member brings from another system: stored value, bonus and points, as entries of the ledger."""

from datetime import datetime

from sqlalchemy import Connection

from hq.ledger import SqlBook
from hq.ledger.moments import derived_id
from hq.ledger.rules import points_rules
from retail.ledger import accounts, points
from retail.ledger.earning import PointsRules
from retail.ledger.entry import Posting, booked, received
from retail.ledger.lots import Booking, Lot, bring
from retail.ledger.units import check_amount

TENDER = "opening"
"""The money came in elsewhere, before this ledger: it stands on ``clearing/opening``."""


def open_account(
    connection: Connection,
    member_id: str,
    currency: str,
    principal_minor: int,
    bonus_minor: int,
    member_points: int,
    at: datetime,
    cause: str,
) -> None:
    """Book what a member holds at the beginning, once per cause. Bonus and principal do not end."""
    book = SqlBook(connection)
    value_id = derived_id(cause, member_id, "value")
    if (principal_minor or bonus_minor) and not book.has(value_id):
        for amount in (principal_minor, bonus_minor):
            if amount:
                check_amount(amount, "top_up")
        held = book.value(member_id, currency)
        postings: list[Posting] = []
        lots: list[Lot] = []
        sources = ((held.principal, principal_minor), (held.bonus, bonus_minor))
        for purse, amount in sources:
            if amount:
                incoming = bring(purse, amount, Lot(accounts.lot(purse.path, value_id), currency, amount, at))
                postings += incoming.postings
                lots += incoming.lots
        if principal_minor:
            postings += received([(TENDER, principal_minor)], currency)
        if bonus_minor:
            postings.append(Posting(accounts.BONUS_EXPENSE, currency, bonus_minor))
        book.post(Booking(booked(value_id, "value.topped_up", cause, postings), tuple(lots)), at)
    points_id = derived_id(cause, member_id, "points")
    if member_points and not book.has(points_id):
        rules = points_rules(connection) or PointsRules(id="points")
        book.post(points.earn(points_id, cause, book.points(member_id), rules, member_points, at), at)
