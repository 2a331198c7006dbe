"""A home of an older program is brought up to date with everything it holds."""

from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from appliance.runtime.paths import Home
from appliance.store.engine import open_engine, read_key
from appliance.store.trade import Identity, TradeStore, open_trade
from retail.messages import GENESIS
from tests.support.desk import new_home

SALE = {"clearing/qr": 40, "income/sales": -90, "till/cash": 50}
SOLD = (
    '{"sale_id": "s1", "total_minor": 90, "tax_added_minor": 0, "lines": [{"total_minor": 90}],'
    ' "tenders": [{"amount_minor": 40}, {"amount_minor": 50}]}'
)
VOIDED = '{"sale_id": "v1", "voids": "s1", "total_minor": -90, "tenders": [{"amount_minor": -90}]}'


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


def _append(old: Connection, seq: int, kind: str, body: str) -> None:
    prev = f"h{seq - 1}" if seq > 1 else GENESIS
    old.exec_driver_sql(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 'today')",
        (seq, f"id{seq}", kind, body, prev, f"h{seq}", seq),
    )


def _book(old: Connection, entry: int, kind: str, cause: str, sign: int) -> None:
    old.exec_driver_sql("INSERT INTO ledger_entry VALUES (?, ?, ?, ?, 0)", (entry, f"e{entry}", kind, cause))
    for account, amount in SALE.items():
        old.exec_driver_sql("INSERT INTO posting VALUES (?, ?, 'CNY', ?)", (entry, account, sign * amount))
    old.exec_driver_sql("UPDATE ledger_entry SET closed = 1 WHERE entry = ?", (entry,))


def test_entries_beside_the_journal_come_to_stand_in_it(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    engine = _as_of(home, 5)
    with engine.begin() as old:
        _append(old, 1, "staff.signed_in", "{}")
        _append(old, 2, "sale.completed", SOLD)
        _append(old, 3, "sale.voided", VOIDED)
        old.exec_driver_sql("INSERT INTO sale VALUES (1, 2, 's1', 'today', 'morning', 'CNY', 90)")
        old.exec_driver_sql("INSERT INTO sale_void VALUES (1, 3, 'v1', -90)")
        _book(old, 1, "sale", "s1", 1)
        _book(old, 2, "reversal", "e1", -1)
    engine.dispose()
    engine = open_trade(home, Identity("demo", "till-1", "x", "T1"))
    with engine.connect() as new:
        entries = new.exec_driver_sql("SELECT * FROM ledger_entry ORDER BY entry").all()
        postings = new.exec_driver_sql("SELECT * FROM posting ORDER BY entry, account").all()
        assert [tuple(row) for row in entries] == [(2, "e1", "sale", "s1"), (3, "e2", "reversal", "e1")]
        assert [tuple(row) for row in postings] == [
            (seq, account, "CNY", sign * amount)
            for seq, sign in ((2, 1), (3, -1))
            for account, amount in SALE.items()
        ]
        with pytest.raises(Exception, match="immutable"):
            new.exec_driver_sql("UPDATE journal SET entry = NULL WHERE seq = 2")
    trade = TradeStore(engine, lambda: "new")
    with trade.unit() as unit:
        assert {one.account: one.amount_minor for one in unit.booked(1).postings} == SALE
    trade.close()
    engine.dispose()
