"""Versions of documents: one a change, none for nothing, differences only where they are known."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hq import catalogue, shelf
from hq.appliances import report
from hq.database import open_hq
from hq.journal import Sender
from hq.pushes import FIRST_REPEAT_MS, PushPlan, ahead
from retail.catalogue import Category, Operator, Product
from retail.errors import Refused
from retail.messages import State
from retail.streams import AnyDocument

TILL = Sender("demo", "till-1")


def product(name: str, price_minor: int = 2200) -> Product:
    return Product(
        id=name, names={"en": name.title(), "zh-Hans": "拿铁"}, category="c", price_minor=price_minor
    )


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_hq(tmp_path / "hq.db")
    with engine.begin() as made:
        catalogue.put(made, [product("latte"), product("mocha")])
        yield made
    engine.dispose()


def test_only_what_really_changed_makes_a_version(connection: Connection) -> None:
    assert catalogue.put(connection, [product("latte"), product("mocha")]) == {}
    assert catalogue.put(connection, [product("latte", 1), Operator(id="o", names={})]) == {
        "catalogue": 2,
        "staff": 1,
    }
    push = catalogue.changes_since(connection, "catalogue", 1)
    assert push and [one.document.id for one in push.documents] == ["latte"]


def test_a_snapshot_leaves_out_what_is_gone_and_a_difference_says_it(connection: Connection) -> None:
    assert catalogue.remove(connection, "product", ["latte", "nothing"]) == 2
    assert catalogue.remove(connection, "product", ["latte"]) is None
    snapshot = catalogue.changes_since(connection, "catalogue", 0)
    difference = catalogue.changes_since(connection, "catalogue", 1)
    assert snapshot and [one.document.id for one in snapshot.documents] == ["mocha"]
    assert difference and [(one.document.id, one.gone) for one in difference.documents] == [("latte", True)]
    assert catalogue.changes_since(connection, "catalogue", 2) is None
    assert catalogue.put(connection, [product("latte")]) == {"catalogue": 3}


def test_a_till_ahead_of_a_restored_hq_gets_a_higher_snapshot(connection: Connection) -> None:
    assert ahead(connection, {"catalogue": 7, "unknown": 9}) == [("catalogue", 7)]
    assert catalogue.overtake(connection, "catalogue", 7) == 8
    push = catalogue.changes_since(connection, "catalogue", 7)
    assert push and (push.base, push.version, len(push.documents)) == (0, 8, 2)


@pytest.mark.parametrize(("price", "member"), [(-1, None), (10**16, None), (100, 101), (100, -1)])
def test_an_impossible_price_is_refused(connection: Connection, price: int, member: int | None) -> None:
    with pytest.raises(Refused):
        catalogue.set_price(connection, "latte", price, member)
    assert catalogue.versions(connection) == {"catalogue": 1}


def test_a_lost_push_is_sent_again_and_a_reported_one_is_not(connection: Connection) -> None:
    plan = PushPlan()
    report(connection, TILL, State(online=True), 0)
    assert [planned.push.version for planned in plan.due(connection, 0)] == [1]
    assert plan.due(connection, FIRST_REPEAT_MS - 1) == []
    assert len(plan.due(connection, FIRST_REPEAT_MS)) == 1
    assert plan.due(connection, FIRST_REPEAT_MS * 2) == [], "intervals grow"
    report(connection, TILL, State(online=True, versions={"catalogue": 1}), 0)
    assert plan.due(connection, 10**9) == []
    report(connection, TILL, State(online=False), 0)
    catalogue.put(connection, [product("latte", 1)])
    assert plan.due(connection, 10**9) == [], "nobody is there"


def test_products_are_found_by_words_and_numbers_in_the_shelfs_order(connection: Connection) -> None:
    more: list[AnyDocument] = [
        Category(id="c", names={"en": "Coffee"}, order=1),
        Product(
            id="x", names={"en": "Beans"}, category="z", price_minor=1, gtins=("6901234567892",), plu="77"
        ),
    ]
    catalogue.put(connection, more)
    found = {
        words: [row.product.id for row in shelf.find(connection, words, "", 1).rows]
        for words in ("", "LATTE", "拿铁", "6901234", "77", "nothing", "拿铁 mocha")
    }
    assert found == {
        "": ["latte", "mocha", "x"],
        "LATTE": ["latte"],
        "拿铁": ["latte", "mocha"],
        "6901234": ["x"],
        "77": ["x"],
        "nothing": [],
        "拿铁 mocha": ["mocha"],
    }
