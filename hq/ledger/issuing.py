"""Coupons given: with a top-up, a tier, a birthday, for points, or by somebody at HQ."""

from datetime import datetime

from sqlalchemy import Connection

from hq.ledger import benefits, rules
from retail.catalogue import Product
from retail.errors import Refused
from retail.members import coupons
from retail.members.coupons import Coupon, CouponKind

GOODS = "goods:"
"""Coupons of the kind ``goods:<product>`` make one unit of it free; there is no document of them."""


def kind_of(connection: Connection, kind_id: str) -> CouponKind:
    """A kind of coupon; `Refused` ``coupon.unknown_kind``."""
    kind = find_kind(connection, kind_id)
    if kind is None:
        raise Refused("coupon.unknown_kind", kind=kind_id)
    return kind


def find_kind(connection: Connection, kind_id: str) -> CouponKind | None:
    """The same; None when there is none."""
    if kind_id.startswith(GOODS):
        return goods_kind(connection, kind_id.removeprefix(GOODS))
    return rules.document(connection, CouponKind, kind_id)


def goods_kind(connection: Connection, product_id: str, days: int | None = None) -> CouponKind:
    """The kind of coupons that are one of a product, called like it."""
    product = rules.document(connection, Product, product_id)
    names = product.names if product else {"en": product_id}
    return CouponKind(id=f"{GOODS}{product_id}", names=names, covers=(product_id,), days=days)


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
    return issue_of(connection, kind_of(connection, kind_id), coupon_id, member_id, at, cause, entry_id)


def issue_of(
    connection: Connection,
    kind: CouponKind,
    coupon_id: str,
    member_id: str,
    at: datetime,
    cause: str = "",
    entry_id: str = "",
) -> Coupon:
    """The same of a kind at hand, for a coupon that there is not yet."""
    made = coupons.issue(kind, coupon_id, member_id, existing(connection, kind, member_id), at, cause)
    benefits.keep(connection, made, entry_id)
    return made


def existing(connection: Connection, kind: CouponKind, member_id: str) -> list[Coupon]:
    """What limits count: all coupons of a kind, or a member's of a kind without a limit in all."""
    if kind.in_all is not None:
        return benefits.of_kind(connection, Coupon, kind.id)
    mine = benefits.of_member(connection, Coupon, member_id) if member_id else []
    return [coupon for coupon in mine if coupon.kind == kind.id]
