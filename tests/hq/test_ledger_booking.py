"""What tills' sales do to the ledger: top-ups, spends, points, promises, and all of it taken back."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from hq import journal
from hq.journal import Sender
from hq.ledger import booking
from retail.catalogue import Member, TierTerm
from tests.support.ledger import CNY, Office, clearing, tender

ANN = Member(id="m1", names={"en": "A*n"}, points=100, tier="gold")
BOB = Member(id="m2", names={"en": "B*b"})
PLAIN = Member(id="m3", names={"en": "P*"})


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office([BOB, PLAIN])
    yield made
    assert clearing(made.sums()) == {}
    made.close()


def pay(office: Office, member: str, amount_minor: int, **more: Any) -> dict[str, Any]:
    """A tender of stored value that HQ has reserved."""
    auth_id, answer = office.reserve("stored_value", member, amount_minor, **more)
    assert answer == "paid"
    return tender("stored_value", amount_minor, office.new_id("t"), reference=auth_id)


def test_what_a_document_brought_becomes_an_opening_entry_once() -> None:
    office = Office([ANN])
    assert office.tell()["m1"].points == 100
    office.sell([office.line(2_200)], member_id="m1")
    assert office.tell()["m1"].points == 122
    assert office.tell()["m1"].tier == "gold"
    assert office.sums()["points/issued", "PTS"] == 122
    office.close()


def test_a_top_up_brings_its_bonus_and_coupon_and_earns_no_points(office: Office) -> None:
    office.top_up("m2", 50_000)
    told = office.tell()["m2"]
    assert (told.value_minor, told.points) == (60_000, 0)
    assert [coupon.promotion for coupon in told.coupons] == ["five-off"]
    assert office.held("income/sales") == 0
    assert office.sums()["till/cash", CNY] == 50_000


def test_a_spend_is_booked_against_its_reservation_and_earns_points(office: Office) -> None:
    office.top_up("m2", 50_000)
    paid = pay(office, "m2", 22_00)
    assert office.balances("m2").value_minor == 60_000 - 2_200
    office.sell([office.line(2_200)], [paid], member_id="m2")
    assert office.balances("m2").value_minor == 60_000 - 2_200
    assert office.balances("m2").points == 22
    assert office.alarms() == {}


def test_what_points_pay_for_earns_none_nor_do_goods_without_points() -> None:
    office = Office([ANN])
    auth_id, answer = office.reserve("points", "m1", 100, units=100)
    assert answer == "paid"
    paid = tender("points", 100, office.new_id("t"), reference=auth_id)
    body = office.sell([office.line(1_100), office.line(1_000, "tea")], [paid], member_id="m1")
    assert office.balances().points == 10
    office.void(body)
    assert office.balances().points == 100
    assert clearing(office.sums()) == {}
    office.close()


def test_a_whole_sale_taken_back_leaves_the_books_as_before(office: Office) -> None:
    office.top_up("m2", 50_000)
    before = office.sums()
    paid = pay(office, "m2", 5_000)
    body = office.sell([office.line(4_000), office.line(3_000)], [paid], member_id="m2")
    value = tender("stored_value", -5_000, office.new_id("t"), refers_to=paid["tender_id"])
    office.sell(office.back(body), [value], member_id="m2", kind="sale.completed")
    assert office.sums() == before
    assert office.alarms() == {}


def test_goods_taken_back_in_parts_take_their_points_and_restore_the_lots(office: Office) -> None:
    office.top_up("m2", 50_000)
    before = office.sums()
    paid = pay(office, "m2", 7_000)
    body = office.sell([office.line(4_000), office.line(3_000)], [paid], member_id="m2")
    for number, amount in ((1, 3_000), (0, 4_000)):
        value = tender("stored_value", -amount, office.new_id("t"), refers_to=paid["tender_id"])
        office.sell(office.back(body, number), [value], member_id="m2")
        assert office.balances("m2").points == (40 if number else 0)
    assert office.sums() == before


def test_a_void_takes_back_a_top_up_without_a_trace(office: Office) -> None:
    body = office.top_up("m2", 50_000)
    office.void(body)
    assert office.balances("m2").value_minor == 0
    assert office.balances("m2").coupons == ()
    assert office.sums() == {}


def test_a_spend_nobody_reserved_becomes_debt_within_the_bound_and_the_rest_a_loss(office: Office) -> None:
    office.top_up("m2", 1_000)
    loose = tender("stored_value", 5_000, office.new_id("t"), reference="never-asked")
    body = office.sell([office.line(5_000)], [loose], member_id="m2")
    assert office.sums()["member/m2/principal/debt", CNY] == 2_000
    assert office.sums()["expense/unclaimed", CNY] == 2_000
    assert {"spend.not_reserved", "spend.became_debt", "spend.unclaimed"} <= office.alarms().keys()
    office.top_up("m2", 2_500)
    assert office.balances("m2").value_minor == 500
    value = tender("stored_value", -5_000, office.new_id("t"), refers_to=loose["tender_id"])
    office.sell(office.back(body), [value], member_id="m2")
    assert office.balances("m2").value_minor == 3_500
    assert ("expense/unclaimed", CNY) not in office.sums()


def test_a_restored_box_spends_what_its_former_life_was_given_only_as_debt(office: Office) -> None:
    paid = pay_after_top_up(office)
    office.chains["till-1"] = office.till("till-1").__class__("till-1", incarnation="inc-restored")
    office.sell([office.line(500)], [paid], member_id="m2")
    assert "authorisation.other_incarnation" in office.alarms()
    assert office.balances("m2").value_minor == 0
    assert office.held("member/m2/principal/x") == 0


def pay_after_top_up(office: Office) -> dict[str, Any]:
    office.top_up("m2", 500)
    return pay(office, "m2", 500)


def test_a_gift_card_is_sold_spent_given_back_reloaded_and_ends(office: Office) -> None:
    office.sell([office.promise("gift_card", 10_000, "hash-1", "card")])
    assert office.held("card/hash-1/value") == 11_000
    auth_id, answer = office.reserve("gift_card", "hash-1", 11_000)
    assert answer == "paid"
    assert office.reserve("gift_card", "hash-1", 1, till="till-2")[1] == "gift_card.not_enough"
    paid = tender("gift_card", 11_000, office.new_id("t"), reference=auth_id)
    body = office.sell([office.line(11_000)], [paid])
    assert office.held("card/hash-1/value") == 0
    value = tender("gift_card", -11_000, office.new_id("t"), refers_to=paid["tender_id"])
    office.sell(office.back(body), [value])
    assert office.held("card/hash-1/value") == 11_000
    office.sell([office.promise("gift_card_reload", 500, "hash-1")])
    assert office.held("card/hash-1/value") == 11_500
    office.later(61)
    assert office.held("card/hash-1/value") == 0
    assert office.held("income/breakage") == 11_500
    assert office.reserve("gift_card", "hash-1", 1)[1] == "gift_card.expired"


def test_a_pass_is_bought_used_in_a_sale_and_at_a_visit_and_given_back(office: Office) -> None:
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m2")], member_id="m2")
    held = office.ask("benefit.hold", auth_id="h1", sale_id="", kind="pass", member_id="m2", id="p1", uses=2)
    assert (held.body["uses"], office.balances("m2").passes[0].left) == (2, 8)
    used = {"auth_id": "h1", "kind": "pass", "id": "p1", "amount": 2, "promotion": "pass:p1"}
    body = office.sell([office.line(0)], member_id="m2", benefits=[used])
    assert office.held("pass/p1/uses", "USE:ten") == 8
    assert office.held("income/passes") == 1_999
    visit = {"use_id": "u1", "auth_id": "", "pass_id": "p1", "member_id": "m2", "uses": 1, "operator_id": "o"}
    office.deliver(office.till().add("pass.used", visit))
    assert office.held("pass/p1/uses", "USE:ten") == 7
    back = {**visit, "use_id": "u2", "gives_back": "u1"}
    office.deliver(office.till().add("pass.used", back))
    office.void(body)
    assert office.held("pass/p1/uses", "USE:ten") == 10
    assert office.held("owed/pass/p1") == 9_999
    quote = office.ask("payout.quote", auth_id="q1", what="pass", id="p1", member_id="m2")
    assert quote.body["amount_minor"] == 9_999
    office.sell([office.promise("payout", -9_999, "x", auth_id="q1")], member_id="m2")
    assert office.held("pass/p1/uses", "USE:ten") == 0
    assert office.balances("m2").passes == ()
    assert office.alarms() == {"spend.not_reserved": 1}


def test_passes_and_memberships_are_renewed_upgraded_and_run(office: Office) -> None:
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m2")], member_id="m2")
    office.sell([office.promise("pass_renewal", 9_999, "p1", "ten", member_id="m2")], member_id="m2")
    upgrade = office.promise("pass_upgrade", 5_002, "p2", "thirty", member_id="m2", replaces="p1")
    office.sell([upgrade], member_id="m2")
    assert [(p.id, p.left) for p in office.balances("m2").passes] == [("p2", 30)]
    assert office.held("owed/pass/p2") == 25_000
    office.sell([office.promise("membership", 30_000, "d1", "month", member_id="m2")], member_id="m2")
    office.later(10)
    assert office.held("income/memberships") == 10_000
    longer = office.promise("membership_upgrade", 180_000, "d2", "year", member_id="m2", replaces="d1")
    body = office.sell([longer], member_id="m2")
    assert [one.id for one in office.balances("m2").memberships] == ["d2"]
    office.void(body)
    assert [one.id for one in office.balances("m2").memberships] == ["d1"]
    assert office.held("owed/membership/d1") == 20_000
    assert office.alarms() == {}


def test_a_balance_is_paid_out_as_reckoned_while_nothing_of_it_can_be_spent(office: Office) -> None:
    office.top_up("m2", 50_000)
    office.sell([office.line(25_000)], [pay(office, "m2", 25_000)], member_id="m2")
    quote = office.ask("payout.quote", auth_id="q1", what="value", id="m2")
    assert (quote.body["amount_minor"], quote.body["voided_minor"]) == (25_000, 10_000)
    assert office.ask("payout.quote", auth_id="q1", what="value", id="m2").body == quote.body
    assert office.reserve("stored_value", "m2", 1)[1] == "stored_value.not_enough"
    office.top_up("m2", 700)
    office.sell([office.promise("payout", -25_000, "m2", auth_id="q1")], member_id="m2")
    assert office.balances("m2").value_minor == 700
    assert office.alarms() == {}


def test_a_payout_that_is_voided_puts_everything_back(office: Office) -> None:
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m2")], member_id="m2")
    office.top_up("m2", 50_000)
    before = (office.sums(), office.balances("m2"))
    for number, (what, thing, amount) in enumerate((("pass", "p1", 9_999), ("value", "m2", 50_000))):
        quote = office.ask("payout.quote", auth_id=f"q{number}", what=what, id=thing, member_id="m2")
        assert quote.body["amount_minor"] == amount
        line = office.promise("payout", -amount, thing, auth_id=f"q{number}")
        office.void(office.sell([line], member_id="m2"))
    assert (office.sums(), office.balances("m2")) == before
    assert office.alarms() == {}


def test_a_kill_before_the_commit_leaves_nothing_and_the_event_is_taken_again(office: Office) -> None:
    office.top_up("m2", 50_000)
    paid = pay(office, "m2", 2_000)
    before = (office.sums(), office.balances("m2"))
    office.sell([office.line(2_000)], [paid], member_id="m2", deliver=False)
    with pytest.raises(KeyboardInterrupt), office.engine.begin() as connection:
        journal.accept(connection, Sender("demo", "till-1"), office.till().events, office.now_ms)
        raise KeyboardInterrupt
    assert (office.sums(), office.balances("m2")) == before
    office.deliver(*office.till().events)
    assert office.held("income/sales") == 2_000
    assert office.alarms() == {}


def test_goods_without_a_member_taken_back_cost_the_buyer_points_and_tier(office: Office) -> None:
    body = office.sell([office.line(100_000)], member_id="m2")
    assert office.balances("m2").tier == "gold"
    office.sell(office.back(body))
    assert (office.balances("m2").tier, office.balances("m2").points) == ("member", 20)


def test_an_exchange_earns_for_what_is_taken_and_loses_for_what_is_given(office: Office) -> None:
    body = office.sell([office.line(5_000)], member_id="m2")
    office.sell([*office.back(body), office.line(5_000)], member_id="m2", kind="sale.completed")
    assert office.balances("m2").points == 50


def test_a_promise_of_an_unknown_kind_keeps_its_money_and_alarms(office: Office) -> None:
    office.sell([office.promise("pass", 5_000, "p1", "no-such", member_id="m2")], member_id="m2")
    assert office.held("expense/unclaimed") == 5_000
    assert {"pass.unknown_kind", "grant.not_booked"} == office.alarms().keys()


def test_a_coupon_is_used_once_and_good_again_when_the_whole_sale_comes_back(office: Office) -> None:
    office.top_up("m2", 50_000)
    (coupon,) = office.balances("m2").coupons
    office.ask("benefit.hold", auth_id="h1", sale_id="", kind="coupon", member_id="m2", id=coupon.id)
    assert office.balances("m2").coupons == ()
    used = {"auth_id": "h1", "kind": "coupon", "id": coupon.id, "promotion": "five-off"}
    body = office.sell([office.line(1_000), office.line(500)], member_id="m2", benefits=[used])
    office.sell([office.line(1_000)], member_id="m2", benefits=[used])
    assert "coupon.used" in office.alarms()
    office.sell(office.back(body, 0), member_id="m2")
    assert office.balances("m2").coupons == ()
    office.sell(office.back(body, 1), member_id="m2")
    assert office.balances("m2").coupons == (coupon,)


def test_an_exchange_that_names_the_coupon_it_gives_back_does_not_use_it(office: Office) -> None:
    office.top_up("m2", 50_000)
    (coupon,) = office.balances("m2").coupons
    office.ask("benefit.hold", auth_id="h1", sale_id="", kind="coupon", member_id="m2", id=coupon.id)
    used = {"auth_id": "h1", "kind": "coupon", "id": coupon.id, "promotion": "five-off"}
    body = office.sell([office.line(1_000)], member_id="m2", benefits=[used])
    lines = [*office.back(body), office.line(1_500)]
    office.sell(lines, member_id="m2", benefits=[used], kind="sale.completed")
    assert office.balances("m2").coupons == (coupon,)
    assert office.alarms() == {}


def test_an_upgrade_brings_its_gift_once_though_the_purchase_goes_and_comes(office: Office) -> None:
    body = office.sell([office.line(100_000)], member_id="m2")
    told = office.tell()["m2"]
    assert (told.tier, told.points, len(told.coupons)) == ("gold", 1_020, 1)
    office.sell(office.back(body), member_id="m2")
    assert office.tell()["m2"].tier == "member"
    office.sell([office.line(100_000)], member_id="m2")
    told = office.tell()["m2"]
    assert (told.tier, len(told.coupons)) == ("gold", 1)
    office.later(366)
    assert office.tell()["m2"].tier == "member"


def test_tills_are_told_what_is_missing_to_the_next_tier_and_how_long_this_one_holds(office: Office) -> None:
    body = office.sell([office.line(30_000)], member_id="m2")
    assert office.tell()["m2"].tier_term == TierTerm(next_tier="gold", spend_missing_minor=70_000)
    office.sell([office.line(80_000)], member_id="m2")
    held = office.tell()["m2"].tier_term
    assert held == TierTerm(since="2026-03-01", until="2027-03-01")
    office.sell(office.back(body), member_id="m2")
    assert office.tell()["m2"].tier_term == TierTerm(next_tier="gold", spend_missing_minor=20_000)


def test_a_purchase_that_leaves_the_window_is_told_though_nothing_else_happens(office: Office) -> None:
    office.sell([office.line(30_000)], member_id="m2")
    office.later(364)
    office.sell([office.line(10_000)], member_id="m2")
    term = office.tell()["m2"].tier_term
    assert term is not None and term.spend_missing_minor == 60_000
    office.later(1)
    term = office.tell()["m2"].tier_term
    assert term is not None and term.spend_missing_minor == 90_000


def test_points_of_returned_goods_that_are_spent_become_debt_and_then_are_forgiven(office: Office) -> None:
    body = office.sell([office.line(20_000)], member_id="m2")
    auth_id, _ = office.reserve("points", "m2", 200, units=200)
    office.sell([office.line(200)], [tender("points", 200, "t", reference=auth_id)], member_id="m2")
    office.sell(office.back(body), member_id="m2")
    assert office.sums()["member/m2/points/debt", "PTS"] == 50
    assert office.sums()["points/forgiven", "PTS"] == 150


def test_an_event_told_twice_and_a_replay_change_nothing(office: Office) -> None:
    top_up = office.top_up("m2", 50_000)
    body = office.sell([office.line(3_000)], [pay(office, "m2", 2_000)], member_id="m2")
    office.void(body)
    before = (office.sums(), office.balances("m2"), top_up["sale_id"])
    office.deliver(*office.till().events)
    with office.engine.begin() as connection:
        assert booking.replay(connection, office.now_ms) == 0
    assert (office.sums(), office.balances("m2"), top_up["sale_id"]) == before


def test_a_return_that_overtakes_its_sale_waits_for_it(office: Office) -> None:
    body = office.sell([office.line(3_000)], member_id="m2", till="till-1", deliver=False)
    office.sell(office.back(body), member_id="m2", till="till-2")
    assert office.sums() == {}
    office.deliver(*office.till("till-1").events, till="till-1")
    assert office.sums() == {}
    assert office.balances("m2").points == 0
    with office.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ledger_entry").scalar_one() == 4
        assert connection.exec_driver_sql("SELECT count(*) FROM ledger_waiting").scalar_one() == 0


@pytest.mark.parametrize("seed", range(4))
def test_tills_in_any_order_come_to_the_same_balances(seed: int) -> None:
    """The same three journals, mixed anew each time, each event perhaps twice."""
    found = []
    for order in (random.Random(0), random.Random(seed + 1)):
        office = Office([BOB, PLAIN])
        office.top_up("m2", 50_000, till="till-1", deliver=False)
        bodies = [
            office.sell([office.line(n * 1_700)], member_id="m2", till=f"till-{n}", deliver=False)
            for n in (1, 2, 3)
        ]
        office.sell(office.back(bodies[1]), member_id="m2", till="till-3", deliver=False)
        office.void(bodies[2], till="till-1", deliver=False)
        waiting = {name: list(chain.events) for name, chain in office.chains.items()}
        while any(waiting.values()):
            name = order.choice([name for name, events in waiting.items() if events])
            event = waiting[name][0] if order.random() < 0.3 else waiting[name].pop(0)
            office.deliver(event, till=name)
        assert clearing(office.sums()) == {}
        balances = office.balances("m2")
        found.append((office.sums(), balances.points, balances.value_minor))
        office.close()
    assert found[0] == found[1]
    assert found[0][1] == 17


def test_a_broken_member_id_costs_the_points_and_not_the_sale(office: Office) -> None:
    office.sell([office.line(3_000)], member_id="a/b")
    assert office.sums() == {("till/cash", CNY): 3_000, ("income/sales", CNY): -3_000}
    assert "account.bad_id" in office.alarms()


def test_points_and_bonus_end_by_the_calendar_but_not_while_a_till_holds_them(office: Office) -> None:
    office.top_up("m2", 50_000)
    office.sell([office.line(2_200)], member_id="m2")
    auth_id, _ = office.reserve("stored_value", "m2", 60_000)
    office.later(101)
    assert office.balances("m2").points == 0
    assert (
        sum(-amount for (a, _), amount in office.sums().items() if a.startswith("member/m2/bonus")) == 10_000
    )
    assert office.alarms() == {"authorisation.stale": 1}
    office.ask("spend.cancel", auth_id=auth_id)
    office.later(0)
    assert office.balances("m2").value_minor == 50_000
