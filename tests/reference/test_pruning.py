"""What HQ has replaced goes, except what somebody reads: by a model, in small steps, and whole."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from appliance.store.reference import ReferenceReader, prune
from appliance.store.reference.pruning import STEP_ROWS
from retail.catalogue import Member, Product
from retail.pricing.promotion import Percentage
from retail.pricing.pushed import PushedPromotion


def product(id_: str, price_minor: int = 100, **rest: Any) -> Product:
    return Product(id=id_, names={"zh-Hans": "拿铁"}, category="c", price_minor=price_minor, **rest)


def promotion(off_bp: int) -> PushedPromotion:
    return PushedPromotion(id="ten", promotion=Percentage(id="ten", names={}, off_bp=off_bp))


@pytest.fixture
def gone(writer: Engine) -> Callable[..., int]:
    """gone(settled, *in_use): how many rows a whole round takes."""
    return lambda settled, *in_use: sum(prune(writer, settled, in_use))


def count(writer: Engine, table: str) -> int:
    with writer.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def test_what_an_open_basket_reads_stays_and_goes_with_it(send, reader, writer, gone):
    for version in (1, 2, 3, 4):
        send(version - 1, version, product("a", version * 100, gtins=("6901234567892",)))
    assert gone({"catalogue": 4}, {"catalogue": 2}) == 2
    assert reader.product("a", 2).price_minor == 200
    assert reader.product("a", 1) is None and reader.product("a", 3) is None
    assert gone({"catalogue": 4}) == 1
    assert [hit.product.price_minor for hit in reader.search("nt", 4, 9)] == [400]
    assert [count(writer, table) for table in ("document", "product", "search", "lookup")] == [1] * 4


def test_what_was_replaced_since_the_round_before_stays(send, reader, gone):
    for version in (1, 2, 3):
        send(version - 1, version, product("a", version * 100))
    assert gone({"catalogue": 2}) == 1
    assert [reader.product("a", version).price_minor for version in (2, 3)] == [200, 300]
    assert gone({"catalogue": 2}) == 0


def test_promotions_of_every_basket_stay_and_one_opened_without_any_holds_none(send, reader, gone):
    for version in (1, 2, 3):
        send(version - 1, version, promotion(version * 100), stream="promotions")
    assert gone({"promotions": 3}, {"promotions": 3}, {"promotions": 2}, {"catalogue": 9}) == 1
    assert [one.off_bp for one in reader.promotions(2)] == [200] and reader.promotions(1) == []
    assert gone({"promotions": 3}, {"promotions": 3}) == 1


def test_members_are_read_as_they_are_now_whatever_a_basket_was_opened_with(send, reader, gone):
    for version in (1, 2):
        send(version - 1, version, Member(id="m", names={}, points=version), stream="members")
    assert gone({"members": 2}, {"members": 1}) == 1
    assert reader.member("m").points == 2


def test_a_step_is_bounded_also_where_everything_is_kept_and_may_be_the_last(send, writer, reader):
    many = [product(f"p{number}") for number in range(STEP_ROWS + 1)]
    send(0, 1, *many)
    send(0, 2, product("a"))
    send(2, 3, product("a", 200))
    assert list(prune(writer, {"catalogue": 3}, [{"catalogue": 1}])) == [0, 1]
    steps = prune(writer, {"catalogue": 3}, [])
    assert next(steps) == STEP_ROWS
    steps.close()
    assert count(writer, "document") == 2 and len(reader.products_in("c", 3)) == 1
    assert list(prune(writer, {"catalogue": 3}, [])) == [1]


versions = st.integers(0, 6)


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(1, 9)), min_size=1, max_size=6),
    st.sets(versions, max_size=3),
    versions,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_version_that_is_read_reads_as_before(send, writer, reader, changes, baskets, settled):
    """What stands from `settled` on, and as of each basket, stays as it was, and nothing else is kept."""
    with writer.begin() as connection:
        for table in ("stream", "search", "document"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    for version, change in enumerate(changes, start=1):
        left = tuple(product(id_, price) for id_, price in change.items() if price)
        send(
            version - 1,
            version,
            *left,
            gone=tuple(product(id_) for id_, price in change.items() if not price),
        )
    wanted = {*(one for one in baskets if one <= len(changes)), *range(settled, len(changes) + 1)}
    before = {version: shelf(reader, version) for version in wanted}
    sum(prune(writer, {"catalogue": settled}, [{"catalogue": one} for one in baskets]))
    assert {version: shelf(reader, version) for version in wanted} == before
    kept = {one for version in {*wanted, len(changes)} for one in rows(writer, version)}
    assert count(writer, "document") == len(kept) == count(writer, "search")


def shelf(reader: ReferenceReader, version: int) -> list[tuple[str, int]]:
    found = {hit.product.id for hit in reader.search("拿", version)}
    listed = [(one.id, one.price_minor) for one in reader.products_in("c", version)]
    assert {id_ for id_, _ in listed} == found
    return listed


def rows(writer: Engine, version: int) -> list[int]:
    with writer.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT seq FROM document WHERE from_version <= ? AND coalesce(until_version, 99) > ?",
            (version, version),
        )
        return [int(row[0]) for row in found]
