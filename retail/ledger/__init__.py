"""Double entry: accounts, entries, and the rules of members' money, points, passes and days.

Entries are appended and reversed, never edited; balances are derived. Pure: moments, ids and what
stands on the books are arguments. docs/ledger.md has the table of entries and the rules chosen.
"""

from retail.ledger.book import Book
from retail.ledger.entry import (
    Entry,
    Posting,
    balances,
    booked,
    check_balanced,
    received,
    reversal,
    sale_entry,
)
from retail.ledger.lots import Booking, Holding, Lot, Purse

__all__ = [
    "Book",
    "Booking",
    "Entry",
    "Holding",
    "Lot",
    "Posting",
    "Purse",
    "balances",
    "booked",
    "check_balanced",
    "received",
    "reversal",
    "sale_entry",
]
