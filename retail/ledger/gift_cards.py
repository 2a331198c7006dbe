"""Gift cards: sold, reloaded, spent, given back, paid out, expired. A card belongs to its bearer.

The money stands on ``card/<id>/value``. A card may carry more than was paid for it; that part is
the shop's gift, counts as the last to be refunded, and is never paid out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, booked, received
from retail.ledger.units import after_days, check_amount, has_ended

GRACE_DAYS = 30
"""How long a card lives again when money comes back to it after its end."""


class GiftCard(Struct, frozen=True, kw_only=True):
    """What is known of a card besides its balance. `gift_minor`: value beyond what was paid, ever."""

    id: str
    currency: str
    sold_at: datetime
    expires_at: datetime | None = None
    state: Literal["active", "frozen", "closed"] = "active"
    gift_minor: int = 0


@dataclass(frozen=True, slots=True)
class CardBooking:
    """An entry to append, and the card as it is after it."""

    entry: Entry
    card: GiftCard


def card_problem(card: GiftCard, at: datetime) -> Refused | None:
    """Why a card cannot be used at a moment: ``gift_card.closed``, ``.frozen``, ``.expired``; or None."""
    if card.state != "active":
        return Refused(f"gift_card.{card.state}", card_id=card.id)
    if has_ended(card.expires_at, at):
        return Refused("gift_card.expired", card_id=card.id, expires_at=str(card.expires_at))
    return None


def _check(card: GiftCard, at: datetime) -> None:
    problem = card_problem(card, at)
    if problem:
        raise problem


def sell_card(
    entry_id: str,
    cause: str,
    card_id: str,
    currency: str,
    value_minor: int,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
    days: int | None,
) -> CardBooking:
    """A new card with a value, paid by tenders; `value_minor` may exceed them. It ends after `days`."""
    card = GiftCard(id=card_id, currency=currency, sold_at=at, expires_at=after_days(at, days))
    return _load(entry_id, "gift_card.sold", cause, card, value_minor, tenders)


def reload_card(
    entry_id: str,
    cause: str,
    card: GiftCard,
    value_minor: int,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
    days: int | None,
) -> CardBooking:
    """More value on a card that is still good; its end moves to `days` from now if that is later."""
    _check(card, at)
    ends = after_days(at, days)
    if card.expires_at is not None:
        later = None if ends is None else max(ends, card.expires_at)
        card = msgspec.structs.replace(card, expires_at=later)
    return _load(entry_id, "gift_card.reloaded", cause, card, value_minor, tenders)


def _load(
    entry_id: str,
    kind: str,
    cause: str,
    card: GiftCard,
    value_minor: int,
    tenders: Sequence[tuple[str, int]],
) -> CardBooking:
    check_amount(value_minor, "gift_card")
    inflow = received(tenders, card.currency)
    gift_minor = value_minor - sum(posting.amount_minor for posting in inflow)
    if gift_minor < 0:
        raise Refused("gift_card.paid_more_than_value", value_minor=value_minor, over_minor=-gift_minor)
    postings = (
        *inflow,
        Posting(accounts.BONUS_EXPENSE, card.currency, gift_minor),
        Posting(accounts.card_value(card.id), card.currency, -value_minor),
    )
    card = msgspec.structs.replace(card, gift_minor=card.gift_minor + gift_minor)
    return CardBooking(booked(entry_id, kind, cause, postings), card)


def spend_card(
    entry_id: str, cause: str, card: GiftCard, held_minor: int, amount_minor: int, at: datetime
) -> CardBooking:
    """Pay with a card; clears the till's tender ``gift_card``. `Refused` ``gift_card.not_enough``."""
    check_amount(amount_minor, "spend")
    _check(card, at)
    if amount_minor > held_minor:
        raise Refused("gift_card.not_enough", needed_minor=amount_minor, available_minor=held_minor)
    return CardBooking(_moved(entry_id, "gift_card.spent", cause, card, amount_minor), card)


def _moved(entry_id: str, kind: str, cause: str, card: GiftCard, amount_minor: int) -> Entry:
    postings = (
        Posting(accounts.card_value(card.id), card.currency, amount_minor),
        Posting(accounts.tender(accounts.GIFT_CARD), card.currency, -amount_minor),
    )
    return booked(entry_id, kind, cause, postings)


def return_to_card(
    entry_id: str,
    cause: str,
    card: GiftCard,
    spent: Entry,
    already_minor: int,
    amount_minor: int,
    at: datetime,
) -> CardBooking:
    """Give back a part of a spend to its card, even a frozen one; one that has ended lives `GRACE_DAYS`."""
    check_amount(amount_minor, "refund")
    account = accounts.card_value(card.id)
    spent_minor = sum(p.amount_minor for p in spent.postings if p.account == account)
    if spent.kind != "gift_card.spent" or spent_minor <= 0:
        raise InvariantBroken("gift_card.not_a_spend", entry_id=spent.entry_id)
    if already_minor + amount_minor > spent_minor:
        raise Refused("refund.exceeds", amount=amount_minor, left=spent_minor - already_minor)
    if card.expires_at is not None and has_ended(card.expires_at, at):
        card = msgspec.structs.replace(card, expires_at=at + timedelta(days=GRACE_DAYS))
    if card.state == "closed":
        card = msgspec.structs.replace(card, state="active")
    return CardBooking(_moved(entry_id, "gift_card.returned", cause, card, -amount_minor), card)


def refund_card(
    entry_id: str, cause: str, card: GiftCard, held_minor: int, tender: str, at: datetime
) -> CardBooking:
    """Pay out and close a card: what is left less the shop's gift, never below zero."""
    _check(card, at)
    check_amount(held_minor, "refund")
    gift_minor = min(held_minor, card.gift_minor)
    postings = (
        Posting(accounts.card_value(card.id), card.currency, held_minor),
        Posting(accounts.tender(tender), card.currency, gift_minor - held_minor),
        Posting(accounts.BONUS_EXPENSE, card.currency, -gift_minor),
    )
    closed = msgspec.structs.replace(card, state="closed")
    return CardBooking(booked(entry_id, "gift_card.refunded", cause, postings), closed)


def expire_card(entry_id: str, card: GiftCard, held_minor: int, at: datetime) -> CardBooking | None:
    """What is left on a card after its end is the shop's (breakage); None when there is nothing to do."""
    if held_minor <= 0 or not has_ended(card.expires_at, at):
        return None
    postings = (
        Posting(accounts.card_value(card.id), card.currency, held_minor),
        Posting(accounts.BREAKAGE, card.currency, -held_minor),
    )
    return CardBooking(booked(entry_id, "gift_card.expired", card.id, postings), card)


def freeze_card(card: GiftCard, frozen: bool) -> GiftCard:
    """A lost card stops, a found one goes on; its balance stays. `Refused` for a closed one."""
    if card.state == "closed":
        raise Refused("gift_card.closed", card_id=card.id)
    return msgspec.structs.replace(card, state="frozen" if frozen else "active")
