"""The ledger's tables as `retail.ledger` needs them: entries appended, purses and balances read.

Says and refuses what `retail.ledger.Book` does; the database's triggers refuse it once more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from hq.ledger.moments import end_ms, moment, to_ms
from hq.tables import ledger_balance, ledger_entry, posting
from retail.errors import InvariantBroken
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, check_balanced
from retail.ledger.lots import Booking, Holding, Lot, Purse, checked_purse
from retail.ledger.units import POINTS
from retail.ledger.value import StoredValue

ENTRIES_MAX = 200

# Plain SQL: a busy shop's every sale runs these, and building a statement costs more than running it.
_KNOWN = "SELECT * FROM ledger_entry WHERE entry_id = ?"
_HAS = "SELECT 1 FROM ledger_entry WHERE entry_id = ?"
_POSTINGS = "SELECT account, unit, amount FROM posting WHERE entry = ? ORDER BY account, unit"
_BALANCE = "SELECT amount FROM ledger_balance WHERE account = ? AND unit = ?"
_BELOW = "SELECT account, unit, amount FROM ledger_balance WHERE account > ? AND account < ?"
_OPEN = "INSERT INTO ledger_entry (entry_id, kind, cause, at_ms) VALUES (?, ?, ?, ?)"
_OPEN_AS = "INSERT INTO ledger_entry (entry, entry_id, kind, cause, at_ms) VALUES (?, ?, ?, ?, ?)"
_LAST = "SELECT coalesce(max(entry), 0) FROM ledger_entry"
_POST = "INSERT INTO posting (entry, account, unit, amount) VALUES (?, ?, ?, ?)"
_CLOSE = "UPDATE ledger_entry SET closed = 1 WHERE entry = ?"
_HOLDINGS = """
    SELECT l.*, b.amount, b.lapsed FROM ledger_lot l
    LEFT JOIN ledger_balance b ON b.account = l.account AND b.unit = l.unit
    WHERE l.account > ? AND l.account < ? AND l.unit = ?"""
_KEEP_LOT = """
    INSERT INTO ledger_lot (account, unit, granted, granted_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (account, unit) DO UPDATE SET granted = excluded.granted,
    granted_at_ms = excluded.granted_at_ms, expires_at_ms = excluded.expires_at_ms"""
_TOUCH = """
    INSERT INTO ledger_member (member_id, dirty) VALUES (?, 1)
    ON CONFLICT (member_id) DO UPDATE SET dirty = 1 WHERE dirty = 0"""


class SqlBook:
    """The ledger in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def post(self, booking: Booking | Entry, at: datetime) -> bool:
        """Append an entry that happened at a moment; False when it already stands. Members whose accounts
        it moves are marked as changed. `InvariantBroken` if it may not stand: then nothing is written."""
        made = Booking(booking) if isinstance(booking, Entry) else booking
        entry = made.entry
        known = self.entry(entry.entry_id)
        if known is not None:
            if _as_row(known) != _as_row(entry):
                raise InvariantBroken("ledger.other_entry", entry_id=entry.entry_id)
            return False
        check_balanced(entry)
        self._check(entry.postings)
        run = self.connection.exec_driver_sql
        number = run(_OPEN, (entry.entry_id, entry.kind, entry.cause, to_ms(at))).lastrowid
        run(_POST, [(number, p.account, p.currency, p.amount_minor) for p in entry.postings])
        for lot in made.lots:
            run(_KEEP_LOT, _lot_row(lot))
        run(_CLOSE, (number,))
        touch(self.connection, *_members_of(entry.postings))
        return True

    def append(self, bookings: Sequence[Booking], at: datetime) -> None:
        """Append many entries with few statements: new ids, on accounts of which nothing was read before.

        What `post` looks up first is left to the database's triggers: an entry that may not stand fails the
        whole transaction.
        """
        run = self.connection.exec_driver_sql
        entries = [one.entry for one in bookings]
        for entry in entries:
            check_balanced(entry)
        numbered = list(enumerate(entries, start=run(_LAST).scalar_one() + 1))
        postings = [(n, p.account, p.currency, p.amount_minor) for n, one in numbered for p in one.postings]
        at_ms = to_ms(at)
        for statement, rows in (
            (_OPEN_AS, [(n, one.entry_id, one.kind, one.cause, at_ms) for n, one in numbered]),
            (_POST, postings),
            (_KEEP_LOT, [_lot_row(lot) for one in bookings for lot in one.lots]),
            (_CLOSE, [(n,) for n, _ in numbered]),
        ):
            if rows:
                run(statement, rows)
        touch(self.connection, *sorted({who for one in entries for who in _members_of(one.postings)}))

    def _check(self, postings: Iterable[Posting]) -> None:
        for item in postings:
            is_debt = accounts.lot_id(item.account) == accounts.DEBT
            if not is_debt and accounts.may_be_below_zero(item.account):
                continue
            amount = self.balance(item.account, item.currency) + item.amount_minor
            if amount > 0 and not is_debt:
                raise InvariantBroken(
                    "ledger.below_zero", account=item.account, unit=item.currency, held=-amount
                )
            if amount < 0 and is_debt:
                raise InvariantBroken("ledger.debt_below_zero", account=item.account, unit=item.currency)

    def has(self, entry_id: str) -> bool:
        """Whether an entry stands."""
        return self.connection.exec_driver_sql(_HAS, (entry_id,)).first() is not None

    def entry(self, entry_id: str) -> Entry | None:
        """An entry with its postings, by account."""
        row = self.connection.exec_driver_sql(_KNOWN, (entry_id,)).one_or_none()
        return None if row is None else self._entry_of(row)

    def _entry_of(self, row: Any) -> Entry:
        postings = self.connection.exec_driver_sql(_POSTINGS, (row.entry,))
        return Entry(row.entry_id, row.kind, row.cause, tuple(Posting(*one) for one in postings))

    def caused_by(self, cause: str) -> list[Entry]:
        """The entries that follow from something, in the order they were appended."""
        rows = self.connection.execute(
            select(ledger_entry).where(ledger_entry.c.cause == cause).order_by(ledger_entry.c.entry)
        ).all()
        return [self._entry_of(row) for row in rows]

    def entries(self, path: str, limit: int = ENTRIES_MAX) -> list[tuple[datetime, Entry]]:
        """The entries that moved an account, or anything below a path (``member/m1``), the latest first."""
        touched = select(posting.c.entry).where(
            (posting.c.account == path)
            | ((posting.c.account > f"{path}/") & (posting.c.account < f"{path}0"))
        )
        rows = self.connection.execute(
            select(ledger_entry)
            .where(ledger_entry.c.entry.in_(touched))
            .order_by(ledger_entry.c.at_ms.desc(), ledger_entry.c.entry.desc())
            .limit(limit)
        ).all()
        return [(moment(row.at_ms), self._entry_of(row)) for row in rows]

    def balance(self, account: str, unit: str) -> int:
        """Debits less credits of one account."""
        found = self.connection.exec_driver_sql(_BALANCE, (account, unit)).scalar_one_or_none()
        return int(found or 0)

    def held(self, account: str, unit: str) -> int:
        """What the owner of an account holds: credits less debits."""
        return -self.balance(account, unit)

    def sums(self) -> dict[tuple[str, str], int]:
        """Every balance that is not zero, by (account, unit)."""
        rows = self.connection.execute(select(ledger_balance).where(ledger_balance.c.amount != 0))
        return {(row.account, row.unit): row.amount for row in rows}

    def held_below(self, prefix: str) -> dict[str, int]:
        """What is held on all accounts below a path (``member/``), by unit."""
        rows = self.connection.execute(
            select(ledger_balance.c.unit, func.sum(ledger_balance.c.amount))
            .where(ledger_balance.c.account > prefix, ledger_balance.c.account < f"{prefix[:-1]}0")
            .group_by(ledger_balance.c.unit)
        )
        return {unit: -amount for unit, amount in rows}

    def purse(self, path: str, unit: str) -> Purse:
        """A purse with all its lots, emptied ones included."""
        rows = self.connection.exec_driver_sql(_HOLDINGS, (f"{path}/", f"{path}0", unit))
        holdings = tuple(Holding(_lot_of(row), -(row.amount or 0), row.lapsed or 0) for row in rows)
        return checked_purse(Purse(path, unit, holdings, self.balance(accounts.debt(path), unit)))

    def value(self, member_id: str, currency: str) -> StoredValue:
        """A member's stored value in one currency."""
        principal = self.purse(accounts.principal(member_id), currency)
        return StoredValue(member_id, currency, principal, self.purse(accounts.bonus(member_id), currency))

    def points(self, member_id: str) -> Purse:
        """A member's points."""
        return self.purse(accounts.points(member_id), POINTS)

    def totals(self, member_id: str) -> dict[tuple[str, str], int]:
        """What each purse (path, unit) that a member ever had holds, less what it owes."""
        path = f"member/{accounts.checked_id(member_id, 'member')}"
        found: dict[tuple[str, str], int] = {}
        for account, unit, amount in self.connection.exec_driver_sql(_BELOW, (f"{path}/", f"{path}0")):
            purse = account.rpartition("/")[0], unit
            found[purse] = found.get(purse, 0) - amount
        return found

    def purses(self, member_id: str) -> list[Purse]:
        """Every purse of a member in every unit they have ever held."""
        return [self.purse(path, unit) for path, unit in sorted(self.totals(member_id))]


def touch(connection: Connection, *member_ids: str) -> None:
    """Mark members as changed, so that the tills are told."""
    if rows := [(member_id,) for member_id in member_ids if member_id]:
        connection.exec_driver_sql(_TOUCH, rows)


def _members_of(postings: Sequence[Posting]) -> set[str]:
    return {p.account.split("/")[1] for p in postings if p.account.startswith("member/")}


def _as_row(entry: Entry) -> tuple[object, ...]:
    postings = sorted((p.account, p.currency, p.amount_minor) for p in entry.postings)
    return entry.kind, entry.cause, postings


def _lot_row(lot: Lot) -> tuple[str, str, int, int, int | None]:
    return lot.account, lot.unit, lot.granted, to_ms(lot.granted_at), end_ms(lot.expires_at)


def _lot_of(row: Any) -> Lot:
    ends = None if row.expires_at_ms is None else moment(row.expires_at_ms)
    return Lot(row.account, row.unit, row.granted, moment(row.granted_at_ms), ends)
