"""Looking members up: by phone, its last digits, number, card, id or name. Few at a time, never a leafing."""

import re
import unicodedata
from typing import Literal

from sqlalchemy import Connection, select

from hq.members import records
from hq.members.keys import Keys
from hq.tables import member, member_lookup
from retail.errors import ContractError, Refused
from retail.members.names import STAR, masked_name
from retail.members.phone import TAIL_MIN, normal_phone
from retail.members.record import MemberRecord
from retail.secrets import TAIL_DIGITS, card_hash, phone_hash, tail_hash

By = Literal["phone", "tail", "card", "number", "name"]
FOUND_MAX = 50
CANDIDATES_MAX = 2_000
"""Records that are opened to compare a name; a name that begins like more asks for more of it."""

_DIGITS = re.compile(r"\d{4,}")


def find(connection: Connection, keys: Keys, words: str, by: By | None = None) -> list[MemberRecord]:
    """The members whom `words` mean; `by` says what they are, else they are tried as everything they can be.

    `Refused` ``member.tail_too_short``, ``member.too_many``.
    """
    text = unicodedata.normalize("NFKC", words).strip()
    if not text:
        return []
    ways = {"phone": _by_phone, "number": _by_number, "card": _by_card, "tail": _by_tail, "name": _by_name}
    found: dict[str, MemberRecord] = {}
    for way, search in ways.items():
        if by == way or (by is None and not found):
            if way == "tail" and by is None and not _DIGITS.fullmatch(text):
                continue
            found |= {record.id: record for record in search(connection, keys, text)}
    if len(found) > FOUND_MAX:
        raise Refused("member.too_many", found_max=FOUND_MAX)
    return sorted(found.values(), key=lambda record: record.joined_at)


def one(connection: Connection, keys: Keys, words: str) -> MemberRecord:
    """The one member whom `words` mean; `Refused` ``member.unknown``, ``member.several``."""
    found = find(connection, keys, words)
    if len(found) > 1:
        raise Refused("member.several", count=len(found), numbers=[record.number for record in found][:10])
    if not found:
        raise Refused("member.unknown", member_id="")
    return found[0]


def _by_phone(connection: Connection, keys: Keys, text: str) -> list[MemberRecord]:
    try:
        hash_ = phone_hash(keys.lookup, normal_phone(text))
    except ContractError:
        return []
    return _held(connection, keys, [records.holder(connection, "phone", hash_)])


def _by_number(connection: Connection, keys: Keys, text: str) -> list[MemberRecord]:
    wanted = select(member.c.member_id).where(
        (member.c.number == text.upper()) | (member.c.member_id == text), member.c.state.in_(records.LIVING)
    )
    found = list(connection.execute(wanted).scalars())
    return _held(connection, keys, found or [records.canonical(connection, text)])


def _by_card(connection: Connection, keys: Keys, text: str) -> list[MemberRecord]:
    try:
        hash_ = card_hash(keys.lookup, text)
    except ContractError:
        return []
    return _held(connection, keys, [records.holder(connection, "card", hash_)])


def _by_tail(connection: Connection, keys: Keys, text: str) -> list[MemberRecord]:
    if not _DIGITS.fullmatch(text):
        raise Refused("member.tail_too_short", digits_min=TAIL_MIN)
    if len(text) > 15:
        return []
    last = tail_hash(keys.lookup, "0" * TAIL_DIGITS + text[-TAIL_DIGITS:])
    rows = select(member_lookup.c.member_id).where(
        member_lookup.c.kind == "tail", member_lookup.c.hash == last
    )
    found = list(connection.execute(rows.limit(CANDIDATES_MAX)).scalars())
    return [
        record
        for record in _held(connection, keys, found)
        if any(phone.endswith(text) for phone in (record.phone, *record.other_phones))
    ]


def _by_name(connection: Connection, keys: Keys, text: str) -> list[MemberRecord]:
    """Masks tell the first sign; those that begin alike are opened and compared."""
    first = masked_name(text)[:1] if len(text) > 1 else text
    if not first or first == STAR:
        return []
    low, high = first, chr(ord(first) + 1)
    rows = select(member.c.member_id).where(
        member.c.name_masked >= low, member.c.name_masked < high, member.c.state.in_(records.LIVING)
    )
    found = list(connection.execute(rows.limit(CANDIDATES_MAX + 1)).scalars())
    if len(found) > CANDIDATES_MAX:
        raise Refused("member.too_many", found_max=FOUND_MAX)
    wanted = text.casefold()
    return [record for record in _held(connection, keys, found) if wanted in record.name.casefold()]


def _held(connection: Connection, keys: Keys, ids: list[str] | list[str | None]) -> list[MemberRecord]:
    found = records.load(connection, keys, [one for one in ids if one is not None])
    return [record for record in found.values() if record.state in records.LIVING]
