"""Time memberships (期限卡): bought, renewed, frozen and thawed, upgraded, given back.

Days stand on ``membership/<id>/days``; `settle` moves those that have run, and their money, and
runs before every change. A day is 24 hours from the start; a day begun is a day run, unless the
membership stands still. While it is frozen no time passes for it; a gap between an end and a
renewal counts as such a rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from retail.catalogue import Document, Names
from retail.errors import Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, booked
from retail.ledger.prepaid import Prepaid, State, check_difference, state_problem, upgrade_postings
from retail.ledger.units import DAY, days_of


class MembershipKind(Document, frozen=True, kw_only=True, tag="membership_kind"):
    """A membership on sale. `freezes_max` and `frozen_days_max` bound how often and how long it rests."""

    names: Names
    days: int
    price_minor: int
    currency: str = "CNY"
    freezes_max: int = 1
    frozen_days_max: int = 90


class Membership(Struct, frozen=True, kw_only=True):
    """A member's membership. ``ends_at - starts_at - rested`` is always the days granted."""

    id: str
    kind: str
    owner: str
    currency: str
    starts_at: datetime
    ends_at: datetime
    state: State = "active"
    frozen_at: datetime | None = None
    freezes: int = 0
    rested: timedelta = timedelta(0)
    frozen: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class DayBalance:
    """What stands on a membership's two accounts."""

    left: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class MembershipBooking:
    """An entry to append, and the membership as it is after it."""

    entry: Entry
    membership: Membership


NOTHING = DayBalance(0, 0)


def membership_problem(membership: Membership, at: datetime) -> Refused | None:
    """Why it does not hold at a moment: ``membership.closed``, ``.frozen``, ``.not_started``,
    ``.expired``; None when it does."""
    m = membership
    return state_problem("membership", m.id, m.state, m.starts_at, m.ends_at, at)


