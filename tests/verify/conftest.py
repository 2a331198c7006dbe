"""A home with a few sales, and a hand that changes its rows past every trigger."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.runtime.paths import Home
from appliance.store.engine import open_engine, read_key
from tests.support.desk import new_home, open_till
from tillbox.verify import Finding, verify

WATER = "6901234567892"


def make_sales(folder: Path) -> Home:
    """Three sales (cash with change, card, two tenders) and a removed line."""
    home = new_home(folder)
    till = open_till(home)
    selling, paying, now = till.checkout.selling, till.checkout.paying, till.clock.now
    selling.add_product_id("latte", now())
    selling.scan(WATER, "", now())
    paying.cash(5000, now())
    selling.scan(WATER, "", now())
    paying.exact("card", now())
    selling.add_product_id("beans", now())
    basket = selling.scan(WATER, "", now()) and till.checkout.desk.require_basket()
    selling.remove(basket.lines[1].line_id, now())
    paying.all_of([("cash", 5000), ("wechat", 2800)], now())
    till.close()
    return home


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sales(tmp_path_factory.mktemp("made") / "home").root


@pytest.fixture
def home(tmp_path: Path, made: Path) -> Home:
    return Home(shutil.copytree(made, tmp_path / "home"))


Tamper = Callable[..., None]


@pytest.fixture
def tamper(home: Home) -> Tamper:
    """Runs statements on trade.db with its triggers and foreign keys out of the way."""

    def run(*statements: str, **params: Any) -> None:
        engine = open_engine(home.trade_db, read_key(home.database_key), synchronous="FULL")
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys = OFF")
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                assert raw.execute(statement, params).rowcount != 0, f"{statement} changed nothing"
        engine.dispose()

    return run


Seen = set[tuple[str, Any, Any, Any]]


def seen(home: Home) -> Seen:
    """(code, seq, sale or entry, field) of each finding."""

    def place(finding: Finding) -> tuple[str, Any, Any, Any]:
        where = finding.where
        return finding.code, where.get("seq"), where.get("sale", where.get("entry")), where.get("field")

    return {place(finding) for finding in verify(home).findings.kept}
