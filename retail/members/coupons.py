"""Coupons as things: issued, reserved, used, given back, void, expired. Once means once.

What a coupon takes off is a promotion's business (`promotion`); here is whether it may be used.
A public coupon becomes a coupon of its own when it is claimed, so limits count coupons and every
use has one. States: ``issued -> reserved -> used``; ``reserved -> issued`` (released); ``used ->
issued`` (given back); ``issued -> void | expired``. Every step may be repeated by the same cause.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from retail.catalogue import Document, Names
from retail.errors import ContractError, Refused
from retail.ledger.units import DAY, after_days, has_ended

State = Literal["issued", "reserved", "used", "void", "expired"]


class CouponKind(Document, frozen=True, kw_only=True, tag="coupon_kind"):
    """What coupons of a kind have in common.

    `code`: whoever knows it may claim one (public); empty: only given by the shop. A coupon is good
    from `from_at` to `until`, and at most `days` after it was issued. `per_member` and `in_all`
    bound how many there may be, void ones not counted. `tiers`: whose members may claim it; empty
    is anyone, who need not be a member if not `members_only`. `grace_days`: how long at least one
    is good again that comes back with returned goods. Goods redeemed for points have no promotion and no
    document: one unit of one of the products that such a kind `covers` is free.
    """

    names: Names
    promotion: str = ""
    covers: tuple[str, ...] = ()
    code: str = ""
    from_at: datetime | None = None
    until: datetime | None = None
    days: int | None = None
    per_member: int | None = None
    in_all: int | None = None
    tiers: tuple[str, ...] = ()
    members_only: bool = True
    grace_days: int = 0


class Coupon(Struct, frozen=True, kw_only=True):
    """One coupon; `member_id` empty is the bearer's. `held_by`: an authorisation; `used_by`: a sale."""

    id: str
    kind: str
    member_id: str
    issued_at: datetime
    from_at: datetime
    until: datetime | None = None
    state: State = "issued"
    held_by: str = ""
    used_by: str = ""
    cause: str = ""


def check_coupon_kind(kind: CouponKind) -> None:
    """`ContractError` with its path for a kind of which no coupon could ever be used."""
    if kind.from_at and kind.until and kind.until <= kind.from_at:
        raise ContractError("coupon.window_empty", path="$.until", until=kind.until.isoformat())
    for name in ("days", "per_member", "in_all"):
        found = getattr(kind, name)
        if found is not None and found <= 0:
            raise ContractError("coupon.limit_not_positive", path=f"$.{name}", found=found)
    if kind.grace_days < 0:
        raise ContractError("coupon.limit_not_positive", path="$.grace_days", found=kind.grace_days)
    if kind.tiers and not kind.members_only:
        raise ContractError("coupon.tiers_without_members", path="$.members_only")
    if not kind.promotion:
        raise ContractError("coupon.without_promotion", path="$.promotion")


def issue(
    kind: CouponKind,
    coupon_id: str,
    member_id: str,
    existing: Iterable[Coupon],
    at: datetime,
    cause: str = "",
) -> Coupon:
    """A new coupon for a member (or a bearer); `existing` holds all of this kind, or a member's of a
    kind without `in_all`.

    The same id again gives the same coupon. `Refused` ``coupon.over``, ``coupon.member_limit``,
    ``coupon.all_gone``, ``coupon.members_only``.
    """
    alive = [coupon for coupon in existing if coupon.kind == kind.id and coupon.state != "void"]
    known = next((coupon for coupon in alive if coupon.id == coupon_id), None)
    if known is not None:
        return known
    if has_ended(kind.until, at):
        raise Refused("coupon.over", kind=kind.id, until=str(kind.until))
    if kind.members_only and not member_id:
        raise Refused("coupon.members_only", kind=kind.id)
    mine = sum(coupon.member_id == member_id for coupon in alive) if member_id else 0
    if kind.per_member is not None and mine >= kind.per_member:
        raise Refused("coupon.member_limit", kind=kind.id, limit=kind.per_member)
    if kind.in_all is not None and len(alive) >= kind.in_all:
        raise Refused("coupon.all_gone", kind=kind.id, limit=kind.in_all)
    from_at = max(at, kind.from_at) if kind.from_at else at
    ends = [end for end in (kind.until, after_days(from_at, kind.days)) if end is not None]
    return Coupon(
        id=coupon_id,
        kind=kind.id,
        member_id=member_id,
        issued_at=at,
        from_at=from_at,
        until=min(ends, default=None),
        cause=cause,
    )


def claim(
    kind: CouponKind,
    code: str,
    coupon_id: str,
    member_id: str,
    tier: str,
    existing: Iterable[Coupon],
    at: datetime,
) -> Coupon:
    """Take a public coupon by its code (case does not count), as `issue`.

    `Refused` also ``coupon.unknown_code``, ``coupon.too_early``, ``coupon.other_tier``.
    """
    if not kind.code or kind.code.casefold() != code.strip().casefold():
        raise Refused("coupon.unknown_code")
    if kind.from_at and at < kind.from_at:
        raise Refused("coupon.too_early", kind=kind.id, from_at=kind.from_at.isoformat())
    if kind.tiers and tier not in kind.tiers:
        raise Refused("coupon.other_tier", kind=kind.id, tiers=list(kind.tiers))
    return issue(kind, coupon_id, member_id, existing, at, cause="code")


