"""What staff wrote down about members, and what members said: encrypted under the member's key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from hq.members import records, vault
from hq.members.keys import Keys
from hq.members.unsealing import read_sealed
from hq.tables import member_note
from retail.errors import Refused
from retail.members.record import NOTE_MAX, NOTES_MAX, Note
from retail.messages.asking import NoteAsked

FEEDBACK_SHOWN_MAX = 200
Kind = Literal["note", "feedback"]


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note and whose it is."""

    note_id: str
    member_id: str
    note: Note


def take(connection: Connection, keys: Keys, asked: NoteAsked, now_ms: int) -> None:
    """A till's note; the same id again changes nothing."""
    text = read_sealed(keys, asked.kid, asked.sealed).text
    add(connection, keys, asked.note_id, asked.member_id, asked.kind, text, asked.operator_id, now_ms)


def add(
    connection: Connection,
    keys: Keys,
    note_id: str,
    member_id: str,
    kind: Kind,
    text: str,
    by_id: str,
    now_ms: int,
) -> None:
    """Keep a note; beyond `NOTES_MAX` the oldest goes.

    `Refused` ``member.note_too_long``, ``.note_empty``.
    """
    cleaned = text.strip()
    if not cleaned:
        raise Refused("member.note_empty", field="text")
    if len(cleaned) > NOTE_MAX:
        raise Refused("member.note_too_long", field="text", length=len(cleaned), length_max=NOTE_MAX)
    if connection.execute(select(member_note.c.note_id).where(member_note.c.note_id == note_id)).first():
        return
    owner = records.living(connection, keys, member_id).id
    note = Note(at=records.moment(now_ms), by=by_id, text=cleaned, kind=kind)
    _insert(connection, keys, {owner: [KeptNote(note_id, owner, note)]})
    _trim(connection, owner)


def bring(connection: Connection, keys: Keys, texts: Mapping[str, tuple[str, str]], now_ms: int) -> None:
    """Notes that members bring from another system: (member, text) by the note's id, an id only once.

    The members are living ones by their own ids, each named once, and the texts are as `add` wants them.
    """
    known = select(member_note.c.note_id).where(member_note.c.note_id.in_(texts))
    there = set(connection.execute(known).scalars())
    at = records.moment(now_ms)
    fresh = {
        owner: [KeptNote(note_id, owner, Note(at=at, by="", text=text, kind="note"))]
        for note_id, (owner, text) in texts.items()
        if note_id not in there
    }
    _insert(connection, keys, fresh)
    for owner in fresh:
        _trim(connection, owner)


def of_member(connection: Connection, keys: Keys, member_id: str) -> list[KeptNote]:
    """A member's notes and feedback, the latest first."""
    wanted = select(member_note).where(member_note.c.member_id == member_id)
    return _read(connection, keys, wanted.order_by(member_note.c.at.desc(), member_note.c.note_id))


def feedback(connection: Connection, keys: Keys, limit: int = FEEDBACK_SHOWN_MAX) -> list[KeptNote]:
    """What members said lately, the latest first."""
    wanted = select(member_note).where(member_note.c.kind == "feedback")
    return _read(connection, keys, wanted.order_by(member_note.c.at.desc()).limit(limit))


def move(connection: Connection, keys: Keys, survivor: str, absorbed: str) -> None:
    """The notes of one member become another's, under that one's key."""
    moving = of_member(connection, keys, absorbed)
    forget(connection, absorbed)
    _insert(connection, keys, {survivor: moving})
    _trim(connection, survivor)


def forget(connection: Connection, member_id: str) -> None:
    """All notes of a member are gone."""
    connection.execute(delete(member_note).where(member_note.c.member_id == member_id))


def _insert(connection: Connection, keys: Keys, notes: Mapping[str, Sequence[KeptNote]]) -> None:
    """Notes by their owner."""
    own = vault.keys_of(connection, keys, notes)
    rows = [
        {
            "note_id": kept.note_id,
            "member_id": owner,
            "kind": kept.note.kind,
            "at": kept.note.at.isoformat(),
            "by_id": kept.note.by,
            "sealed": vault.seal(own[owner], kept.note.text.encode(), kept.note_id),
        }
        for owner, some in notes.items()
        for kept in some
    ]
    if rows:
        connection.execute(insert(member_note), rows)


def _read(connection: Connection, keys: Keys, wanted: object) -> list[KeptNote]:
    rows = connection.execute(wanted).all()  # type: ignore[call-overload]  # a select, ordered or limited
    own = vault.keys_of(connection, keys, {row.member_id for row in rows})
    return [
        KeptNote(
            row.note_id,
            row.member_id,
            Note(
                at=datetime.fromisoformat(row.at),
                by=row.by_id,
                text=vault.unseal(own[row.member_id], row.sealed, row.note_id).decode(),
                kind=row.kind,
            ),
        )
        for row in rows
        if row.member_id in own
    ]


def _trim(connection: Connection, member_id: str) -> None:
    kept = (
        select(member_note.c.note_id)
        .where(member_note.c.member_id == member_id)
        .order_by(member_note.c.at.desc(), member_note.c.note_id)
        .limit(NOTES_MAX)
    )
    connection.execute(
        delete(member_note).where(member_note.c.member_id == member_id, member_note.c.note_id.not_in(kept))
    )
