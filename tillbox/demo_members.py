"""The demo shop's members in HQ's books: full records, and what they hold as entries of the ledger."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from hq.ledger import SqlBook, benefits
from hq.ledger.issuing import issue
from hq.ledger.members import give_tier, pass_balance
from hq.ledger.rules import document
from hq.members import enrolling, notes, records
from hq.members.keys import Keys
from hq.members.opening import TENDER, Opening, open_account
from hq.members.saving import save
from retail.ledger.memberships import MembershipKind, buy_membership
from retail.ledger.passes import PassKind, buy_pass, use_pass
from retail.members.record import MemberRecord, member_number
from tillbox.demo_shop.data import CURRENCY, load, price_of

CAUSE = "opening"
MEMBER_FOR = timedelta(days=400)
BOUGHT_BEFORE = timedelta(days=12)


def enrol_demo_members(connection: Connection, keys: Keys, now_ms: int) -> None:
    """Whoever of them has no record yet gets one; nothing is booked twice."""
    for table in load("people")["member"]:
        if table["id"] not in records.load(connection, keys, [table["id"]]):
            _enrol(connection, keys, table, now_ms)


def _enrol(connection: Connection, keys: Keys, table: dict[str, Any], now_ms: int) -> None:
    member_id, at = str(table["id"]), records.moment(now_ms)
    sequence = int(member_id.rpartition("-")[2])
    save(
        connection,
        keys,
        MemberRecord(
            id=member_id,
            number=member_number(sequence, records.NUMBER_PREFIX),
            chain=records.chain_of(connection),
            joined_at=at - MEMBER_FOR,
            name=table["name"],
            phone=enrolling.phone_of(table["phone"]),
            birthday=enrolling.birthday_of(table.get("birthday", ""), now_ms),
            address=table.get("address", ""),
            cards=(enrolling.card_of(keys, table["card"]),),
        ),
    )
    records.set_sequences(connection, [(member_id, sequence)])
    give_tier(connection, member_id, table["tier"], at)
    held = (price_of(table, "principal") or 0, price_of(table, "bonus") or 0, table["points"])
    open_account(connection, member_id, CURRENCY.code, Opening(*held), at, CAUSE)
    _benefits(connection, table, now_ms)
    if text := table.get("note"):
        notes.add(connection, keys, f"demo:{member_id}", member_id, "note", text, "li-jing", now_ms)


def _benefits(connection: Connection, table: dict[str, Any], now_ms: int) -> None:
    member_id, at = str(table["id"]), records.moment(now_ms)
    bought_at = at - BOUGHT_BEFORE
    book = SqlBook(connection)
    for kind_id, used in table.get("passes", ()):
        if (kind := document(connection, PassKind, kind_id)) is not None:
            pass_id = f"{member_id}:{kind_id}"
            paid = [(TENDER, kind.price_minor)]
            bought = buy_pass(f"{pass_id}:bought", CAUSE, pass_id, kind, member_id, paid, bought_at)
            book.post(bought.entry, bought_at)
            benefits.keep(connection, bought.pass_, bought.entry.entry_id)
            balance = pass_balance(book, bought.pass_)
            book.post(use_pass(f"{pass_id}:used", CAUSE, bought.pass_, balance, used, at).entry, at)
    for kind_id in table.get("memberships", ()):
        if (days := document(connection, MembershipKind, kind_id)) is not None:
            own_id = f"{member_id}:{kind_id}"
            paid = [(TENDER, days.price_minor)]
            made = buy_membership(f"{own_id}:bought", CAUSE, own_id, days, member_id, paid, bought_at)
            book.post(made.entry, bought_at)
            benefits.keep(connection, made.membership, made.entry.entry_id)
    for kind_id in table.get("coupons", ()):
        issue(connection, kind_id, f"{member_id}:{kind_id}", member_id, at, CAUSE)
