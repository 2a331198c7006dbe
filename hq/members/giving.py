"""Coupons that somebody at HQ gives: to one member, or to all of a tier."""

from collections import Counter

from sqlalchemy import Connection, select

from hq.ledger.issuing import issue, kind_of
from hq.ledger.moments import derived_id
from hq.members import records
from hq.members.keys import Keys
from hq.tables import ledger_member, member
from retail.errors import Refused
from retail.members.coupons import Coupon

CAUSE = "by_hand"


def give(
    connection: Connection, keys: Keys, kind: str, member_id: str, coupon_id: str, now_ms: int
) -> Coupon:
    """One coupon, once per id; `Refused` ``coupon.*``, ``member.*``."""
    record = records.living(connection, keys, member_id)
    return issue(connection, kind, coupon_id, record.id, records.moment(now_ms), CAUSE)


def give_to_tier(
    connection: Connection, kind: str, tier: str, cause_id: str, now_ms: int
) -> tuple[int, dict[str, int]]:
    """One coupon to each member of a tier, once per `cause_id`: how many got it, and why others did not."""
    kind_of(connection, kind)
    mine = select(member.c.member_id).join_from(
        member, ledger_member, ledger_member.c.member_id == member.c.member_id
    )
    wanted = mine.where(member.c.state == "active", ledger_member.c.tier == tier)
    given, refused = 0, Counter[str]()
    for member_id in connection.execute(wanted.order_by(member.c.member_id)).scalars().all():
        try:
            coupon_id = derived_id(cause_id, member_id)
            issue(connection, kind, coupon_id, member_id, records.moment(now_ms), CAUSE)
            given += 1
        except Refused as refusal:
            refused[refusal.code] += 1
    return given, dict(refused)
