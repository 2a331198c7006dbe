"""A sale of promises undone: only while all of it is there; what is not is owed, never lost in silence."""

from collections.abc import Iterator
from typing import Any

import pytest

from hq.ledger import asking
from retail.catalogue import Member
from tests.support.ledger import CNY, Office, clearing, tender

BOB = Member(id="m2", names={"en": "B*b"})
DEBT = ("member/m2/principal/debt", CNY)


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office([BOB])
    yield made
    assert clearing(made.sums()) == {}
    made.close()


def ask(office: Office, body: dict[str, Any], auth_id: str = "v1") -> tuple[str, dict[str, Any]]:
    """HQ's answer: the code of its refusal or nothing, with what it says."""
    answer = office.ask("grant.void", auth_id=auth_id, sale_id=body["sale_id"])
    return answer.error, dict(answer.body)


def void(office: Office, body: dict[str, Any], auth_id: str = "v1") -> None:
    """The till's void, its lines naming what HQ held for it."""
    lines = [{**line, "grant": {**line["grant"], "auth_id": auth_id}} for line in body["lines"]]
    office.void({**body, "lines": lines})


def spend(office: Office, amount_minor: int, till: str = "till-2") -> str:
    auth_id, said = office.reserve("stored_value", "m2", amount_minor, till=till)
    if said == "paid":
        paid = tender("stored_value", amount_minor, office.new_id("t"), reference=auth_id)
        office.sell([office.line(amount_minor, "tea")], [paid], till=till, member_id="m2")
    return said


def bought(office: Office, kind: str, paid_minor: int, thing: str, of: str) -> dict[str, Any]:
    return office.sell([office.promise(kind, paid_minor, thing, of, member_id="m2")], member_id="m2")


def test_held_for_a_void_nothing_of_it_can_be_spent_and_the_void_leaves_no_trace(office: Office) -> None:
    body = office.top_up("m2", 50_000)
    (coupon,) = office.balances("m2").coupons
    for _ in range(2):
        assert ask(office, body) == ("", {"auth_id": "v1"})
    assert spend(office, 1) == "stored_value.not_enough"
    hold = {"kind": "coupon", "member_id": "m2", "id": coupon.id, "sale_id": ""}
    assert office.ask("benefit.hold", till="till-2", auth_id="h1", **hold).error == "coupon.taken"
    void(office, body)
    assert (office.sums(), office.balances("m2").coupons) == ({}, ())
    assert office.alarms() == {}


def test_given_up_it_can_be_spent_again(office: Office) -> None:
    body = office.top_up("m2", 50_000)
    ask(office, body)
    office.ask("spend.cancel", auth_id="v1")
    assert spend(office, 60_000) == "paid"
    assert ask(office, body) == (
        "authorisation.cancelled",
        {"code": "authorisation.cancelled", "auth_id": "v1"},
    )


def test_of_what_is_spent_in_part_hq_says_how_much_is_left(office: Office) -> None:
    body = office.top_up("m2", 50_000)
    spend(office, 12_000)
    code, said = ask(office, body)
    assert (code, said["given_minor"], said["left_minor"]) == ("grant.already_used", 60_000, 48_000)
    again = ask(office, body)
    assert again[0] == code, "a refusal stays one"
    assert office.balances("m2").value_minor == 48_000, "nothing is held"


def test_other_money_does_not_stand_in_for_what_was_spent_of_a_top_up(office: Office) -> None:
    """The first top-up is spent first; it is gone, though the member holds more than it brought."""
    first = office.top_up("m2", 1_000)
    second = office.top_up("m2", 2_000)
    spend(office, 500)
    assert ask(office, first)[0] == "grant.already_used"
    assert ask(office, second, "v2")[0] == ""


@pytest.mark.parametrize(
    ("kind", "paid_minor", "of", "left"),
    [("pass", 9_999, "ten", (10, 9)), ("membership", 30_000, "month", (30, 29))],
)
def test_a_use_or_a_day_gone_is_told(
    office: Office, kind: str, paid_minor: int, of: str, left: tuple[int, int]
) -> None:
    body = bought(office, kind, paid_minor, "x1", of)
    if kind == "pass":
        visit = {"use_id": "u1", "auth_id": "", "pass_id": "x1", "member_id": "m2", "uses": 1}
        office.deliver(office.till().add("pass.used", {**visit, "operator_id": "o"}))
    else:
        office.later(0.5)
    code, said = ask(office, body)
    assert (code, (said["given"], said["left"])) == ("grant.already_used", left)


