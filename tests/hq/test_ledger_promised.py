"""What a receipt promised holds at HQ, whatever HQ's rules say when they hear of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from hq import catalogue
from retail.catalogue import Member
from tests.support.ledger import CNY, Office, clearing

BOB = Member(id="m2", names={"en": "B*b"})


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office([BOB])
    yield made
    assert clearing(made.sums()) == {}
    made.close()


def sell(office: Office, kind: str, paid_minor: int, thing: str, of: str, **promised: Any) -> None:
    line = office.promise(kind, paid_minor, thing, of, member_id="m2", promised=promised)
    office.sell([line], member_id="m2")


def without(office: Office, kind: str, kind_id: str) -> None:
    with office.engine.begin() as connection:
        catalogue.remove(connection, kind, [kind_id])


def test_a_top_up_brings_the_bonus_and_coupons_it_was_sold_with(office: Office) -> None:
    sell(office, "top_up", 50_000, "t1", "value", bonus_minor=12_000, coupons=["five", "public"])
    told = office.balances("m2")
    assert told.value_minor == 62_000
    assert sorted(coupon.kind for coupon in told.coupons) == ["five", "public"]
    assert office.sums()["expense/bonus", CNY] == 12_000
    assert office.alarms() == {"grant.promised_otherwise": 1}


def test_no_bonus_was_promised_and_none_is_given(office: Office) -> None:
    sell(office, "top_up", 50_000, "t1", "value")
    assert (office.balances("m2").value_minor, office.balances("m2").coupons) == (50_000, ())
    assert office.alarms() == {"grant.promised_otherwise": 1}


def test_promises_as_the_rules_have_them_are_no_alarm(office: Office) -> None:
    sell(office, "top_up", 50_000, "t1", "value", bonus_minor=10_000, coupons=["five"])
    sell(office, "gift_card", 10_000, "hash-1", "card", value_minor=11_000, days=60)
    sell(office, "pass", 9_999, "p1", "ten", uses=10, days=20)
    sell(office, "membership", 30_000, "d1", "month", days=30)
    assert office.alarms() == {}


@pytest.mark.parametrize("known", [True, False])
def test_cards_passes_and_memberships_are_what_was_promised_also_of_kinds_gone(
    office: Office, known: bool
) -> None:
    if not known:
        for kind, kind_id in (("gift_card_kind", "card"), ("pass_kind", "ten"), ("membership_kind", "month")):
            without(office, kind, kind_id)
    sell(office, "gift_card", 10_000, "hash-1", "card", value_minor=12_000, days=5)
    sell(office, "pass", 9_999, "p1", "ten", uses=12, covers=["latte"], days=None)
    sell(office, "pass_renewal", 9_999, "p1", "ten", uses=11, covers=["latte"], days=None)
    sell(office, "membership", 30_000, "d1", "month", days=31)
    assert office.held("card/hash-1/value") == 12_000
    assert office.held("membership/d1/days", "DAY:month") == 31
    (held,) = office.balances("m2").passes
    assert (held.left, held.covers, held.ends_at) == (23, ("latte",), "")
    office.later(6)
    assert office.held("card/hash-1/value") == 0, "it ended after its five days"
    assert office.alarms().keys() == {"grant.promised_otherwise"}


def test_a_voided_promise_takes_back_what_it_brought_and_not_what_the_rules_say(office: Office) -> None:
    line = office.promise("top_up", 50_000, member_id="m2", promised={"bonus_minor": 700})
    office.void(office.sell([line], member_id="m2"))
    assert office.sums() == {}


def test_an_exchange_uses_one_coupon_and_gives_another_back(office: Office) -> None:
    for _ in range(2):
        office.top_up("m2", 50_000)
    first, second = office.balances("m2").coupons
    used = []
    for number, coupon in enumerate((first, second)):
        hold = {"kind": "coupon", "member_id": "m2", "id": coupon.id}
        assert not office.ask("benefit.hold", auth_id=f"h{number}", sale_id="", **hold).error
        used.append(
            {"auth_id": f"h{number}", "kind": "coupon", "id": coupon.id, "promotion": coupon.promotion}
        )
    body = office.sell([office.line(1_000)], member_id="m2", benefits=used[:1])
    assert office.balances("m2").coupons == ()
    lines = [*office.back(body), office.line(1_500)]
    exchange = office.sell(lines, member_id="m2", benefits=[used[1], used[0]])
    assert office.balances("m2").coupons == (first,)
    office.sell(office.back(exchange, 1), member_id="m2", benefits=used[1:])
    assert office.balances("m2").coupons == (first, second)
    assert office.alarms() == {}
