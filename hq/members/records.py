"""Records in HQ's tables: read, written, numbered, found again under their other ids.

A record's `cards` are keyed hashes, never the cards' own numbers. Everything within the caller's
transaction; nothing here logs or tells what is personal.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from hq import catalogue
from hq.ledger import resolve, touch
from hq.members import vault
from hq.members.keys import Keys
from hq.members.vault import FEW, Personal
from hq.tables import ledger_member, member, member_lookup
from retail.errors import Refused
from retail.members.names import masked_name
from retail.members.phone import masked_phone
from retail.members.record import MemberRecord, State, member_number
from retail.secrets import number_hash, phone_hash, tail_hash

NUMBER_PREFIX = "M"
_SEQUENCE = (
    update(member)
    .where(member.c.member_id == bindparam("the_member"))
    .values(sequence=bindparam("the_sequence"))
)
LIVING: tuple[State, ...] = ("active", "frozen")


def moment(unix_ms: int) -> datetime:
    """Unix milliseconds as UTC."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC)


def chain_of(connection: Connection) -> str:
    """The chain whose members these are."""
    shop = catalogue.shop(connection)
    return shop.id if shop else ""


def canonical(connection: Connection, member_id: str) -> str:
    """The member whom an id means: the survivor's id for one that was enrolled twice or merged."""
    return resolve(connection, member_id)


def ids_of(connection: Connection, member_id: str) -> list[str]:
    """Every id under which events may know this member: the survivor's own first."""
    found = [resolve(connection, member_id)]
    for one in found:
        rows = select(ledger_member.c.member_id).where(ledger_member.c.merged_into == one)
        found += connection.execute(rows.order_by(ledger_member.c.member_id)).scalars()
    return found


def has_members(connection: Connection) -> bool:
    """Whether there is any record."""
    return connection.execute(select(member.c.member_id).limit(1)).first() is not None


def load(connection: Connection, keys: Keys, member_ids: Sequence[str]) -> dict[str, MemberRecord]:
    """The records under exactly these ids, those that there are."""
    chain = chain_of(connection)
    found: dict[str, MemberRecord] = {}
    for start in range(0, len(member_ids), FEW):
        few = list(member_ids[start : start + FEW])
        own = vault.keys_of(connection, keys, few)
        for row in connection.execute(select(member).where(member.c.member_id.in_(few))):
            key = own.get(row.member_id)
            found[row.member_id] = _record(row, chain, key)
    return found


def get(connection: Connection, keys: Keys, member_id: str) -> MemberRecord:
    """The record that an id means; `Refused` ``member.unknown``."""
    wanted = canonical(connection, member_id)
    found = load(connection, keys, [wanted]).get(wanted)
    if found is None:
        raise Refused("member.unknown", member_id=member_id)
    return found


def living(connection: Connection, keys: Keys, member_id: str) -> MemberRecord:
    """As `get`, of somebody who is still a member; `Refused` also ``member.erased``."""
    found = get(connection, keys, member_id)
    if found.state not in LIVING:
        raise Refused(f"member.{found.state}", member_id=found.id)
    return found


def holder(connection: Connection, kind: str, hash_: str) -> str | None:
    """Whose phone, card or number it is."""
    rows = select(member_lookup.c.member_id).where(
        member_lookup.c.kind == kind, member_lookup.c.hash == hash_
    )
    return connection.execute(rows).scalars().first()


def write(connection: Connection, keys: Keys, records: Sequence[MemberRecord]) -> None:
    """Write these records whole, new ones too; notes are kept apart. Who calls it publishes them (`save`)."""
    ids = [record.id for record in records]
    own = vault.keys_of(connection, keys, ids)
    alive = {record.id for record in records if record.state in LIVING}
    rows: list[dict[str, Any]] = []
    lookups: list[dict[str, Any]] = []
    if missing := sorted(alive - own.keys()):
        # A key refers to its record: the record's row comes first, empty.
        keyless = set(missing)
        _write(connection, [_row(record, None) for record in records if record.id in keyless])
        own |= vault.make_keys(connection, keys, missing)
    for record in records:
        if record.id in alive:
            sealed = vault.seal(own[record.id], vault.pack(_personal(record)), record.id)
            rows.append(_row(record, sealed))
            lookups += _lookups(keys, record)
        else:
            rows.append(_row(record, None))
    for start in range(0, len(ids), FEW):
        few = member_lookup.c.member_id.in_(ids[start : start + FEW])
        connection.execute(delete(member_lookup).where(few))
    _write(connection, rows)
    if lookups:
        connection.execute(insert(member_lookup), lookups)
    touch(connection, *ids)  # the ledger knows them from now on


