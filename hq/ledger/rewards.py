"""Points that become a coupon, or goods in the form of one; and become points again when it is not wanted."""

from sqlalchemy import Connection

from hq.journal import Sender
from hq.ledger import benefits, issuing, reserving, rules
from hq.ledger.asking import spender
from hq.ledger.book import SqlBook
from hq.ledger.holding import as_held
from hq.ledger.moments import derived_id, moment
from retail.catalogue import Product
from retail.errors import Refused
from retail.ledger import accounts
from retail.ledger import points as booking_points
from retail.ledger.earning import PointsRules, Reward
from retail.ledger.lots import taken
from retail.ledger.units import POINTS
from retail.members import coupons
from retail.members.coupons import Coupon, CouponKind
from retail.messages.asking import BenefitHeld, RewardAsked


def redeem(connection: Connection, sender: Sender, asked: RewardAsked, now_ms: int) -> BenefitHeld:
    """``reward.redeem``: points become a coupon, once per `auth_id`."""
    at = moment(now_ms)
    coupon_id, entry_id = derived_id("reward", asked.auth_id), derived_id("redeemed", asked.auth_id)
    known = benefits.find(connection, Coupon, coupon_id)
    if known is not None:
        return as_held(asked.auth_id, known, issuing.kind_of(connection, known.kind))
    member = spender(connection, asked.member_id, at)
    reward = rules.document(connection, Reward, asked.reward)
    kind = _kind(connection, reward) if reward is not None else None
    if reward is None or kind is None:
        raise Refused("reward.unknown", reward=asked.reward)
    book = SqlBook(connection)
    purse = book.points(member)
    reserved = reserving.reserved(connection, accounts.points(member), POINTS)
    free = purse.available(at) - reserved
    if reward.points > free:
        raise Refused("points.not_enough", needed=reward.points, available=max(0, free))
    with connection.begin_nested():
        coupon = issuing.issue_of(connection, kind, coupon_id, member, at, derived_id("reward", reward.id))
        book.post(booking_points.redeem(entry_id, coupon_id, purse, reward.points, at), at)
    return as_held(asked.auth_id, coupon, kind)


def _kind(connection: Connection, reward: Reward) -> CouponKind | None:
    """What coupon a reward is; None for a product that is not sold any more."""
    if not reward.product:
        return issuing.kind_of(connection, reward.coupon)
    known = rules.document(connection, Product, reward.product)
    return issuing.goods_kind(connection, reward.product, reward.days) if known else None


def take_back(connection: Connection, member_id: str, coupon_id: str, now_ms: int) -> int:
    """A member's coupon that nobody used is void; the points that were redeemed for it, which come back.

    `Refused` ``coupon.unknown``, ``.of_another``, ``.used``, ``.taken`` while a till holds it, ``.void``,
    ``.expired``.
    """
    at = moment(now_ms)
    coupon = benefits.find(connection, Coupon, coupon_id)
    if coupon is None:
        raise Refused("coupon.unknown", coupon_id=coupon_id)
    if coupon.member_id != member_id:
        raise Refused("coupon.of_another", coupon_id=coupon_id)
    if coupon.state in ("void", "expired"):
        raise Refused(f"coupon.{coupon.state}", coupon_id=coupon_id)
    benefits.keep(connection, coupons.void(coupon))
    book = SqlBook(connection)
    spent = next((one for one in book.caused_by(coupon_id) if one.kind == "points.redeemed"), None)
    if spent is None:
        return 0
    amount = sum(part.amount for part in taken(spent, "points", POINTS))
    earning = rules.points_rules(connection) or PointsRules(id="points")
    entry_id = derived_id(spent.entry_id, "back")
    purse = book.points(member_id)
    book.post(
        booking_points.return_redeemed(entry_id, spent.entry_id, purse, earning, spent, 0, amount, at), at
    )
    return amount
