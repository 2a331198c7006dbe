"""What tills ask about members' records; see `retail.messages.asking`."""

from typing import Any

import msgspec
from sqlalchemy import Connection

from hq.members import enrolling, history, notes, records
from hq.members.keys import Keys
from retail.errors import Refused
from retail.messages import Request
from retail.messages.asking import EnrolAsked, History, HistoryAsked, NoteAsked

KINDS = frozenset({"member.enrol", "member.note", "member.history"})
NOTES_SHOWN = 5


def answer(connection: Connection, keys: Keys | None, request: Request, now_ms: int) -> dict[str, Any]:
    """The body of the answer; `Refused` says why not, `msgspec.ValidationError` what is malformed."""
    if keys is None:
        raise Refused("members.no_keys")
    body: Any = None
    if request.kind == "member.enrol":
        body = enrolling.enrol(connection, keys, msgspec.convert(request.body, EnrolAsked), now_ms)
    elif request.kind == "member.note":
        notes.take(connection, keys, msgspec.convert(request.body, NoteAsked), now_ms)
    else:
        asked = msgspec.convert(request.body, HistoryAsked)
        body = _history(connection, keys, asked)
    return msgspec.to_builtins(body) if body is not None else {}


def _history(connection: Connection, keys: Keys, asked: HistoryAsked) -> History:
    ids = records.ids_of(connection, asked.member_id)
    sales = [one for _, one in history.purchases(connection, ids, asked.limit)]
    kept = notes.of_member(connection, keys, ids[0])[:NOTES_SHOWN]
    return History(sales=tuple(sales), notes=tuple(one.note.text for one in kept if one.note.kind == "note"))
