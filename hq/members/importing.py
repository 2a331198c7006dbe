"""Brings a list of members in: existing ones (by phone) are updated, the others join with what they hold.

In transactions of some hundred rows, so that HQ goes on meanwhile; importing the same file again changes
nothing, so a kill half-way is mended by doing it again.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from hq import catalogue
from hq.ledger import SqlBook
from hq.ledger.members import give_tiers, tier_of
from hq.ledger.rules import tier_rules
from hq.ledger.tiering import settle
from hq.members import notes, records
from hq.members.enrolling import tiers_by_name
from hq.members.keys import Keys
from hq.members.opening import Opening, open_account, open_new
from hq.members.reading import Draft, read_members
from hq.members.saving import save
from hq.tables import member, member_lookup
from retail.errors import ContractError
from retail.ids import uuid7
from retail.ledger import accounts
from retail.ledger.units import POINTS
from retail.members.record import MemberRecord
from retail.money import currency
from retail.secrets import card_hash, phone_hash
from sheetbase import Report, RowNote

BATCH_ROWS = 400
CAUSE = "import"

Progress = Callable[[int], None]
"""Told how many rows are done now and then."""


def import_members(
    engine: Engine,
    keys: Keys,
    path: Path,
    now_ms: int,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Read and store; the report. With `dry_run` everything is tried and nothing stored."""
    with engine.connect() as connection:
        shop = catalogue.shop(connection)
        tiers = tiers_by_name(connection)
    if shop is None:
        raise ContractError("home.no_shop", path="hq")
    report, drafts = read_members(path, currency(shop.currency), tiers)
    done = 0
    while batch := list(islice(drafts, BATCH_ROWS)):
        with engine.connect() as connection, connection.begin() as transaction:
            _Batch(connection, keys, shop.currency, now_ms, report).take(batch)
            if dry_run:
                transaction.rollback()
        done += len(batch)
        if progress:
            progress(done)
    return report


Change = tuple[Draft, MemberRecord, MemberRecord | None]
"""What a row says, the record after it, and the one before it."""


