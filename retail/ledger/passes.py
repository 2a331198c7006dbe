"""Count passes (次卡): bought, used, given back, renewed, upgraded, expired.

The uses stand on ``pass/<id>/uses`` in a unit of their kind, the money not yet earned on
``owed/pass/<id>``. A use is given back by reversing its entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from retail.catalogue import Document, Names
from retail.errors import Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, booked
from retail.ledger.prepaid import Prepaid, State, check_difference, state_problem, upgrade_postings
from retail.ledger.units import after_days, check_amount, has_ended, uses_of


class PassKind(Document, frozen=True, kw_only=True, tag="pass_kind"):
    """A pass on sale. `covers`: products it pays for; empty is all. `days`: None is without end.

    `refund`: what a pass given back pays. ``share``: the money of the uses left. ``single``: what
    was paid less each use at `single_price_minor`, but never more than that share.
    """

    names: Names
    uses: int
    price_minor: int
    currency: str = "CNY"
    days: int | None = None
    covers: tuple[str, ...] = ()
    refund: Literal["share", "single"] = "share"
    single_price_minor: int = 0


class CountPass(Struct, frozen=True, kw_only=True):
    """A member's pass; `owner` is a member id. `used` and `paid_minor` count from its first day on."""

    id: str
    kind: str
    owner: str
    currency: str
    starts_at: datetime
    ends_at: datetime | None = None
    state: State = "active"
    covers: tuple[str, ...] = ()
    paid_minor: int = 0
    granted: int = 0


@dataclass(frozen=True, slots=True)
class PassBooking:
    """An entry to append, and the pass as it is after it."""

    entry: Entry
    pass_: CountPass


@dataclass(frozen=True, slots=True)
class PassBalance:
    """What stands on a pass's two accounts."""

    left: int
    owed_minor: int


NOTHING = PassBalance(0, 0)


def prepaid(pass_: CountPass, balance: PassBalance) -> Prepaid:
    """The pass as accounts."""
    return Prepaid(
        accounts.pass_uses(pass_.id),
        accounts.pass_owed(pass_.id),
        uses_of(pass_.kind),
        pass_.currency,
        accounts.PASS_INCOME,
        balance.left,
        balance.owed_minor,
    )


def pass_problem(
    pass_: CountPass, left: int, at: datetime, uses: int = 1, product_id: str = ""
) -> Refused | None:
    """Why a pass is not good for so many uses: ``pass.closed``, ``.frozen``, ``.not_started``,
    ``.expired``, ``.not_covered``, ``.used_up``, ``.not_enough``; None when it is."""
    problem = state_problem("pass", pass_.id, pass_.state, pass_.starts_at, pass_.ends_at, at)
    if problem:
        return problem
    if product_id and pass_.covers and product_id not in pass_.covers:
        return Refused("pass.not_covered", id=pass_.id, product_id=product_id)
    if left <= 0:
        return Refused("pass.used_up", id=pass_.id)
    return Refused("pass.not_enough", id=pass_.id, needed=uses, left=left) if uses > left else None


def buy_pass(
    entry_id: str,
    cause: str,
    pass_id: str,
    kind: PassKind,
    owner: str,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
) -> PassBooking:
    """A new pass, valid from now on."""
    new = _new(pass_id, kind, owner, at)
    postings = prepaid(new, NOTHING).bought(kind.uses, accounts.USES_SOLD, tenders)
    paid_minor = sum(amount_minor for _, amount_minor in tenders)
    pass_ = msgspec.structs.replace(new, paid_minor=paid_minor)
    return PassBooking(booked(entry_id, "pass.bought", cause, postings), pass_)


def _new(pass_id: str, kind: PassKind, owner: str, at: datetime) -> CountPass:
    return CountPass(
        id=pass_id,
        kind=kind.id,
        owner=owner,
        currency=kind.currency,
        starts_at=at,
        ends_at=after_days(at, kind.days),
        covers=kind.covers,
        granted=kind.uses,
    )


def use_pass(
    entry_id: str,
    cause: str,
    pass_: CountPass,
    balance: PassBalance,
    uses: int,
    at: datetime,
    product_id: str = "",
) -> PassBooking:
    """Count uses down; `Refused` with the code of `pass_problem`."""
    check_amount(uses, "uses")
    problem = pass_problem(pass_, balance.left, at, uses, product_id)
    if problem:
        raise problem
    postings = prepaid(pass_, balance).used(uses, accounts.USES_USED)
    return PassBooking(booked(entry_id, "pass.used", cause, postings), pass_)