def test_a_used_coupon_and_a_till_that_holds_some_keep_a_sale_from_being_undone(office: Office) -> None:
    body = office.top_up("m2", 50_000)
    other, _ = office.reserve("stored_value", "m2", 1, till="till-2")
    assert ask(office, body, "v1")[0] == "grant.in_use"
    office.ask("spend.cancel", till="till-2", auth_id=other)
    (coupon,) = office.balances("m2").coupons
    hold = {"kind": "coupon", "member_id": "m2", "id": coupon.id, "sale_id": ""}
    office.ask("benefit.hold", auth_id="h1", **hold)
    assert ask(office, body, "v2")[0] == "grant.in_use"
    used = {"auth_id": "h1", "kind": "coupon", "id": coupon.id, "promotion": "five-off"}
    office.sell([office.line(1_000, "tea")], member_id="m2", benefits=[used])
    code, said = ask(office, body, "v3")
    assert (code, said["unit"], said["left"]) == ("grant.already_used", "coupon", 0)


def test_a_sale_hq_has_not_heard_of_is_not_undone(office: Office) -> None:
    assert ask(office, {"sale_id": "nobody"})[0] == "grant.sale_unknown"


def test_a_gift_card_is_held_whole_and_a_pass_bought_and_given_back_leaves_nothing(office: Office) -> None:
    for kind, paid_minor, of in (
        ("gift_card", 10_000, "card"),
        ("pass", 9_999, "ten"),
        ("membership", 30_000, "month"),
    ):
        body = bought(office, kind, paid_minor, f"x-{kind}", of)
        assert ask(office, body, kind)[0] == ""
        assert office.reserve("gift_card", "x-gift_card", 1)[1] != "paid"
        void(office, body, kind)
    assert (office.sums(), office.alarms()) == ({}, {})


def test_what_a_void_finds_spent_is_owed_and_the_next_top_up_repays_it(office: Office) -> None:
    """A till that did not ask, or whose hold was written off: the money is back in the buyer's hand."""
    body = office.top_up("m2", 50_000)
    ask(office, body)
    with office.engine.begin() as connection:
        asking.write_off(connection, "v1")
    spend(office, 30_000)
    void(office, body)
    assert office.sums()[DEBT] == 30_000
    assert office.held("expense/unclaimed") == 0
    assert office.alarms().keys() == {"grant.spent_already", "authorisation.written_off"}
    office.top_up("m2", 40_000)
    assert office.balances("m2").value_minor == 10_000


def test_what_is_missing_is_taken_from_the_member_s_other_money_first(office: Office) -> None:
    first = office.top_up("m2", 1_000)
    office.top_up("m2", 700)
    spend(office, 900)
    office.void(first)
    assert office.balances("m2").value_minor == 0
    assert office.sums()[DEBT] == 200, "1000 handed back, of which 100 were left and 700 are other money"


@pytest.mark.parametrize("member", ["m2", ""])
def test_a_spent_card_is_owed_by_who_bought_it_or_by_nobody_with_an_alarm(
    office: Office, member: str
) -> None:
    line = office.promise("gift_card", 10_000, "hash-1", "card")
    body = office.sell([line], member_id=member)
    auth_id, _ = office.reserve("gift_card", "hash-1", 4_000)
    paid = tender("gift_card", 4_000, office.new_id("t"), reference=auth_id)
    office.sell([office.line(4_000, "tea")], [paid])
    office.void(body)
    assert office.sums().get(DEBT, 0) == (4_000 if member else 0)
    assert office.sums().get(("expense/unclaimed", CNY), 0) == (0 if member else 4_000)
    assert office.alarms().keys() == {"grant.spent_already"} | (set() if member else {"grant.nobody_owes"})


def test_another_question_under_the_id_of_one_that_holds_is_told_so(office: Office) -> None:
    first, second = office.top_up("m2", 50_000), office.top_up("m2", 1_000)
    assert ask(office, first)[0] == ""
    assert ask(office, second)[0] == "authorisation.other_request"
    body = {"sale_id": first["sale_id"], "auth_id": "v1"}
    assert office.ask("grant.void", till="till-2", **body).error == "authorisation.other_request"
    hold = {"kind": "pass", "id": "p1", "member_id": "m2", **body}
    assert office.ask("benefit.hold", **hold).error == "authorisation.other_request"
