"""Members as the ledger sees them: who answers to an id, what they have, and what tills are told of it.

Nothing personal is here. A member whom a document brought with points or a tier gets them as an opening
entry when the ledger first meets them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, select, update

from hq import catalogue
from hq.ledger import benefits, issuing, reserving, rules
from hq.ledger.book import SqlBook, touch
from hq.ledger.moments import derived_id, to_ms
from hq.tables import ledger_member, ledger_sale
from retail.catalogue import HeldCoupon, HeldMembership, HeldPass, Member, Names
from retail.ledger import accounts
from retail.ledger import points as booking_points
from retail.ledger import value as stored
from retail.ledger.earning import PointsRules
from retail.ledger.memberships import Membership, MembershipKind
from retail.ledger.passes import CountPass, PassBalance, PassKind
from retail.ledger.units import DAY, POINTS, has_ended, uses_of
from retail.members.coupons import Coupon, coupon_problem, merged_coupons

OPENING = "opening"
HOPS_MAX = 20
MET_MAX = 500
UNMET = """
    SELECT d.id FROM document d LEFT JOIN ledger_member m ON m.member_id = d.id
    WHERE d.stream = 'members' AND d.kind = 'member' AND d.gone = 0 AND m.member_id IS NULL"""
"""Members whose documents HQ has and whose accounts it has not opened."""
_GIVE_TIER = """
    INSERT INTO ledger_member (member_id, dirty, tier, given_tier, given_at_ms, given_until_ms)
    VALUES (?, 1, ?, ?, ?, ?) ON CONFLICT (member_id) DO UPDATE SET dirty = 1, tier = excluded.tier,
    given_tier = excluded.given_tier, given_at_ms = excluded.given_at_ms,
    given_until_ms = excluded.given_until_ms"""
_SURVIVOR = "SELECT merged_into FROM ledger_member WHERE member_id = ?"


@dataclass(frozen=True)
class Balances:
    """What a member can use at a moment, as `retail.catalogue.Member` says it to tills."""

    points: int
    value_minor: int
    coupons: tuple[HeldCoupon, ...]
    passes: tuple[HeldPass, ...]
    memberships: tuple[HeldMembership, ...]
    tier: str


def resolve(connection: Connection, member_id: str) -> str:
    """Who answers to an id now: the survivor of a merge, else the id itself."""
    for _ in range(HOPS_MAX):
        found = connection.exec_driver_sql(_SURVIVOR, (member_id,)).scalar_one_or_none()
        if not found:
            break
        member_id = str(found)
    return member_id


def meet(connection: Connection, member_id: str, at: datetime) -> str:
    """The member an event or request means, known to the ledger from now on; empty for nobody."""
    if not member_id:
        return ""
    now = resolve(connection, member_id)
    if connection.exec_driver_sql(_SURVIVOR, (now,)).first():
        return now
    accounts.checked_id(now, "member")
    touch(connection, now)
    told = rules.document(connection, Member, now)
    if told is not None:
        _open(connection, told, at)
    return now


def meet_new(connection: Connection, at: datetime) -> int:
    """Open the accounts of members whom a document brought; how many."""
    new = list(connection.exec_driver_sql(f"{UNMET} LIMIT {MET_MAX}").scalars())
    for member_id in new:
        meet(connection, member_id, at)
    return len(new)


def _open(connection: Connection, told: Member, at: datetime) -> None:
    """What a member brings from before the ledger. Points and money are as if just given."""
    book = SqlBook(connection)
    if told.points > 0:
        earning = rules.points_rules(connection) or PointsRules(id="points")
        entry_id = derived_id(OPENING, told.id, "points")
        made = booking_points.earn(entry_id, OPENING, book.points(told.id), earning, told.points, at)
        book.post(made, at)
    if told.value_minor > 0:
        currency = currency_of(connection)
        entry_id = derived_id(OPENING, told.id, "value")
        # No bonus: what was paid and what was given is not known any more.
        topping = msgspec.structs.replace(rules.booking_rules(connection, currency), steps=())
        tenders = [(OPENING, told.value_minor)]
        book.post(stored.top_up(entry_id, OPENING, book.value(told.id, currency), topping, tenders, at), at)
    if told.tier:
        give_tier(connection, told.id, told.tier, at)


def give_tier(connection: Connection, member_id: str, tier: str, at: datetime) -> None:
    """A tier by hand (or from another system), for one window at least."""
    give_tiers(connection, {member_id: tier}, at)


def give_tiers(connection: Connection, given: Mapping[str, str], at: datetime) -> None:
    """The same for many members: their ids with their tiers."""
    if given:
        tiers = rules.tier_rules(connection)
        term = to_ms(at), to_ms(at + (tiers.window_days if tiers else 365) * DAY)
        connection.exec_driver_sql(
            _GIVE_TIER, [(member_id, tier, tier, *term) for member_id, tier in given.items()]
        )


def tier_of(connection: Connection, member_id: str) -> str:
    """The tier a member has now, or empty."""
    found = connection.execute(
        select(ledger_member.c.tier).where(ledger_member.c.member_id == member_id)
    ).scalar_one_or_none()
    return str(found or "")


def is_frozen(connection: Connection, member_id: str) -> bool:
    """Whether the member may neither spend nor earn."""
    told = rules.document(connection, Member, member_id)
    return told is not None and told.state == "frozen"


def currency_of(connection: Connection) -> str:
    """The shop's currency."""
    shop = catalogue.shop(connection)
    return shop.currency if shop else "CNY"


