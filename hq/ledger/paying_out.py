"""Balances, cards, passes and memberships given back: reckoned and held when a till asks, booked when it has
paid."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from hq.ledger import benefits, members, reserving, rules
from hq.ledger.book import SqlBook
from hq.ledger.event import Sold
from retail.errors import Refused
from retail.ledger import accounts, gift_cards, memberships, passes
from retail.ledger.entry import Entry, Posting, booked
from retail.ledger.gift_cards import GiftCard
from retail.ledger.memberships import DayBalance, Membership
from retail.ledger.passes import CountPass, PassKind
from retail.ledger.reservations import Ask
from retail.ledger.units import days_of, uses_of
from retail.ledger.value_refund import balance_refund, refund_balance
from retail.ledger.value_rules import ValueRules
from retail.messages.events import Grant

What = Literal["value", "gift_card", "pass", "membership"]


class Quote(Struct, frozen=True, kw_only=True):
    """What a payout was reckoned at. `top_ups` are those it takes out: what comes in later stays."""

    what: What
    id: str
    amount_minor: int
    currency: str
    deducted_minor: int = 0
    voided_minor: int = 0
    top_ups: tuple[str, ...] = ()


def reckon(
    connection: Connection, what: What, thing_id: str, currency: str, at: datetime
) -> tuple[Quote, Ask]:
    """What would be paid out now, and what is to be held for it. `Refused` with why nothing is."""
    reckoning = {"value": _value, "gift_card": _card, "pass": _pass, "membership": _membership}[what]
    quote, ask = reckoning(SqlBook(connection), thing_id, currency, at)
    if reserving.reserved(connection, ask.purse, ask.unit):
        raise Refused("payout.in_use", what=what)
    return quote, ask


def _value(book: SqlBook, member_id: str, currency: str, at: datetime) -> tuple[Quote, Ask]:
    terms = rules.value_rules(book.connection, currency) or ValueRules(id="value", currency=currency)
    value = book.value(member_id, currency)
    refund = balance_refund(value, terms)
    quote = Quote(
        what="value",
        id=member_id,
        amount_minor=refund.paid_minor,
        currency=currency,
        deducted_minor=refund.deducted_minor,
        voided_minor=refund.voided_minor,
        top_ups=tuple(part.top_up_id for part in refund.top_ups),
    )
    return quote, Ask(accounts.stored_value(member_id), currency, value.available(at))


def _card(book: SqlBook, card_id: str, _currency: str, at: datetime) -> tuple[Quote, Ask]:
    card = benefits.find(book.connection, GiftCard, card_id)
    if card is None:
        raise Refused("gift_card.unknown")
    held_minor = book.held(accounts.card_value(card_id), card.currency)
    made = gift_cards.refund_card("quote", "quote", card, held_minor, accounts.SOLD, at)
    amount_minor = paid_minor(made.entry, card.currency)
    quote = Quote(what="gift_card", id=card_id, amount_minor=amount_minor, currency=card.currency)
    return quote, Ask(accounts.card_value(card_id), card.currency, held_minor)


def _pass(book: SqlBook, pass_id: str, _currency: str, at: datetime) -> tuple[Quote, Ask]:
    pass_ = benefits.find(book.connection, CountPass, pass_id)
    if pass_ is None:
        raise Refused("pass.unknown", id=pass_id)
    balance = members.pass_balance(book, pass_)
    problem = passes.pass_problem(pass_, balance.left, at)
    if problem:
        raise problem
    amount_minor = passes.pass_refund_minor(pass_, balance, pass_kind(book.connection, pass_))
    quote = Quote(what="pass", id=pass_id, amount_minor=amount_minor, currency=pass_.currency)
    return quote, Ask(accounts.pass_uses(pass_id), uses_of(pass_.kind), balance.left)


def _membership(book: SqlBook, membership_id: str, _currency: str, at: datetime) -> tuple[Quote, Ask]:
    item = benefits.find(book.connection, Membership, membership_id)
    if item is None:
        raise Refused("membership.unknown", id=membership_id)
    balance = day_balance(book, item)
    made = memberships.refund_membership("quote", "quote", item, balance, accounts.SOLD, at)
    amount_minor = paid_minor(made.entry, item.currency)
    quote = Quote(what="membership", id=membership_id, amount_minor=amount_minor, currency=item.currency)
    left = max(1, memberships.days_left(item, at))
    return quote, Ask(accounts.membership_days(membership_id), days_of(item.kind), left)


def paid_minor(entry: Entry, currency: str) -> int:
    """What an entry pays out through a sale."""
    place = (accounts.tender(accounts.SOLD), currency)
    return -sum(p.amount_minor for p in entry.postings if (p.account, p.currency) == place)


def day_balance(book: SqlBook, item: Membership) -> DayBalance:
    """What stands on a membership's two accounts."""
    return DayBalance(
        book.held(accounts.membership_days(item.id), days_of(item.kind)),
        book.held(accounts.membership_owed(item.id), item.currency),
    )


