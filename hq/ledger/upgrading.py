"""Passes and memberships exchanged for a dearer kind (升级): reckoned when a till asks, booked when it sold.

What is left of the old one pays for the new, the customer pays the difference. The old one is held meanwhile,
so that nothing of it is used twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from hq.ledger import benefits, members, paying_out, reserving, rules
from hq.ledger.book import SqlBook
from hq.ledger.event import Sold
from retail.errors import Refused
from retail.ledger import accounts, memberships, passes
from retail.ledger.memberships import Membership, MembershipKind
from retail.ledger.passes import CountPass, PassKind
from retail.ledger.reservations import Ask
from retail.ledger.units import days_of, uses_of
from retail.messages.asking import UpgradeAsked
from retail.messages.events import Grant

What = Literal["pass_upgrade", "membership_upgrade"]
Tenders = Sequence[tuple[str, int]]
Kind = PassKind | MembershipKind


class Quote(Struct, frozen=True, kw_only=True):
    """What an upgrade was reckoned at: `amount_minor` is the difference."""

    what: What
    id: str
    to_kind: str
    amount_minor: int
    credit_minor: int
    currency: str


def reckon(book: SqlBook, asked: UpgradeAsked, at: datetime) -> tuple[Quote, Ask]:
    """What an upgrade would cost now, and what is to be held for it.

    `Refused` with why it is none, ``.same_kind`` or ``.not_an_upgrade`` for instance.
    """
    credit_minor, ask, old = (_pass_left if asked.what == "pass" else _days_left)(book, asked.id, at)
    kind = _kind(book.connection, asked.what, asked.to_kind)
    if kind.id == old.kind:
        raise Refused(f"{asked.what}.same_kind", id=asked.id)
    if kind.currency != old.currency:
        raise Refused("value.other_currency", currency=old.currency)
    if kind.price_minor <= credit_minor:
        price_minor = kind.price_minor
        raise Refused(f"{asked.what}.not_an_upgrade", price_minor=price_minor, credit_minor=credit_minor)
    if reserving.reserved(book.connection, ask.purse, ask.unit):
        raise Refused(f"{asked.what}.in_use", id=asked.id)
    made = Quote(
        what="pass_upgrade" if asked.what == "pass" else "membership_upgrade",
        id=asked.id,
        to_kind=kind.id,
        amount_minor=kind.price_minor - credit_minor,
        credit_minor=credit_minor,
        currency=kind.currency,
    )
    return made, ask


def _kind(connection: Connection, what: str, kind_id: str) -> Kind:
    kind: Kind | None
    if what == "pass":
        kind = rules.document(connection, PassKind, kind_id)
    else:
        kind = rules.document(connection, MembershipKind, kind_id)
    if kind is None:
        raise Refused(f"{what}.unknown_kind", kind=kind_id)
    return kind


def _pass_left(book: SqlBook, pass_id: str, at: datetime) -> tuple[int, Ask, CountPass]:
    pass_ = _pass(book.connection, pass_id)
    balance = members.pass_balance(book, pass_)
    problem = passes.pass_problem(pass_, balance.left, at)
    if problem:
        raise problem
    return balance.owed_minor, Ask(accounts.pass_uses(pass_id), uses_of(pass_.kind), balance.left), pass_


def _days_left(book: SqlBook, membership_id: str, at: datetime) -> tuple[int, Ask, Membership]:
    item = _membership(book.connection, membership_id)
    problem = memberships.membership_problem(item, at)
    if problem:
        raise problem
    credit_minor = memberships.upgrade_credit_minor(item, paying_out.day_balance(book, item), at)
    left = max(1, memberships.days_left(item, at))
    return credit_minor, Ask(accounts.membership_days(membership_id), days_of(item.kind), left), item


def _pass(connection: Connection, pass_id: str) -> CountPass:
    found = benefits.find(connection, CountPass, pass_id)
    if found is None:
        raise Refused("pass.unknown", id=pass_id)
    return found


def _membership(connection: Connection, membership_id: str) -> Membership:
    found = benefits.find(connection, Membership, membership_id)
    if found is None:
        raise Refused("membership.unknown", id=membership_id)
    return found


def upgrade(sold: Sold, entry_id: str, what: Grant, tenders: Tenders, kind: Kind) -> None:
    """A till has sold it, as HQ reckoned it under `what.auth_id` and as of then; `kind` is what the receipt
    promised. The difference was paid: what has changed since all the same makes it no less paid, and is an
    alarm."""
    kept = reserving.find(sold.connection, what.auth_id) if what.auth_id else None
    quoted = reserving.quote_of(kept, Quote) if kept else None
    at, expected_minor = sold.at, None
    if kept is None or quoted is None:
        sold.odd += ["spend.not_reserved"] if what.auth_id else []
    else:
        expected_minor = quoted.credit_minor
        try:
            reserving.post(sold.connection, kept, kept.reservation.request.asks, sold.incarnation)
            at = kept.at
        except Refused as refusal:
            sold.odd.append(refusal.code)
    if isinstance(kind, PassKind):
        credit_minor = _upgrade_pass(sold, entry_id, what, tenders, at, kind)
    else:
        credit_minor = _upgrade_membership(sold, entry_id, what, tenders, at, kind)
    if expected_minor not in (None, credit_minor):
        sold.odd.append("upgrade.other_credit")


def _upgrade_pass(
    sold: Sold, entry_id: str, what: Grant, tenders: Tenders, at: datetime, kind: PassKind
) -> int:
    pass_ = _pass(sold.connection, what.replaces)
    balance = members.pass_balance(sold.book, pass_)
    paid = msgspec.structs.replace(kind, price_minor=_paid_minor(tenders) + balance.owed_minor)
    made, old = passes.upgrade_pass(entry_id, sold.sale_id, pass_, balance, paid, what.id, tenders, at)
    sold.post(made.entry, at)
    benefits.keep(sold.connection, old, entry_id)
    benefits.keep(sold.connection, made.pass_, entry_id)
    return balance.owed_minor


def _upgrade_membership(
    sold: Sold, entry_id: str, what: Grant, tenders: Tenders, at: datetime, kind: MembershipKind
) -> int:
    item = _membership(sold.connection, what.replaces)
    balance = paying_out.day_balance(sold.book, item)
    credit_minor = memberships.upgrade_credit_minor(item, balance, at)
    paid = msgspec.structs.replace(kind, price_minor=_paid_minor(tenders) + credit_minor)
    made, old = memberships.upgrade(entry_id, sold.sale_id, item, balance, paid, what.id, tenders, at)
    sold.post(made.entry, at)
    benefits.keep(sold.connection, old, entry_id)
    benefits.keep(sold.connection, made.membership, entry_id)
    return credit_minor


def _paid_minor(tenders: Tenders) -> int:
    return sum(amount_minor for _, amount_minor in tenders)
