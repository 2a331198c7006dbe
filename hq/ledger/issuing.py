"""Coupons given: with a top-up, a tier, a birthday, for points, or by somebody at HQ."""

from datetime import datetime

from sqlalchemy import Connection

from hq.ledger import benefits, rules
from retail.errors import Refused
from retail.members import coupons
from retail.members.coupons import Coupon, CouponKind


def kind_of(connection: Connection, kind_id: str) -> CouponKind:
    """A kind of coupon; `Refused` ``coupon.unknown_kind``."""
    kind = rules.document(connection, CouponKind, kind_id)
    if kind is None:
        raise Refused("coupon.unknown_kind", kind=kind_id)
    return kind


def issue(
    connection: Connection,
    kind_id: str,
    coupon_id: str,
    member_id: str,
    at: datetime,
    cause: str = "",
    entry_id: str = "",
) -> Coupon:
    """A coupon for a member, once per id; what `entry_id` undoes takes it away again. `Refused` as
    `retail.members.coupons.issue`."""
    known = benefits.find(connection, Coupon, coupon_id)
    if known is not None:
        return known
    kind = kind_of(connection, kind_id)
    made = coupons.issue(kind, coupon_id, member_id, existing(connection, kind, member_id), at, cause)
    benefits.keep(connection, made, entry_id)
    return made


def existing(connection: Connection, kind: CouponKind, member_id: str) -> list[Coupon]:
    """What limits count: all coupons of a kind, or a member's of a kind without a limit in all."""
    if kind.in_all is not None:
        return benefits.of_kind(connection, Coupon, kind.id)
    mine = benefits.of_member(connection, Coupon, member_id) if member_id else []
    return [coupon for coupon in mine if coupon.kind == kind.id]
