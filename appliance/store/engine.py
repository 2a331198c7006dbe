"""The appliance's encrypted databases: their key file, and opening them with it.

`synchronous=FULL` for what is ours to lose, `NORMAL` for what HQ can send again. How SQLite
itself is opened and migrated is `sqlitebase`'s.
"""

from pathlib import Path
from typing import Literal

from sqlalchemy import Engine

from sqlitebase import create_key, migrate, newest_version, open_database, read_key, version_of

__all__ = ["create_key", "migrate", "newest_version", "open_engine", "read_key", "version_of"]


def open_engine(
    path: Path,
    key_hex: str,
    *,
    synchronous: Literal["FULL", "NORMAL"],
    read_only: bool = False,
    shared: bool = False,
) -> Engine:
    """An engine on the encrypted database at `path`; see `sqlitebase.open_database`."""
    return open_database(path, key_hex=key_hex, synchronous=synchronous, read_only=read_only, shared=shared)
