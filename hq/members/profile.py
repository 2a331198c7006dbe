"""Everything about one member on one page: record, balances, what they hold, bought, said."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hq.ledger import SqlBook, balances_of, tiering
from hq.ledger.members import Balances, currency_of
from hq.members import history, notes, records
from hq.members.keys import Keys
from retail.ledger.entry import Entry
from retail.members.record import MemberRecord
from retail.members.tiers import TierStanding
from retail.messages.asking import HistorySale

PURCHASES_SHOWN = 20
ENTRIES_SHOWN = 30


@dataclass(frozen=True)
class Profile:
    """`principal_minor` and `bonus_minor` are what stands on the books; `balances` what can be used now.

    `standing` is their tier's, with the way there, as the rules of now reckon it. `movements` are the entries
    of the member's accounts, the latest first: (ISO moment, entry).
    """

    record: MemberRecord
    balances: Balances
    currency: str
    principal_minor: int
    bonus_minor: int
    points_debt: int
    standing: TierStanding | None
    purchases: list[tuple[str, HistorySale]]
    notes: list[notes.KeptNote]
    movements: list[tuple[str, Entry]]


def profile(connection: Connection, keys: Keys, member_id: str, now_ms: int) -> Profile:
    """`Refused` ``member.unknown``."""
    record = records.get(connection, keys, member_id)
    book, at, money = SqlBook(connection), records.moment(now_ms), currency_of(connection)
    value = book.value(record.id, money)
    moves = book.entries(f"member/{record.id}", ENTRIES_SHOWN)
    return Profile(
        record,
        balances_of(connection, record.id, at),
        money,
        value.principal.total,
        value.bonus.total,
        book.points(record.id).debt,
        tiering.standing_of(connection, record.id, at),
        history.purchases(connection, records.ids_of(connection, record.id), PURCHASES_SHOWN),
        notes.of_member(connection, keys, record.id),
        [(moment.isoformat(), entry) for moment, entry in moves],
    )


def changes_of(entry: Entry, member_id: str) -> dict[str, int]:
    """What an entry gave a member (above zero) or took from them, by unit."""
    sums: dict[str, int] = {}
    for posting in entry.postings:
        if posting.account.startswith(f"member/{member_id}/"):
            sums[posting.currency] = sums.get(posting.currency, 0) - posting.amount_minor
    return {unit: amount for unit, amount in sums.items() if amount}


def record_as_json(record: MemberRecord) -> dict[str, Any]:
    """A record in plain values; of cards only how many."""
    return {
        "id": record.id,
        "number": record.number,
        "state": record.state,
        "name": record.name,
        "phone": record.phone,
        "other_phones": list(record.other_phones),
        "birthday": record.birthday.isoformat() if record.birthday else "",
        "address": record.address,
        "contact": record.contact,
        "cards": len(record.cards),
        "joined_at": record.joined_at.isoformat(),
    }


def as_json(found: Profile) -> dict[str, Any]:
    """All of it in plain values."""
    held = found.balances
    return {
        **record_as_json(found.record),
        "tier": held.tier,
        "tier_changes": [
            {"at": one.at.isoformat(), "before": one.before, "after": one.after, "why": one.why}
            for one in (found.standing.changes if found.standing else ())
        ],
        "points": held.points,
        "currency": found.currency,
        "value_minor": held.value_minor,
        "principal_minor": found.principal_minor,
        "bonus_minor": found.bonus_minor,
        "coupons": [{"id": one.id, "kind": one.kind, "until": one.until} for one in held.coupons],
        "passes": [
            {"id": one.id, "kind": one.kind, "left": one.left, "state": one.state} for one in held.passes
        ],
        "memberships": [
            {"id": one.id, "kind": one.kind, "ends_at": one.ends_at, "state": one.state}
            for one in held.memberships
        ],
        "purchases": [
            {
                "sale_id": sale_id,
                "receipt_number": sale.receipt_number,
                "completed_at": sale.completed_at,
                "total_minor": sale.total_minor,
            }
            for sale_id, sale in found.purchases
        ],
        "notes": [
            {"at": one.note.at.isoformat(), "by": one.note.by, "kind": one.note.kind, "text": one.note.text}
            for one in found.notes
        ],
    }