class _Batch:
    """Some rows in one transaction."""

    def __init__(self, connection: Connection, keys: Keys, money: str, now_ms: int, report: Report) -> None:
        self._connection, self._keys, self._money = connection, keys, money
        self._now_ms, self._report = now_ms, report
        self._at = records.moment(now_ms)
        self._has_tiers = tier_rules(connection) is not None
        self._phones: dict[str, str] = {}
        self._cards: dict[str, str] = {}

    def take(self, drafts: Sequence[Draft]) -> None:
        good = [draft for draft in drafts if not draft.refused]
        owners = self._owners("phone", [phone_hash(self._keys.lookup, draft.phone) for draft in good])
        known = records.load(self._connection, self._keys, sorted(set(owners.values())))
        fresh = self._fresh(len(good) - len(known))
        numbers, self._cards = self._numbers(good), self._owners("card", self._card_hashes(good))
        bases: list[Change] = []
        sequences: list[tuple[str, int]] = []
        for draft in good:
            hash_ = phone_hash(self._keys.lookup, draft.phone)
            before = known.get(owners.get(hash_, ""))
            if before is None:
                member_id, sequence, number = next(fresh)
                own = self._number_of(draft, member_id, numbers)
                sequences += [] if own else [(member_id, sequence)]
                joined_at = _joined(draft, self._at)
                base = MemberRecord(
                    id=member_id, number=own or number, chain="", joined_at=joined_at, phone=draft.phone
                )
            else:
                number = self._number_of(draft, before.id, numbers) or before.number
                base = msgspec.structs.replace(before, number=number)
            self._phones[hash_] = base.id
            bases.append((draft, base, before))
        changed = [(draft, self._merged(base, draft), before) for draft, base, before in bases]
        save(self._connection, self._keys, *(after for _, after, before in changed if after != before))
        records.set_sequences(self._connection, sequences)
        new = {after.id: _opening(draft) for draft, after, before in changed if before is None}
        open_new(self._connection, new, self._money, self._at, CAUSE)
        self._give_tiers(changed)
        self._keep_notes(changed)
        for draft, after, before in changed:
            self._rest(draft, after, before)
        for draft in drafts:
            self._report.note(draft.row, draft.notes)

    def _merged(self, base: MemberRecord, draft: Draft) -> MemberRecord:
        """The record with what the file says; what it leaves empty stays as it is."""
        changes: dict[str, Any] = {}
        for name in ("name", "address", "birthday"):
            if value := getattr(draft, name):
                changes[name] = value
        if draft.contact is not None:
            changes["contact"] = draft.contact
        if draft.frozen is not None:
            changes["state"] = "frozen" if draft.frozen else "active"
        mine = []
        for phone in draft.other_phones:
            hash_ = phone_hash(self._keys.lookup, phone)
            owner = records.holder(self._connection, "phone", hash_) or base.id
            if self._phones.setdefault(hash_, owner) == base.id:
                mine.append(phone)
            else:
                draft.notes.append(RowNote(draft.row, "", "", "phone.taken"))
        changes["other_phones"] = tuple(
            one for one in dict.fromkeys((*base.other_phones, *mine)) if one != base.phone
        )
        if draft.card:
            hash_ = card_hash(self._keys.lookup, draft.card)
            if self._cards.setdefault(hash_, base.id) == base.id:
                changes["cards"] = tuple(dict.fromkeys((*base.cards, hash_)))
            else:
                draft.notes.append(RowNote(draft.row, "", "", "card.taken"))
        return msgspec.structs.replace(base, **changes)

    def _give_tiers(self, changed: Sequence[Change]) -> None:
        wanted = {
            after.id: draft.tier
            for draft, after, before in changed
            if draft.tier and (before is None or tier_of(self._connection, after.id) != draft.tier)
        }
        give_tiers(self._connection, wanted, self._at)
        if self._has_tiers:
            for draft, after, before in changed:
                if before is None and not draft.tier:
                    settle(self._connection, after.id, self._at)

    def _keep_notes(self, changed: Sequence[Change]) -> None:
        """A note's id follows from its text, so that it is kept once however often the list is read."""
        texts = {}
        for draft, after, _ in changed:
            if draft.note:
                digest = hashlib.sha256(draft.note.encode()).hexdigest()[:16]
                texts[f"{CAUSE}:{after.id}:{digest}"] = (after.id, draft.note)
        notes.bring(self._connection, self._keys, texts, self._now_ms)

    def _rest(self, draft: Draft, record: MemberRecord, before: MemberRecord | None) -> None:
        if before is not None and _opening(draft) != Opening():
            self._open(draft, record.id)
        self._report.new += before is None
        self._report.same += before == record
        self._report.changed += before is not None and before != record

    def _open(self, draft: Draft, member_id: str) -> None:
        """Only who holds nothing yet gets balances from a file: a list read twice doubles nobody's money."""
        held = SqlBook(self._connection).totals(member_id)
        if not held:
            open_account(self._connection, member_id, self._money, _opening(draft), self._at, CAUSE)
            return
        purses = (
            (accounts.principal(member_id), self._money),
            (accounts.bonus(member_id), self._money),
            (accounts.points(member_id), POINTS),
        )
        given = (draft.principal_minor, draft.bonus_minor, draft.points)
        if any(
            one is not None and one != held.get(purse, 0) for purse, one in zip(purses, given, strict=True)
        ):
            draft.notes.append(RowNote(draft.row, "", "", "balance.not_taken"))

    def _owners(self, kind: str, hashes: list[str]) -> dict[str, str]:
        rows = select(member_lookup.c.hash, member_lookup.c.member_id).where(
            member_lookup.c.kind == kind, member_lookup.c.hash.in_(hashes)
        )
        return {row.hash: row.member_id for row in self._connection.execute(rows)}

    def _numbers(self, drafts: Sequence[Draft]) -> dict[str, str]:
        wanted = [draft.number for draft in drafts if draft.number]
        rows = select(member.c.number, member.c.member_id).where(member.c.number.in_(wanted))
        return {row.number: row.member_id for row in self._connection.execute(rows)}

    def _number_of(self, draft: Draft, member_id: str, numbers: dict[str, str]) -> str:
        """The number that the file gives, if it is nobody else's."""
        if not draft.number:
            return ""
        if numbers.setdefault(draft.number, member_id) == member_id:
            return draft.number
        draft.notes.append(RowNote(draft.row, "", draft.number, "member.number_taken"))
        return ""

    def _card_hashes(self, drafts: Sequence[Draft]) -> list[str]:
        return [card_hash(self._keys.lookup, draft.card) for draft in drafts if draft.card]

    def _fresh(self, count: int) -> Iterator[tuple[str, int, str]]:
        for sequence, number in records.next_numbers(self._connection, count):
            yield uuid7(self._now_ms, os.urandom(10)), sequence, number


def _opening(draft: Draft) -> Opening:
    return Opening(draft.principal_minor or 0, draft.bonus_minor or 0, draft.points or 0)


def _joined(draft: Draft, at: datetime) -> datetime:
    if draft.joined is None or draft.joined > at.date():
        return at
    return datetime.combine(draft.joined, time(), UTC)
