"""What somebody at HQ does with what members hold: gives coupons, takes them back, lets passes rest."""

from collections import Counter
from typing import Literal

from sqlalchemy import Connection, select

from hq.ledger import benefits, holding, rewards
from hq.ledger.issuing import issue, kind_of
from hq.ledger.moments import derived_id
from hq.members import records
from hq.members.keys import Keys
from hq.tables import ledger_member, member
from retail.errors import Refused
from retail.members.coupons import Coupon
from retail.messages.asking import FreezeAsked

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


def take_back(connection: Connection, keys: Keys, member_id: str, coupon_id: str, now_ms: int) -> int:
    """A coupon that nobody used is void; the points it was redeemed for come back. `Refused` ``coupon.*``."""
    record = records.living(connection, keys, member_id)
    return rewards.take_back(connection, record.id, coupon_id, now_ms)


def rest(
    connection: Connection, keys: Keys, member_id: str, thing_id: str, frozen: bool, now_ms: int
) -> None:
    """A pass or membership rests, or goes on. `Refused` ``pass.*``, ``membership.*``."""
    record = records.living(connection, keys, member_id)
    is_pass = benefits.owner_id(connection, "pass", thing_id) is not None
    what: Literal["pass", "membership"] = "pass" if is_pass else "membership"
    asked = FreezeAsked(what=what, id=thing_id, member_id=record.id, frozen=frozen)
    holding.rest(connection, asked, now_ms)
