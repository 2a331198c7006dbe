"""The journal's hash chain: ``hash = SHA-256(prev || canonical body)``.

Canonical means JSON with sorted keys, no spaces, UTF-8. The hashed part is the envelope without
its own hash, so that neither order, time nor type of an event can be changed unnoticed.
"""

import hashlib
import json
from typing import Any

GENESIS = "0" * 64
"""`prev` of an incarnation's first event."""


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces; floats are refused (money and quantities are integers)."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def event_hash(prev: str, content: dict[str, Any]) -> str:
    """Hex SHA-256 over the previous hash (hex, ASCII) and the canonical content."""
    return hashlib.sha256(prev.encode("ascii") + canonical(content)).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
