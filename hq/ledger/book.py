"""The ledger's tables as `retail.ledger` needs them: entries appended, purses and balances read.

Says and refuses what `retail.ledger.Book` does; the database's triggers refuse it once more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from hq.ledger.moments import end_ms, moment, to_ms
from hq.tables import ledger_balance, ledger_entry, ledger_lot, ledger_member, posting
from retail.errors import InvariantBroken
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, check_balanced
from retail.ledger.lots import Booking, Holding, Lot, Purse, checked_purse
from retail.ledger.units import POINTS
from retail.ledger.value import StoredValue

ENTRIES_MAX = 200

# Made once: building a statement costs more than running it.
_KNOWN = select(ledger_entry).where(ledger_entry.c.entry_id == bindparam("entry_id"))
_POSTINGS = (
    select(posting.c.account, posting.c.unit, posting.c.amount)
    .where(posting.c.entry == bindparam("entry"))
    .order_by(posting.c.account, posting.c.unit)
)
_BALANCE = select(ledger_balance.c.amount).where(
    ledger_balance.c.account == bindparam("account"), ledger_balance.c.unit == bindparam("unit")
)
_OPEN = insert(ledger_entry)
_POST = insert(posting)
_CLOSE = update(ledger_entry).where(ledger_entry.c.entry == bindparam("the_entry")).values(closed=1)
_HOLDINGS = (
    select(ledger_lot, ledger_balance.c.amount, ledger_balance.c.lapsed)
    .join_from(
        ledger_lot,
        ledger_balance,
        (ledger_balance.c.account == ledger_lot.c.account) & (ledger_balance.c.unit == ledger_lot.c.unit),
        isouter=True,
    )
    .where(
        ledger_lot.c.account > bindparam("begin"),
        ledger_lot.c.account < bindparam("end"),
        ledger_lot.c.unit == bindparam("unit"),
    )
)
_new_lot = insert_or(ledger_lot)
_KEEP_LOT = _new_lot.on_conflict_do_update(
    index_elements=["account", "unit"],
    set_={name: _new_lot.excluded[name] for name in ("granted", "granted_at_ms", "expires_at_ms")},
)
_TOUCH = insert_or(ledger_member).on_conflict_do_update(index_elements=["member_id"], set_={"dirty": 1})


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
        row = {"entry_id": entry.entry_id, "kind": entry.kind, "cause": entry.cause, "at_ms": to_ms(at)}
        number = self.connection.execute(_OPEN, {**row, "closed": 0}).lastrowid
        self.connection.execute(
            _POST,
            [
                {"entry": number, "account": p.account, "unit": p.currency, "amount": p.amount_minor}
                for p in entry.postings
            ],
        )
        for lot in made.lots:
            self.connection.execute(_KEEP_LOT, _lot_row(lot))
        self.connection.execute(_CLOSE, {"the_entry": number})
        for member_id in _members_of(entry.postings):
            touch(self.connection, member_id)
        return True

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
        return self.connection.execute(_KNOWN, {"entry_id": entry_id}).first() is not None

    def entry(self, entry_id: str) -> Entry | None:
        """An entry with its postings, by account."""
        row = self.connection.execute(_KNOWN, {"entry_id": entry_id}).one_or_none()
        return None if row is None else self._entry_of(row)

    def _entry_of(self, row: Any) -> Entry:
        postings = self.connection.execute(_POSTINGS, {"entry": row.entry})
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
        found = self.connection.execute(_BALANCE, {"account": account, "unit": unit}).scalar_one_or_none()
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
        rows = self.connection.execute(_HOLDINGS, {"begin": f"{path}/", "end": f"{path}0", "unit": unit})
        holdings = tuple(Holding(_lot_of(row), -(row.amount or 0), row.lapsed or 0) for row in rows)
        return checked_purse(Purse(path, unit, holdings, self.balance(accounts.debt(path), unit)))

    def value(self, member_id: str, currency: str) -> StoredValue:
        """A member's stored value in one currency."""
        principal = self.purse(accounts.principal(member_id), currency)
        return StoredValue(member_id, currency, principal, self.purse(accounts.bonus(member_id), currency))

    def points(self, member_id: str) -> Purse:
        """A member's points."""
        return self.purse(accounts.points(member_id), POINTS)

    def purses(self, member_id: str) -> list[Purse]:
        """Every purse of a member in every unit they have ever held."""
        path = f"member/{accounts.checked_id(member_id, 'member')}"
        rows = self.connection.execute(
            select(ledger_balance.c.account, ledger_balance.c.unit).where(
                ledger_balance.c.account > f"{path}/", ledger_balance.c.account < f"{path}0"
            )
        )
        found = sorted({(account.rpartition("/")[0], unit) for account, unit in rows})
        return [self.purse(account, unit) for account, unit in found]


def touch(connection: Connection, member_id: str) -> None:
    """Mark a member as changed, so that the tills are told."""
    if member_id:
        connection.execute(_TOUCH, {"member_id": member_id, "dirty": 1})


def _members_of(postings: Sequence[Posting]) -> set[str]:
    return {p.account.split("/")[1] for p in postings if p.account.startswith("member/")}


def _as_row(entry: Entry) -> tuple[object, ...]:
    postings = sorted((p.account, p.currency, p.amount_minor) for p in entry.postings)
    return entry.kind, entry.cause, postings


def _lot_row(lot: Lot) -> dict[str, Any]:
    return {
        "account": lot.account,
        "unit": lot.unit,
        "granted": lot.granted,
        "granted_at_ms": to_ms(lot.granted_at),
        "expires_at_ms": end_ms(lot.expires_at),
    }


def _lot_of(row: Any) -> Lot:
    ends = None if row.expires_at_ms is None else moment(row.expires_at_ms)
    return Lot(row.account, row.unit, row.granted, moment(row.granted_at_ms), ends)
