"""Price and commit of a line, completing a sale, and the bare SQLite commits that they are held against.

All on the same encrypted database settings, in the same folder, in turn, round by round.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from appliance.checkout.checkout import Checkout
from appliance.checkout.ports import Moment
from appliance.runtime.paths import Home
from appliance.store.engine import open_engine, read_key
from appliance.store.reference import ReferenceReader, open_reference
from appliance.store.trade import Identity, TradeStore, open_trade
from bench.figures import Figure, figure, percentile
from bench.shop import Shop
from retail.ids import uuid7

LINES = 5
INSERT = "INSERT INTO bare (body) VALUES (?)"
ZONE = ZoneInfo("Asia/Shanghai")


def _now() -> Moment:
    unix_ms = time.time_ns() // 1_000_000
    return Moment(unix_ms, datetime.fromtimestamp(unix_ms / 1000, ZONE))


def _new_id() -> str:
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def _took_ms(do: Callable[[], object]) -> float:
    began = time.perf_counter_ns()
    do()
    return (time.perf_counter_ns() - began) / 1e6


def pages_of(raw: Any, do: Callable[[], object]) -> int:
    """Frames in the write-ahead log after this, begun with an empty log."""
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    do()
    _busy, frames, _moved = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(frames)


class Bare:
    """One row, one durable commit: what no program on this engine can be faster than."""

    def __init__(self, home: Home) -> None:
        path = home.trade_db.with_name("bare.db")
        self._engine = open_engine(path, read_key(home.database_key), synchronous="FULL")
        raw: Any = self._engine.raw_connection().driver_connection
        self._raw = raw
        self._raw.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    def by_driver(self, body: str) -> None:
        """BEGIN IMMEDIATE, one INSERT, COMMIT, given to the driver."""
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.execute(INSERT, (body,))
        self._raw.execute("COMMIT")

    def by_engine(self, body: str) -> None:
        """The same three through SQLAlchemy, as a unit of work begins and ends."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(INSERT, (body,))

    def pages(self, body: str) -> int:
        """Pages that one bare commit writes."""
        return pages_of(self._raw, lambda: self.by_driver(body))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


class Counted:
    """A till on the home, that sells the same five lines again and again."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self._engine = open_trade(shop.home, Identity("demo", "till-1", _new_id(), "1"))
        self.store = TradeStore(self._engine, _new_id)
        self._reference = open_reference(shop.home, writable=False)
        reader = ReferenceReader(self._reference)
        self.checkout = Checkout(self.store, reader, _new_id, lambda pin, stored: False, "1")
        operator = next(one for one in reader.operators() if one.shift)
        self.checkout.staff.sign_in_for_record(operator, operator.shift, _now())
        self._codes = shop.codes
        self._chance = random.Random(seed)

    def scan(self) -> float:
        """A code of any product: looked up, priced, committed; milliseconds."""
        code = self._chance.choice(self._codes)
        return _took_ms(lambda: self._scan_and_price(code))

    def _scan_and_price(self, code: str) -> None:
        self.checkout.selling.scan(code, "]E0", _now())
        self.checkout.desk.price(self.checkout.desk.require_basket())

    def complete(self) -> float:
        """Pay the open basket in cash, exactly; milliseconds."""
        due = self.checkout.desk.due_minor(self.checkout.desk.require_basket())
        return _took_ms(lambda: self.checkout.paying.cash(due, _now()))

    def settle(self) -> None:
        """As when drawer and printer have answered: their effects are gone."""
        for effect in self.store.unsettled_effects():
            with self.store.unit() as unit:
                unit.settle_effect(effect.effect_id, "")

    def commits_of(self, do: Callable[[], object]) -> int:
        """How many transactions SQLite committed while this ran (`sqlite3_trace`)."""
        raw: Any = self._engine.raw_connection().driver_connection
        seen: list[str] = []
        raw.set_trace_callback(seen.append)
        try:
            do()
        finally:
            raw.set_trace_callback(None)
        return sum(statement.strip().upper().startswith("COMMIT") for statement in seen)

    def pages_of(self, do: Callable[[], object]) -> int:
        """How many pages this wrote to the log, each of them encrypted and authenticated."""
        raw: Any = self._engine.raw_connection().driver_connection
        return pages_of(raw, do)

    def event_body(self) -> str:
        """The newest sale's event as it stands in the journal."""
        raw: Any = self._engine.raw_connection().driver_connection
        statement = "SELECT body FROM journal WHERE type = 'sale.completed' ORDER BY seq DESC LIMIT 1"
        return str(raw.execute(statement).fetchone()[0])

    def close(self) -> None:
        """Let go of the databases."""
        self.store.close()
        self._engine.dispose()
        self._reference.dispose()


