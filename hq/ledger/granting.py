"""What lines sell besides goods: top-ups, gift cards, passes and memberships; balances paid out.

The sale took the money onto ``clearing/sold``; the entry made here clears it. What cannot be made of it as it
should stays the shop's to look at, with an alarm.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from hq.ledger import benefits, issuing, members, paying_out, rules, upgrading
from hq.ledger.event import Sold
from hq.ledger.moments import derived_id
from retail.errors import Refused
from retail.ledger import accounts, gift_cards, memberships, passes
from retail.ledger import value as stored
from retail.ledger.entry import Posting, booked
from retail.ledger.gift_cards import GiftCard
from retail.ledger.memberships import DayBalance, Membership, MembershipKind
from retail.ledger.passes import CountPass, PassKind
from retail.ledger.value_rules import TopUpTerms, top_up_terms
from retail.members.pushed import GiftCardKind
from retail.messages.events import Grant, SoldLine

Tenders = Sequence[tuple[str, int]]
OTHERWISE = "grant.promised_otherwise"


def grant(sold: Sold, line: SoldLine) -> None:
    """Book what a line with a grant promises; what it leaves on ``clearing/sold`` is nobody's."""
    what = line.grant
    entry_id = sold.entry_id(line.line_id)
    if what is None or sold.book.has(entry_id) or sold.book.has(_loose_id(entry_id)):
        return
    tenders = [(accounts.SOLD, line.total_minor)] if line.total_minor > 0 else []
    owner = sold.meet(what.member_id) if what.member_id else sold.member
    jobs: dict[str, Callable[[], None]] = {
        "top_up": lambda: _top_up(sold, entry_id, what, owner, tenders),
        "gift_card": lambda: _card(sold, entry_id, what, tenders),
        "gift_card_reload": lambda: _card(sold, entry_id, what, tenders),
        "pass": lambda: _pass(sold, entry_id, what, owner, tenders),
        "pass_renewal": lambda: _renew_pass(sold, entry_id, what, tenders),
        "pass_upgrade": lambda: upgrading.upgrade(sold, entry_id, what, tenders, _pass_kind(sold, what)),
        "membership": lambda: _membership(sold, entry_id, what, owner, tenders),
        "membership_renewal": lambda: _renew_membership(sold, entry_id, what, tenders),
        "membership_upgrade": lambda: upgrading.upgrade(
            sold, entry_id, what, tenders, _membership_kind(sold, what)
        ),
        "payout": lambda: paying_out.pay(sold, entry_id, what, -line.total_minor),
    }
    sold.attempt(jobs[what.kind])
    if not sold.book.has(entry_id):
        left_loose(sold, entry_id, line.total_minor)


def left_loose(sold: Sold, entry_id: str, amount_minor: int) -> None:
    """Money taken (or, below zero, paid out) for a promise that could not be booked."""
    if not amount_minor:
        return
    sold.odd.append("grant.not_booked")
    postings = (
        Posting(accounts.tender(accounts.SOLD), sold.body.currency, amount_minor),
        Posting(accounts.UNCLAIMED, sold.body.currency, -amount_minor),
    )
    loose_id = _loose_id(entry_id)
    sold.once(loose_id, lambda: sold.post(booked(loose_id, "grant.unclaimed", sold.sale_id, postings)))


def _loose_id(entry_id: str) -> str:
    return f"{entry_id[:75]}.rest"


def _check_told(sold: Sold, promised: object, now: object) -> None:
    """What the receipt said holds; that the rules as they are now say otherwise is for somebody to see."""
    if promised != now:
        sold.odd.append(OTHERWISE)


def _top_up(sold: Sold, entry_id: str, what: Grant, owner: str, tenders: Tenders) -> None:
    if not owner:
        raise Refused("top_up.without_member")
    rules_now = rules.booking_rules(sold.connection, sold.body.currency)
    paid_minor = sum(amount_minor for _, amount_minor in tenders)
    terms = top_up_terms(rules_now, paid_minor)
    if what.promised is not None:
        told = TopUpTerms(max(0, what.promised.bonus_minor), what.promised.coupons)
        _check_told(sold, told, terms)
        terms = told
    value = sold.book.value(owner, sold.body.currency)
    sold.post(stored.top_up(entry_id, sold.sale_id, value, rules_now, tenders, sold.at, terms))
    for number, kind in enumerate(terms.coupons):
        try:
            issuing.issue(
                sold.connection, kind, derived_id(entry_id, f"c{number}"), owner, sold.at, "top_up", entry_id
            )
        except Refused as refusal:
            sold.odd.append(refusal.code)


