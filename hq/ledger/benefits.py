"""Passes, memberships, gift cards and coupons as rows, each changed with the entry that changes it."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from hq.ledger.book import touch
from hq.ledger.moments import end_ms
from hq.tables import benefit, benefit_change
from retail.ledger.gift_cards import GiftCard
from retail.ledger.memberships import Membership
from retail.ledger.passes import CountPass
from retail.members.coupons import Coupon

Benefit = CountPass | Membership | GiftCard | Coupon
B = TypeVar("B", CountPass, Membership, GiftCard, Coupon)

WHAT: dict[type, str] = {
    CountPass: "pass",
    Membership: "membership",
    GiftCard: "gift_card",
    Coupon: "coupon",
}
TYPES: dict[str, type] = {name: kind for kind, name in WHAT.items()}

_ONE = select(benefit.c.body).where(benefit.c.what == bindparam("what"), benefit.c.id == bindparam("id"))
_put = insert(benefit)
_PUT = _put.on_conflict_do_update(
    index_elements=["what", "id"],
    set_={name: _put.excluded[name] for name in ("owner", "kind", "state", "due_at_ms", "body")},
)
_NOTE = insert(benefit_change).on_conflict_do_nothing()


def find(connection: Connection, kind: type[B], benefit_id: str) -> B | None:
    """A benefit by its id."""
    place = {"what": WHAT[kind], "id": benefit_id}
    body = connection.execute(_ONE, place).scalar_one_or_none()
    return None if body is None else msgspec.json.decode(body, type=kind)


def of_member(connection: Connection, kind: type[B], member_id: str) -> list[B]:
    """All of a member's, ended ones too, by id."""
    return _found(connection, kind, benefit.c.owner == member_id)


def of_kind(connection: Connection, kind: type[B], kind_id: str) -> list[B]:
    """All of one kind (a document's id), by id."""
    return _found(connection, kind, benefit.c.kind == kind_id)


def due(connection: Connection, kind: type[B], at: datetime, limit: int) -> list[B]:
    """Those in use that the calendar has to look at by a moment, the first first."""
    alive = benefit.c.state.in_(("active", "frozen", "issued"))
    rows = connection.execute(
        select(benefit.c.body)
        .where(benefit.c.what == WHAT[kind], alive, benefit.c.due_at_ms <= end_ms(at))
        .order_by(benefit.c.due_at_ms, benefit.c.id)
        .limit(limit)
    )
    return [msgspec.json.decode(body, type=kind) for body in rows.scalars()]


def look_again(connection: Connection, item: Membership, at: datetime | None) -> None:
    """When the calendar has to look at a membership next; None: never."""
    mine = (benefit.c.what == "membership", benefit.c.id == item.id)
    connection.execute(update(benefit).where(*mine).values(due_at_ms=end_ms(at)))


def _found(connection: Connection, kind: type[B], where: Any) -> list[B]:
    rows = connection.execute(
        select(benefit.c.body).where(benefit.c.what == WHAT[kind], where).order_by(benefit.c.id)
    )
    return [msgspec.json.decode(body, type=kind) for body in rows.scalars()]


def keep(connection: Connection, item: Benefit, entry_id: str = "") -> None:
    """Write it as it is now; its owner is marked as changed. With `entry_id` it can be put back (`undo`)."""
    what = WHAT[type(item)]
    after = msgspec.json.encode(item).decode()
    if entry_id:
        before = connection.execute(_ONE, {"what": what, "id": item.id}).scalar_one_or_none() or ""
        connection.execute(
            _NOTE, {"entry_id": entry_id, "what": what, "id": item.id, "before": before, "after": after}
        )
    owner = owner_of(item)
    connection.execute(
        _PUT,
        {
            "what": what,
            "id": item.id,
            "owner": owner,
            "kind": getattr(item, "kind", ""),
            "state": item.state,
            "due_at_ms": end_ms(_due(item)),
            "body": after,
        },
    )
    touch(connection, owner)


def undo(connection: Connection, entry_id: str) -> bool:
    """Put back what an entry changed; what it made is closed. False when something has changed since."""
    rows = connection.execute(select(benefit_change).where(benefit_change.c.entry_id == entry_id)).all()
    clean = True
    for row in rows:
        kind = TYPES[row.what]
        now = connection.execute(_ONE, {"what": row.what, "id": row.id}).scalar_one_or_none()
        if now != row.after:
            clean = False
            continue
        closed = {"state": "void" if kind is Coupon else "closed"}
        item: Any = msgspec.json.decode(row.before or row.after, type=kind)
        keep(connection, item if row.before else msgspec.structs.replace(item, **closed))
    return clean


def made_by(connection: Connection, kind: type[B], entry_id: str) -> list[B]:
    """Those of a kind that an entry brought into being, as they are now."""
    mine = (benefit_change.c.entry_id == entry_id, benefit_change.c.before == "")
    rows = connection.execute(select(benefit_change.c.id).where(*mine, benefit_change.c.what == WHAT[kind]))
    found = (find(connection, kind, benefit_id) for benefit_id in rows.scalars().all())
    return [item for item in found if item is not None]


def give_to(connection: Connection, survivor: str, absorbed: str) -> None:
    """Two members became one: passes and memberships change hands. Coupons have rules of their own."""
    passes = of_member(connection, CountPass, absorbed)
    theirs: list[Any] = [*passes, *of_member(connection, Membership, absorbed)]
    for item in theirs:
        keep(connection, msgspec.structs.replace(item, owner=survivor))
    touch(connection, absorbed)


def owner_id(connection: Connection, what: str, benefit_id: str) -> str | None:
    """Whose a benefit is; None when there is none of that id."""
    mine = (benefit.c.what == what, benefit.c.id == benefit_id)
    return connection.execute(select(benefit.c.owner).where(*mine)).scalar_one_or_none()


def tell_owner(connection: Connection, what: str, benefit_id: str) -> None:
    """What can be used of it has changed, though it has not."""
    touch(connection, owner_id(connection, what, benefit_id) or "")


def owner_of(item: Benefit) -> str:
    """A member's id; empty: the bearer's."""
    if isinstance(item, Coupon):
        return item.member_id
    return "" if isinstance(item, GiftCard) else item.owner


def _due(item: Benefit) -> datetime | None:
    if isinstance(item, Coupon):
        return item.until
    if isinstance(item, Membership):
        return item.starts_at  # at once; `look_again` says when next
    return item.expires_at if isinstance(item, GiftCard) else item.ends_at
