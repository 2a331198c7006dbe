"""The file itself, the acknowledged cursor and HQ's copy; and the command's word and exit code."""

import json

import msgspec
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from appliance.runtime.paths import Home
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import Cursor, keep_cursor
from appliance.store.trade import read_trade
from appliance.store.trade.outbox import OutboxReader
from hq import journal
from hq.database import database_path, open_hq
from retail.messages import Envelope
from tests.verify.conftest import Tamper, seen
from tillbox.commands.verify import app
from tillbox.verify import verify


def events(home: Home) -> list[Envelope]:
    """The journal as sync would send it."""
    engine = read_trade(home)
    try:
        return OutboxReader(engine).after(0, 100)
    finally:
        engine.dispose()


def put_cursor(home: Home, at: Cursor) -> None:
    """What sync writes when HQ has acknowledged."""
    engine = open_reference(home, writable=True)
    with engine.begin() as connection:
        keep_cursor(connection, "incarnation-1", at)
    engine.dispose()


def take(home: Home, upto: int) -> Engine:
    """HQ's database in this home, which took the journal as far as that."""
    engine = open_hq(database_path(home.root))
    raws = [msgspec.to_builtins(event) for event in events(home)[:upto]]
    with engine.begin() as connection:
        journal.accept(connection, journal.Sender(raws[0]["tenant"], raws[0]["appliance"]), raws, now_ms=0)
    return engine


@pytest.fixture
def hq(home: Home) -> Engine:
    """HQ's database in this home, holding the whole journal."""
    return take(home, 100)


def test_hq_with_the_same_journal_is_whole(home: Home, hq: Engine) -> None:
    put_cursor(home, Cursor(5, events(home)[4].hash))
    verdict = verify(home)
    assert verdict.whole, verdict.findings
    assert (verdict.cursor_upto, verdict.hq_upto) == (5, 5)


def test_hq_that_is_behind_is_whole(home: Home) -> None:
    take(home, 3).dispose()
    verdict = verify(home)
    assert verdict.whole, verdict.findings
    assert verdict.hq_upto == 3


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE event SET hash = prev WHERE seq = 3", ("hq.hash_differs", 3, None, "hash")),
        ("DELETE FROM event WHERE seq = 2", ("hq.gap", 2, None, None)),
        ("UPDATE event SET seq = 6 WHERE seq = 5", ("hq.beyond_head", 6, None, None)),
        ("UPDATE sale SET total_minor = 1 WHERE seq = 3", ("hq.sale_differs", 3, 2, "total_minor")),
        ("UPDATE sale SET business_day = 'x' WHERE seq = 3", ("hq.sale_differs", 3, 2, "business_day")),
        ("UPDATE sale SET sale_id = 'x' WHERE seq = 3", ("hq.sale_unknown", 3, None, None)),
    ],
)
def test_hq_that_holds_something_else_is_told(
    home: Home, hq: Engine, statement: str, expected: tuple[object, ...]
) -> None:
    with hq.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        drops = "".join(f"DROP TRIGGER {trigger};" for trigger in ("event_is_a_fact", "event_stays"))
        raw.executescript(f"PRAGMA foreign_keys = OFF; {drops} {statement};")
    assert expected in seen(home)


def test_a_home_that_was_set_back_is_told_by_hq_s_acknowledgement(home: Home, tamper: Tamper) -> None:
    put_cursor(home, Cursor(5, events(home)[4].hash))
    tamper("DELETE FROM journal WHERE seq = 5", "DELETE FROM sale WHERE number = 3")
    assert ("cursor.beyond_head", 5, None, None) in seen(home)


def test_an_acknowledgement_of_another_event_is_told(home: Home) -> None:
    put_cursor(home, Cursor(4, "f" * 64))
    assert seen(home) == {("cursor.hash_differs", 4, None, None)}


def test_a_page_changed_without_the_key_is_told(home: Home) -> None:
    checkpoint(home)
    size = home.trade_db.stat().st_size
    with home.trade_db.open("r+b") as file:
        file.seek(size - 2000)
        file.write(b"\0\1\2\3")
    verdict = verify(home)
    assert verdict.findings.counts.keys() & {"file.cipher", "file.damaged", "file.unreadable"}


def checkpoint(home: Home) -> None:
    """Bring everything from the log into the file."""
    from appliance.store.engine import open_engine, read_key

    engine = open_engine(home.trade_db, read_key(home.database_key), synchronous="FULL")
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    engine.dispose()


def test_a_damaged_hq_does_not_hide_the_till(home: Home) -> None:
    path = database_path(home.root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"this is no database" * 400)
    assert {code for code, *_ in seen(home)} == {"hq.unreadable"}


def test_the_command_says_what_is_wrong_where_and_ends_with_1(
    home: Home, tamper: Tamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLBOX_HOME", str(home.root))
    monkeypatch.setenv("LC_ALL", "C")
    whole = CliRunner().invoke(app, ["--json"])
    assert (whole.exit_code, json.loads(whole.stdout)["ok"]) == (0, True)
    tamper("UPDATE sale SET total_minor = 99 WHERE number = 2")
    wrong = CliRunner().invoke(app, ["--json"])
    told = json.loads(wrong.stdout)
    assert (wrong.exit_code, told["ok"]) == (1, False)
    assert told["findings"][0]["where"] == {"seq": 3, "sale": 2, "field": "total_minor"}
    assert (told["findings"][0]["expected"], told["findings"][0]["found"]) == ("300", "99")
    text = CliRunner().invoke(app, []).stdout
    assert "seq 3, sale 2, field total_minor" in text


def test_a_home_that_never_sold_has_nothing_to_verify(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLBOX_HOME", str(tmp_path_factory.mktemp("empty")))
    done = CliRunner().invoke(app, ["--json"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"] == "store.no_trade_database"
