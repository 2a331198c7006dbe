"""Takes what appliances' journals say: once, in order, verified against the hash chain.

One call is one transaction of the caller's. An event that cannot be understood is kept raw and
alarmed; it never blocks those that follow. Nothing is acknowledged that is not in the database.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from hq import sales
from hq.alarms import raise_alarm
from hq.ledger import booking
from hq.promotions import recheck, use
from hq.stock import keeping
from hq.tables import event, held_event, incarnation, quarantined_event
from retail.errors import ContractError
from retail.messages import GENESIS, Ack, Envelope, event_hash
from retail.messages.events import EVENT_TYPES

HELD_MAX = 1_000
QUARANTINED_MAX = 1_000
INTEGER_MAX = 2**63 - 1


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """The least an event must have to be placed in a chain, whatever else it says."""

    tenant: str
    appliance: str
    incarnation: str
    seq: int
    prev: str
    hash: str
    type: str = ""
    business_day: str = ""


@dataclass(frozen=True)
class Sender:
    """Whose branch of the broker a message came from; the certificate allows no other."""

    tenant: str
    appliance: str


RawEvent = dict[str, Any]


def accept(connection: Connection, sender: Sender, raws: Sequence[RawEvent], now_ms: int) -> list[Ack]:
    """Store what is new, in order; the acknowledgements are true once the caller has committed.

    `ContractError` when an event has no place in any chain or is another appliance's.
    """
    links = [_link_of(raw, sender, index) for index, raw in enumerate(raws)]
    problems: dict[str, str] = {}
    for link, raw in zip(links, raws, strict=True):
        if link.incarnation in problems:
            continue  # the rest of this history hangs on what was just refused
        problem = _take(connection, link, raw, now_ms)
        if problem:
            problems[link.incarnation] = problem
    names = dict.fromkeys(link.incarnation for link in links)
    return [standing(connection, sender, name, problems.get(name, "")) for name in names]


# Made once: building a statement costs more than running it.
_PLACE = ("tenant", "appliance", "incarnation")
_STANDING = select(incarnation.c.last_seq, incarnation.c.head_hash).where(
    *(incarnation.c[name] == bindparam(name) for name in _PLACE)
)
_HASH_AT = select(event.c.hash).where(*(event.c[name] == bindparam(name) for name in (*_PLACE, "seq")))
_HELD = select(held_event.c.envelope).where(
    *(held_event.c[name] == bindparam(name) for name in (*_PLACE, "seq"))
)
_UNHOLD = delete(held_event).where(
    *(held_event.c[name] == bindparam(f"the_{name}") for name in (*_PLACE, "seq"))
)
_STORE = insert(event)
_NEW_HEAD = insert(incarnation)
_MOVE_HEAD = (
    update(incarnation)
    .where(*(incarnation.c[name] == bindparam(f"the_{name}") for name in _PLACE))
    .values(last_seq=bindparam("to_seq"), head_hash=bindparam("to_hash"))
)


def standing(connection: Connection, sender: Sender, name: str, problem: str = "") -> Ack:
    """How far HQ holds an incarnation's journal."""
    row = connection.execute(_STANDING, _place(sender, name)).one_or_none()
    if row is None:
        return Ack(incarnation=name, upto=0, hash=GENESIS, problem=problem)
    return Ack(incarnation=name, upto=row.last_seq, hash=row.head_hash, problem=problem)


def hash_at(connection: Connection, sender: Sender, name: str, seq: int) -> str | None:
    """The hash held at a seq, or None if it is not held."""
    if seq == 0:
        return GENESIS
    found = connection.execute(_HASH_AT, {**_place(sender, name), "seq": seq}).scalar_one_or_none()
    return None if found is None else str(found)


def _link_of(raw: RawEvent, sender: Sender, index: int) -> Link:
    try:
        link = msgspec.convert(raw, Link)
    except msgspec.ValidationError as error:
        raise ContractError("event.no_place", path=f"$.events[{index}]", why=str(error)) from error
    if (link.tenant, link.appliance) != (sender.tenant, sender.appliance):
        raise ContractError("event.foreign", path=f"$.events[{index}]", claims=link.appliance)
    if not 1 <= link.seq <= INTEGER_MAX:
        raise ContractError("event.no_place", path=f"$.events[{index}].seq", why="out of range")
    return link


def _take(connection: Connection, link: Link, raw: RawEvent, now_ms: int) -> str:
    """Place one event; the problem it shows, or empty."""
    sender = Sender(link.tenant, link.appliance)
    ack = standing(connection, sender, link.incarnation)
    if link.seq <= ack.upto:
        if hash_at(connection, sender, link.incarnation, link.seq) == link.hash:
            return ""
        return _quarantine(connection, link, raw, "forked", now_ms)
    if link.seq > ack.upto + 1:
        _hold(connection, link, raw)
        return ""
    if link.prev != ack.hash or not _hash_is_right(link, raw):
        return _quarantine(connection, link, raw, "broken", now_ms)
    _append(connection, link, raw, now_ms)
    return _take_held(connection, link, now_ms)


def _take_held(connection: Connection, link: Link, now_ms: int) -> str:
    """Those that waited for this one, as far as they go."""
    sender, head, problem = Sender(link.tenant, link.appliance), link, ""
    while True:
        place = {**_place(sender, head.incarnation), "seq": head.seq + 1}
        text = connection.execute(_HELD, place).scalar_one_or_none()
        if text is None:
            return problem
        connection.execute(_UNHOLD, {f"the_{name}": value for name, value in place.items()})
        raw = json.loads(text)
        following = _link_of(raw, sender, 0)
        if following.prev != head.hash or not _hash_is_right(following, raw):
            return _quarantine(connection, following, raw, "broken", now_ms)
        _append(connection, following, raw, now_ms)
        head = following


