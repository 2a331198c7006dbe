"""Keys, versions and identities: a database opens for who may open it, or says why not."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from appliance.store.engine import create_key, open_engine, read_key
from appliance.store.trade import Identity, open_trade, read_trade
from retail.errors import ContractError
from sqlitebase import engine as engine_module
from sqlitebase import migrate, newest_version, open_database, version_of
from sqlitebase.engine import WAL_BYTES_KEPT, is_vulnerable
from tests.support.desk import new_home, open_till


@pytest.mark.parametrize(
    ("version", "vulnerable"),
    [
        ((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False),
        ((3, 45, 0), True), ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 0), True), ((3, 51, 2), True),
        ((3, 51, 3), False), ((3, 53, 4), False),
    ],
)  # fmt: skip
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, ...], vulnerable: bool) -> None:
    assert is_vulnerable(version) is vulnerable


def test_what_is_on_the_disk_can_not_be_read_without_the_key(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    till = open_till(home)
    till.checkout.selling.add_open_item("手工面包", 1250, till.clock.now())
    till.close()
    for path in home.trade_db.parent.iterdir():
        data = path.read_bytes()
        assert "手工面包".encode() not in data
        assert not data.startswith(b"SQLite format 3")
    with pytest.raises(ContractError, match="cannot_open"):
        open_engine(home.trade_db, "0" * 64, synchronous="FULL").connect()


def test_a_key_file_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "database.key"
    create_key(path)
    first = read_key(path)
    create_key(path)
    assert read_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(ContractError, match="readable_by_others"):
        read_key(path)


@pytest.mark.parametrize("content", ["", "short", "g" * 64])
def test_a_key_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "database.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(ContractError, match="malformed"):
        read_key(path)
    with pytest.raises(ContractError, match="no_key"):
        read_key(tmp_path / "other.key")


def test_another_appliance_s_database_is_refused(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    open_till(home).close()
    with pytest.raises(ContractError, match="other_appliance"):
        open_trade(home, Identity("demo", "till-2", "x", "T2"))


def test_a_reader_waits_for_a_database_that_is_not_there_yet(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no_trade_database"):
        read_trade(new_home(tmp_path))


def test_a_newer_database_is_not_touched_by_an_older_program(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    till = open_till(home)
    with till.trade.unit() as unit:
        unit._sql("PRAGMA user_version = 999")
    till.close()
    with pytest.raises(ContractError, match="newer_than_program"):
        open_till(home)


def test_a_log_that_one_large_transaction_blew_up_shrinks_again(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    engine = open_engine(home.root / "large.db", read_key(home.database_key), synchronous="NORMAL")
    log = home.root / "large.db-wal"
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE blob (data BLOB)")
        connection.exec_driver_sql("INSERT INTO blob VALUES (zeroblob(?))", (2 * WAL_BYTES_KEPT,))
    assert log.stat().st_size > 2 * WAL_BYTES_KEPT
    for _ in range(2):
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO blob VALUES ('')")
    assert log.stat().st_size <= WAL_BYTES_KEPT
    engine.dispose()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of SQL files, with a first one; what is in them may be done once only."""
    folder = tmp_path / f"tables_of_{tmp_path.name}"  # a name of its own: Python keeps what it imported
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "0001_first.sql").write_text(
        "CREATE TABLE done (what TEXT);\nINSERT INTO done VALUES ('first; 1');\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_a_reader_sees_no_table_until_all_of_them_are_there(tmp_path: Path, package: Path) -> None:
    broken = package / "0002_second.sql"
    broken.write_text("CREATE TABLE later (what TEXT);\nINSERT INTO nowhere VALUES (1);\n")
    engine = open_database(tmp_path / "a.db", key_hex=None, synchronous="NORMAL", shared=True)
    with pytest.raises(DatabaseError, match="nowhere"):
        migrate(engine, package.name)
    with engine.connect() as connection:
        assert version_of(connection) == 0
        assert connection.exec_driver_sql("SELECT name FROM sqlite_master").all() == []
    broken.write_text("-- More.\nINSERT INTO done VALUES ('second')")
    assert migrate(engine, package.name) == newest_version(package.name) == 2
    with engine.connect() as connection:
        assert version_of(connection) == 2
        assert connection.exec_driver_sql("SELECT what FROM done").scalars().all() == ["first; 1", "second"]


def test_several_who_make_the_tables_at_once_make_them_once(tmp_path: Path, package: Path) -> None:
    together = threading.Barrier(4)
    made: list[int] = []

    def make() -> None:
        engine = open_database(tmp_path / "a.db", key_hex=None, synchronous="NORMAL", shared=True)
        together.wait(30)
        made.append(migrate(engine, package.name))

    threads = [threading.Thread(target=make) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert made == [1] * len(threads)
    with open_database(tmp_path / "a.db", key_hex=None, synchronous="NORMAL").connect() as connection:
        assert connection.exec_driver_sql("SELECT what FROM done").scalars().all() == ["first; 1"]


def test_a_new_database_is_waited_for_while_another_process_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlcipher3 import dbapi2

    other = dbapi2.connect(str(tmp_path / "a.db"), isolation_level=None)
    other.execute("CREATE TABLE made (what TEXT)")
    other.execute("BEGIN IMMEDIATE")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr(engine_module.time, "sleep", wait)
    engine = open_database(tmp_path / "a.db", key_hex=None, synchronous="NORMAL")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    assert len(waits) == 1
    engine.dispose()
    other.close()
