"""HQ's book of stock: from tills' events and people's hands, told once, and the same in any order."""

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from hq import catalogue
from hq.alarms import alarms
from hq.database import open_hq
from hq.ingest import take
from hq.pushes import PushPlan
from hq.stock import STORE, keeping, reading, telling
from hq.tables import stock_item, stock_movement
from retail.catalogue import Product, SoldSerial, StockLevel, StockMark
from retail.errors import Refused
from retail.messages import Hello, Topics, encode
from retail.stock import Count, MoveKind, movement, store_place
from tests.support.journal import Chain, RawEvent, sale_body

MUG = Product(
    id="mug", names={"zh-Hans": "马克杯", "en": "Mug"}, category="goods", price_minor=5800, plu="606"
)
LATTE = Product(id="latte", names={"en": "Latte"}, category="coffee", price_minor=2200)
START_MS = 1_770_000_000_000


class Store:
    """HQ without a broker; `send` is a till, the rest is somebody at HQ."""

    def __init__(self, path: Path) -> None:
        self.engine: Engine = open_hq(path)
        self.now_ms = START_MS
        self._ids = itertools.count(1)
        with self.engine.begin() as connection:
            catalogue.put(connection, [MUG, LATTE])

    def send(self, events: list[RawEvent], till: str = "till-1") -> None:
        payload = json.dumps({"type": "events", "events": events}).encode()
        take(self.engine, PushPlan(), Topics("demo", till).up_event, payload, self.now_ms)

    def move(self, kind: MoveKind, milli: int, at_ms: int = START_MS, **more: Any) -> int:
        moved = movement(f"m{next(self._ids)}", kind, "mug", milli, keeping.instant(at_ms), STORE, **more)
        with self.engine.begin() as connection:
            return keeping.move(connection, moved, self.now_ms)

    def count(self, milli: int, at_ms: int) -> int:
        counted = Count(
            count_id=f"c{next(self._ids)}", product_id="mug", counted_milli=milli, at=keeping.instant(at_ms)
        )
        with self.engine.begin() as connection:
            return keeping.count(connection, counted, self.now_ms)

    def reorder(self, milli: int | None) -> None:
        with self.engine.begin() as connection:
            keeping.set_reorder(connection, "mug", milli, self.now_ms)

    def tell(self) -> None:
        with self.engine.begin() as connection:
            telling.tell(connection)

    def level(self, product_id: str = "mug") -> int | None:
        """The level kept, which must be the sum of the movements."""
        with self.engine.connect() as connection:
            kept = connection.execute(
                select(stock_item.c.level_milli).where(stock_item.c.product_id == product_id)
            ).scalar_one_or_none()
            rows = connection.execute(select(stock_movement).where(stock_movement.c.product_id == product_id))
            here = store_place(STORE)
            total = sum(row.quantity_milli * ((row.target == here) - (row.source == here)) for row in rows)
        assert kept is None or kept == total
        return kept

    def alarms(self) -> list[tuple[str, int]]:
        with self.engine.connect() as connection:
            return sorted((one.code, one.count) for one in alarms(connection))

    def documents(self, kind: Any) -> dict[str, Any]:
        with self.engine.connect() as connection:
            return {one.document.id: one.document for one in catalogue.held(connection, kind)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "hq.db")
    yield made
    made.engine.dispose()


def sale(number: int, milli: int, product: str = "mug", **lot: str) -> dict[str, Any]:
    body = sale_body(number)
    body["lines"][0].update({"product_id": product, "quantity_milli": milli, **({"lot": lot} if lot else {})})
    return body


def chain(*bodies: dict[str, Any], till: str = "till-1", at_ms: int = START_MS) -> Chain:
    """A till's journal of these sales or stock events, a second apart."""
    made = Chain(till, incarnation=f"inc-{till}")
    for number, body in enumerate(bodies, start=1):
        kind = str(body.pop("event", "sale.completed"))
        if kind == "sale.completed":
            body["sale_id"] = f"{till}-{number}"
        made.add(kind, body, hlc=keeping.instant(at_ms + number * 1000))
    return made


def test_sales_and_returns_move_the_level_of_goods_that_are_kept(store: Store) -> None:
    store.move("received", 10_000)
    store.send(chain(sale(1, 3000), sale(2, -1000), sale(3, 2000, "latte")).events)
    assert store.level() == 8_000
    assert store.level("latte") is None


def test_goods_in_out_wasted_and_transferred(store: Store) -> None:
    moves: list[tuple[MoveKind, int, int]] = [
        ("received", 10_000, 10_000),
        ("waste", 1_000, 9_000),
        ("issued", 2_000, 7_000),
        ("transfer_out", 3_000, 4_000),
        ("transfer_in", 1_000, 5_000),
    ]
    for kind, milli, level in moves:
        assert store.move(kind, milli, other_store="second" if "transfer" in kind else "") == level
    with store.engine.connect() as connection:
        found = reading.history(connection, "mug")
    assert found is not None
    assert {one.target for one in found.movements} == {
        "store/main", "waste", "issued", "transfer/second"
    }  # fmt: skip


