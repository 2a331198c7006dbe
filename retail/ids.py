"""Identifiers: UUID version 7 (RFC 9562, section 5.7), made from a given time and randomness."""

from collections.abc import Callable

IdSource = Callable[[], str]
"""Gives a fresh identifier at every call; entry points make one, rules receive it."""


def uuid7(unix_ms: int, random: bytes) -> str:
    """A UUIDv7 of a Unix time in milliseconds and ten random bytes.

    Written straight as text: four bits of the randomness give way to the version, two to the variant.
    """
    digits = (unix_ms.to_bytes(6, "big") + random[:10]).hex()
    variant = "89ab"[random[2] >> 4 & 3]
    return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
