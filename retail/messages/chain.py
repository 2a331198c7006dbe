"""The journal's hash chain: ``hash = SHA-256(prev || canonical content)``.

Canonical means JSON with sorted keys, no spaces, UTF-8. The content is the envelope without its
own hash, so that neither order, time nor type of an event can be changed unnoticed.
"""

import hashlib
from typing import Any

import msgspec

GENESIS = "0" * 64
"""`prev` of an incarnation's first event."""

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces. Money and quantities are integers, so no float occurs."""
    return _encoder.encode(value)


def event_hash(prev: str, content: dict[str, Any]) -> str:
    """Hex SHA-256 over the previous hash (hex, ASCII) and the canonical content."""
    return hashlib.sha256(prev.encode("ascii") + canonical(content)).hexdigest()
