"""Identifiers: UUID version 7 (RFC 9562, section 5.7), made from a given time and randomness."""

from collections.abc import Callable
from uuid import UUID

IdSource = Callable[[], str]
"""Gives a fresh identifier at every call; entry points make one, rules receive it."""


def uuid7(unix_ms: int, random: bytes) -> str:
    """A UUIDv7 of a Unix time in milliseconds and ten random bytes."""
    value = int.from_bytes(unix_ms.to_bytes(6, "big") + random[:10], "big")
    value = value & ~(0xF000 << 64) | (0x7000 << 64)
    value = value & ~(0xC000 << 48) | (0x8000 << 48)
    return str(UUID(int=value))