def next_numbers(connection: Connection, count: int = 1) -> list[tuple[int, str]]:
    """(sequence, number) of so many new members; numbers that other systems gave are passed over."""
    last = connection.execute(select(func.max(member.c.sequence))).scalar() or 0
    made: list[tuple[int, str]] = []
    while len(made) < count:
        wanted = {member_number(last + step + 1, NUMBER_PREFIX): last + step + 1 for step in range(FEW)}
        taken = set(
            connection.execute(select(member.c.number).where(member.c.number.in_(list(wanted)))).scalars()
        )
        made += [(sequence, number) for number, sequence in wanted.items() if number not in taken]
        last += FEW
    return made[:count]


def set_sequences(connection: Connection, given: Sequence[tuple[str, int]]) -> None:
    """Note which running number (member id, sequence) each of HQ's own numbers has."""
    if given:
        connection.execute(_SEQUENCE, [{"the_member": one, "the_sequence": number} for one, number in given])


def _record(row: Row[Any], chain: str, key: bytes | None) -> MemberRecord:
    personal = Personal()
    if key is not None and row.sealed is not None:
        personal = vault.unpack(vault.unseal(key, row.sealed, row.member_id))
    return MemberRecord(
        id=row.member_id,
        number=row.number,
        chain=chain,
        joined_at=datetime.fromisoformat(row.joined_at),
        name=personal.name,
        phone=personal.phone,
        other_phones=personal.other_phones,
        birthday=date.fromisoformat(personal.birthday) if personal.birthday else None,
        address=personal.address,
        cards=personal.cards,
        contact=personal.contact,
        state=row.state,
        merged_into=row.merged_into,
    )


def _personal(record: MemberRecord) -> Personal:
    return Personal(
        name=record.name,
        phone=record.phone,
        other_phones=record.other_phones,
        birthday=record.birthday.isoformat() if record.birthday else "",
        address=record.address,
        contact=record.contact,
        cards=record.cards,
    )


def _row(record: MemberRecord, sealed: bytes | None) -> dict[str, Any]:
    alive = record.state in LIVING
    return {
        "member_id": record.id,
        "number": record.number,
        "state": record.state,
        "merged_into": record.merged_into,
        "joined_at": record.joined_at.astimezone(UTC).isoformat(),
        "name_masked": masked_name(record.name) if alive else "",
        "phone_masked": masked_phone(record.phone) if alive and record.phone else "",
        "birth_month": record.birthday.month if alive and record.birthday else 0,
        "sealed": sealed,
    }


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    statement = insert(member)
    fields = {name: statement.excluded[name] for name in rows[0] if name != "member_id"} if rows else {}
    if rows:
        connection.execute(statement.on_conflict_do_update(index_elements=["member_id"], set_=fields), rows)


def _lookups(keys: Keys, record: MemberRecord) -> list[dict[str, Any]]:
    phones = [phone for phone in (record.phone, *record.other_phones) if phone]
    tails = dict.fromkeys(tail_hash(keys.lookup, phone) for phone in phones)
    found = {
        "phone": [phone_hash(keys.lookup, phone) for phone in phones],
        "tail": list(tails),
        "card": list(record.cards),
        "number": [number_hash(keys.lookup, record.number)],
    }
    return [
        {"kind": kind, "hash": hash_, "member_id": record.id, "position": position}
        for kind, hashes in found.items()
        for position, hash_ in enumerate(hashes)
    ]
