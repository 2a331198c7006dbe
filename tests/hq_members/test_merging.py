"""Two records of one person: whatever both held and whoever came first, nothing is lost or doubled."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq import catalogue
from hq.ledger import SqlBook, benefits
from hq.ledger.moments import derived_id
from hq.members import documents, enrolling, finding, merging, notes, records
from retail.catalogue import Member
from retail.errors import Refused
from retail.ledger import points, value
from retail.ledger.earning import PointsRules
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.members.coupons import Coupon
from retail.secrets import card_hash
from tests.hq_members.conftest import NOW_MS, House

AT = records.moment(NOW_MS)
VALUE = ValueRules(id="v", steps=(TopUpStep(paid_minor=50_000, bonus_minor=10_000),))
POINTS = PointsRules(id="p")


def top_up(book: SqlBook, member_id: str, entry_id: str, paid_minor: int) -> None:
    book.post(
        value.top_up(entry_id, entry_id, book.value(member_id, "CNY"), VALUE, [("cash", paid_minor)], AT), AT
    )


def test_the_survivor_has_everything_and_the_other_id_means_them(house: House) -> None:
    card = card_hash(house.keys.lookup, "04C7E2A19D5A80")
    house.enrol("m-1", "13800006207", "")
    house.enrol("m-2", "13900003318", "陈静怡", card_hash=card)
    house.enrol("m-3", "13900003318")
    with house.begin() as connection:
        book = SqlBook(connection)
        top_up(book, "m-1", "t1", 50_000)
        top_up(book, "m-2", "t2", 50_000)
        book.post(points.earn("p2", "p2", book.points("m-2"), POINTS, 120, AT), AT)
        for owner, cause in (("m-1", "birthday:2026"), ("m-2", "birthday:2026"), ("m-2", "code")):
            coupon = Coupon(
                id=derived_id(owner, cause), kind="k", member_id=owner, issued_at=AT, from_at=AT, cause=cause
            )
            benefits.keep(connection, coupon)
        notes.add(connection, house.keys, "n1", "m-2", "note", "少糖", "", NOW_MS)
        merging.merge(connection, house.keys, "m-1", "m-2", NOW_MS)
        sums = book.sums()
        merging.merge(connection, house.keys, "m-1", "m-2", NOW_MS)
        assert book.sums() == sums
        assert book.value("m-1", "CNY").available(AT) == 120_000
        assert book.points("m-1").available(AT) == 120
        assert all(not purse.total for purse in book.purses("m-2"))
        kept = benefits.of_member(connection, Coupon, "m-1")
        assert sorted(one.state for one in kept) == ["issued", "issued", "void"]
        assert [one.note.text for one in notes.of_member(connection, house.keys, "m-1")] == ["少糖"]
        for words in ("13800006207", "13900003318", "3318", "04C7E2A19D5A80", "陈静怡", "m-2", "m-3"):
            assert [one.id for one in finding.find(connection, house.keys, words)] == ["m-1"], words
        (told,) = documents.documents(connection, ["m-1", "m-2"])
        assert set(told.aliases) == {"m-2", "m-3"} and told.card_hashes == (card,)
        assert catalogue.document_of(connection, Member, "m-2") is None
        with pytest.raises(Refused, match=r"member\.same"):
            merging.merge(connection, house.keys, "m-1", "m-1", NOW_MS)
    assert house.enrol("m-2", "13900003318").body["member_id"] == "m-1"


def test_what_was_booked_before_a_known_person_was_recognised_is_theirs(house: House) -> None:
    """A till sold to a new member with the network down; HQ hears of the sale first, of the phone later."""
    house.enrol("m-1", "13800006207", "陈静怡")
    with house.begin() as connection:
        top_up(SqlBook(connection), "m-2", "t2", 50_000)
    assert house.enrol("m-2", "13800006207").body["member_id"] == "m-1"
    with house.begin() as connection:
        assert SqlBook(connection).value("m-1", "CNY").available(AT) == 60_000
        assert records.canonical(connection, "m-2") == "m-1"


def test_one_who_is_frozen_freezes_both(house: House) -> None:
    house.enrol("m-1", "13800006207")
    house.enrol("m-2", "13900003318")
    with house.begin() as connection:
        enrolling.freeze(connection, house.keys, "m-2", True)
        assert merging.merge(connection, house.keys, "m-1", "m-2", NOW_MS).state == "frozen"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90_000)), max_size=6),
    merges=st.permutations([(0, 1), (1, 2), (2, 3)]),
    round_=st.integers(0, 10**9),
)
def test_in_any_order_of_merging_all_money_ends_up_with_the_last(
    house: House, held: list[tuple[int, int]], merges: list[tuple[int, int]], round_: int
) -> None:
    ids = [f"r{round_}-{number}" for number in range(4)]
    with house.begin() as connection:
        nested = connection.begin_nested()
        for number, member_id in enumerate(ids):
            form = enrolling.Form(phone=f"1380000{number:04d}")
            enrolling.join(connection, house.keys, member_id, form, NOW_MS)
        book = SqlBook(connection)
        for count, (whose, paid_minor) in enumerate(held):
            top_up(book, ids[whose], f"{ids[whose]}:t{count}", paid_minor)
        total = sum(book.value(one, "CNY").available(AT) for one in ids)
        for into, other in merges:
            at = NOW_MS + timedelta(days=1) // timedelta(milliseconds=1)
            merging.merge(connection, house.keys, ids[into], ids[other], at)
        assert {records.canonical(connection, one) for one in ids} == {ids[0]}
        assert book.value(ids[0], "CNY").available(AT) == total
        assert sorted(records.ids_of(connection, ids[3])) == ids
        nested.rollback()
