"""The ledger of record: what members hold and owe, booked from tills' events and by HQ itself.

The rules are `retail.ledger` and `retail.members`; here are their tables, and who calls them when. All of it
works within the caller's transaction.
"""

from hq.ledger.book import SqlBook, touch
from hq.ledger.members import balances_of, resolve

__all__ = ["SqlBook", "balances_of", "resolve", "touch"]
