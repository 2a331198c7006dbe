"""Members' tiers, reckoned again whenever a purchase, a return or the calendar may have moved them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from hq.ledger import issuing, purchases, rules
from hq.ledger.book import SqlBook, touch
from hq.ledger.moments import derived_id, end_ms, moment, to_ms
from hq.tables import benefit, ledger_member
from retail.errors import Refused
from retail.ledger import points as booking_points
from retail.ledger.earning import PointsRules
from retail.ledger.units import DAY
from retail.members.tiers import Gift, Grant, TierStanding, tier_at

MILLISECOND = timedelta(milliseconds=1)
_LEFT_THE_WINDOW = """
    UPDATE ledger_member SET dirty = 1 WHERE member_id IN (
        SELECT member_id FROM ledger_sale WHERE member_id <> '' AND at_ms > ? AND at_ms <= ?)"""


def standing_of(connection: Connection, member_id: str, now: datetime) -> TierStanding | None:
    """Where a member stands by the shop's rules of now and what they bought; None where there are none."""
    tiers = rules.tier_rules(connection)
    row = connection.execute(
        select(ledger_member).where(ledger_member.c.member_id == member_id)
    ).one_or_none()
    if tiers is None or row is None:
        return None
    given = (
        [Grant(row.given_tier, moment(row.given_at_ms), moment(row.given_until_ms))] if row.given_tier else []
    )
    return tier_at(member_id, purchases.of_member(connection, member_id), tiers, now, given)


def settle(connection: Connection, member_id: str, now: datetime) -> list[str]:
    """Bring a member's tier to what it is now, and give what an upgrade brings, once in a life.

    Answers with the codes of gifts that could not be given.
    """
    standing = standing_of(connection, member_id, now)
    if standing is None:
        return []
    row = connection.execute(select(ledger_member).where(ledger_member.c.member_id == member_id)).one()
    until_ms = end_ms(standing.until)
    if (standing.tier, until_ms) != (row.tier, row.tier_until_ms):
        connection.execute(
            update(ledger_member)
            .where(ledger_member.c.member_id == member_id)
            .values(tier=standing.tier, tier_until_ms=until_ms)
        )
    # Also when the tier stays: tills tell what is missing to the next one.
    touch(connection, member_id)
    return [code for gift in standing.gifts for code in _give(connection, member_id, gift, now)]


def _give(connection: Connection, member_id: str, gift: Gift, now: datetime) -> list[str]:
    """Also what a member had before a merge counts as given."""
    absorbed = connection.execute(
        select(ledger_member.c.member_id).where(ledger_member.c.merged_into == member_id)
    ).scalars()
    if any(_is_given(connection, f"tier:{who}:{gift.tier}") for who in (member_id, *absorbed)):
        return []
    odd = []
    if gift.points:
        book = SqlBook(connection)
        earning = rules.points_rules(connection) or PointsRules(id="points")
        entry_id = derived_id(gift.gift_id)
        purse = book.points(member_id)
        book.post(booking_points.earn(entry_id, gift.gift_id, purse, earning, gift.points, now), now)
    for number, kind in enumerate(gift.coupons):
        try:
            issuing.issue(
                connection, kind, derived_id(gift.gift_id, str(number)), member_id, now, gift.gift_id
            )
        except Refused as refusal:
            odd.append(refusal.code)
    return odd


def _is_given(connection: Connection, gift_id: str) -> bool:
    coupon = select(benefit.c.id).where(benefit.c.what == "coupon", benefit.c.id == derived_id(gift_id, "0"))
    return SqlBook(connection).has(derived_id(gift_id)) or connection.execute(coupon).first() is not None


def remind(connection: Connection, now: datetime, within: timedelta) -> None:
    """Have tills told anew about members one of whose purchases has left the window lately."""
    tiers = rules.tier_rules(connection)
    if tiers is None:
        return
    left_ms = to_ms(now - tiers.window_days * DAY)
    connection.exec_driver_sql(_LEFT_THE_WINDOW, (left_ms - within // MILLISECOND, left_ms))


def due(connection: Connection, now: datetime, limit: int) -> list[str]:
    """Members whose tier's term has ended."""
    rows = connection.execute(
        select(ledger_member.c.member_id)
        .where(ledger_member.c.tier_until_ms <= end_ms(now))
        .order_by(ledger_member.c.tier_until_ms)
        .limit(limit)
    )
    return list(rows.scalars())
