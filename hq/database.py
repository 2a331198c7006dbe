"""HQ's database file: where it is and how it is opened.

Plain SQLite in WAL with `synchronous=FULL`: what HQ has acknowledged survives a power cut.
"""

from pathlib import Path

from sqlalchemy import Engine

from sqlitebase import migrate, open_database

DATABASE_NAME = "hq.db"


def database_path(home: Path) -> Path:
    """HQ's database in a Tillbox home."""
    return home / "hq" / DATABASE_NAME


def open_hq(path: Path) -> Engine:
    """The database at `path`, made and brought up to date; each checkout is its own connection."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_database(path, key_hex=None, synchronous="FULL", shared=True)
    migrate(engine, "hq.schema")
    return engine


def open_to_read(path: Path) -> Engine:
    """The same file for pages and queries: never takes the write lock."""
    return open_database(path, key_hex=None, synchronous="FULL", read_only=True, shared=True)