def days_run(membership: Membership, at: datetime) -> int:
    """Days begun up to a moment, at most the days granted."""
    m = membership
    until = min(at, m.frozen_at or at, m.ends_at)
    return max(0, -((m.starts_at + m.rested - until) // DAY))


def days_left(membership: Membership, at: datetime) -> int:
    """Days not begun at a moment."""
    m = membership
    return (m.ends_at - m.starts_at - m.rested) // DAY - days_run(m, at)


def prepaid(membership: Membership, balance: DayBalance) -> Prepaid:
    """The membership as accounts."""
    return Prepaid(
        accounts.membership_days(membership.id),
        accounts.membership_owed(membership.id),
        days_of(membership.kind),
        membership.currency,
        accounts.MEMBERSHIP_INCOME,
        balance.left,
        balance.owed_minor,
    )


def _settled(
    membership: Membership, balance: DayBalance, at: datetime
) -> tuple[tuple[Posting, ...], Prepaid]:
    old = prepaid(membership, balance)
    units = balance.left - days_left(membership, at)
    if units <= 0:
        return (), old
    left = DayBalance(balance.left - units, balance.owed_minor - old.share_minor(units))
    return old.used(units, accounts.DAYS_RUN), prepaid(membership, left)


def settle(entry_id: str, membership: Membership, balance: DayBalance, at: datetime) -> Entry | None:
    """Book the days that have run and earn their money; None when none has since the last time."""
    postings, _ = _settled(membership, balance, at)
    return booked(entry_id, "membership.run", membership.id, postings) if postings else None


def buy_membership(
    entry_id: str,
    cause: str,
    membership_id: str,
    kind: MembershipKind,
    owner: str,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
) -> MembershipBooking:
    """A new membership from a moment on, which may lie ahead."""
    new = _new(membership_id, kind, owner, at)
    postings = prepaid(new, NOTHING).bought(kind.days, accounts.DAYS_SOLD, tenders)
    return MembershipBooking(booked(entry_id, "membership.bought", cause, postings), new)


def _new(membership_id: str, kind: MembershipKind, owner: str, at: datetime) -> Membership:
    return Membership(
        id=membership_id,
        kind=kind.id,
        owner=owner,
        currency=kind.currency,
        starts_at=at,
        ends_at=at + kind.days * DAY,
    )


def renew(
    entry_id: str,
    cause: str,
    membership: Membership,
    balance: DayBalance,
    kind: MembershipKind,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
) -> MembershipBooking:
    """More days of the same kind: from the end on, or from now if that has passed. Frozen: thaw first."""
    m = membership
    if m.kind != kind.id:
        raise Refused("membership.other_kind", id=m.id, kind=m.kind, asked=kind.id)
    if m.state != "active":
        raise Refused(f"membership.{m.state}", id=m.id)
    run, now = _settled(m, balance, at)
    gap = max(timedelta(0), at - m.ends_at)
    postings = (*run, *now.bought(kind.days, accounts.DAYS_SOLD, tenders))
    renewed = msgspec.structs.replace(m, ends_at=m.ends_at + gap + kind.days * DAY, rested=m.rested + gap)
    return MembershipBooking(booked(entry_id, "membership.renewed", cause, postings), renewed)


def freeze(membership: Membership, kind: MembershipKind, at: datetime) -> Membership:
    """Stop the time of a valid membership; `Refused` ``membership.freezes_used_up`` or why not valid."""
    problem = membership_problem(membership, at)
    if problem:
        raise problem
    if membership.freezes >= kind.freezes_max:
        raise Refused("membership.freezes_used_up", id=membership.id, freezes_max=kind.freezes_max)
    return msgspec.structs.replace(membership, state="frozen", frozen_at=at, freezes=membership.freezes + 1)


def thaw(membership: Membership, kind: MembershipKind, at: datetime) -> Membership:
    """Let the time go on; the end moves by the rest, as far as the kind's days of rest reach."""
    m = membership
    if m.state != "frozen" or m.frozen_at is None:
        raise Refused("membership.not_frozen", id=m.id)
    rest = min(at - m.frozen_at, max(timedelta(0), kind.frozen_days_max * DAY - m.frozen))
    rest = max(timedelta(0), rest)
    return msgspec.structs.replace(
        m,
        state="active",
        frozen_at=None,
        ends_at=m.ends_at + rest,
        rested=m.rested + rest,
        frozen=m.frozen + rest,
    )


def upgrade(
    entry_id: str,
    cause: str,
    membership: Membership,
    balance: DayBalance,
    kind: MembershipKind,
    new_id: str,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
) -> tuple[MembershipBooking, Membership]:
    """Exchange it for a dearer kind from now on: the money of the days not begun counts towards it.

    Answers with the new one's booking and the old one, closed. `upgrade_credit_minor` says first
    what is left. `Refused` ``membership.not_an_upgrade``, ``membership.wrong_amount``, or why it
    is not valid.
    """
    problem = membership_problem(membership, at)
    if problem:
        raise problem
    run, now = _settled(membership, balance, at)
    check_difference("membership", kind.price_minor, now.owed_minor, tenders)
    new = _new(new_id, kind, membership.owner, at)
    exchanged = upgrade_postings(
        now, prepaid(new, NOTHING), kind.days, accounts.DAYS_EXCHANGED, accounts.DAYS_SOLD, tenders
    )
    entry = booked(entry_id, "membership.upgraded", cause, (*run, *exchanged))
    return MembershipBooking(entry, new), msgspec.structs.replace(membership, state="closed")


def upgrade_credit_minor(membership: Membership, balance: DayBalance, at: datetime) -> int:
    """The money of the days not begun: what an upgrade credits and what giving back pays."""
    return _settled(membership, balance, at)[1].owed_minor


def refund_membership(
    entry_id: str, cause: str, membership: Membership, balance: DayBalance, tender: str, at: datetime
) -> MembershipBooking:
    """Give it back: the money of the days not begun is paid out. Frozen: thaw first."""
    if membership.state != "active":
        raise Refused(f"membership.{membership.state}", id=membership.id)
    run, now = _settled(membership, balance, at)
    if now.left <= 0:
        raise Refused("membership.expired", id=membership.id, ends_at=membership.ends_at.isoformat())
    back = now.closed(
        accounts.DAYS_RETURNED, accounts.tender(tender), now.owed_minor, accounts.MEMBERSHIP_INCOME
    )
    entry = booked(entry_id, "membership.refunded", cause, (*run, *back))
    return MembershipBooking(entry, msgspec.structs.replace(membership, state="closed"))
