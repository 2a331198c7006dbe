"""A ledger in memory: entries appended, balances and purses derived. The model HQ's tables follow.

Refuses what the database refuses too: an unbalanced entry, another entry under a known id, and
anything that leaves a member, a card or a pass with less than nothing.
"""

from collections.abc import Iterable

from retail.errors import InvariantBroken
from retail.ledger import accounts
from retail.ledger.entry import Entry, check_balanced
from retail.ledger.lots import LAPSE_KINDS, Booking, Holding, Lot, Purse, checked_purse


class Book:
    """Append-only; `entries` is the history, everything else follows from it and from `lots`."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.lots: dict[str, Lot] = {}
        self._sums: dict[tuple[str, str], int] = {}
        self._lapsed: dict[str, int] = {}

    def post(self, booking: Booking | Entry) -> bool:
        """Append an entry; False when it already stands. `InvariantBroken` if it may not stand."""
        made = Booking(booking) if isinstance(booking, Entry) else booking
        entry = made.entry
        known = self.entries.get(entry.entry_id)
        if known is not None:
            if known != entry:
                raise InvariantBroken("ledger.other_entry", entry_id=entry.entry_id)
            return False
        check_balanced(entry)
        after = dict(self._changed(entry))
        for (account, unit), amount in after.items():
            self._check(account, unit, amount)
        self._sums.update(after)
        self.entries[entry.entry_id] = entry
        self.lots.update({lot.account: lot for lot in made.lots})
        if entry.kind in LAPSE_KINDS:
            for posting in entry.postings:
                self._lapsed[posting.account] = self._lapsed.get(posting.account, 0) + posting.amount_minor
        return True

    def _changed(self, entry: Entry) -> Iterable[tuple[tuple[str, str], int]]:
        sums: dict[tuple[str, str], int] = {}
        for posting in entry.postings:
            key = (posting.account, posting.currency)
            sums[key] = sums.get(key, self._sums.get(key, 0)) + posting.amount_minor
        return sums.items()

    def _check(self, account: str, unit: str, amount: int) -> None:
        if amount > 0 and not accounts.may_be_below_zero(account):
            raise InvariantBroken("ledger.below_zero", account=account, unit=unit, held=-amount)
        if amount < 0 and accounts.lot_id(account) == accounts.DEBT:
            raise InvariantBroken("ledger.debt_below_zero", account=account, unit=unit)

    def balance(self, account: str, unit: str) -> int:
        """Debits less credits of one account."""
        return self._sums.get((account, unit), 0)

    def held(self, account: str, unit: str) -> int:
        """What the owner of an account holds: credits less debits."""
        return -self.balance(account, unit)

    def sums(self) -> dict[tuple[str, str], int]:
        """Every balance that is not zero, by (account, unit)."""
        return {key: amount for key, amount in self._sums.items() if amount}

    def purse(self, path: str, unit: str) -> Purse:
        """A purse with all its lots, emptied ones included."""
        holdings = tuple(
            Holding(lot, self.held(account, unit), self._lapsed.get(account, 0))
            for account, lot in self.lots.items()
            if lot.unit == unit and account.startswith(f"{path}/")
        )
        return checked_purse(Purse(path, unit, holdings, self.balance(accounts.debt(path), unit)))
