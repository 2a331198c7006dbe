"""Points booked: earned, redeemed, taken back, given back, expired.

Each earning is a lot named after its entry. What ends first is redeemed first. When goods are
returned, the points they earned go: from their own lot, then from the others in the order of
redemption, then as debt up to the shop's bound; what is beyond that is forgiven, and the answer
says so. Debt is repaid by the next points that come in.
"""

from dataclasses import dataclass
from datetime import datetime

from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger.earning import PointsRules, expiry_of
from retail.ledger.entry import Entry, Posting, booked
from retail.ledger.lots import Booking, Lot, Part, Purse, bring, debits, give_back, slice_of, take, taken
from retail.ledger.units import POINTS, after_days, check_amount
from retail.money import divide_half_up


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Points taken back after a return of goods.

    `missing` of them were spent already: `owed` became debt and `forgiven` is lost to the shop,
    unless the till lowers the refund by what they are worth.
    """

    booking: Booking
    missing: int
    owed: int
    forgiven: int


def earn(entry_id: str, cause: str, purse: Purse, rules: PointsRules, amount: int, at: datetime) -> Booking:
    """Points in, as a lot that ends by the rules; debt is repaid first."""
    check_amount(amount, "points")
    lot = Lot(accounts.lot(purse.path, entry_id), POINTS, amount, at, expiry_of(rules, at))
    incoming = bring(purse, amount, lot)
    postings = (Posting(accounts.POINTS_ISSUED, POINTS, amount), *incoming.postings)
    return Booking(booked(entry_id, "points.earned", cause, postings), incoming.lots)


def redeem(
    entry_id: str,
    cause: str,
    purse: Purse,
    amount: int,
    at: datetime,
    currency: str = "",
    tender_minor: int = 0,
) -> Booking:
    """Points out, for goods or a coupon; or as a tender worth `tender_minor`, which is cleared.

    As money off the price (a discount) there is nothing to clear. `Refused` ``points.not_enough``.
    """
    check_amount(amount, "points")
    available = purse.available(at)
    if amount > available:
        raise Refused("points.not_enough", needed=amount, available=available)
    parts, _ = take(purse.usable(at), amount)
    postings = (
        *debits(purse, parts),
        Posting(accounts.POINTS_REDEEMED, POINTS, -amount),
        *_tender(currency, tender_minor),
    )
    return Booking(booked(entry_id, "points.redeemed", cause, postings))


def _tender(currency: str, amount_minor: int) -> tuple[Posting, ...]:
    if not amount_minor:
        return ()
    return (
        Posting(accounts.POINTS_EXPENSE, currency, amount_minor),
        Posting(accounts.tender(accounts.POINTS_TENDER), currency, -amount_minor),
    )


def return_redeemed(
    entry_id: str,
    cause: str,
    purse: Purse,
    rules: PointsRules,
    redeemed: Entry,
    already: int,
    amount: int,
    at: datetime,
) -> Booking:
    """Give back a part of a redemption, of which `already` has been given back before.

    To the lots it came from, what ends last first; points whose lot has ended come back in a lot
    of their own that lives `returned_days`. A tender is given back in the same proportion, the
    parts adding up to the whole. `Refused` ``refund.exceeds``.
    """
    if redeemed.kind != "points.redeemed":
        raise InvariantBroken("points.not_a_redemption", entry_id=redeemed.entry_id, kind=redeemed.kind)
    check_amount(amount, "points")
    whole = taken(redeemed, "points", POINTS)
    parts = slice_of(whole, already, amount)
    fresh = Lot(accounts.lot(purse.path, entry_id), POINTS, 0, at, after_days(at, rules.returned_days))
    incoming = give_back(purse, parts, at, fresh)
    money = [p for p in redeemed.postings if p.account == accounts.POINTS_EXPENSE]
    points = sum(part.amount for part in whole)
    postings = [Posting(accounts.POINTS_REDEEMED, POINTS, amount), *incoming.postings]
    for posting in money:
        before = divide_half_up(posting.amount_minor * already, points)
        now = divide_half_up(posting.amount_minor * (already + amount), points)
        postings += _tender(posting.currency, before - now)
    return Booking(booked(entry_id, "points.returned", cause, postings), incoming.lots)


def to_take_back(earned: int, already: int, deserved: int) -> int:
    """How many points a return takes: what was earned, less what is kept is worth, less what went before."""
    return max(0, earned - deserved - already)


def take_back(
    entry_id: str,
    cause: str,
    purse: Purse,
    rules: PointsRules,
    earned: Entry,
    amount: int,
    at: datetime,
) -> TakenBack:
    """Take back points that returned goods had earned in the entry `earned`."""
    check_amount(amount, "points")
    own = purse.find(earned.entry_id)
    others = [holding for holding in purse.usable(at) if holding.lot_id != earned.entry_id]
    parts, missing = take([*([own] if own else []), *others], amount)
    owed = min(missing, max(0, rules.debt_max - purse.debt))
    forgiven = missing - owed
    if owed:
        parts += (Part(accounts.DEBT, owed),)
    postings = (
        *debits(purse, parts),
        Posting(accounts.POINTS_ISSUED, POINTS, -amount),
        Posting(accounts.POINTS_FORGIVEN, POINTS, forgiven),
    )
    return TakenBack(Booking(booked(entry_id, "points.taken_back", cause, postings)), missing, owed, forgiven)


def expire_points(entry_id: str, purse: Purse, at: datetime) -> Booking | None:
    """Take away every lot that has ended; None when none has."""
    ended = purse.ended(at)
    if not ended:
        return None
    postings = [Posting(holding.lot.account, POINTS, holding.left) for holding in ended]
    postings.append(Posting(accounts.POINTS_EXPIRED, POINTS, -sum(holding.left for holding in ended)))
    return Booking(booked(entry_id, "points.expired", purse.path.split("/")[1], postings))
