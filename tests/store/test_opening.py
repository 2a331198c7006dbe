"""Keys, versions and identities: a database opens for who may open it, or says why not."""

from pathlib import Path

import pytest

from appliance.store.engine import create_key, open_engine, read_key
from appliance.store.trade import Identity, open_trade, read_trade
from retail.errors import ContractError
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
