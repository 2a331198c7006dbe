"""Somebody joins at the till, through intents: at once, whether HQ is there or not."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.ui.acts import people
from appliance.ui.sheets import EnrolSheet
from appliance.ui.views import FormSheetView
from retail.catalogue import Member
from retail.errors import Refused
from retail.members.pushed import SealingKey
from retail.members.sealing import unseal
from retail.messages.asking import Enrolled, Personal
from tests.support import desk as support
from tests.support.fake_hq import FakeHq
from tests.ui.brain import CARD, PHONE, STAFF_CARD, Brain
from tests.ui.people_at_the_till import (
    NEW_CARD,
    NEW_PHONE,
    NUMBER,
    SEALING,
    at_the_till,
    find,
    new_shop,
    panel,
    trouble,
)
from tests.ui.test_selling_on_screen import WATER


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    return new_shop(tmp_path)


# Joining


def enrolling(hq: dict[str, Any] | None = None) -> Any:
    def answer(body: dict[str, Any]) -> Enrolled:
        who = msgspec.json.decode(unseal(SEALING, body["sealed"]), type=Personal)
        assert who.phone == f"+86{NEW_PHONE}"
        return Enrolled(member_id=body["member_id"], number=NUMBER, is_new=True, **(hq or {}))

    return answer


def join(till: Brain, name: str = "", birthday: str = "", card: str = "") -> None:
    till.touch("member.enrol")
    till.keys(NEW_PHONE)
    if name:
        till.touch("field.name")
        for letter in name:
            till.do("keyboard.text", text=letter)
    if birthday:
        till.touch("field.birthday")
        till.keys(birthday)
    if card:
        people.card(till.till, card)
    till.touch("enrol.confirm")


def journal(till: Brain) -> list[str]:
    return [str(kind) for (kind,) in till.trade._rows("SELECT type FROM journal ORDER BY seq")]


def test_somebody_joins_without_hq_and_is_at_the_till_at_once(till: Brain) -> None:
    till.scan(WATER)
    join(till, "陈静怡", "0815", NEW_CARD)
    assert till.state.sheet is None and till.state.toast and till.state.toast.key == "toast.enrolled"
    assert panel(till).name == "陈*怡" and "137****5678" in panel(till).phone
    assert panel(till).chip is not None
    assert journal(till).count("member.enrolled") == 1
    member_id = at_the_till(till)
    till.do("member.detach")
    for again in (
        lambda: find(till, "5678"),
        lambda: people.card(till.till, NEW_CARD),
        lambda: find(till, NEW_PHONE),
    ):
        again()
        assert at_the_till(till) == member_id
        till.do("member.detach")


def test_what_an_input_method_gives_is_the_name_wherever_the_caret_was(till: Brain) -> None:
    till.touch("member.enrol")
    till.keys(NEW_PHONE)
    till.do("keyboard.text", text="陈静怡")
    assert isinstance(till.state.sheet, EnrolSheet)
    assert (till.state.sheet.phone, till.state.sheet.name) == (NEW_PHONE, "陈静怡")
    till.touch("field.birthday")
    till.do("keypad.key", key="backspace")
    till.keys("0815")
    till.touch("enrol.confirm")
    assert panel(till).name == "陈*怡"


def test_a_phone_is_nowhere_once_hq_has_answered(till: Brain) -> None:
    join(till, "Ann", "0229")
    hq = FakeHq(till.trade, till.engine, {"member.enrol": enrolling()})
    tables = ("hq_request", "pending", "journal", "basket")
    stored = str([till.trade._rows(f"SELECT * FROM {table}") for table in tables])
    assert NEW_PHONE not in stored and "Ann" not in stored
    assert hq.turn() == 1
    till.hear()
    assert hq.requests() == []
    assert NEW_PHONE not in repr(till.state)


def test_a_joiner_is_asked_about_until_hq_answers_whoever_dies(till: Brain) -> None:
    join(till)
    member_id = at_the_till(till)
    till.counter.close()
    again = Brain(till.home, till.ticks)
    again.sign_in()
    again.tick(30 * 24 * 3_600_000)
    hq = FakeHq(again.trade, again.engine, {})
    hq.turn()
    again.hear()
    assert len(hq.requests()) == 1 and again.desk_now.asking
    hq.answers["member.enrol"] = enrolling()
    hq.turn()
    hq.turn()
    again.hear()
    again.hear()
    assert hq.requests() == [] and not again.desk_now.asking and at_the_till(again) == member_id
    support.push(again.home, "members", 3, 4, (Member(id=member_id, names=support.named("A*"), tier="gold"),))
    again.hear()
    assert again.counter.checkout.people.joined() == ()


def test_hq_may_know_the_joiner_and_the_basket_goes_on_under_that_name(till: Brain) -> None:
    till.scan(WATER)
    join(till)
    hq = FakeHq(
        till.trade,
        till.engine,
        {"member.enrol": lambda body: Enrolled(member_id="m2", number=NUMBER, is_new=False)},
    )
    hq.turn()
    till.hear()
    assert at_the_till(till) == "m2" and panel(till).name == "L*"


def test_a_joiner_whom_hq_refuses_leaves_the_basket_and_somebody_is_told(till: Brain) -> None:
    till.scan(WATER)
    join(till)

    def refuse(body: dict[str, Any]) -> Enrolled:
        raise Refused("member.enrol_closed")

    FakeHq(till.trade, till.engine, {"member.enrol": refuse}).turn()
    till.hear()
    assert at_the_till(till) == "" and trouble(till) == "member.not_enrolled"
    assert till.counter.checkout.people.joined() == ()


def test_who_is_a_member_already_is_simply_at_the_till(till: Brain) -> None:
    till.touch("member.enrol")
    till.keys(PHONE)
    till.touch("enrol.confirm")
    assert at_the_till(till) == "m1" and "member.enrolled" not in journal(till)


@pytest.mark.parametrize(
    ("phone", "birthday", "card", "code"),
    [
        ("137", "", "", "phone.wrong_length"),
        ("10712345678", "", "", "phone.not_a_number_in_china"),
        (NEW_PHONE, "0230", "", "member.birthday"),
        (NEW_PHONE, "8", "", "member.birthday"),
        (NEW_PHONE, "", CARD, "member.card_taken"),
        (NEW_PHONE, "", STAFF_CARD, "member.card_taken"),
    ],
)
def test_what_is_wrong_with_a_joiner_is_said_in_the_sheet(
    till: Brain, phone: str, birthday: str, card: str, code: str
) -> None:
    till.touch("member.enrol")
    till.keys(phone)
    if birthday:
        till.touch("field.birthday")
        till.keys(birthday)
    if card:
        people.card(till.till, card)
    else:
        till.touch("enrol.confirm")
    sheet = till.presented().sheet
    assert isinstance(sheet, FormSheetView) and sheet.trouble
    assert trouble(till) == code and at_the_till(till) == ""


def test_what_was_typed_to_find_somebody_is_not_typed_again(till: Brain) -> None:
    find(till, NEW_PHONE)
    till.touch("member.enrol")
    assert isinstance(till.state.sheet, EnrolSheet) and till.state.sheet.phone == NEW_PHONE


def test_without_hq_s_key_nobody_can_join_and_nothing_is_left_behind(till: Brain) -> None:
    key = SealingKey(id="s1", public="")
    engine = till.engine
    with engine.begin() as connection:
        from appliance.store.reference import apply_push
        from retail.messages import Push, PushDocument

        apply_push(
            connection,
            Push(stream="benefits", base=2, version=3, documents=(PushDocument(document=key, gone=True),)),
        )
    join(till)
    assert trouble(till) == "member.no_sealing_key" and till.desk_now.basket is None
