"""What tills ask about benefits: hold a coupon or uses of a pass, a rest for a pass."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from hq.journal import Sender
from hq.ledger import benefits, issuing, members, paying_out, reserving, rules
from hq.ledger.asking import remembered, spender, tell_holders
from hq.ledger.book import SqlBook
from hq.ledger.moments import derived_id, moment
from hq.ledger.reserving import Kept
from retail.errors import ContractError, Refused
from retail.ledger import accounts, memberships, passes
from retail.ledger.memberships import Membership, MembershipKind
from retail.ledger.passes import CountPass
from retail.ledger.reservations import Ask, SpendRequest
from retail.ledger.units import uses_of
from retail.members import coupons
from retail.members.coupons import Coupon, CouponKind
from retail.messages.asking import BenefitAsked, BenefitHeld, FreezeAsked

COUPON_UNIT = "coupon"
PUBLIC = "code"


def hold(connection: Connection, sender: Sender, asked: BenefitAsked, now_ms: int) -> BenefitHeld:
    """``benefit.hold``; given up by ``spend.cancel``."""
    at = moment(now_ms)
    known = reserving.find(connection, asked.auth_id)
    remembered(known)
    if known is not None and known.reservation.state == "open":
        return _held_again(connection, known)
    request = SpendRequest(asked.auth_id, sender.appliance, asked.incarnation, ())
    try:
        if known is not None:
            raise Refused(f"authorisation.{known.reservation.state}", auth_id=asked.auth_id)
        member = spender(connection, asked.member_id, at) if asked.member_id else ""
        held = _hold_coupon if asked.kind == "coupon" else _hold_pass
        return held(connection, request, asked, member, at)
    except Refused as refusal:
        reserving.decline(connection, request, refusal, at)
        raise


def _held_again(connection: Connection, known: Kept) -> BenefitHeld:
    """What is held is held, whatever has changed since."""
    if len(known.reservation.request.asks) != 1:
        raise ContractError("authorisation.other_request", path="$.auth_id", auth_id=known.auth_id)
    (ask,) = known.reservation.request.asks
    what, benefit_id = ask.purse.split("/")[:2]
    if what == "coupon":
        coupon = benefits.find(connection, Coupon, benefit_id)
        if coupon is not None:
            return as_held(known.auth_id, coupon, issuing.kind_of(connection, coupon.kind))
    pass_ = benefits.find(connection, CountPass, benefit_id)
    if pass_ is None:
        raise Refused("benefit.unknown", id=benefit_id)
    return _pass_held(connection, known.auth_id, pass_, ask.amount)


def _hold_coupon(
    connection: Connection, request: SpendRequest, asked: BenefitAsked, member: str, at: datetime
) -> BenefitHeld:
    coupon = _by_code(connection, asked, member, at) if asked.code else None
    coupon = coupon or benefits.find(connection, Coupon, asked.id)
    if coupon is None:
        raise Refused("coupon.unknown", coupon_id=asked.id)
    kind = issuing.kind_of(connection, coupon.kind)
    ask = Ask(accounts.coupon(coupon.id), COUPON_UNIT, 1)
    held = coupons.reserve(coupon, asked.auth_id, member, at)
    kept = reserving.authorise(connection, with_ask(request, ask), {(ask.purse, ask.unit): 1}, at)
    benefits.keep(connection, held)
    tell_holders(connection, kept)
    return as_held(asked.auth_id, held, kind)


def _by_code(connection: Connection, asked: BenefitAsked, member: str, at: datetime) -> Coupon:
    """The coupon of a public code: one this member has claimed already, else claimed now."""
    code = asked.code.strip().casefold()
    kinds = [kind for kind in rules.all_of(connection, CouponKind) if kind.code.casefold() == code != ""]
    if not kinds:
        raise Refused("coupon.unknown_code")
    kind = kinds[0]
    coupon_id = derived_id(PUBLIC, asked.auth_id)
    existing = issuing.existing(connection, kind, member)
    if member:
        mine = [c for c in existing if c.member_id == member and c.cause == PUBLIC]
        good = [c for c in mine if c.held_by == asked.auth_id or not coupons.coupon_problem(c, member, at)]
        if good:
            return good[0]
    tier = members.tier_of(connection, member)
    known = benefits.find(connection, Coupon, coupon_id)
    if known is not None:
        return known
    claimed = coupons.claim(kind, asked.code, coupon_id, member, tier, existing, at)
    benefits.keep(connection, claimed)
    return claimed


def as_held(auth_id: str, coupon: Coupon, kind: CouponKind) -> BenefitHeld:
    """A coupon as tills are told of it."""
    return BenefitHeld(
        auth_id=auth_id,
        kind="coupon",
        id=coupon.id,
        names=kind.names,
        promotion=kind.promotion,
        covers=kind.covers,
        until=coupon.until.isoformat() if coupon.until else "",
    )


def with_ask(request: SpendRequest, ask: Ask) -> SpendRequest:
    """The same request, for one thing."""
    return SpendRequest(request.auth_id, request.appliance, request.incarnation, (ask,))


def _hold_pass(
    connection: Connection, request: SpendRequest, asked: BenefitAsked, member: str, at: datetime
) -> BenefitHeld:
    pass_ = benefits.find(connection, CountPass, asked.id)
    if pass_ is None:
        raise Refused("pass.unknown", id=asked.id)
    if pass_.owner != member:
        raise Refused("pass.of_another", id=pass_.id)
    left = members.pass_balance(SqlBook(connection), pass_).left
    problem = passes.pass_problem(pass_, left, at, asked.uses)
    if problem:
        raise problem
    ask = Ask(accounts.pass_uses(pass_.id), uses_of(pass_.kind), asked.uses)
    kept = reserving.authorise(connection, with_ask(request, ask), {(ask.purse, ask.unit): left}, at)
    tell_holders(connection, kept)
    return _pass_held(connection, asked.auth_id, pass_, asked.uses)


def _pass_held(connection: Connection, auth_id: str, pass_: CountPass, uses: int) -> BenefitHeld:
    return BenefitHeld(
        auth_id=auth_id,
        kind="pass",
        id=pass_.id,
        names=paying_out.pass_kind(connection, pass_).names,
        covers=pass_.covers,
        uses=uses,
        until=pass_.ends_at.isoformat() if pass_.ends_at else "",
    )


def freeze(connection: Connection, sender: Sender, asked: FreezeAsked, now_ms: int) -> None:
    """``prepaid.freeze``: a pass or membership rests, or goes on; doing it twice changes nothing."""
    rest(connection, asked, now_ms)


def rest(connection: Connection, asked: FreezeAsked, now_ms: int) -> None:
    """The same for whoever asks. `Refused` ``pass.*``, ``membership.*``."""
    at = moment(now_ms)
    item = (
        benefits.find(connection, CountPass, asked.id)
        if asked.what == "pass"
        else benefits.find(connection, Membership, asked.id)
    )
    if item is None:
        raise Refused(f"{asked.what}.unknown", id=asked.id)
    if item.owner != members.resolve(connection, asked.member_id):
        raise Refused(f"{asked.what}.of_another", id=asked.id)
    if (item.state == "frozen") == asked.frozen and item.state != "closed":
        return
    place = accounts.pass_uses if isinstance(item, CountPass) else accounts.membership_days
    if reserving.open_ones(connection, place(item.id)):
        raise Refused(f"{asked.what}.in_use", id=asked.id)
    if isinstance(item, CountPass):
        if item.state == "closed":
            raise Refused("pass.closed", id=item.id)
        benefits.keep(connection, msgspec.structs.replace(item, state="frozen" if asked.frozen else "active"))
        return
    kind = rules.document(connection, MembershipKind, item.kind)
    if kind is None:
        raise Refused("membership.unknown_kind", kind=item.kind)
    change = memberships.freeze if asked.frozen else memberships.thaw
    benefits.keep(connection, change(item, kind, at))
