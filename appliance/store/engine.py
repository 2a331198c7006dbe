"""Open an encrypted SQLite database the one way we open them, and bring its tables up to date.

SQLCipher with a raw key (no key derivation: 0.5 ms), WAL, foreign keys on. `synchronous=FULL`
for what is ours to lose, `NORMAL` for what HQ can send again. A SQLite with the WAL-reset bug
(3.7.0 to 3.51.2 except 3.50.7+ and 3.44.6+) is refused: it can lose committed transactions.
"""

import os
import re
import secrets
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, StaticPool

from retail.errors import ContractError, InvariantBroken

KEY_HEX_DIGITS = 64
BUSY_TIMEOUT_MS = 5_000


def is_vulnerable(version: tuple[int, ...]) -> bool:
    """Whether this SQLite version can lose commits when a writer and a checkpoint meet."""
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    return not ((3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0))


def require_safe_sqlite() -> None:
    """Refuse to start on a SQLite that loses data."""
    from sqlcipher3 import dbapi2

    version = tuple(int(part) for part in dbapi2.sqlite_version.split("."))
    if is_vulnerable(version):
        raise InvariantBroken("store.vulnerable_sqlite", version=dbapi2.sqlite_version)


def read_key(path: Path) -> str:
    """The raw key, 64 hex digits, from a file that only its owner may read."""
    try:
        mode = path.stat().st_mode & 0o777
        key = path.read_text().strip()
    except OSError as error:
        raise ContractError("store.no_key", path=str(path), why=error.strerror or "") from error
    if mode & 0o077:
        raise ContractError("store.key_readable_by_others", path=str(path), mode=f"{mode:o}")
    if not re.fullmatch(r"[0-9a-fA-F]{%d}" % KEY_HEX_DIGITS, key):
        raise ContractError("store.key_malformed", path=str(path))
    return key


def create_key(path: Path) -> None:
    """Make a random key file, once; an existing one is left alone. Torn creation is impossible."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(KEY_HEX_DIGITS // 2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def open_engine(
    path: Path,
    key_hex: str,
    *,
    synchronous: Literal["FULL", "NORMAL"],
    read_only: bool = False,
    shared: bool = False,
) -> Engine:
    """An engine on the database at `path`.

    One connection, used by one thread, unless `shared`: then every checkout is a connection of
    its own. `ContractError` when the key does not fit or the file is not a database.
    """
    require_safe_sqlite()
    path.parent.mkdir(parents=True, exist_ok=True)
    # The plug-in would derive a key from a password; a raw key is given on connect instead.
    engine = create_engine(
        "sqlite+pysqlcipher://",
        creator=lambda: _connect(path, key_hex, synchronous, read_only),
        poolclass=NullPool if shared else StaticPool,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The driver's own BEGIN is deferred; taking the write lock at once makes waiting honest.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _connect(path: Path, key_hex: str, synchronous: str, read_only: bool) -> Any:
    from sqlcipher3 import dbapi2

    mode = "ro" if read_only else "rwc"
    connection = dbapi2.connect(
        f"file:{_quoted(path)}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        connection.execute(f"PRAGMA key = \"x'{key_hex}'\"")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
    except dbapi2.DatabaseError as error:
        connection.close()
        raise ContractError("store.cannot_open", path=str(path), why=str(error)) from error
    return connection


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))


def migrate(engine: Engine, package: str) -> int:
    """Run the numbered SQL files of a package that this database has not seen; returns its version.

    Each file is one transaction together with the new ``user_version``, so a kill in the middle
    leaves the version before. A database newer than the program is refused.
    """
    scripts = sorted(
        (int(entry.name.split("_")[0]), entry.name)
        for entry in resources.files(package).iterdir()
        if re.fullmatch(r"\d{4}_\w+\.sql", entry.name)
    )
    newest = scripts[-1][0] if scripts else 0
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version > newest:
            raise ContractError("store.newer_than_program", version=version, known=newest)
        for number, name in scripts:
            if number > version:
                _run_script(connection, resources.files(package).joinpath(name).read_text("utf-8"), number)
        connection.rollback()
    return newest


def _run_script(connection: Connection, script: str, number: int) -> None:
    connection.rollback()
    raw = connection.connection.driver_connection
    if raw is None:
        raise InvariantBroken("store.no_connection")
    try:
        raw.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
