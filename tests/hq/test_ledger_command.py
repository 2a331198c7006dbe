"""`tillbox ledger`: what somebody at HQ types, and that an older HQ's journals are booked when it starts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from hq import journal, requests
from hq.database import database_path, open_hq
from hq.journal import Sender
from hq.ledger import booking
from retail.messages import Request
from tests.support.journal import Chain
from tests.support.ledger import CNY, START_MS
from tillbox.cli import app
from tillbox.verify.findings import Findings
from tillbox.verify.hq_ledger import check_hq_ledger

TILL = Sender("demo", "till-1")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo shop in which one sale was made and one spend reserved."""
    made = tmp_path_factory.mktemp("home")
    assert tillbox(made, "owed").exit_code == 0
    chain = Chain()
    chain.add()
    engine = open_hq(database_path(made))
    with engine.begin() as connection:
        journal.accept(connection, TILL, chain.events, START_MS)
        body = {
            "auth_id": "a1",
            "incarnation": "i",
            "sale_id": "",
            "money": "stored_value",
            "account": "m-new",
            "units": 700,
            "amount_minor": 700,
            "currency": CNY,
        }
        connection.exec_driver_sql(
            "INSERT INTO ledger_lot VALUES ('member/m-new/principal/x', 'CNY', 900, 0, NULL)"
        )
        connection.exec_driver_sql("INSERT INTO ledger_entry VALUES (99, 'x', 'value.topped_up', 'c', 0, 0)")
        connection.exec_driver_sql("INSERT INTO posting VALUES (99, 'till/cash', 'CNY', 900)")
        connection.exec_driver_sql("INSERT INTO posting VALUES (99, 'member/m-new/principal/x', 'CNY', -900)")
        connection.exec_driver_sql("UPDATE ledger_entry SET closed = 1 WHERE entry = 99")
        requests.answer(connection, TILL, Request(id="q", kind="spend.authorise", body=body), START_MS)
    engine.dispose()
    return made


def tillbox(home: Path, *arguments: str, lang: str = "en_GB.UTF-8") -> Result:
    return CliRunner().invoke(
        app, ["--home", str(home), "ledger", *arguments], env={"LANG": lang, "LC_ALL": lang}
    )


def told(home: Path, *arguments: str) -> Any:
    ran = tillbox(home, *arguments, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_balances_and_entries_of_an_account_and_of_all_below_it(home: Path) -> None:
    assert {"account": "till/cash", "unit": CNY, "held": -3_100} in told(home, "balance", "till")
    (entry,) = told(home, "entries", "member/m-new")
    assert (entry["kind"], entry["postings"][0]["amount"]) == ("value.topped_up", -900)
    held = {one["account"]: one["held"] for one in told(home, "balance", "member") if one["unit"] == CNY}
    owed = sum(amount for account, amount in held.items() if "/principal/" in account)
    assert {"kind": "principal", "unit": CNY, "amount": owed} in told(home, "owed")
    assert held["member/m-new/principal/x"] == 900
    assert "member/m-new/principal/x" in tillbox(home, "balance", "member/m-new").stdout


def test_what_tills_hold_is_listed_and_written_off_once(home: Path) -> None:
    (one,) = told(home, "holds")
    assert (one["auth_id"], one["stale"]) == ("a1", True)
    assert "超过一天" in tillbox(home, "holds", lang="zh_CN.UTF-8").stdout
    assert tillbox(home, "write-off", "a1").exit_code == 0
    assert told(home, "holds") == []
    again = tillbox(home, "write-off", "a1")
    assert (again.exit_code, "written off already" in again.output) == (2, True)
    assert json.loads(tillbox(home, "write-off", "a9", "--json").stdout)["error"] == "authorisation.unknown"


def test_a_replay_makes_nothing_twice(home: Path) -> None:
    assert told(home, "replay") == {"entries": 0}


@pytest.fixture
def old_hq(tmp_path: Path) -> Iterator[Engine]:
    """An HQ whose journals came before it kept a ledger."""
    engine = open_hq(tmp_path / "hq.db")
    chain = Chain()
    for _ in range(3):
        chain.add()
    with engine.begin() as connection:
        journal.accept(connection, TILL, chain.events, START_MS)
        for name in ("entry_kept", "posting_kept"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for table in ("posting", "ledger_entry", "ledger_balance"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    yield engine
    engine.dispose()


def test_journals_older_than_the_ledger_are_booked_when_hq_starts(old_hq: Engine) -> None:
    with old_hq.begin() as connection:
        missing = Findings()
        check_hq_ledger(connection, missing)
        assert missing.counts == {"hq_ledger.not_booked": 3}
        assert booking.begin(connection, START_MS) == 3
        assert booking.begin(connection, START_MS) == 0
        whole = Findings()
        check_hq_ledger(connection, whole)
        assert not whole.counts


TAMPERING = [
    ("UPDATE posting SET amount = amount + 1 WHERE account = 'till/cash'", {"unbalanced", "balance_differs"}),
    ("UPDATE ledger_balance SET amount = 5 WHERE account = 'till/cash'", {"balance_differs"}),
    ("UPDATE ledger_entry SET closed = 0 WHERE entry = 1", {"open"}),
    ("DELETE FROM posting WHERE entry = 1", {"empty", "balance_differs"}),
    (
        "UPDATE posting SET account = 'clearing/sold' WHERE account = 'till/cash'",
        {"clearing", "balance_differs"},
    ),
    ("UPDATE posting SET account = 'pass/p/uses' WHERE account = 'income/sales'", {"benefit_missing"}),
    ("UPDATE posting SET account = 'card/c/value' WHERE account = 'till/cash'", {"below_zero"}),
    ("UPDATE posting SET account = 'member/m/points/l' WHERE account = 'income/sales'", {"lot_missing"}),
    (
        "INSERT INTO reservation (auth_id, appliance, incarnation, state, at_ms, amount_minor, currency)"
        " VALUES ('a', 't', 'i', 'open', 0, 5, 'CNY');"
        "INSERT INTO reservation_ask VALUES ('a', 'member/m/value', 'CNY', 5, 0)",
        {"over_reserved"},
    ),
]


@pytest.mark.parametrize(("change", "codes"), TAMPERING)
def test_verify_names_what_was_changed_by_hand(old_hq: Engine, change: str, codes: set[str]) -> None:
    with old_hq.begin() as connection:
        booking.begin(connection, START_MS)
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in rows.scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in change.split(";"):
            connection.exec_driver_sql(statement)
        findings = Findings()
        check_hq_ledger(connection, findings)
        assert {f"hq_ledger.{code}" for code in codes} <= findings.counts.keys()