def renew_pass(
    entry_id: str,
    cause: str,
    pass_: CountPass,
    balance: PassBalance,
    kind: PassKind,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
) -> PassBooking:
    """More uses of the same kind. The end moves on from the old end, or from now if it has passed.

    What was left on a pass that has ended is expired in the same entry: renewing does not revive it.
    """
    if pass_.kind != kind.id:
        raise Refused("pass.other_kind", id=pass_.id, kind=pass_.kind, asked=kind.id)
    if pass_.state != "active":
        raise Refused(f"pass.{pass_.state}", id=pass_.id)
    ended = has_ended(pass_.ends_at, at)
    old = prepaid(pass_, balance)
    lapsed = old.closed(accounts.USES_EXPIRED, accounts.BREAKAGE, old.owed_minor, old.income) if ended else ()
    base = at if ended or pass_.ends_at is None else pass_.ends_at
    postings = (*lapsed, *old.bought(kind.uses, accounts.USES_SOLD, tenders))
    pass_ = msgspec.structs.replace(
        pass_,
        ends_at=None if pass_.ends_at is None else after_days(base, kind.days),
        paid_minor=pass_.paid_minor + sum(amount_minor for _, amount_minor in tenders),
        granted=pass_.granted + kind.uses,
    )
    return PassBooking(booked(entry_id, "pass.renewed", cause, postings), pass_)


def upgrade_pass(
    entry_id: str,
    cause: str,
    pass_: CountPass,
    balance: PassBalance,
    kind: PassKind,
    new_id: str,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
) -> tuple[PassBooking, CountPass]:
    """Exchange a pass for a dearer kind: the money of the uses left counts towards its price.

    Answers with the new pass's booking and the old pass, closed. `Refused` ``pass.not_an_upgrade``,
    ``pass.wrong_amount``, or the code of `pass_problem`.
    """
    problem = pass_problem(pass_, balance.left, at)
    if problem:
        raise problem
    check_difference("pass", kind.price_minor, balance.owed_minor, tenders)
    new = msgspec.structs.replace(_new(new_id, kind, pass_.owner, at), paid_minor=kind.price_minor)
    postings = upgrade_postings(
        prepaid(pass_, balance),
        prepaid(new, NOTHING),
        kind.uses,
        accounts.USES_EXCHANGED,
        accounts.USES_SOLD,
        tenders,
    )
    entry = booked(entry_id, "pass.upgraded", cause, postings)
    return PassBooking(entry, new), msgspec.structs.replace(pass_, state="closed")


def pass_refund_minor(pass_: CountPass, balance: PassBalance, kind: PassKind) -> int:
    """What giving a pass back would pay, by its kind's rule."""
    if kind.refund == "share":
        return balance.owed_minor
    used = pass_.granted - balance.left
    return max(0, min(balance.owed_minor, pass_.paid_minor - used * kind.single_price_minor))


def refund_pass(
    entry_id: str,
    cause: str,
    pass_: CountPass,
    balance: PassBalance,
    kind: PassKind,
    tender: str,
    at: datetime,
) -> PassBooking:
    """Give a pass back: its uses go, its money is paid by the kind's rule, the rest is earned."""
    problem = pass_problem(pass_, balance.left, at)
    if problem:
        raise problem
    paid_minor = pass_refund_minor(pass_, balance, kind)
    postings = prepaid(pass_, balance).closed(
        accounts.USES_RETURNED, accounts.tender(tender), paid_minor, accounts.PASS_INCOME
    )
    closed = msgspec.structs.replace(pass_, state="closed")
    return PassBooking(booked(entry_id, "pass.refunded", cause, postings), closed)


def expire_pass(entry_id: str, pass_: CountPass, balance: PassBalance, at: datetime) -> PassBooking | None:
    """Take away what is left after the end, its money as breakage; None when there is nothing to do."""
    if balance.left <= 0 or not has_ended(pass_.ends_at, at):
        return None
    old = prepaid(pass_, balance)
    postings = old.closed(accounts.USES_EXPIRED, accounts.BREAKAGE, old.owed_minor, old.income)
    return PassBooking(booked(entry_id, "pass.expired", pass_.id, postings), pass_)
