"""Coupons and uses of passes that sales and visits used up, and gave back."""

from datetime import datetime

import msgspec

from hq.ledger import benefits, issuing, members, reserving, undoing
from hq.ledger.book import touch
from hq.ledger.event import Happening, Sold
from hq.ledger.moments import derived_id
from hq.ledger.purchases import Purchase
from hq.ledger.reserving import Kept
from retail.errors import Refused
from retail.ledger import accounts, passes
from retail.ledger.entry import Entry
from retail.ledger.passes import CountPass
from retail.ledger.reservations import Ask
from retail.ledger.units import uses_of
from retail.members import coupons
from retail.members.coupons import Coupon
from retail.messages.events import PassUsed, UsedBenefit


def use(sold: Sold, number: int, used: UsedBenefit) -> None:
    """A coupon or uses of a pass that a sale names."""
    if used.kind == "coupon":
        sold.attempt(lambda: _use_coupon(sold, used))
        return
    entry_id = _entry_id(sold.sale_id, number)
    sold.once(entry_id, lambda: _use_pass(sold, entry_id, sold.sale_id, used.id, used.amount, used.auth_id))


def _entry_id(sale_id: str, number: int) -> str:
    return derived_id(sale_id, f"b{number}")


def _use_coupon(sold: Sold, used: UsedBenefit) -> None:
    coupon = benefits.find(sold.connection, Coupon, used.id)
    if coupon is None:
        raise Refused("coupon.unknown", coupon_id=used.id)
    if coupon.used_by == sold.sale_id:
        return
    kept = reserving.find(sold.connection, used.auth_id)
    if kept is not None:
        _post(sold, kept, [Ask(accounts.coupon(coupon.id), "coupon", 1)])
    try:
        after = coupons.use(coupon, used.auth_id, sold.sale_id)
    except Refused as refusal:
        sold.odd.append(refusal.code)
        if coupon.state in ("used", "void", "expired"):
            return  # its money is off a sale that cannot be undone; a person looks at it
        after = msgspec.structs.replace(coupon, state="used", used_by=sold.sale_id)
    benefits.keep(sold.connection, after)


def _post(happening: Happening, kept: Kept, asks: list[Ask]) -> bool:
    """Whether the reservation was good for it."""
    try:
        reserving.post(happening.connection, kept, asks, happening.incarnation)
    except Refused as refusal:
        happening.odd.append(refusal.code)
        return False
    return True


def _use_pass(happening: Happening, entry_id: str, cause: str, pass_id: str, uses: int, auth_id: str) -> None:
    pass_ = benefits.find(happening.connection, CountPass, pass_id)
    if pass_ is None:
        raise Refused("pass.unknown", id=pass_id)
    at: datetime = happening.at
    kept = reserving.find(happening.connection, auth_id)
    ask = Ask(accounts.pass_uses(pass_id), uses_of(pass_.kind), uses)
    if kept is None:
        happening.odd.append("spend.not_reserved")
    elif _post(happening, kept, [ask]):
        at = kept.at
    balance = members.pass_balance(happening.book, pass_)
    if uses > balance.left:
        happening.odd.append("pass.not_enough")
    # It has happened, whatever its state is now.
    good = msgspec.structs.replace(pass_, state="active", starts_at=min(pass_.starts_at, at), ends_at=None)
    counted = min(uses, balance.left)
    if counted > 0:
        happening.post(passes.use_pass(entry_id, cause, good, balance, counted, at).entry, at)
    touch(happening.connection, pass_.owner)


def give_back(sold: Sold, origin: str, purchase: Purchase) -> None:
    """The whole sale came back: its coupons are good again, its uses counted up."""
    if not purchase.all_back:
        return
    for number, used in enumerate(purchase.benefits):
        if used.kind == "coupon":
            _give_coupon(sold, origin, used.id)
            continue
        entry = sold.book.entry(_entry_id(origin, number))
        if entry is not None:
            _unuse(sold, entry, derived_id(origin, f"b{number}", "back"))


def _give_coupon(sold: Sold, origin: str, coupon_id: str) -> None:
    coupon = benefits.find(sold.connection, Coupon, coupon_id)
    if coupon is None or coupon.used_by != origin or coupon.state != "used":
        return
    kind = issuing.find_kind(sold.connection, coupon.kind)
    grace_days = kind.grace_days if kind else 0
    benefits.keep(sold.connection, coupons.give_back(coupon, origin, sold.at, grace_days))


def _unuse(happening: Happening, entry: Entry, entry_id: str) -> None:
    happening.once(entry_id, lambda: undoing.undo(happening, entry, entry_id))


def visit(happening: Happening, body: PassUsed) -> None:
    """Uses taken without a sale, or given back."""
    if body.gives_back:
        entry = happening.book.entry(derived_id("visit", body.gives_back))
        entry_id = derived_id("visit", body.gives_back, "back")
        if entry is not None:
            _unuse(happening, entry, entry_id)
    else:
        entry_id = derived_id("visit", body.use_id)
        happening.once(
            entry_id,
            lambda: _use_pass(happening, entry_id, body.use_id, body.pass_id, body.uses, body.auth_id),
        )
    pass_ = benefits.find(happening.connection, CountPass, body.pass_id)
    if pass_ is not None:
        touch(happening.connection, pass_.owner)
