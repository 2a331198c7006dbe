"""Moments as the tables keep them: Unix milliseconds; and ids that follow from what they are of."""

import re
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = re.compile(r"[A-Za-z0-9._:~-]{1,80}")


def to_ms(at: datetime) -> int:
    """A moment as Unix milliseconds, rounded down."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def moment(at_ms: int) -> datetime:
    """Unix milliseconds as a moment, in UTC."""
    return EPOCH + timedelta(milliseconds=at_ms)


def end_ms(at: datetime | None) -> int | None:
    """A validity's end as Unix milliseconds; None: without end."""
    return None if at is None else to_ms(at)


def derived_id(*parts: str) -> str:
    """The id of a thing that follows from others: ``<sale>:<tender>``; a UUID of that if it is long."""
    text = ":".join(parts)
    return text if _PLAIN.fullmatch(text) else str(uuid5(NAMESPACE_URL, text))
