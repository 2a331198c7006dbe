"""Coupons for many members at once: all, a tier, those whose birthday month it is.

Given in transactions of a bounded size, so that tills' questions need not wait; a handout that was cut off
goes on when it is sent again, under its own id.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, or_, select

from hq.ledger import benefits, rules
from hq.ledger.issuing import kind_of
from hq.ledger.moments import derived_id
from hq.members import records
from hq.tables import ledger_member, member
from retail.errors import Refused
from retail.ledger.units import has_ended
from retail.members import coupons
from retail.members.coupons import Coupon, CouponKind
from retail.members.handout import Shares, shares

BATCH_MAX = 2_000
EACH_MAX = 20
CAUSE = "handout"


@dataclass(frozen=True, slots=True)
class Handout:
    """What is given to whom: `each` coupons of a kind to all active members, of a `tier` and a `birth_month`
    (1 to 12) where those are named. `from_at` and `until` narrow the kind's own window. `id` says which
    handout this is: each gives once."""

    id: str
    kind: str
    tier: str = ""
    birth_month: int = 0
    each: int = 1
    from_at: datetime | None = None
    until: datetime | None = None

    @property
    def cause(self) -> str:
        """The cause of its coupons."""
        return f"{CAUSE}:{self.id}"


def plan(connection: Connection, handout: Handout, now_ms: int) -> Shares:
    """Who gets how many, by what is there now.

    `Refused` ``coupon.unknown_kind``, ``coupon.over``, ``handout.each``, ``handout.window`` (nobody could
    ever use it), each with its `field`.
    """
    kind = _checked(connection, handout, records.moment(now_ms))
    existing = benefits.of_kind(connection, Coupon, kind.id)
    return shares(kind, _members(connection, handout), existing, handout.cause, handout.each)


def hand_out(connection: Connection, handout: Handout, now_ms: int, limit: int = BATCH_MAX) -> bool:
    """Give what is due to `limit` members at most; whether some are left. `Refused` as `plan`."""
    at = records.moment(now_ms)
    kind = _checked(connection, handout, at)
    found = plan(connection, handout, now_ms)
    for member_id, number in list(found.due.items())[:limit]:
        before = found.given.get(member_id, 0)
        for place in range(before, before + number):
            coupon_id = derived_id(handout.id, member_id, str(place))
            benefits.keep(connection, _made(kind, coupon_id, member_id, handout, at))
    return len(found.due) > limit


def _made(kind: CouponKind, coupon_id: str, member_id: str, handout: Handout, at: datetime) -> Coupon:
    """Limits were counted by the plan, for all members together."""
    free = msgspec.structs.replace(kind, per_member=None, in_all=None)
    made = coupons.issue(free, coupon_id, member_id, (), at, handout.cause)
    ends = [end for end in (made.until, handout.until) if end is not None]
    from_at = max(made.from_at, handout.from_at) if handout.from_at else made.from_at
    return msgspec.structs.replace(made, from_at=from_at, until=min(ends, default=None))


def _checked(connection: Connection, handout: Handout, at: datetime) -> CouponKind:
    kind = kind_of(connection, handout.kind)
    if not 1 <= handout.each <= EACH_MAX:
        raise Refused("handout.each", field="each", each_max=EACH_MAX)
    sample = _made(kind, "sample", "anybody", handout, at)
    if sample.until is not None and (sample.until <= sample.from_at or has_ended(sample.until, at)):
        raise Refused("handout.window", field="until")
    return kind


def _members(connection: Connection, handout: Handout) -> list[str]:
    wanted = (
        select(member.c.member_id)
        .join_from(member, ledger_member, ledger_member.c.member_id == member.c.member_id, isouter=True)
        .where(member.c.state == "active")
    )
    if handout.tier:
        mine = ledger_member.c.tier == handout.tier
        tiers = rules.tier_rules(connection)
        if tiers is not None and handout.tier == tiers.base:
            # Who has bought nothing yet has no tier written down.
            mine = or_(mine, ledger_member.c.tier == "", ledger_member.c.tier.is_(None))
        wanted = wanted.where(mine)
    if handout.birth_month:
        wanted = wanted.where(member.c.birth_month == handout.birth_month)
    return list(connection.execute(wanted.order_by(member.c.member_id)).scalars())
