"""Every message between appliance and HQ, versioned; see docs/fleet.md for who sends what when.

JSON, canonical where it is hashed. Unknown fields are ignored, so that an older program reads a
newer one's messages; missing or mistyped ones are a `ContractError` that names the path.
"""

from retail.messages.chain import GENESIS, canonical, event_hash
from retail.messages.topics import Topics, parse_up, shard_of
from retail.messages.wire import (
    Ack,
    Answer,
    Downward,
    Envelope,
    EventBatch,
    Hello,
    PaymentNews,
    Push,
    PushDocument,
    Request,
    State,
    Upward,
    decode,
    encode,
)

__all__ = [
    "GENESIS",
    "Ack",
    "Answer",
    "Downward",
    "Envelope",
    "EventBatch",
    "Hello",
    "PaymentNews",
    "Push",
    "PushDocument",
    "Request",
    "State",
    "Topics",
    "Upward",
    "canonical",
    "decode",
    "encode",
    "event_hash",
    "parse_up",
    "shard_of",
]