def coupon_problem(coupon: Coupon, member_id: str, at: datetime) -> Refused | None:
    """Why a coupon cannot be used by a member at a moment; None when it can.

    ``coupon.used``, ``.taken`` (another till holds it), ``.void``, ``.expired``, ``.too_early``,
    ``.of_another``.
    """
    if coupon.state != "issued":
        code = "coupon.taken" if coupon.state == "reserved" else f"coupon.{coupon.state}"
        return Refused(code, coupon_id=coupon.id)
    if coupon.member_id and coupon.member_id != member_id:
        return Refused("coupon.of_another", coupon_id=coupon.id)
    if at < coupon.from_at:
        return Refused("coupon.too_early", coupon_id=coupon.id, from_at=coupon.from_at.isoformat())
    if has_ended(coupon.until, at):
        return Refused("coupon.expired", coupon_id=coupon.id, until=str(coupon.until))
    return None


def reserve(coupon: Coupon, auth_id: str, member_id: str, at: datetime) -> Coupon:
    """Hold it for an authorisation. Who holds it already gets it again; anyone else gets a `Refused`."""
    if coupon.state == "reserved" and coupon.held_by == auth_id:
        return coupon
    problem = coupon_problem(coupon, member_id, at)
    if problem:
        raise problem
    return msgspec.structs.replace(coupon, state="reserved", held_by=auth_id)


def use(coupon: Coupon, auth_id: str, sale_id: str) -> Coupon:
    """A sale used it. Its end does not count any more: it was good when it was reserved.

    `Refused` ``coupon.not_held`` unless that authorisation holds it, ``coupon.used`` by another sale.
    """
    if coupon.state == "used" and coupon.used_by == sale_id:
        return coupon
    if coupon.state == "used":
        raise Refused("coupon.used", coupon_id=coupon.id)
    if coupon.state != "reserved" or coupon.held_by != auth_id:
        raise Refused("coupon.not_held", coupon_id=coupon.id)
    return msgspec.structs.replace(coupon, state="used", used_by=sale_id)


def release(coupon: Coupon, auth_id: str) -> Coupon:
    """The authorisation gives it up unused. Nothing happens when it does not hold it."""
    if coupon.state != "reserved" or coupon.held_by != auth_id:
        return coupon
    return msgspec.structs.replace(coupon, state="issued", held_by="")


def give_back(coupon: Coupon, sale_id: str, at: datetime, grace_days: int = 0) -> Coupon:
    """The whole sale was taken back: good again as before, and for `grace_days` at least if it is short.

    A sale taken back in part keeps its coupon used. `Refused` ``coupon.not_used`` by that sale.
    """
    if coupon.state != "used" or coupon.used_by != sale_id:
        raise Refused("coupon.not_used", coupon_id=coupon.id)
    until = coupon.until
    if until is not None and grace_days:
        until = max(until, at + timedelta(days=grace_days))
    return msgspec.structs.replace(coupon, state="issued", held_by="", used_by="", until=until)


def void(coupon: Coupon) -> Coupon:
    """Take an unused coupon away for ever. `Refused` ``coupon.used`` or ``coupon.taken``."""
    if coupon.state in ("used", "reserved"):
        raise Refused("coupon.used" if coupon.state == "used" else "coupon.taken", coupon_id=coupon.id)
    return msgspec.structs.replace(coupon, state="void")


def expire(coupon: Coupon, at: datetime) -> Coupon:
    """Mark an unused coupon whose end has passed. A reserved one waits for its authorisation."""
    if coupon.state != "issued" or not has_ended(coupon.until, at):
        return coupon
    return msgspec.structs.replace(coupon, state="expired")


def soon_ending(coupons: Iterable[Coupon], at: datetime, days: int) -> list[Coupon]:
    """Unused coupons that end within so many days, the next first: what to remind a member of."""
    soon = [
        (coupon.until, coupon.id, coupon)
        for coupon in coupons
        if coupon.state == "issued" and coupon.until and at < coupon.until <= at + days * DAY
    ]
    return [coupon for _, _, coupon in sorted(soon, key=lambda item: item[:2])]


def merged_coupons(coupons: Iterable[Coupon], survivor: str, absorbed: str) -> list[Coupon]:
    """The coupons of two members after a merge: all the survivor's; of two with one cause, one is good.

    A cause such as ``birthday:2026`` names a benefit a person has once. If one was used the unused
    one is void, else the one that ends first.
    """
    own = [msgspec.structs.replace(c, member_id=survivor) if c.member_id == absorbed else c for c in coupons]
    result: list[Coupon] = []
    kept: set[tuple[str, str]] = set()
    for coupon in sorted(own, key=_worth_keeping):
        once = (coupon.kind, coupon.cause)
        is_second = coupon.cause.startswith(("birthday:", "tier:")) and once in kept
        result.append(void(coupon) if is_second and coupon.state == "issued" else coupon)
        if coupon.state not in ("void", "expired"):
            kept.add(once)
    return sorted(result, key=lambda c: (c.issued_at, c.id))


def _worth_keeping(coupon: Coupon) -> tuple[int, bool, float, str]:
    order = {"used": 0, "reserved": 1}.get(coupon.state, 2)
    ends = -coupon.until.timestamp() if coupon.until else 0.0
    return (order, coupon.until is not None, ends, coupon.id)
