"""What somebody at HQ does with what members hold: gives coupons, takes them back, lets passes rest."""

from typing import Literal

from sqlalchemy import Connection

from hq.ledger import benefits, holding, rewards
from hq.ledger.issuing import issue
from hq.members import records
from hq.members.keys import Keys
from retail.members.coupons import Coupon
from retail.messages.asking import FreezeAsked

CAUSE = "by_hand"


def give(
    connection: Connection, keys: Keys, kind: str, member_id: str, coupon_id: str, now_ms: int
) -> Coupon:
    """One coupon, once per id; `Refused` ``coupon.*``, ``member.*``."""
    record = records.living(connection, keys, member_id)
    return issue(connection, kind, coupon_id, record.id, records.moment(now_ms), CAUSE)


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
