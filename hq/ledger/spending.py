"""Our own money in sales: stored value, gift cards and points spent, and given back with goods.

A spend is booked as of the moment it was reserved. One that nobody reserved has happened all the same: it
takes what is there, then becomes debt as far as the shop's bound goes; the rest is the shop's loss, which an
alarm tells of. So the clearing accounts are zero after every event.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from hq.ledger import benefits, members, reserving, rules
from hq.ledger.event import Sold
from hq.ledger.purchases import moved_by, owner_in
from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts, gift_cards
from retail.ledger import points as booking_points
from retail.ledger import value as stored
from retail.ledger.earning import PointsRules
from retail.ledger.entry import Entry, Posting, booked
from retail.ledger.gift_cards import GiftCard
from retail.ledger.lots import Booking
from retail.ledger.reservations import Ask
from retail.ledger.units import POINTS
from retail.messages.events import SoldTender

OURS = (accounts.STORED_VALUE, accounts.GIFT_CARD, accounts.POINTS_TENDER)
REST = "rest"
DECLINED = "spend.not_reserved"


def spend(sold: Sold, tender: SoldTender) -> None:
    """A tender of ours; `tender.reference` names its reservation."""
    entry_id = sold.entry_id(tender.tender_id)
    if sold.book.has(entry_id) or sold.book.has(_rest_id(entry_id)):
        return
    ask, at = _promised(sold, tender)
    done_minor = 0
    try:
        with sold.connection.begin_nested():
            take = {
                accounts.STORED_VALUE: _from_value,
                accounts.GIFT_CARD: _from_card,
                accounts.POINTS_TENDER: _from_points,
            }[tender.type]
            done_minor = take(sold, entry_id, tender, ask, at)
    except (Refused, InvariantBroken) as error:
        sold.odd.append(error.code)
    _unclaimed(sold, _rest_id(entry_id), "spend.unclaimed", tender, tender.amount_minor - done_minor)


def _rest_id(entry_id: str) -> str:
    return f"{entry_id[:75]}.{REST}"


def _promised(sold: Sold, tender: SoldTender) -> tuple[Ask | None, datetime]:
    """What of its reservation a tender uses, and the moment that counts: when it was granted, or that of the
    sale where it is not good any more. None when nobody was asked."""
    kept = reserving.find(sold.connection, tender.reference) if tender.reference else None
    if kept is None or not kept.reservation.request.asks:
        sold.odd.append(DECLINED)
        return None, sold.at
    (first, *_) = kept.reservation.request.asks
    amount = tender.amount_minor
    if tender.type == accounts.POINTS_TENDER:
        amount = first.amount * amount // kept.amount_minor if kept.amount_minor else first.amount
    ask = Ask(first.purse, first.unit, amount)
    try:
        reserving.post(sold.connection, kept, [ask], sold.incarnation)
    except Refused as refusal:
        # What it was promised from is known all the same; whatever is still there pays.
        sold.odd.append(refusal.code)
        return ask, sold.at
    return ask, kept.at


def _member(sold: Sold, ask: Ask | None) -> str:
    return members.resolve(sold.connection, ask.purse.split("/")[1]) if ask else sold.member


def _from_value(sold: Sold, entry_id: str, tender: SoldTender, ask: Ask | None, at: datetime) -> int:
    member = _member(sold, ask)
    if not member:
        return 0
    earning = rules.booking_rules(sold.connection, sold.body.currency)
    value = sold.book.value(member, sold.body.currency)
    room_minor = value.available(at) + max(0, earning.overdraft_max_minor - value.principal.debt)
    part_minor = min(tender.amount_minor, room_minor)
    if part_minor > value.available(at):
        sold.odd.append("spend.became_debt")
    if part_minor > 0:
        made = stored.spend(entry_id, sold.sale_id, value, earning, part_minor, at, stood_in=True)
        sold.post(made, at)
    return part_minor


def _from_card(sold: Sold, entry_id: str, tender: SoldTender, ask: Ask | None, at: datetime) -> int:
    if ask is None:
        return 0
    card = benefits.find(sold.connection, GiftCard, ask.purse.split("/")[1])
    if card is None:
        return 0
    held_minor = sold.book.held(accounts.card_value(card.id), card.currency)
    part_minor = min(tender.amount_minor, held_minor)
    if part_minor > 0:
        # Frozen since: it was good when it was promised.
        good = msgspec.structs.replace(card, state="active")
        made = gift_cards.spend_card(entry_id, sold.sale_id, good, held_minor, part_minor, at)
        sold.post(made.entry, at)
    return part_minor


def _from_points(sold: Sold, entry_id: str, tender: SoldTender, ask: Ask | None, at: datetime) -> int:
    member = _member(sold, ask)
    if not member:
        return 0
    earning = rules.points_rules(sold.connection) or PointsRules(id="points")
    steps = -(-tender.amount_minor * earning.redeem_points // earning.redeem_minor)
    wanted = ask.amount if ask else steps
    purse = sold.book.points(member)
    points = min(wanted, purse.available(at))
    if points <= 0:
        return 0
    worth_minor = tender.amount_minor * points // wanted
    made = booking_points.redeem(entry_id, sold.sale_id, purse, points, at, sold.body.currency, worth_minor)
    sold.post(made, at)
    return worth_minor


def _unclaimed(sold: Sold, entry_id: str, kind: str, tender: SoldTender, amount_minor: int) -> None:
    """What no account of anybody can carry, so that the clearing account does not."""
    if not amount_minor:
        return
    sold.odd.append(kind)
    postings = (
        Posting(accounts.UNCLAIMED, sold.body.currency, amount_minor),
        Posting(accounts.tender(tender.type), sold.body.currency, -amount_minor),
    )
    sold.once(entry_id, lambda: sold.post(booked(entry_id, kind, sold.sale_id, postings)))


def give_back(sold: Sold, tender: SoldTender) -> None:
    """A tender of ours below zero: to where its spend took it from, the parts taken last first."""
    entry_id = sold.entry_id(tender.tender_id)
    if sold.book.has(entry_id) or sold.book.has(_rest_id(entry_id)):
        return
    spent = sold.entry_of_origin(tender.refers_to) if tender.refers_to else None
    done_minor, amount_minor = 0, -tender.amount_minor
    try:
        with sold.connection.begin_nested():
            if spent is not None:
                done_minor = _return(sold, entry_id, spent, tender, amount_minor)
            elif tender.type == accounts.STORED_VALUE and sold.member and not tender.refers_to:
                done_minor = _pay_in(sold, entry_id, amount_minor)
    except (Refused, InvariantBroken) as error:
        done_minor = 0
        sold.odd.append(error.code)
    _unclaimed(sold, _rest_id(entry_id), "refund.unclaimed", tender, done_minor - amount_minor)


def _return(sold: Sold, entry_id: str, spent: Entry, tender: SoldTender, amount_minor: int) -> int:
    clearing = accounts.tender(tender.type)
    currency = sold.body.currency
    whole_minor = -sum(p.amount_minor for p in spent.postings if p.account == clearing)
    kind = {"value.spent": "value.returned", "gift_card.spent": "gift_card.returned"}.get(
        spent.kind, "points.returned"
    )
    already_minor = moved_by(sold, spent.entry_id, kind, clearing, currency)
    part_minor = min(amount_minor, whole_minor - already_minor)
    if part_minor <= 0:
        return 0
    if spent.kind == "value.spent":
        owner = members.resolve(sold.connection, owner_in(spent.postings))
        sold.post(
            stored.return_spend(
                entry_id,
                spent.entry_id,
                sold.book.value(owner, currency),
                rules.booking_rules(sold.connection, currency),
                spent,
                already_minor,
                part_minor,
                sold.at,
            )
        )
    elif spent.kind == "gift_card.spent":
        _return_to_card(sold, entry_id, spent, already_minor, part_minor)
    else:
        _return_points(sold, entry_id, spent, whole_minor, already_minor, part_minor)
    return part_minor


def _return_to_card(sold: Sold, entry_id: str, spent: Entry, already_minor: int, part_minor: int) -> None:
    card_id = next(p.account.split("/")[1] for p in spent.postings if p.account.startswith("card/"))
    card = benefits.find(sold.connection, GiftCard, card_id)
    if card is None:
        raise Refused("gift_card.unknown", card_id=card_id)
    made = gift_cards.return_to_card(
        entry_id, spent.entry_id, card, spent, already_minor, part_minor, sold.at
    )
    sold.post(made.entry)
    benefits.keep(sold.connection, made.card)


def _return_points(
    sold: Sold, entry_id: str, spent: Entry, whole_minor: int, already_minor: int, part_minor: int
) -> None:
    """Points in step with the money: all of them have come back when all the money has."""
    whole = -sum(p.amount_minor for p in spent.postings if p.account == accounts.POINTS_REDEEMED)
    already = moved_by(sold, spent.entry_id, "points.returned", accounts.POINTS_REDEEMED, POINTS)
    points = whole * (already_minor + part_minor) // whole_minor - already
    money = (
        Posting(accounts.tender(accounts.POINTS_TENDER), sold.body.currency, part_minor),
        Posting(accounts.POINTS_EXPENSE, sold.body.currency, -part_minor),
    )
    if points <= 0:
        sold.post(booked(entry_id, "points.returned", spent.entry_id, money))
        return
    owner = members.resolve(sold.connection, owner_in(spent.postings))
    earning = rules.points_rules(sold.connection) or PointsRules(id="points")
    made = booking_points.return_redeemed(
        entry_id, spent.entry_id, sold.book.points(owner), earning, spent, already, points, sold.at
    )
    kept = _without_money(made.entry.postings)
    exact = booked(entry_id, "points.returned", spent.entry_id, (*kept, *money))
    sold.post(Booking(exact, made.lots))


def _without_money(postings: Iterable[Posting]) -> list[Posting]:
    return [p for p in postings if p.currency == POINTS]


def _pay_in(sold: Sold, entry_id: str, amount_minor: int) -> int:
    """Money given back to a balance that no spend took it from: paid in anew, without a bonus."""
    currency = sold.body.currency
    plain = msgspec.structs.replace(rules.booking_rules(sold.connection, currency), steps=())
    tenders = [(accounts.STORED_VALUE, amount_minor)]
    value = sold.book.value(sold.member, currency)
    sold.post(stored.top_up(entry_id, sold.sale_id, value, plain, tenders, sold.at))
    return amount_minor