def pass_kind(connection: Connection, pass_: CountPass) -> PassKind:
    """A pass's kind; where it is not sold any more, one that pays the uses left."""
    kind = rules.document(connection, PassKind, pass_.kind)
    return kind or PassKind(id=pass_.kind, names={"en": pass_.kind}, uses=1, price_minor=0)


def pay(sold: Sold, entry_id: str, what: Grant, amount_minor: int) -> None:
    """A till has paid out what HQ reckoned under `what.auth_id`; a difference is the shop's, and an alarm."""
    kept = reserving.find(sold.connection, what.auth_id)
    quote = reserving.quote_of(kept, Quote) if kept else None
    if kept is None or quote is None:
        raise Refused("payout.not_reckoned", auth_id=what.auth_id)
    reserving.post(sold.connection, kept, kept.reservation.request.asks, sold.incarnation)
    booking = {"value": _pay_value, "gift_card": _pay_card, "pass": _pay_pass, "membership": _pay_membership}
    entry, after = booking[quote.what](sold, entry_id, quote, kept.at)
    over_minor = amount_minor - paid_minor(entry, quote.currency)
    if over_minor:
        sold.odd.append("payout.other_amount")
        difference = (
            Posting(accounts.UNCLAIMED, quote.currency, over_minor),
            Posting(accounts.tender(accounts.SOLD), quote.currency, -over_minor),
        )
        entry = booked(entry.entry_id, entry.kind, entry.cause, (*entry.postings, *difference))
    sold.post(entry, kept.at)
    if after is not None:
        benefits.keep(sold.connection, after, entry_id)


def _pay_value(
    sold: Sold, entry_id: str, quote: Quote, at: datetime
) -> tuple[Entry, benefits.Benefit | None]:
    owner = members.resolve(sold.connection, quote.id)
    value = sold.book.value(owner, quote.currency)
    terms = rules.booking_rules(sold.connection, quote.currency)
    refund = balance_refund(value, terms, quote.top_ups)
    made = refund_balance(entry_id, sold.sale_id, value, refund, accounts.SOLD)
    return made.entry, None


def _pay_card(sold: Sold, entry_id: str, quote: Quote, at: datetime) -> tuple[Entry, benefits.Benefit | None]:
    card = benefits.find(sold.connection, GiftCard, quote.id)
    if card is None:
        raise Refused("gift_card.unknown")
    good = msgspec.structs.replace(card, state="active")
    held_minor = sold.book.held(accounts.card_value(card.id), card.currency)
    made = gift_cards.refund_card(entry_id, sold.sale_id, good, held_minor, accounts.SOLD, at)
    return made.entry, made.card


def _pay_pass(sold: Sold, entry_id: str, quote: Quote, at: datetime) -> tuple[Entry, benefits.Benefit | None]:
    pass_ = benefits.find(sold.connection, CountPass, quote.id)
    if pass_ is None:
        raise Refused("pass.unknown", id=quote.id)
    balance = members.pass_balance(sold.book, pass_)
    kind = pass_kind(sold.connection, pass_)
    made = passes.refund_pass(entry_id, sold.sale_id, pass_, balance, kind, accounts.SOLD, at)
    return made.entry, made.pass_


def _pay_membership(
    sold: Sold, entry_id: str, quote: Quote, at: datetime
) -> tuple[Entry, benefits.Benefit | None]:
    item = benefits.find(sold.connection, Membership, quote.id)
    if item is None:
        raise Refused("membership.unknown", id=quote.id)
    balance = day_balance(sold.book, item)
    made = memberships.refund_membership(entry_id, sold.sale_id, item, balance, accounts.SOLD, at)
    return made.entry, made.membership
