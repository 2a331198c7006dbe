"""What tills ask about members' money: reserve it, give it up, reckon a payout.

Decided in the transaction that reads the balances, so of two tills that ask for the last yuan one is told no.
Every question may be repeated; a refusal is remembered under its id, so that a late double is not granted
behind the till's back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Connection

from hq.journal import Sender
from hq.ledger import benefits, members, paying_out, reserving, rules, upgrading
from hq.ledger.book import SqlBook, touch
from hq.ledger.moments import moment
from hq.ledger.reserving import Kept
from retail.errors import ContractError, Refused
from retail.ledger import accounts, gift_cards
from retail.ledger.earning import money_off_minor
from retail.ledger.gift_cards import GiftCard
from retail.ledger.reservations import Ask, SpendRequest
from retail.ledger.units import POINTS
from retail.members.coupons import Coupon, release
from retail.messages import PaymentNews
from retail.messages.asking import (
    PayoutAsked,
    PayoutQuoted,
    SpendAsked,
    SpendNamed,
    UpgradeAsked,
    UpgradeQuoted,
)

GRANTED, ENDED = 1, 2
"""Revisions of the news of a reservation: granted or declined, then given up."""


def authorise(connection: Connection, sender: Sender, asked: SpendAsked, now_ms: int) -> PaymentNews:
    """``spend.authorise``: ``paid`` (reserved) or ``declined`` with why."""
    known = reserving.find(connection, asked.auth_id)
    if known is not None and known.reservation.state != "cancelled":
        return _again(connection, known, sender, asked, moment(now_ms))
    jti = asked.card_jti
    if jti and reserving.opened_by_card(connection, jti, sender.appliance, asked.sale_id):
        jti = ""
    request = SpendRequest(asked.auth_id, sender.appliance, asked.incarnation, (), card_jti=jti)
    at = moment(now_ms)
    try:
        remembered(known)
        ask, available = _spendable(connection, asked, at)
        request = _with(request, ask)
        kept = reserving.authorise(
            connection,
            request,
            {(ask.purse, ask.unit): available},
            at,
            asked.amount_minor,
            asked.currency,
            sale_id=asked.sale_id,
        )
    except Refused as refusal:
        reserving.decline(connection, request, refusal, at)
        return _declined(asked, refusal)
    tell_holders(connection, kept)
    return _granted(connection, kept, at)


def _again(
    connection: Connection, known: Kept, sender: Sender, asked: SpendAsked, at: datetime
) -> PaymentNews:
    """What was granted stays granted, whatever has changed since."""
    mine = (known.reservation.request.appliance, known.amount_minor, known.currency)
    if mine != (sender.appliance, asked.amount_minor, asked.currency):
        raise ContractError("authorisation.other_request", path="$.auth_id", auth_id=asked.auth_id)
    return _granted(connection, known, at)


def _granted(connection: Connection, kept: Kept, at: datetime) -> PaymentNews:
    """The news of what was granted, with what is left to spend beside it: ``balance_minor``, of points
    ``balance``."""
    (ask,) = kept.reservation.request.asks
    what, owner, _ = ask.purse.split("/")
    book = SqlBook(connection)
    if what == "card":
        held = book.held(ask.purse, ask.unit)
    elif ask.unit == POINTS:
        held = book.points(owner).available(at)
    else:
        held = book.value(owner, ask.unit).available(at)
    left = max(0, held - reserving.reserved(connection, ask.purse, ask.unit))
    name = "balance" if ask.unit == POINTS else "balance_minor"
    return msgspec.structs.replace(_news(kept), params={name: left})


def _with(request: SpendRequest, ask: Ask) -> SpendRequest:
    return SpendRequest(
        request.auth_id, request.appliance, request.incarnation, (ask,), card_jti=request.card_jti
    )


def remembered(known: Kept | None) -> None:
    """The refusal that this question got before, again."""
    if known is not None and known.reason:
        raise Refused(known.reason, **(known.params or {}))


def _spendable(connection: Connection, asked: SpendAsked, at: datetime) -> tuple[Ask, int]:
    """What is to be reserved, and how much of it there is."""
    book = SqlBook(connection)
    if asked.money == accounts.GIFT_CARD:
        card = benefits.find(connection, GiftCard, asked.account)
        if card is None:
            raise Refused("gift_card.unknown")
        problem = gift_cards.card_problem(card, at)
        if problem:
            # A card's id is its keyed hash, which the till knows and nobody else needs to.
            raise Refused(problem.code)
        if card.currency != asked.currency:
            raise Refused("value.other_currency", currency=card.currency)
        held_minor = book.held(accounts.card_value(card.id), card.currency)
        return Ask(accounts.card_value(card.id), card.currency, asked.units), held_minor
    member = spender(connection, asked.account, at)
    if asked.money == accounts.STORED_VALUE:
        available = book.value(member, asked.currency).available(at)
        return Ask(accounts.stored_value(member), asked.currency, asked.units), available
    _check_worth(connection, asked)
    return Ask(accounts.points(member), POINTS, asked.units), book.points(member).available(at)


def _check_worth(connection: Connection, asked: SpendAsked) -> None:
    """Points pay what the shop's rules say, and not what a till with older rules believes."""
    terms = rules.points_rules(connection)
    if terms is None:
        raise Refused("points.not_offered")
    worth_minor = money_off_minor(terms, asked.units)
    if worth_minor != asked.amount_minor:
        raise Refused("points.other_worth", worth_minor=worth_minor, amount_minor=asked.amount_minor)


