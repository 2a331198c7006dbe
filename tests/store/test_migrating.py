"""A home of an older program is brought up to date with everything it holds."""

from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import Engine

from appliance.runtime.paths import Home
from appliance.store.engine import open_engine, read_key
from appliance.store.trade import Identity, open_trade
from tests.support.desk import new_home

SALE = [("clearing/qr", "CNY", 40), ("income/sales", "CNY", -90), ("till/cash", "CNY", 50)]
UNDONE = [(account, currency, -amount) for account, currency, amount in SALE]


def _as_of(home: Home, version: int) -> Engine:
    """trade.db as the program left it whose newest migration was this one."""
    engine = open_engine(home.trade_db, read_key(home.database_key), synchronous="FULL")
    scripts = sorted(resources.files("appliance.store.trade").iterdir(), key=lambda entry: entry.name)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        for script in scripts:
            if script.name.endswith(".sql") and int(script.name[:4]) <= version:
                raw.executescript(script.read_text("utf-8"))
        raw.execute(f"PRAGMA user_version = {version}")
    return engine


def test_entries_of_many_rows_become_one_row_each(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    engine = _as_of(home, 5)
    with engine.begin() as old:
        for entry, kind, cause, postings in ((1, "sale", "s1", SALE), (2, "reversal", "e1", UNDONE)):
            old.exec_driver_sql(
                f"INSERT INTO ledger_entry VALUES ({entry}, 'e{entry}', '{kind}', '{cause}', 0)"
            )
            for posting in postings:
                old.exec_driver_sql(f"INSERT INTO posting VALUES ({entry}, ?, ?, ?)", posting)
            old.exec_driver_sql(f"UPDATE ledger_entry SET closed = 1 WHERE entry = {entry}")
    engine.dispose()
    engine = open_trade(home, Identity("demo", "till-1", "x", "T1"))
    with engine.connect() as new:
        entries = new.exec_driver_sql("SELECT entry, entry_id, kind, cause FROM ledger_entry").all()
        postings = new.exec_driver_sql("SELECT account, currency, amount_minor FROM posting").all()
        assert [tuple(row) for row in entries] == [(1, "e1", "sale", "s1"), (2, "e2", "reversal", "e1")]
        assert [tuple(row) for row in postings] == SALE + UNDONE
        with pytest.raises(Exception, match="immutable"):
            new.exec_driver_sql("DELETE FROM ledger_entry")
    engine.dispose()