def _card(sold: Sold, entry_id: str, what: Grant, tenders: Tenders) -> None:
    kind = rules.document(sold.connection, GiftCardKind, what.of) if what.of else None
    paid_minor = sum(amount_minor for _, amount_minor in tenders)
    value_minor, days = (kind.value_minor, kind.days) if kind else (paid_minor, None)
    if what.promised is not None:
        told = (what.promised.value_minor, what.promised.days)
        _check_told(sold, told, (value_minor, days))
        value_minor, days = told
    value_minor = max(paid_minor, value_minor)
    card = benefits.find(sold.connection, GiftCard, what.id)
    if card is None:
        made = gift_cards.sell_card(
            entry_id, sold.sale_id, what.id, sold.body.currency, value_minor, tenders, sold.at, days
        )
    else:
        if what.kind == "gift_card":
            sold.odd.append("gift_card.sold_twice")
        if gift_cards.card_problem(card, sold.at):
            # Money was paid for it: it is good again, and lives on if it had ended.
            sold.odd.append("gift_card.not_good")
            grace = sold.at + timedelta(days=gift_cards.GRACE_DAYS)
            ends = None if card.expires_at is None else max(card.expires_at, grace)
            card = msgspec.structs.replace(card, state="active", expires_at=ends)
        before = card.expires_at
        made = gift_cards.reload_card(entry_id, sold.sale_id, card, value_minor, tenders, sold.at, days)
        if kind is None and what.promised is None:
            made = gift_cards.CardBooking(made.entry, msgspec.structs.replace(made.card, expires_at=before))
    sold.post(made.entry)
    benefits.keep(sold.connection, made.card, entry_id)


def _pass_kind(sold: Sold, what: Grant) -> PassKind:
    kind = rules.document(sold.connection, PassKind, what.of)
    promised = what.promised
    if promised is None:
        if kind is None:
            raise Refused("pass.unknown_kind", kind=what.of)
        return kind
    base = kind or PassKind(id=what.of, names={}, uses=0, price_minor=0, currency=sold.body.currency)
    told = msgspec.structs.replace(base, uses=promised.uses, covers=promised.covers, days=promised.days)
    _check_told(sold, told, kind)
    return told


def _of_pass(sold: Sold, pass_id: str) -> tuple[CountPass, passes.PassBalance]:
    found = benefits.find(sold.connection, CountPass, pass_id)
    if found is None:
        raise Refused("pass.unknown", id=pass_id)
    return found, members.pass_balance(sold.book, found)


def _pass(sold: Sold, entry_id: str, what: Grant, owner: str, tenders: Tenders) -> None:
    kind = _pass_kind(sold, what)
    if benefits.find(sold.connection, CountPass, what.id) is not None:
        raise Refused("pass.sold_twice", id=what.id)
    made = passes.buy_pass(entry_id, sold.sale_id, what.id, kind, owner, tenders, sold.at)
    sold.post(made.entry)
    benefits.keep(sold.connection, made.pass_, entry_id)


def _renew_pass(sold: Sold, entry_id: str, what: Grant, tenders: Tenders) -> None:
    pass_, balance = _of_pass(sold, what.id)
    kind = _pass_kind(sold, what)
    made = passes.renew_pass(entry_id, sold.sale_id, pass_, balance, kind, tenders, sold.at)
    sold.post(made.entry)
    benefits.keep(sold.connection, made.pass_, entry_id)


def _membership_kind(sold: Sold, what: Grant) -> MembershipKind:
    kind = rules.document(sold.connection, MembershipKind, what.of)
    days = what.promised.days if what.promised else None
    if days is None:
        if kind is None:
            raise Refused("membership.unknown_kind", kind=what.of)
        return kind
    base = kind or MembershipKind(id=what.of, names={}, days=days, price_minor=0, currency=sold.body.currency)
    told = msgspec.structs.replace(base, days=days)
    _check_told(sold, told, kind)
    return told


def _of_membership(sold: Sold, membership_id: str) -> tuple[Membership, DayBalance]:
    found = benefits.find(sold.connection, Membership, membership_id)
    if found is None:
        raise Refused("membership.unknown", id=membership_id)
    return found, paying_out.day_balance(sold.book, found)


def _membership(sold: Sold, entry_id: str, what: Grant, owner: str, tenders: Tenders) -> None:
    kind = _membership_kind(sold, what)
    if benefits.find(sold.connection, Membership, what.id) is not None:
        raise Refused("membership.sold_twice", id=what.id)
    made = memberships.buy_membership(entry_id, sold.sale_id, what.id, kind, owner, tenders, sold.at)
    sold.post(made.entry)
    benefits.keep(sold.connection, made.membership, entry_id)


def _renew_membership(sold: Sold, entry_id: str, what: Grant, tenders: Tenders) -> None:
    item, balance = _of_membership(sold, what.id)
    kind = _membership_kind(sold, what)
    made = memberships.renew(entry_id, sold.sale_id, item, balance, kind, tenders, sold.at)
    sold.post(made.entry)
    benefits.keep(sold.connection, made.membership, entry_id)