def spender(connection: Connection, member_id: str, at: datetime) -> str:
    """The member who answers to an id; `Refused` ``member.frozen``."""
    member = members.meet(connection, member_id, at)
    if members.is_frozen(connection, member):
        raise Refused("member.frozen", member_id=member)
    return member


def cancel(connection: Connection, sender: Sender, asked: SpendNamed, now_ms: int) -> PaymentNews:
    """``spend.cancel``: ``cancelled``, or ``paid`` when a sale stands on it. Coupons are free again."""
    known = reserving.find(connection, asked.auth_id)
    if known is not None and known.reservation.state == "posted":
        return _news(known)
    kept = reserving.cancel(connection, asked.auth_id, sender.appliance, asked.incarnation, moment(now_ms))
    release_held(connection, kept)
    return _news(kept)


def release_held(connection: Connection, kept: Kept) -> None:
    """After a reservation has ended without a sale: its coupon is good again, its members are told. A public
    coupon that nobody owns was made for this basket only and is void."""
    for ask in kept.reservation.request.asks:
        what, _, rest = ask.purse.partition("/")
        coupon = benefits.find(connection, Coupon, rest) if what == "coupon" else None
        if coupon is not None and coupon.held_by == kept.auth_id and coupon.state == "reserved":
            free = release(coupon, kept.auth_id)
            nobodys = not free.member_id and free.cause == "code"
            benefits.keep(connection, msgspec.structs.replace(free, state="void") if nobodys else free)
    tell_holders(connection, kept)


def write_off(connection: Connection, auth_id: str) -> None:
    """A person decides that a till will never say what became of a reservation; what it held is free."""
    release_held(connection, reserving.write_off(connection, auth_id))


def tell_holders(connection: Connection, kept: Kept) -> None:
    """What can be spent has changed: whoever holds these purses is told of anew."""
    for ask in kept.reservation.request.asks:
        what, _, rest = ask.purse.partition("/")
        if what == "member":
            touch(connection, rest.partition("/")[0])
        elif what == "pass":
            benefits.tell_owner(connection, "pass", rest.partition("/")[0])