def zone_of(connection: Connection) -> ZoneInfo:
    """The shop's time zone: years and birthdays end there."""
    shop = catalogue.shop(connection)
    return ZoneInfo(shop.time_zone if shop else "Asia/Shanghai")


def balances_of(connection: Connection, member_id: str, at: datetime) -> Balances:
    """What a member can use at a moment, less what tills have reserved."""
    book, currency = SqlBook(connection), currency_of(connection)
    value_minor = book.value(member_id, currency).available(at)
    points = book.points(member_id).available(at)
    held_minor = reserving.reserved(connection, accounts.stored_value(member_id), currency)
    held_points = reserving.reserved(connection, accounts.points(member_id), POINTS)
    return Balances(
        max(0, points - held_points),
        max(0, value_minor - held_minor),
        _coupons(connection, member_id, at),
        _passes(book, member_id, at),
        _memberships(connection, member_id, at),
        tier_of(connection, member_id),
    )


def pass_balance(book: SqlBook, pass_: CountPass) -> PassBalance:
    """What stands on a pass's two accounts."""
    return PassBalance(
        book.held(accounts.pass_uses(pass_.id), uses_of(pass_.kind)),
        book.held(accounts.pass_owed(pass_.id), pass_.currency),
    )


def _coupons(connection: Connection, member_id: str, at: datetime) -> tuple[HeldCoupon, ...]:
    found = []
    for coupon in benefits.of_member(connection, Coupon, member_id):
        kind = issuing.find_kind(connection, coupon.kind)
        if kind is None or coupon_problem(coupon, member_id, at):
            continue
        until = coupon.until.isoformat() if coupon.until else ""
        found.append(
            HeldCoupon(
                id=coupon.id,
                kind=coupon.kind,
                promotion=kind.promotion,
                names=kind.names,
                until=until,
                covers=kind.covers,
            )
        )
    return tuple(found)


def _passes(book: SqlBook, member_id: str, at: datetime) -> tuple[HeldPass, ...]:
    found = []
    for pass_ in benefits.of_member(book.connection, CountPass, member_id):
        unit = uses_of(pass_.kind)
        left = pass_balance(book, pass_).left
        left -= reserving.reserved(book.connection, accounts.pass_uses(pass_.id), unit)
        if pass_.state == "closed" or has_ended(pass_.ends_at, at) or left <= 0:
            continue
        kind = rules.document(book.connection, PassKind, pass_.kind)
        names: Names = kind.names if kind else {"en": pass_.kind}
        ends = pass_.ends_at.isoformat() if pass_.ends_at else ""
        found.append(
            HeldPass(
                id=pass_.id,
                kind=pass_.kind,
                names=names,
                left=left,
                covers=pass_.covers,
                ends_at=ends,
                state="frozen" if pass_.state == "frozen" else "active",
            )
        )
    return tuple(found)


def _memberships(connection: Connection, member_id: str, at: datetime) -> tuple[HeldMembership, ...]:
    found = []
    for item in benefits.of_member(connection, Membership, member_id):
        frozen = item.state == "frozen"
        if item.state == "closed" or (has_ended(item.ends_at, at) and not frozen):
            continue
        kind = rules.document(connection, MembershipKind, item.kind)
        names: Names = kind.names if kind else {"en": item.kind}
        found.append(
            HeldMembership(
                id=item.id,
                kind=item.kind,
                names=names,
                ends_at=item.ends_at.isoformat(),
                state="frozen" if frozen else "active",
            )
        )
    return tuple(found)


def units_left(connection: Connection, member_id: str) -> int:
    """How many passes and memberships a member has that still hold something: not to be erased before."""
    book = SqlBook(connection)
    passes = benefits.of_member(connection, CountPass, member_id)
    days = benefits.of_member(connection, Membership, member_id)
    left = [pass_balance(book, pass_).left for pass_ in passes]
    left += [sum(book.held_below(f"membership/{item.id}/").values()) for item in days]
    return sum(1 for one in left if one > 0)


def absorb(connection: Connection, survivor: str, absorbed: str) -> None:
    """After the entry of a merge: passes, memberships, coupons and purchases go over, and the id answers.

    The lots are moved by `retail.members.merging.merge`, whose booking the caller posts.
    """
    benefits.give_to(connection, survivor, absorbed)
    both = [c for who in (survivor, absorbed) for c in benefits.of_member(connection, Coupon, who)]
    for coupon in merged_coupons(both, survivor, absorbed):
        benefits.keep(connection, coupon)
    connection.execute(
        update(ledger_sale).where(ledger_sale.c.member_id == absorbed).values(member_id=survivor)
    )
    point_to(connection, absorbed, survivor)


def point_to(connection: Connection, member_id: str, survivor: str) -> None:
    """An id under which tills knew a member before: enrolled twice, or merged."""
    touch(connection, member_id)
    touch(connection, survivor)
    connection.execute(
        update(ledger_member).where(ledger_member.c.member_id == member_id).values(merged_into=survivor)
    )
