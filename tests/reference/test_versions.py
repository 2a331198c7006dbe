"""Pushes and reading as of a version: nothing half, nothing twice, nothing under the customer's hand."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from appliance.runtime.paths import Home
from appliance.store.engine import create_key, open_engine, read_key
from appliance.store.reference import ReferenceReader, apply_push, is_up_to_date, open_reference
from retail.catalogue import Category, Member, Operator, Product, Shop, Tier
from retail.errors import ContractError
from retail.messages.wire import Push, PushDocument


def product(id_: str, price_minor: int = 100, **rest: Any) -> Product:
    return Product(id=id_, names={"zh-Hans": "拿铁"}, category="c", price_minor=price_minor, **rest)


def test_an_open_basket_reads_the_price_it_was_opened_with(send, reader):
    send(0, 1, product("a", 100, gtins=("6901234567892",)))
    send(1, 2, product("a", 200, gtins=("6901234567892",)))
    for version, price_minor in ((1, 100), (2, 200)):
        assert reader.product("a", version).price_minor == price_minor
        assert reader.product_by_code("6901234567892", version).price_minor == price_minor
        assert [hit.product.price_minor for hit in reader.search("nt", version, 9)] == [price_minor]
        assert [one.price_minor for one in reader.products_in("c", version)] == [price_minor]


def test_a_product_that_is_gone_is_still_there_for_the_basket_before(send, reader):
    send(0, 1, product("a", favourite=1), product("b"))
    send(1, 2, gone=(product("a"),))
    assert reader.product("a", 2) is None and reader.favourites(2) == []
    assert reader.product("a", 1) is not None and len(reader.favourites(1)) == 1
    assert {hit.product.id for hit in reader.search("拿铁", 2, 9)} == {"b"}


def test_a_push_twice_changes_nothing_the_second_time(send, reader):
    assert send(0, 3, product("a")).applied
    again = send(0, 3, product("a", 999))
    assert (again.applied, again.version, again.reason) == (False, 3, "current")
    assert reader.product("a", 3).price_minor == 100


def test_a_push_that_starts_later_is_a_gap_and_changes_nothing(send, reader):
    send(0, 1, product("a"))
    result = send(3, 4, product("b"))
    assert (result.applied, result.version, result.reason) == (False, 1, "gap")
    assert reader.product("b", 4) is None and reader.versions() == {"catalogue": 1}


def test_a_snapshot_ends_what_it_does_not_name(send, reader):
    send(0, 1, product("a"), product("b"))
    assert send(0, 5, product("b")).changed == 1
    assert reader.product("a", 5) is None and reader.product("b", 5) is not None


def test_the_same_document_again_is_no_change_and_keeps_its_row(send, writer):
    send(0, 1, product("a"))
    assert send(1, 2, product("a")).changed == 0
    with writer.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM document").scalar() == 1


def test_streams_are_versioned_apart_and_people_are_read_as_they_are_now(send, reader):
    send(0, 7, Tier(id="gold", names={"en": "Gold"}), stream="members")
    send(
        7,
        8,
        Member(id="m", names={"zh-Hans": "陈*怡"}, card_hashes=("c1", "c2"), phone_hash="p1"),
        stream="members",
    )
    send(0, 2, Operator(id="o", names={"en": "Ann"}), stream="staff")
    shop = Shop(id="s", names={}, store_names={}, workstation_names={})
    with pytest.raises(ContractError, match=r"reference\.no_shop"):
        reader.shop()
    send(0, 1, shop, stream="shop")
    assert reader.versions() == {"members": 8, "staff": 2, "shop": 1}
    assert reader.member_by_card("c2").id == reader.member_by_phone("p1").id == reader.member("m").id == "m"
    assert reader.member_by_card("p1") is None and reader.member_by_phone("c1") is None
    assert reader.shop() == shop and reader.operators()[0].id == "o" and reader.tiers()[0].id == "gold"
    send(8, 9, Member(id="m", names={"zh-Hans": "陈*怡"}, card_hashes=("c2",)), stream="members")
    assert reader.member_by_card("c1") is None and reader.member_by_card("c2") is not None


@pytest.mark.parametrize(
    ("push", "code"),
    [
        (Push(stream="weather", base=0, version=1, documents=()), "push.unknown_stream"),
        (Push(stream="staff", base=4, version=4, documents=()), "push.goes_back"),
        (
            Push(stream="staff", base=0, version=1, documents=(PushDocument(document=product("a")),)),
            "push.other_stream",
        ),
    ],
)
def test_a_push_that_makes_no_sense_is_refused_with_its_path(writer: Engine, push: Push, code: str):
    with writer.begin() as connection, pytest.raises(ContractError) as caught:
        apply_push(connection, push)
    assert caught.value.code == code and caught.value.path.startswith("$.")


def test_a_transaction_that_does_not_end_leaves_the_version_before(writer, reader, send):
    send(0, 1, product("a"))
    with pytest.raises(RuntimeError), writer.begin() as connection:
        apply_push(
            connection,
            Push(stream="catalogue", base=1, version=2, documents=(PushDocument(document=product("a", 9)),)),
        )
        raise RuntimeError
    assert reader.versions() == {"catalogue": 1} and reader.product("a", 2).price_minor == 100
    assert len(reader.search("nt", 2, 9)) == 1


def test_the_reader_is_told_once_that_something_was_written(send, reader):
    assert not reader.changed()
    send(0, 1, product("a"))
    assert reader.changed() and not reader.changed()


def test_shelves_are_in_order_favourites_first_and_paged(send, reader):
    send(
        0,
        1,
        Category(id="c", names={}, order=2),
        Category(id="b", names={}, order=1),
        product("x", order=3),
        product("y", order=-1),
        product("z", order=9, favourite=2),
        product("w", favourite=1),
    )
    assert [one.id for one in reader.products_in("c", 1)] == ["w", "z", "y", "x"]
    assert [one.id for one in reader.products_in("c", 1, limit=2, offset=1)] == ["z", "y"]
    assert [one.id for one in reader.favourites(1)] == ["w", "z"]
    assert [one.id for one in reader.categories()] == ["b", "c"]


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcd"), st.one_of(st.none(), st.integers(1, 9)), max_size=4),
        max_size=6,
    ),
    st.booleans(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_version_reads_as_it_was_whatever_was_pushed_later(tmp_path_factory, changes, snapshots):
    """A model: the price of each product by version, None when it is gone."""
    home = Home(Path(tmp_path_factory.mktemp("home")))
    create_key(home.database_key)
    writer = open_reference(home, writable=True)
    engine = open_reference(home, writable=False)
    state: dict[str, int] = {}
    history: dict[int, dict[str, int]] = {}
    for version, change in enumerate(changes, start=1):
        state = {id_: price for id_, price in (state | change).items() if price is not None}
        history[version] = state
        if snapshots:
            documents = [PushDocument(document=product(id_, price)) for id_, price in state.items()]
        else:
            documents = [
                PushDocument(document=product(id_, price or 1), gone=price is None)
                for id_, price in change.items()
            ]
        base = 0 if snapshots else version - 1
        with writer.begin() as connection:
            push = Push(stream="catalogue", base=base, version=version, documents=tuple(documents))
            assert apply_push(connection, push).applied
    reader = ReferenceReader(engine)
    for version, expected in history.items():
        assert {one.id: one.price_minor for one in reader.products_in("c", version)} == expected
        assert {hit.product.id: hit.product.price_minor for hit in reader.search("拿", version)} == expected
    engine.dispose()
    writer.dispose()


def test_a_till_without_its_copy_is_told_so(home):
    with pytest.raises(ContractError, match=r"reference\.no_database"):
        open_reference(home, writable=False)
    assert not home.reference_db.exists()


def test_the_till_reads_when_no_writer_is_left(home, writer, send):
    send(0, 1, product("a"))
    writer.dispose()
    engine = open_reference(home, writable=False)
    assert ReferenceReader(engine).product("a", 1) is not None
    engine.dispose()


def test_a_reader_knows_whether_the_tables_are_those_it_reads(home):
    empty = open_engine(home.reference_db, read_key(home.database_key), synchronous="NORMAL")
    empty.connect().close()
    engine = open_reference(home, writable=False)
    assert not is_up_to_date(engine)
    open_reference(home, writable=True).dispose()
    assert is_up_to_date(engine)
    engine.dispose()
    empty.dispose()