def quote(connection: Connection, sender: Sender, asked: PayoutAsked, now_ms: int) -> PayoutQuoted:
    """``payout.quote``: what would be paid out; all of it is held until the till pays or gives it up."""

    def reckon(at: datetime) -> tuple[paying_out.Quote, Ask]:
        thing = spender(connection, asked.id, at) if asked.what == "value" else asked.id
        if asked.member_id:
            check_owner(connection, asked.what, asked.id, asked.member_id)
        return paying_out.reckon(connection, asked.what, thing, members.currency_of(connection), at)

    made = quoted_once(connection, sender, asked, paying_out.Quote, reckon, now_ms)
    return PayoutQuoted(
        auth_id=asked.auth_id,
        amount_minor=made.amount_minor,
        currency=made.currency,
        deducted_minor=made.deducted_minor,
        voided_minor=made.voided_minor,
    )


def quote_upgrade(connection: Connection, sender: Sender, asked: UpgradeAsked, now_ms: int) -> UpgradeQuoted:
    """``upgrade.quote``: what is still to be paid; the old one is held until then."""

    def reckon(at: datetime) -> tuple[upgrading.Quote, Ask]:
        spender(connection, asked.member_id, at)
        check_owner(connection, asked.what, asked.id, asked.member_id)
        return upgrading.reckon(SqlBook(connection), asked, at)

    made = quoted_once(connection, sender, asked, upgrading.Quote, reckon, now_ms)
    return UpgradeQuoted(
        auth_id=asked.auth_id,
        amount_minor=made.amount_minor,
        credit_minor=made.credit_minor,
        currency=made.currency,
    )


class Quoted(Protocol):
    """What is quoted has an amount."""

    @property
    def amount_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...


Q = TypeVar("Q", bound=Quoted)


def quoted_once(
    connection: Connection,
    sender: Sender,
    asked: PayoutAsked | UpgradeAsked,
    kind: type[Q],
    reckon: Callable[[datetime], tuple[Q, Ask]],
    now_ms: int,
) -> Q:
    """What HQ reckons for a till, once per `auth_id`, and holds until a sale uses it or it is given up."""
    at = moment(now_ms)
    known = reserving.find(connection, asked.auth_id)
    remembered(known)
    again = reserving.quote_of(known, kind) if known and known.reservation.state == "open" else None
    if again is not None:
        return again
    request = SpendRequest(asked.auth_id, sender.appliance, asked.incarnation, ())
    try:
        if known is not None:
            raise Refused(f"authorisation.{known.reservation.state}", auth_id=asked.auth_id)
        made, ask = reckon(at)
        kept = reserving.authorise(
            connection,
            _with(request, ask),
            {(ask.purse, ask.unit): ask.amount},
            at,
            made.amount_minor,
            made.currency,
            msgspec.json.encode(made).decode(),
        )
    except Refused as refusal:
        reserving.decline(connection, request, refusal, at)
        raise
    tell_holders(connection, kept)
    return made


def check_owner(connection: Connection, what: str, thing_id: str, member_id: str) -> None:
    """`Refused` ``pass.of_another``, ``membership.of_another``."""
    owner = benefits.owner_id(connection, what, thing_id) if what in ("pass", "membership") else None
    if owner is not None and owner != members.resolve(connection, member_id):
        raise Refused(f"{what}.of_another", id=thing_id)


def _news(kept: Kept) -> PaymentNews:
    is_held = kept.reservation.state in ("open", "posted")
    return PaymentNews(
        attempt_id=kept.auth_id,
        state="paid" if is_held else "cancelled",
        revision=GRANTED if is_held else ENDED,
        amount_minor=kept.amount_minor,
        currency=kept.currency,
    )


def _declined(asked: SpendAsked, refusal: Refused) -> PaymentNews:
    was_cancelled = refusal.code == "authorisation.cancelled"
    params = {
        key: value if isinstance(value, int) else str(value)
        for key, value in refusal.params.items()
        if value is not None
    }
    return PaymentNews(
        attempt_id=asked.auth_id,
        state="cancelled" if was_cancelled else "declined",
        revision=ENDED if was_cancelled else GRANTED,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        reason=refusal.code,
        params=params,
    )
