"""A member's record at HQ: number, phone, state; frozen, erased. Never on a till and never in a log.

A till gets `retail.catalogue.Member`: masks and keyed hashes. `may_*` say what a state allows.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct

from retail.errors import ContractError, Refused
from retail.ledger import accounts
from retail.ledger.entry import Posting, booked
from retail.ledger.lots import Booking, Purse
from retail.ledger.units import POINTS

State = Literal["active", "frozen", "merged", "erased"]
NOTE_MAX = 500
NOTES_MAX = 100
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Note(Struct, frozen=True, kw_only=True):
    """What staff wrote down, or a member said (`kind` ``feedback``)."""

    at: datetime
    by: str
    text: str
    kind: Literal["note", "feedback"] = "note"


class MemberRecord(Struct, frozen=True, kw_only=True):
    """Everything personal about a member. `phone` is E.164; `number` has a check digit.

    `other_phones` are those of records merged into this one. `contact` is the member's consent to
    be written to. `merged_into` names the survivor of a merge.
    """

    id: str
    number: str
    chain: str
    joined_at: datetime
    name: str = ""
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    birthday: date | None = None
    address: str = ""
    cards: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    contact: bool = False
    state: State = "active"
    merged_into: str = ""


def member_number(sequence: int, prefix: str = "", digits: int = 8) -> str:
    """``M000000429``-like: prefix, a running number, and a check digit (ISO/IEC 7812-1 annex B, Luhn)."""
    if not 0 <= sequence < 10**digits:
        raise ContractError("member.number_out_of_range", path="$.number", sequence=sequence)
    body = f"{sequence:0{digits}d}"
    return f"{prefix}{body}{_check_digit(body)}"


def is_member_number(text: str, prefix: str = "", digits: int = 8) -> bool:
    """Whether a typed number is whole: one wrong digit or two swapped neighbours are noticed."""
    rest = text.strip().removeprefix(prefix)
    if len(rest) != digits + 1 or not (rest.isascii() and rest.isdigit()):
        return False
    return _check_digit(rest[:-1]) == rest[-1]


def is_printed_number(text: str) -> bool:
    """The same for what is scanned or typed at a till, which knows no prefix: letters before are one."""
    cleaned = text.replace(" ", "")
    return is_member_number(cleaned, cleaned[: len(cleaned) - len(cleaned.lstrip(_LETTERS))])


def _check_digit(body: str) -> str:
    total = 0
    for index, char in enumerate(reversed(body)):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def member_problem(member: MemberRecord, chain: str) -> Refused | None:
    """Why a member cannot spend, redeem, earn or top up here: ``member.other_chain``, ``.frozen``,
    ``.merged`` (with `merged_into`), ``.erased``; None when they can."""
    if member.chain != chain:
        return Refused("member.other_chain", member_id=member.id)
    if member.state == "merged":
        return Refused("member.merged", member_id=member.id, merged_into=member.merged_into)
    return None if member.state == "active" else Refused(f"member.{member.state}", member_id=member.id)


def freeze_member(member: MemberRecord, frozen: bool) -> MemberRecord:
    """Stop or let go on. What a frozen member holds stays, ends as it would, and takes refunds."""
    if member.state not in ("active", "frozen"):
        raise Refused(f"member.{member.state}", member_id=member.id)
    return msgspec.structs.replace(member, state="frozen" if frozen else "active")


def with_note(member: MemberRecord, note: Note) -> MemberRecord:
    """A note more; the oldest goes beyond the limit. `Refused` ``member.note_too_long``."""
    if len(note.text) > NOTE_MAX:
        raise Refused("member.note_too_long", length=len(note.text), length_max=NOTE_MAX)
    return msgspec.structs.replace(member, notes=(*member.notes, note)[-NOTES_MAX:])


def erase(
    entry_id: str,
    member: MemberRecord,
    purses: Sequence[Purse],
    *,
    open_reservations: int,
    passes_left: int,
) -> tuple[MemberRecord, Booking | None]:
    """Forget a person: the record keeps id, number, chain and state; the ledger keeps its ids.

    Bonus and points are voided by an entry (None when there were none); their debt is forgiven.
    Money the member paid in, passes and open spends must be settled first: `Refused`
    ``member.has_money``, ``.owes``, ``.has_passes``, ``.has_open_spends``.
    """
    if member.state in ("merged", "erased"):
        raise Refused(f"member.{member.state}", member_id=member.id)
    if open_reservations:
        raise Refused("member.has_open_spends", member_id=member.id, count=open_reservations)
    for purse in purses:
        if purse.path == accounts.principal(member.id) and purse.total:
            code = "member.has_money" if purse.total > 0 else "member.owes"
            raise Refused(code, amount_minor=abs(purse.total), currency=purse.unit)
    if passes_left:
        raise Refused("member.has_passes", member_id=member.id, count=passes_left)
    postings = [posting for purse in purses for posting in _voided(purse)]
    gone = MemberRecord(
        id=member.id, number=member.number, chain=member.chain, joined_at=member.joined_at, state="erased"
    )
    if not postings:
        return gone, None
    return gone, Booking(booked(entry_id, "member.erased", member.id, postings))


def _voided(purse: Purse) -> list[Posting]:
    against = accounts.POINTS_VOIDED if purse.unit == POINTS else accounts.BONUS_EXPENSE
    postings = [Posting(h.lot.account, purse.unit, h.left) for h in purse.holdings if h.left]
    if purse.debt:
        postings.append(Posting(accounts.debt(purse.path), purse.unit, -purse.debt))
    return [*postings, Posting(against, purse.unit, -purse.total)] if postings else []