def test_a_till_moves_and_counts_goods_itself(store: Store) -> None:
    moved = {"event": "stock.moved", "movement_id": "x", "kind": "received", "product_id": "mug",
             "quantity_milli": 12_000, "operator_id": "op-1", "batch": "L1",
             "expires": "2027-01-31", "approver_id": "op-2"}  # fmt: skip
    counted = {"event": "stock.counted", "count_id": "y", "product_id": "mug", "counted_milli": 9_000,
               "operator_id": "op-1", "approver_id": "op-2"}  # fmt: skip
    wrong = {**moved, "movement_id": "z", "quantity_milli": -1}
    store.send(chain(moved, sale(2, 2000), counted, sale(4, 1000), wrong).events)
    assert store.level() == 8_000
    assert store.alarms() == [("stock.quantity", 1)]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_two_tills_and_hq_gives_the_same_level(tmp_path: Path, seed: int) -> None:
    """The first till counts while the second, offline, sells on: 10 in, 2 + 1 sold before, 1 after."""
    chance = random.Random(seed)
    store = Store(tmp_path / "hq.db")
    counted = {"event": "stock.counted", "count_id": "c", "product_id": "mug", "counted_milli": 6_000,
               "operator_id": "op-1"}  # fmt: skip
    first = chain(sale(1, 2000), counted, sale(3, 1000))
    second = chain(sale(1, 1000), sale(2, 2000), till="till-2", at_ms=START_MS + 500)
    news: list[Any] = [
        lambda: store.send(first.events[:2]),
        lambda: store.send(first.events[2:]),
        lambda: store.send(second.events[:1], "till-2"),
        lambda: store.send(second.events[1:], "till-2"),
        lambda: store.move("received", 10_000),
    ]
    chance.shuffle(news)
    for one in news:
        one()
    for till, made in (("till-1", first), ("till-2", second)):
        store.send(made.events, till)
    assert store.level() == 6_000 - 1_000 - 2_000
    store.engine.dispose()


def test_a_count_of_an_earlier_instant_is_compared_with_the_level_of_then(store: Store) -> None:
    store.move("received", 10_000)
    store.send(chain(sale(1, 3000), sale(2, 1000)).events)
    assert store.count(6_000, START_MS + 1500) == -1_000
    assert store.level() == 5_000


def test_what_was_sold_before_the_book_began_is_not_in_it(store: Store) -> None:
    store.send(chain(sale(1, 3000), sale(2, 1000)).events)
    assert store.level() is None
    store.move("received", 10_000, at_ms=START_MS + 1500)
    assert store.level() == 9_000


def test_low_stock_is_told_once_for_each_crossing(store: Store) -> None:
    store.move("received", 5_000)
    store.reorder(3_000)
    sales = chain(*[sale(number, 1000) for number in range(1, 5)])
    for number in range(4):
        store.send(sales.events[number : number + 1])
    assert store.alarms() == [("stock.low", 1)]
    store.move("received", 5_000)
    store.move("waste", 4_000)
    assert store.alarms() == [("stock.low", 2)]


def test_batches_go_out_first_expired_first_and_near_ones_are_listed(store: Store) -> None:
    store.move("received", 4_000, batch="B", expires="2026-03-20")
    store.move("received", 2_000, batch="A", expires="2026-03-05")
    store.send(chain(sale(1, 1000), sale(2, 1000, batch="B", expires="2026-03-20")).events)
    with store.engine.connect() as connection:
        (shelf,) = reading.shelves(connection).rows
        near = reading.near_expiry(connection, "2026-03-09")
    assert [(one.batch.name, one.quantity_milli) for one in shelf.batches] == [("A", 1_000), ("B", 3_000)]
    assert [(level.batch.name, level.quantity_milli) for _, level in near] == [("A", 1_000)]


def test_a_serial_number_sold_twice_is_told_and_one_returned_is_not_sold(store: Store) -> None:
    store.move("received", 1_000, serial="S1")
    store.send(
        chain(sale(1, 1000, serial="S1"), sale(2, -1000, serial="S1"), sale(3, 1000, serial="S1")).events
    )
    store.tell()
    assert list(store.documents(SoldSerial)) == ["mug/S1"]
    assert store.alarms() == []
    store.send(chain(sale(1, 1000, serial="S1"), till="till-2").events, "till-2")
    assert store.alarms() == [("stock.serial_sold_twice", 1)]
    store.send(
        chain(sale(1, -1000, serial="S1"), sale(2, -1000, serial="S1"), till="till-3").events, "till-3"
    )
    store.tell()
    assert store.documents(SoldSerial) == {}


def test_tills_are_told_the_levels_and_how_much_of_their_journal_is_in_them(store: Store) -> None:
    store.move("received", 10_000)
    hello = Hello(incarnation="inc-till-1", last_seq=0, head_hash="0" * 64, versions={})
    take(store.engine, PushPlan(), Topics("demo", "till-1").up_request, encode(hello), START_MS)
    store.send(chain(sale(1, 3000), sale(2, 1000)).events)
    store.tell()
    assert store.documents(StockLevel)["mug"].level_milli == 6_000
    assert store.documents(StockMark)["inc-till-1"].upto == 2
    with store.engine.connect() as connection:
        assert not telling.anything_to_tell(connection)
        version = catalogue.versions(connection)["stock"]
        (push,) = [catalogue.changes_since(connection, "stock", 0)]
    assert push is not None
    assert (push.version, len(push.documents)) == (version, 2)


def test_the_book_cannot_be_edited_and_unknown_goods_are_refused(store: Store) -> None:
    store.move("received", 1_000)
    for statement in ("UPDATE stock_movement SET quantity_milli = 1", "DELETE FROM stock_movement"):
        with store.engine.begin() as connection, pytest.raises(Exception, match="a movement is a fact"):
            connection.exec_driver_sql(statement)
    moved = movement("n", "received", "nothing", 1000, 1, STORE)
    with store.engine.begin() as connection, pytest.raises(Refused, match=r"product\.unknown"):
        keeping.move(connection, moved, START_MS)
