"""HQ's copy on the till: products, members, staff and the shop, in versions, with search.

Written only by sync and the importer (`apply_push`, `prune`), read by the till (`ReferenceReader`).
Holds nothing that HQ could not send again, and knows nothing of sales.
"""

from appliance.store.reference.opening import is_up_to_date, open_reference
from appliance.store.reference.pruning import prune
from appliance.store.reference.push import ApplyResult, apply_push
from appliance.store.reference.reader import ReferenceReader
from appliance.store.reference.search import SearchHit

__all__ = [
    "ApplyResult",
    "ReferenceReader",
    "SearchHit",
    "apply_push",
    "is_up_to_date",
    "open_reference",
    "prune",
]
