"""Forgets what HQ has replaced and nobody reads any more, in small steps."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

PINNED = ("catalogue", "promotions", "promotion_use")
"""Streams that a basket reads as of the versions it was opened with; the others are read as they are now."""

STEP_ROWS = 250
"""Looked at in one transaction: some hundredths of a second on a small machine."""

Versions = Mapping[str, int]

# Rows are passed in the order in which they ended, so that what is kept is not looked at again and again.
_ENDED = """
    SELECT seq, from_version, until_version, (SELECT rank FROM product p WHERE p.seq = d.seq) AS rank
    FROM document d WHERE stream = ? AND until_version IS NOT NULL AND until_version <= ?
    AND (until_version, seq) > (?, ?) ORDER BY until_version, seq LIMIT ?"""


def current_versions(connection: Connection) -> dict[str, int]:
    """The version of each stream that HQ has sent."""
    rows = connection.exec_driver_sql("SELECT name, version FROM stream")
    return {str(row.name): int(row.version) for row in rows}


def prune(reference: Engine, settled: Versions, in_use: Collection[Versions]) -> Iterator[int]:
    """Delete ended rows, one short transaction a step; each step gives how many rows went.

    `in_use` are the versions of every basket, open or put aside. `settled` are versions that were current
    some time ago: whatever was read since then is kept, also for a basket that is only just being opened. So
    both may be looked up once, before the first step. Stopping between two steps leaves nothing half done.
    """
    for stream, settled_version in settled.items():
        pinned = {one.get(stream, 0) for one in in_use} if stream in PINNED else set()
        at = (0, 0)
        while True:
            with reference.begin() as connection:
                rows = connection.exec_driver_sql(_ENDED, (stream, settled_version, *at, STEP_ROWS)).all()
                gone = [
                    row for row in rows
                    if not any(row.from_version <= version < row.until_version for version in pinned)
                ]  # fmt: skip
                _delete(connection, gone)
            yield len(gone)
            if len(rows) < STEP_ROWS:
                break
            at = (rows[-1].until_version, rows[-1].seq)


def _delete(connection: Connection, rows: Sequence[Any]) -> None:
    listed = [(row.rank,) for row in rows if row.rank is not None]
    if listed:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", listed)
    if rows:
        connection.exec_driver_sql("DELETE FROM document WHERE seq = ?", [(row.seq,) for row in rows])
