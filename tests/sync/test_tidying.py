"""Rounds of forgetting, on a till's real databases: the file stays small, and no basket loses its prices."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from appliance.store.reference import open_reference
from appliance.store.trade.opening import read_trade
from appliance.store.trade.outbox import OutboxReader
from appliance.sync.tidying import EVERY_MS, FIRST_MS, Tidying
from retail.catalogue import Member, Product
from tests.support.desk import Till, named, new_home, open_till, push

MEMBERS = tuple(Member(id=f"m{number}", names=named("C*"), phone_hash=f"p{number}") for number in range(50))


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    made = open_till(new_home(tmp_path / "home"))
    yield made
    made.close()


@pytest.fixture
def reference(till: Till) -> Iterator[Engine]:
    engine = open_reference(till.home, writable=True)
    yield engine
    engine.dispose()


@pytest.fixture
def tidying(till: Till, reference: Engine) -> Iterator[Tidying]:
    trade = read_trade(till.home)
    yield Tidying(reference, OutboxReader(trade).basket_versions, 0)
    trade.dispose()


def rounds(tidying: Tidying, from_ms: int, steps: int = 30) -> None:
    for _ in range(steps):
        tidying.turn(from_ms)


def reprice(till: Till, version: int) -> None:
    water = Product(id="water", names=named("Water"), category="snacks", price_minor=version, plu="7")
    push(till.home, "catalogue", version - 1, version, (water,))


def give_points(till: Till, version: int) -> None:
    changed = tuple(msgspec.structs.replace(one, points=version) for one in MEMBERS)
    push(till.home, "members", version - 1, version, changed)


def test_baskets_keep_the_prices_they_were_opened_with(till: Till, tidying: Tidying) -> None:
    for version in range(2, 6):
        reprice(till, version)
        if version in (2, 4):
            till.checkout.selling.scan("7", "", till.clock.now())
        if version == 2:
            till.checkout.selling.suspend()
    rounds(tidying, FIRST_MS)
    rounds(tidying, FIRST_MS + EVERY_MS)
    read = [till.reference.product("water", version) for version in range(1, 6)]
    assert [one and one.price_minor for one in read] == [None, 2, None, 4, 5]
    till.checkout.selling.clear(till.clock.now())
    rounds(tidying, FIRST_MS + 2 * EVERY_MS)
    read = [till.reference.product("water", version) for version in range(1, 6)]
    assert [one and one.price_minor for one in read] == [None, 2, None, None, 5]


def test_a_basket_that_is_only_being_opened_loses_nothing(till: Till, tidying: Tidying) -> None:
    reprice(till, 2)
    rounds(tidying, FIRST_MS)
    seen = till.reference.versions()["catalogue"]
    for version in (3, 4):
        reprice(till, version)
    rounds(tidying, FIRST_MS + EVERY_MS)
    found = till.reference.product("water", seen)
    assert found is not None and found.price_minor == 2


def test_nothing_is_forgotten_in_the_first_minute_or_between_rounds(till: Till, tidying: Tidying) -> None:
    reprice(till, 2)
    rounds(tidying, FIRST_MS - 1)
    rounds(tidying, FIRST_MS)
    reprice(till, 3)
    rounds(tidying, FIRST_MS + EVERY_MS - 1)
    assert till.reference.product("water", 1) is not None
    rounds(tidying, FIRST_MS + EVERY_MS)
    assert till.reference.product("water", 1) is None


def test_thousands_of_changed_members_leave_the_file_as_it_was(
    till: Till, reference: Engine, tidying: Tidying
) -> None:
    sizes: list[int] = []
    version, at_ms = 1, FIRST_MS
    for _ in range(8):
        for _ in range(10):
            version += 1
            give_points(till, version)
        rounds(tidying, at_ms)
        at_ms += EVERY_MS
        with reference.connect() as connection:
            sizes.append(int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()))
    assert sizes[-1] == sizes[2] < 2 * sizes[0]
    found = till.reference.member_by_phone("p7")
    assert found is not None and found.points == version


def test_a_round_that_a_kill_cut_short_is_done_by_the_next_start(till: Till, reference: Engine) -> None:
    for version in range(2, 9):
        give_points(till, version)
    reprice(till, 2)
    till.checkout.selling.scan("7", "", till.clock.now())
    for starts in range(4):
        trade = read_trade(till.home)
        again = Tidying(reference, OutboxReader(trade).basket_versions, 0)
        rounds(again, FIRST_MS, steps=30 if starts == 3 else starts)
        trade.dispose()
    with reference.connect() as connection:
        ended = connection.exec_driver_sql("SELECT kind, id FROM document WHERE until_version IS NOT NULL")
        assert ended.all() == []
    basket = till.checkout.desk.require_basket()
    assert till.reference.product("water", basket.catalogue_version) is not None
