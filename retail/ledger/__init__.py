"""Double entry: accounts, postings, balances. Entries are appended and reversed, never edited."""

from retail.ledger.entry import Entry, Posting, balances, check_balanced, reversal, sale_entry

__all__ = ["Entry", "Posting", "balances", "check_balanced", "reversal", "sale_entry"]
