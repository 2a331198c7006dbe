"""Two records of one person become one: everything held moves, history stays under its own id.

The survivor's fields win; what it lacks comes from the other. Nothing personal stays on the
absorbed record but the pointer. The table of conflicts is in docs/ledger.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from retail.errors import InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, booked
from retail.ledger.lots import Booking, Holding, Lot, Purse, take
from retail.members.record import NOTES_MAX, MemberRecord


@dataclass(frozen=True, slots=True)
class Merge:
    """The survivor, what is left of the other, and the entry that moves the purses (None: all empty)."""

    survivor: MemberRecord
    absorbed: MemberRecord
    booking: Booking | None


def merge_records(survivor: MemberRecord, absorbed: MemberRecord) -> tuple[MemberRecord, MemberRecord]:
    """The two records after a merge; `Refused` with why they cannot be merged.

    ``member.same``, ``member.other_chain``, ``member.merged``, ``member.erased``. If one is frozen
    the survivor is: merging is no way out of a freeze.
    """
    if survivor.id == absorbed.id:
        raise Refused("member.same", member_id=survivor.id)
    if survivor.chain != absorbed.chain:
        raise Refused("member.other_chain", member_id=absorbed.id)
    for member in (survivor, absorbed):
        if member.state in ("merged", "erased"):
            raise Refused(f"member.{member.state}", member_id=member.id)
    phones = dict.fromkeys(
        p for p in (survivor.phone, *survivor.other_phones, absorbed.phone, *absorbed.other_phones) if p
    )
    merged = msgspec.structs.replace(
        survivor,
        name=survivor.name or absorbed.name,
        phone=next(iter(phones), ""),
        other_phones=tuple(phones)[1:],
        birthday=survivor.birthday or absorbed.birthday,
        address=survivor.address or absorbed.address,
        cards=tuple(dict.fromkeys((*survivor.cards, *absorbed.cards))),
        notes=tuple(sorted((*survivor.notes, *absorbed.notes), key=lambda note: note.at))[-NOTES_MAX:],
        joined_at=min(survivor.joined_at, absorbed.joined_at),
        contact=survivor.contact and absorbed.contact,
        state="frozen" if "frozen" in (survivor.state, absorbed.state) else "active",
    )
    pointer = MemberRecord(
        id=absorbed.id,
        number=absorbed.number,
        chain=absorbed.chain,
        joined_at=absorbed.joined_at,
        state="merged",
        merged_into=survivor.id,
    )
    return merged, pointer


def merge(
    entry_id: str,
    survivor: MemberRecord,
    absorbed: MemberRecord,
    purses: Sequence[tuple[Purse, Purse]],
    open_reservations: int,
    at: datetime,
) -> Merge:
    """Merge, with the purses of both in pairs (survivor's, absorbed's) of every kind and unit.

    Each lot moves under its own id and end, emptied ones too, so that later returns find them.
    One's debt is repaid at once from what the other holds. `Refused` as `merge_records`, and
    ``member.has_open_spends`` while a till may still post a spend of the absorbed member.
    """
    merged, pointer = merge_records(survivor, absorbed)
    if open_reservations:
        raise Refused("member.has_open_spends", member_id=absorbed.id, count=open_reservations)
    moves = [_moved(mine, theirs, at) for mine, theirs in purses]
    postings = [posting for move in moves for posting in move[0]]
    lots = tuple(lot for move in moves for lot in move[1])
    if not lots and not postings:
        return Merge(merged, pointer, None)
    if not postings:
        # Only emptied lots: the entry that opens them anew moves nothing, and says so.
        nothing = Entry(entry_id, "member.merged", absorbed.id, (Posting(lots[0].account, lots[0].unit, 0),))
        return Merge(merged, pointer, Booking(nothing, lots))
    return Merge(merged, pointer, Booking(booked(entry_id, "member.merged", absorbed.id, postings), lots))


def _moved(mine: Purse, theirs: Purse, at: datetime) -> tuple[list[Posting], list[Lot]]:
    if mine.unit != theirs.unit or accounts.lot_id(mine.path) != accounts.lot_id(theirs.path):
        raise InvariantBroken("merge.other_purse", survivor=mine.path, absorbed=theirs.path)
    postings: list[Posting] = []
    lots: list[Lot] = []
    held: list[Holding] = list(mine.holdings)
    for holding in theirs.holdings:
        old = holding.lot
        account = accounts.lot(mine.path, holding.lot_id)
        lot = Lot(account, old.unit, old.granted - holding.lapsed, old.granted_at, old.expires_at)
        lots.append(lot)
        held.append(Holding(lot, holding.left))
        postings += [Posting(old.account, old.unit, holding.left), Posting(account, old.unit, -holding.left)]
    debt = mine.debt + theirs.debt
    together = Purse(mine.path, mine.unit, tuple(held), debt)
    repaid = [] if not debt else _repaid(together, at)
    if theirs.debt:
        postings.append(Posting(accounts.debt(theirs.path), theirs.unit, -theirs.debt))
        postings.append(Posting(accounts.debt(mine.path), mine.unit, theirs.debt))
    return [p for p in (*postings, *repaid) if p.amount_minor], lots


def _repaid(purse: Purse, at: datetime) -> list[Posting]:
    parts, short = take(purse.usable(at), purse.debt)
    postings = [Posting(accounts.lot(purse.path, part.lot_id), purse.unit, part.amount) for part in parts]
    return [*postings, Posting(accounts.debt(purse.path), purse.unit, short - purse.debt)]
