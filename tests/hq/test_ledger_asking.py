"""What tills ask about money and benefits: granted or refused with why, the same again when asked again."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hq import catalogue, requests
from hq.database import open_hq
from hq.journal import Sender
from hq.ledger import members, reserving, rewards, sweeping
from hq.ledger.moments import moment
from retail.catalogue import Member
from retail.errors import Refused
from retail.members.birthdays import BirthdayRule
from retail.messages import Answer, Request
from tests.support.ledger import CNY, DOCUMENTS, START_MS, Office, tender

ANN = Member(id="m1", names={"en": "A*n"}, points=120, value_minor=5_000)
BOB = Member(id="m2", names={"en": "B*b"})
ICE = Member(id="m9", names={"en": "I*e"}, points=500, state="frozen")


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office([ANN, BOB, ICE])
    yield made
    made.close()


def hold(office: Office, kind: str, auth_id: str, till: str = "till-1", **more: Any) -> Answer:
    return office.ask("benefit.hold", till, auth_id=auth_id, sale_id="", kind=kind, **more)


def test_a_grant_is_the_same_when_asked_again_and_another_question_under_its_id_is_refused(
    office: Office,
) -> None:
    assert office.reserve("stored_value", "m1", 4_000, auth_id="a")[1] == "paid"
    assert office.reserve("stored_value", "m1", 4_000, auth_id="a")[1] == "paid"
    assert office.balances().value_minor == 1_000
    other = office.ask(
        "spend.authorise",
        auth_id="a",
        sale_id="",
        money="stored_value",
        account="m1",
        units=9,
        amount_minor=9,
        currency=CNY,
    )
    assert other.error == "authorisation.other_request"


def test_the_last_yuan_is_given_to_one_till_and_what_is_given_up_to_the_next(office: Office) -> None:
    auth_id, answer = office.reserve("stored_value", "m1", 5_000, till="till-1")
    late, refused = office.reserve("stored_value", "m1", 1, till="till-2")
    assert (answer, refused) == ("paid", "stored_value.not_enough")
    assert office.ask("spend.cancel", auth_id=auth_id).body["state"] == "cancelled"
    assert (
        office.reserve("stored_value", "m1", 1, till="till-2", auth_id=late)[1] == "stored_value.not_enough"
    )
    assert office.reserve("stored_value", "m1", 5_000, till="till-2")[1] == "paid"


def test_a_cancel_that_overtakes_its_question_still_counts(office: Office) -> None:
    assert office.ask("spend.cancel", auth_id="a").body["state"] == "cancelled"
    assert office.reserve("stored_value", "m1", 100, auth_id="a")[1] == "authorisation.cancelled"
    assert office.balances().value_minor == 5_000


def test_a_cancel_after_the_sale_answers_paid(office: Office) -> None:
    auth_id, _ = office.reserve("stored_value", "m1", 1_000)
    office.sell([office.line(1_000)], [tender("stored_value", 1_000, "t", reference=auth_id)], member_id="m1")
    answer = office.ask("spend.cancel", auth_id=auth_id)
    assert (answer.body["state"], answer.body["amount_minor"]) == ("paid", 1_000)
    assert office.ask("spend.cancel", "till-2", auth_id=auth_id).body["state"] == "paid"


def test_another_till_cannot_give_up_what_is_not_its_own(office: Office) -> None:
    auth_id, _ = office.reserve("stored_value", "m1", 1_000)
    assert office.ask("spend.cancel", "till-2", auth_id=auth_id).error == "authorisation.other_appliance"


@pytest.mark.parametrize(
    ("money", "account", "amount", "more", "code"),
    [
        ("stored_value", "m9", 100, {}, "member.frozen"),
        ("stored_value", "m1", 0, {}, "amount.not_positive"),
        ("stored_value", "nobody", 1, {}, "stored_value.not_enough"),
        ("gift_card", "no-card", 1, {}, "gift_card.unknown"),
        ("points", "m1", 100, {"units": 200}, "points.other_worth"),
        ("points", "m1", 150, {"units": 150}, "points.not_in_steps"),
        ("points", "m1", 200, {"units": 200}, "points.not_enough"),
    ],
)
def test_why_not_is_said_and_stays(
    office: Office, money: str, account: str, amount: int, more: dict[str, Any], code: str
) -> None:
    auth_id, answer = office.reserve(money, account, amount, **more)
    assert answer == code
    assert office.reserve(money, account, amount, auth_id=auth_id, **more)[1] == code


def test_a_virtual_card_opens_one_spend(office: Office) -> None:
    assert office.reserve("stored_value", "m1", 100, card_jti="j1")[1] == "paid"
    assert office.reserve("stored_value", "m1", 100, till="till-2", card_jti="j1")[1] == "card_token.replayed"


def test_one_sale_may_take_money_and_points_by_one_card(office: Office) -> None:
    shown = {"card_jti": "j1", "sale_id": "s1"}
    assert office.reserve("stored_value", "m1", 100, **shown)[1] == "paid"
    assert office.reserve("points", "m1", 100, **{**shown, "units": 100})[1] == "paid"
    again = office.reserve("stored_value", "m1", 100, **{**shown, "sale_id": "s2"})[1]
    assert again == office.reserve("stored_value", "m1", 100, till="till-2", **shown)[1]
    assert again == "card_token.replayed"


def test_a_coupon_is_held_by_one_till_and_free_again_when_given_up(office: Office) -> None:
    office.top_up("m2", 50_000)
    (coupon,) = office.balances("m2").coupons
    first = hold(office, "coupon", "h1", member_id="m2", id=coupon.id)
    assert first.body["promotion"] == "five-off"
    assert hold(office, "coupon", "h1", member_id="m2", id=coupon.id).body == first.body
    assert hold(office, "coupon", "h2", "till-2", member_id="m2", id=coupon.id).error == "coupon.taken"
    assert hold(office, "coupon", "h3", member_id="m1", id=coupon.id).error == "coupon.taken"
    office.ask("spend.cancel", auth_id="h1")
    assert hold(office, "coupon", "h4", member_id="m1", id=coupon.id).error == "coupon.of_another"
    assert hold(office, "coupon", "h5", member_id="m2", id=coupon.id).error == ""
    assert office.balances("m2").coupons == ()


def test_a_public_code_is_claimed_within_its_limits_and_not_twice_by_trying_again(office: Office) -> None:
    first = hold(office, "coupon", "h1", member_id="m1", code=" spring ")
    office.ask("spend.cancel", auth_id="h1")
    again = hold(office, "coupon", "h2", member_id="m1", code="SPRING")
    assert again.body["id"] == first.body["id"]
    assert hold(office, "coupon", "h3", member_id="m1", code="SPRING").error == "coupon.member_limit"
    assert hold(office, "coupon", "h4", code="SPRING").error == "coupon.members_only"
    assert hold(office, "coupon", "h5", code="no such").error == "coupon.unknown_code"
    assert hold(office, "coupon", "h6", member_id="m2", code="spring").body["promotion"] == "ten-off"
    office.sell([office.line(0)], member_id="m3")
    assert hold(office, "coupon", "h7", member_id="m3", code="spring").error == "coupon.all_gone"


def test_a_code_for_anybody_given_up_is_there_for_the_next(office: Office) -> None:
    hold(office, "coupon", "h1", code="hello")
    assert hold(office, "coupon", "h2", "till-2", code="hello").error == "coupon.all_gone"
    office.ask("spend.cancel", auth_id="h1")
    assert hold(office, "coupon", "h3", "till-2", code="hello").body["promotion"] == "one-off"


def test_the_last_uses_of_a_pass_are_held_once(office: Office) -> None:
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m2")], member_id="m2")
    assert hold(office, "pass", "h1", member_id="m2", id="p1", uses=9).body["uses"] == 9
    assert hold(office, "pass", "h2", "till-2", member_id="m2", id="p1", uses=2).error == "pass.not_enough"
    assert hold(office, "pass", "h3", member_id="m1", id="p1").error == "pass.of_another"
    assert hold(office, "pass", "h4", member_id="m2", id="p9").error == "pass.unknown"
    freeze = {"what": "pass", "id": "p1", "member_id": "m2", "frozen": True}
    assert office.ask("prepaid.freeze", **freeze).error == "pass.in_use"
    office.ask("spend.cancel", auth_id="h1")
    assert office.ask("prepaid.freeze", **freeze).error == office.ask("prepaid.freeze", **freeze).error == ""
    assert hold(office, "pass", "h5", member_id="m2", id="p1").error == "pass.frozen"
    assert office.balances("m2").passes[0].state == "frozen"


def test_a_membership_rests_and_goes_on_with_its_days(office: Office) -> None:
    office.sell([office.promise("membership", 30_000, "d1", "month", member_id="m2")], member_id="m2")
    freeze = {"what": "membership", "id": "d1", "member_id": "m2"}
    office.later(10)
    assert office.ask("prepaid.freeze", frozen=True, **freeze).error == ""
    office.later(30)
    assert office.held("income/memberships") == 10_000
    assert office.ask("prepaid.freeze", frozen=False, **freeze).error == ""
    office.later(5)
    assert office.held("income/memberships") == 15_000
    assert office.ask("prepaid.freeze", frozen=True, **freeze).error == "membership.freezes_used_up"


def test_points_become_a_coupon_once(office: Office) -> None:
    first = office.ask("reward.redeem", auth_id="r1", member_id="m1", reward="mug")
    assert office.ask("reward.redeem", auth_id="r1", member_id="m1", reward="mug").body == first.body
    assert office.balances().points == 70
    assert [coupon.id for coupon in office.balances().coupons] == [first.body["id"]]
    office.reserve("points", "m1", 100, units=100)
    assert office.ask("reward.redeem", auth_id="r2", member_id="m1", reward="mug").body["promotion"]
    short = office.ask("reward.redeem", auth_id="r3", member_id="m1", reward="mug")
    assert (short.error, short.body["available"]) == ("points.not_enough", 20)
    assert office.ask("reward.redeem", auth_id="r4", member_id="m1", reward="?").error == "reward.unknown"


def redeem(office: Office, auth_id: str, reward: str = "a-latte") -> dict[str, Any]:
    body: dict[str, Any] = office.ask("reward.redeem", auth_id=auth_id, member_id="m1", reward=reward).body
    return body


def take_back(office: Office, coupon_id: str, member: str = "m1") -> int:
    with office.engine.begin() as connection:
        return rewards.take_back(connection, member, coupon_id, office.now_ms)


def test_points_become_goods_that_end_like_a_coupon(office: Office) -> None:
    held = redeem(office, "r1")
    assert (tuple(held["covers"]), held["promotion"], held["names"]) == (("latte",), "", {"en": "x"})
    (coupon,) = office.balances().coupons
    assert (coupon.id, coupon.covers, coupon.kind) == (held["id"], ("latte",), "goods:latte")
    assert redeem(office, "r2", "gone")["code"] == "reward.unknown"
    assert office.balances().points == 80
    office.later(29)
    assert office.balances().coupons
    office.later(2)
    assert office.balances().coupons == ()


def test_points_of_a_reward_that_nobody_used_come_back_once(office: Office) -> None:
    held = redeem(office, "r1")
    assert office.balances().points == 80
    assert take_back(office, held["id"]) == 40
    assert (office.balances().points, office.balances().coupons) == (120, ())
    with pytest.raises(Refused, match=r"coupon\.void"):
        take_back(office, held["id"])
    assert office.balances().points == 120


def test_a_reward_in_a_basket_or_of_another_is_not_taken_back(office: Office) -> None:
    held = redeem(office, "r1")
    with pytest.raises(Refused, match=r"coupon\.of_another"):
        take_back(office, held["id"], "m2")
    asked = {"kind": "coupon", "id": held["id"], "member_id": "m1", "sale_id": "s1"}
    assert office.ask("benefit.hold", auth_id="h1", **asked).body["covers"] == ("latte",)
    with pytest.raises(Refused, match=r"coupon\.taken"):
        take_back(office, held["id"])
    office.ask("spend.cancel", auth_id="h1")
    assert take_back(office, held["id"]) == 40


def test_a_reservation_ends_by_a_person_never_by_a_clock(office: Office) -> None:
    auth_id, _ = office.reserve("stored_value", "m1", 5_000)
    office.later(400)
    assert office.balances().value_minor == 0
    assert "authorisation.stale" in office.alarms()
    with office.engine.begin() as connection:
        reserving.write_off(connection, auth_id)
        with pytest.raises(Refused, match=r"authorisation\.written_off"):
            reserving.write_off(connection, auth_id)
    assert office.balances().value_minor == 5_000
    paid = tender("stored_value", 5_000, "t", reference=auth_id)
    office.sell([office.line(5_000)], [paid], member_id="m1")
    assert office.balances().value_minor == 0
    assert "authorisation.written_off" in office.alarms()


def test_birthdays_bring_one_coupon_a_year(office: Office) -> None:
    def give() -> int:
        with office.engine.begin() as connection:
            people = [("m1", date(1990, 3, 4)), ("m2", None)]
            rule = BirthdayRule(coupon="birthday")
            return sweeping.give_birthday_coupons(connection, rule, people, office.now_ms)

    assert [give(), give()] == [1, 0]
    assert [coupon.kind for coupon in office.balances().coupons] == ["birthday"]
    office.later(14)
    assert office.balances().coupons == ()
    office.later(351)
    assert give() == 1


def test_a_merged_member_is_one_person_for_tills_that_know_the_old_id(office: Office) -> None:
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m2")], member_id="m2")
    office.sell([office.line(90_000)], member_id="m2")
    with office.engine.begin() as connection:
        members.meet(connection, "m1", moment(office.now_ms))
        members.absorb(connection, "m1", "m2")
    office.sell([office.line(10_000)], member_id="m2")
    assert office.balances("m1").tier == "gold"
    assert [one.id for one in office.balances("m1").passes] == ["p1"]
    assert hold(office, "pass", "h1", member_id="m2", id="p1").body["uses"] == 1


def test_two_tills_asking_at_the_same_moment(tmp_path: Path) -> None:
    """Ten threads on their own connections ask for the last of something that lasts for three."""
    engine = open_hq(tmp_path / "hq.db")
    with engine.begin() as connection:
        catalogue.put(connection, [*DOCUMENTS, ANN])
        members.meet(connection, "m1", moment(START_MS))
    answers: list[Any] = []

    def ask(number: int) -> None:
        body = {
            "auth_id": f"a{number}",
            "incarnation": "i",
            "sale_id": "",
            "money": "stored_value",
            "account": "m1",
            "units": 1_500,
            "amount_minor": 1_500,
            "currency": CNY,
        }
        request = Request(id=f"q{number}", kind="spend.authorise", body=body)
        with engine.begin() as connection:
            found = requests.answer(connection, Sender("demo", f"till-{number}"), request, START_MS)
        answers.append(found.body["state"] if found else None)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["declined"] * 7 + ["paid"] * 3
    engine.dispose()


# Upgrades


def with_a_pass(office: Office) -> None:
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m1")], member_id="m1")


def quote(office: Office, auth_id: str, to_kind: str = "thirty", id_: str = "p1", **more: Any) -> Answer:
    body = {"what": "pass", "id": id_, "member_id": "m1", "to_kind": to_kind, **more}
    return office.ask("upgrade.quote", auth_id=auth_id, **body)


def test_an_upgrade_is_quoted_once_and_its_pass_is_held_meanwhile(office: Office) -> None:
    with_a_pass(office)
    first = quote(office, "u1")
    assert (first.body["amount_minor"], first.body["credit_minor"]) == (25_000 - 9_999, 9_999)
    assert quote(office, "u1").body == first.body
    assert quote(office, "u2").error == "pass.in_use"
    assert office.balances().passes == ()
    assert hold(office, "pass", "h1", id="p1", member_id="m1").error == "pass.not_enough"
    assert office.ask("spend.cancel", auth_id="u1").body["state"] == "cancelled"
    assert office.balances().passes[0].left == 10
    assert quote(office, "u1").error == "authorisation.cancelled"
    assert quote(office, "u3").body["amount_minor"] == 25_000 - 9_999


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"to_kind": "ten"}, "pass.same_kind"),
        ({"to_kind": "none"}, "pass.unknown_kind"),
        ({"id_": "none"}, "pass.unknown"),
        ({"member_id": "m2"}, "pass.of_another"),
        ({"member_id": "m9"}, "member.frozen"),
        ({"what": "membership", "to_kind": "year"}, "membership.unknown"),
    ],
)
def test_what_is_no_upgrade_is_refused_and_holds_nothing(
    office: Office, more: dict[str, Any], error: str
) -> None:
    with_a_pass(office)
    assert quote(office, "u1", **more).error == error
    assert quote(office, "u1", **more).error == error
    assert office.balances().passes[0].left == 10


def test_nothing_cheaper_or_as_dear_as_what_is_left_is_an_upgrade(office: Office) -> None:
    office.sell([office.promise("pass", 25_000, "p9", "thirty", member_id="m1")], member_id="m1")
    refused = quote(office, "u1", "ten", "p9")
    assert refused.error == "pass.not_an_upgrade"
    assert (refused.body["price_minor"], refused.body["credit_minor"]) == (9_999, 25_000)


def test_days_run_until_the_upgrade_was_reckoned_and_not_until_it_was_told(office: Office) -> None:
    office.sell([office.promise("membership", 30_000, "d1", "month", member_id="m1")], member_id="m1")
    office.later(9.9)
    asked = {"what": "membership", "id": "d1", "to_kind": "year"}
    quoted = office.ask("upgrade.quote", auth_id="u1", member_id="m1", **asked)
    assert quoted.body["credit_minor"] == 20_000
    office.later(0.9)
    line = office.promise(
        "membership_upgrade", 180_000, "d2", "year", member_id="m1", replaces="d1", auth_id="u1"
    )
    office.sell([line], member_id="m1")
    assert office.alarms() == {} and office.held("owed/membership/d1") == 0
    (held,) = office.balances().memberships
    assert (held.id, held.kind) == ("d2", "year")
