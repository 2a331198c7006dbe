"""Open an SQLite database the one way we open them, encrypted or plain.

SQLCipher with a raw key (no key derivation: 0.5 ms), or a plain file by the same library; WAL,
foreign keys on. A SQLite with the WAL-reset bug (3.7.0 to 3.51.2 except 3.50.7+ and 3.44.6+) is
refused: it can lose committed transactions.
"""

import time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, StaticPool

from retail.errors import ContractError, InvariantBroken

BUSY_TIMEOUT_MS = 5_000
BUSY_PAUSE_S = 0.005
WAL_BYTES_KEPT = 16 * 1024 * 1024
"""What a large transaction made of the write-ahead log beyond this is given back after a checkpoint."""


def is_vulnerable(version: tuple[int, ...]) -> bool:
    """Whether this SQLite version can lose commits when a writer and a checkpoint meet."""
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    return not ((3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0))


def require_safe_sqlite() -> None:
    """Refuse to start on a SQLite that loses data."""
    carried: str = _driver().sqlite_version
    if is_vulnerable(tuple(int(part) for part in carried.split("."))):
        raise InvariantBroken("store.vulnerable_sqlite", version=carried)


def open_database(
    path: Path,
    *,
    key_hex: str | None,
    synchronous: Literal["FULL", "NORMAL"],
    read_only: bool = False,
    shared: bool = False,
) -> Engine:
    """An engine on the database at `path`; without a key the file is plain.

    One connection, used by one thread, unless `shared`: then every checkout is a connection of
    its own. `ContractError` when the key does not fit or the file is not a database.
    """
    require_safe_sqlite()
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        _url(key_hex),
        creator=lambda: _connect(path, read_only),
        module=_driver(),
        poolclass=NullPool if shared else StaticPool,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        _prepare(connection, path, synchronous, read_only)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The driver's own BEGIN is deferred; taking the write lock at once makes waiting honest.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _url(key_hex: str | None) -> URL:
    if key_hex is None:
        return URL.create("sqlite+pysqlite")
    return URL.create("sqlite+pysqlcipher", password=f"x'{key_hex}'")


def _driver() -> Any:
    from sqlcipher3 import dbapi2

    return dbapi2


def _connect(path: Path, read_only: bool) -> Any:
    return _driver().connect(
        f"file:{quote(str(path))}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )


def _prepare(connection: Any, path: Path, synchronous: str, read_only: bool) -> None:
    """Runs after the dialect has given the key; the first read shows whether it fits."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not read_only:
            _keep_a_log(connection)
            connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES_KEPT}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
    except _driver().DatabaseError as error:
        connection.close()
        raise ContractError("store.cannot_open", path=str(path), why=str(error)) from error


def _keep_a_log(connection: Any) -> None:
    """Switch to WAL. SQLite itself does not wait for another process that is just switching, too."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except _driver().OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(BUSY_PAUSE_S)