def measure_commits(shop: Shop, rounds: int, sales: int) -> list[Figure]:
    """Figures of `rounds` rounds of `sales` sales of five lines each.

    The bare commits come between the sales, one by one: whatever else the machine does hits all alike.
    """
    till, bare = Counted(shop, seed=1), Bare(shop.home)
    measured: list[Round] = []
    commits: list[float] = []
    pages: dict[str, list[float]] = {"sale": [], "driver": []}
    try:
        _sell(till, bare, 20, "x")
        body = till.event_body()
        for _ in range(rounds):
            measured.append(_sell(till, bare, sales, body))
            for _ in range(LINES):
                till.scan()
            commits.append(till.commits_of(till.complete))
            till.settle()
            for _ in range(LINES):
                till.scan()
            pages["sale"].append(till.pages_of(till.complete))
            pages["driver"].append(bare.pages("x"))
            till.settle()
    finally:
        till.close()
        bare.close()
    return _figures(measured, commits, pages, len(body.encode()), shop)


Round = dict[str, list[float]]
"""Milliseconds of each thing done, by its name."""


def _sell(till: Counted, bare: Bare, sales: int, body: str) -> Round:
    took: Round = {name: [] for name in ("driver", "driver_event", "engine", "line", "sale")}
    for _ in range(sales):
        took["driver"].append(_took_ms(lambda: bare.by_driver("x")))
        took["driver_event"].append(_took_ms(lambda: bare.by_driver(body)))
        took["engine"].append(_took_ms(lambda: bare.by_engine("x")))
        took["line"] += [till.scan() for _ in range(LINES)]
        took["sale"].append(till.complete())
        till.settle()
    return took


def _figures(
    measured: list[Round], commits: list[float], pages: Round, body_bytes: int, shop: Shop
) -> list[Figure]:
    def p(name: str, percent: float) -> list[float]:
        return [percentile(took[name], percent) for took in measured]

    def ratio(of: str, to: str) -> list[float]:
        return [a / b for a, b in zip(p(of, 50), p(to, 50), strict=True)]

    bare = "BEGIN IMMEDIATE, one INSERT, COMMIT; encrypted, WAL, synchronous=FULL"
    line = f"selling.scan and price, among {len(shop.codes)} products sold by the piece"
    sale = "paying.cash until its commit has returned"
    pair = "p50 to p50 of one round"
    return [
        figure("bare commit by the driver: p50", p("driver", 50), "ms", f"{bare}; a row of one byte"),
        figure("bare commit by the driver: p99", p("driver", 99), "ms", f"{bare}; a row of one byte"),
        figure(
            "bare commit of an event's bytes: p50",
            p("driver_event", 50),
            "ms",
            f"{bare}; by the driver, a row of {body_bytes} bytes",
        ),
        figure("bare commit by the engine: p50", p("engine", 50), "ms", f"{bare}; one byte, by SQLAlchemy"),
        figure("line, priced and committed: p50", p("line", 50), "ms", line),
        figure("line, priced and committed: p99", p("line", 99), "ms", line),
        figure("line / bare commit by the driver", ratio("line", "driver"), "x", pair),
        figure("sale of 5 lines completed: p50", p("sale", 50), "ms", sale),
        figure("sale of 5 lines completed: p99", p("sale", 99), "ms", sale),
        figure("sale / bare commit by the driver", ratio("sale", "driver"), "x", pair, 2.5),
        figure("sale / bare commit of an event's bytes", ratio("sale", "driver_event"), "x", pair),
        figure("sale / bare commit by the engine", ratio("sale", "engine"), "x", pair),
        figure("pages written by one completion", pages["sale"], "", "frames in the write-ahead log"),
        figure("pages written by a bare commit", pages["driver"], "", "frames in the write-ahead log"),
        figure("durable commits of one completion", commits, "", "COMMITs that SQLite's trace saw", 1),
    ]


def file_sizes(home: Home) -> dict[str, int]:
    """Bytes of each database."""
    data: Path = home.trade_db.parent
    return {path.name: path.stat().st_size for path in sorted(data.glob("*.db"))}