def _append(connection: Connection, link: Link, raw: RawEvent, now_ms: int) -> None:
    place = _place(Sender(link.tenant, link.appliance), link.incarnation)
    row = {
        **place,
        "seq": link.seq,
        "hash": link.hash,
        "prev": link.prev,
        "type": link.type,
        "business_day": link.business_day,
        "envelope": _text(raw),
        "understood": int(_apply(connection, link, raw, now_ms)),
        "stored_ms": now_ms,
    }
    connection.execute(_STORE, row)
    moved = {"to_seq": link.seq, "to_hash": link.hash, **{f"the_{name}": place[name] for name in place}}
    if not connection.execute(_MOVE_HEAD, moved).rowcount:
        first = {"last_seq": link.seq, "head_hash": link.hash, "reported_seq": 0, "first_seen_ms": now_ms}
        connection.execute(_NEW_HEAD, {**place, **first})


def _apply(connection: Connection, link: Link, raw: RawEvent, now_ms: int) -> bool:
    """Derive what we keep of it; False when we do not understand it."""
    where = {"incarnation": link.incarnation, "seq": link.seq, "type": link.type}
    kind = EVENT_TYPES.get(link.type)
    if kind is None:
        raise_alarm(connection, link.tenant, link.appliance, "event.unknown_type", now_ms, **where)
        return False
    try:
        envelope = msgspec.convert(raw, Envelope)
        body = msgspec.convert(envelope.body, kind)
        _check_integers(envelope.body)
    except msgspec.ValidationError as error:
        raise_alarm(
            connection, link.tenant, link.appliance, "event.malformed", now_ms, why=str(error), **where
        )
        return False
    odd = sales.apply(connection, envelope, body)
    if sales.DOUBLED not in odd:
        odd += booking.apply(connection, envelope, body, now_ms)
        use.apply(connection, envelope, body, now_ms)
        odd += recheck.apply(connection, body)
    for code in (*odd, *keeping.apply(connection, envelope, body, now_ms)):
        raise_alarm(connection, link.tenant, link.appliance, code, now_ms, **where)
    return True


def _hold(connection: Connection, link: Link, raw: RawEvent) -> None:
    """Keep it until its predecessors come; beyond the limit the appliance sends it again anyway."""
    sender = Sender(link.tenant, link.appliance)
    waiting = connection.execute(
        select(func.count()).select_from(held_event).where(*_is(held_event, sender, link.incarnation))
    ).scalar_one()
    if waiting < HELD_MAX and _hash_is_right(link, raw):
        connection.execute(
            insert_or(held_event)
            .values(
                tenant=link.tenant,
                appliance=link.appliance,
                incarnation=link.incarnation,
                seq=link.seq,
                envelope=_text(raw),
            )
            .on_conflict_do_nothing()
        )


def _quarantine(connection: Connection, link: Link, raw: RawEvent, why: str, now_ms: int) -> str:
    kept = connection.execute(select(func.count()).select_from(quarantined_event)).scalar_one()
    if kept < QUARANTINED_MAX:
        connection.execute(
            insert_or(quarantined_event)
            .values(
                tenant=link.tenant,
                appliance=link.appliance,
                incarnation=link.incarnation,
                seq=link.seq,
                hash=link.hash,
                envelope=_text(raw),
                why=why,
                at_ms=now_ms,
            )
            .on_conflict_do_nothing()
        )
    raise_alarm(
        connection,
        link.tenant,
        link.appliance,
        f"journal.{why}",
        now_ms,
        incarnation=link.incarnation,
        seq=link.seq,
    )
    return why


def _hash_is_right(link: Link, raw: RawEvent) -> bool:
    """Computed over the event as it came, so that a newer program's extra fields count too."""
    content = {key: value for key, value in raw.items() if key != "hash"}
    try:
        return event_hash(link.prev, content) == link.hash
    except (TypeError, UnicodeEncodeError):
        return False


def _check_integers(value: Any) -> None:
    """An integer that the database cannot hold must not stop the events behind it."""
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise msgspec.ValidationError("an integer is out of range")
    if isinstance(value, dict):
        for item in value.values():
            _check_integers(item)
    elif isinstance(value, list):
        for item in value:
            _check_integers(item)


def _place(sender: Sender, name: str) -> dict[str, Any]:
    return {"tenant": sender.tenant, "appliance": sender.appliance, "incarnation": name}


def _is(table: Any, sender: Sender, name: str) -> tuple[Any, Any, Any]:
    return (
        table.c.tenant == sender.tenant,
        table.c.appliance == sender.appliance,
        table.c.incarnation == name,
    )


def _text(raw: RawEvent) -> str:
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def report_head(connection: Connection, sender: Sender, name: str, last_seq: int, now_ms: int) -> None:
    """Remember how far the appliance says its journal goes: the difference is the lag HQ shows."""
    table = incarnation
    row = connection.execute(select(table.c.reported_seq).where(*_is(table, sender, name))).one_or_none()
    if row is None:
        connection.execute(
            insert(table).values(
                tenant=sender.tenant,
                appliance=sender.appliance,
                incarnation=name,
                last_seq=0,
                head_hash=GENESIS,
                reported_seq=last_seq,
                first_seen_ms=now_ms,
            )
        )
    elif row.reported_seq != last_seq:
        connection.execute(update(table).where(*_is(table, sender, name)).values(reported_seq=last_seq))
