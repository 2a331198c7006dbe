"""Members at the till, through intents, over real databases: found in every way, and shown."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.ui.acts import people
from appliance.ui.sheets import FoundSheet, TypingSheet
from retail.members.card_token import sign_card
from retail.members.record import member_number
from tests.support import desk as support
from tests.ui.brain import CARD, PHONE, Brain
from tests.ui.people_at_the_till import (
    NUMBER,
    SIGNING,
    at_the_till,
    find,
    members_of,
    new_shop,
    panel,
    trouble,
)
from tests.ui.test_selling_on_screen import WATER


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    return new_shop(tmp_path)


# Finding


@pytest.mark.parametrize("typed", [PHONE, f"86{PHONE}", NUMBER, NUMBER.removeprefix("M")])
def test_whole_phones_and_numbers_find_one_member(till: Brain, typed: str) -> None:
    if typed == NUMBER.removeprefix("M"):
        find(till, typed)
        assert trouble(till) == "member.unknown_number"
        return
    find(till, typed)
    assert at_the_till(till) == "m1" and till.state.sheet is None


def test_the_last_four_digits_leave_a_choice_of_masked_names(till: Brain) -> None:
    find(till, "6207")
    assert isinstance(till.state.sheet, FoundSheet)
    till.touch("member.choose.m2")
    assert at_the_till(till) == "m2"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("9999", "member.unknown_tail"),
        ("1111", "member.frozen"),
        ("620", "phone.wrong_length"),
        ("62071", "phone.wrong_length"),
        ("13700000000", "member.unknown_phone"),
        ("12345678901", "phone.not_a_number_in_china"),
        (member_number(43, "M"), "member.unknown_number"),
    ],
)
def test_what_finds_nobody_says_so_in_the_sheet(till: Brain, typed: str, code: str) -> None:
    find(till, typed)
    assert at_the_till(till) == "" and trouble(till) == code
    assert isinstance(till.state.sheet, TypingSheet)


def test_the_search_box_finds_goods_first_and_then_members(till: Brain) -> None:
    for text, expected in (("101", ""), (PHONE, "m1")):
        for sign in text:
            till.do("keyboard.text", text=sign)
        till.do("keyboard.key", key="enter")
        assert at_the_till(till) == expected
    assert till.state.search.text == ""


def test_a_scanned_number_finds_its_member_from_the_tender_too(till: Brain) -> None:
    till.scan(WATER)
    till.do("pay.with", tender="cash")
    till.scan(NUMBER)
    assert at_the_till(till) == "m1" and till.state.place == "sale"


def test_an_id_from_before_a_merge_is_the_member(till: Brain) -> None:
    found = till.counter.checkout.people.by_id("m1-before")
    assert found is not None and found.id == "m1"


# Virtual cards


def token(till: Brain, member: str = "m1", chain: str = "shop", later_s: int = 0, **more: Any) -> str:
    now_s = till.ticks.at_ms // 1000 + later_s
    return sign_card(
        more.get("key", SIGNING), more.get("kid", "k1"), chain, member, more.get("jti", "j1"), now_s
    )


def test_a_virtual_card_opens_once_and_never_again_after_a_restart(till: Brain) -> None:
    shown = token(till)
    till.scan(shown)
    basket = till.desk_now.basket
    assert basket and basket.member and basket.member.is_present and basket.member.card_jti == "j1"
    till.do("member.detach")
    till.scan(shown)
    assert at_the_till(till) == "" and trouble(till) == "card_token.replayed"
    till.counter.close()
    again = Brain(till.home, till.ticks)
    again.sign_in()
    again.scan(shown)
    assert trouble(again) == "card_token.replayed"


def test_cards_that_are_old_forged_of_another_chain_or_frozen_are_told_apart(till: Brain) -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    for shown, code in (
        (token(till, later_s=-200), "card_token.expired"),
        (token(till, later_s=200), "card_token.not_yet"),
        (token(till, key=other), "card_token.forged"),
        (token(till, kid="k9"), "card_token.unknown_key"),
        (token(till, chain="other"), "card_token.other_chain"),
        (token(till, member="m3"), "member.frozen"),
        (token(till, member="nobody"), "member.unknown_card"),
        ("TBM1.x.y", "card_token.malformed"),
        ("TBM1:12", "member.unknown_code"),
    ):
        till.scan(shown)
        assert at_the_till(till) == "" and trouble(till) == code, code
    till.scan(token(till))
    assert at_the_till(till) == "m1"


def test_a_refused_card_is_not_used_up(till: Brain) -> None:
    till.scan(WATER)
    till.do("pay.with", tender="cash")
    till.keys("1")
    till.do("cash.take", tendered_minor=100)
    shown = token(till)
    till.scan(shown)
    assert trouble(till) == "basket.partly_paid"
    till.do("tender.undo", id=till.desk_now.basket.tenders[0].tender_id)  # type: ignore[union-attr]
    till.scan(shown)
    assert at_the_till(till) == "m1"


# The panel


def test_the_panel_says_who_it_is_and_what_they_hold(till: Brain) -> None:
    till.scan(WATER)
    people.card(till.till, CARD)
    shown = panel(till)
    assert (shown.initial, shown.name) == ("C", "C*")
    assert "138****6207" in shown.phone and "8" in shown.phone
    assert [(fact.value, fact.extra) for fact in shown.facts] == [
        ("2,360", "+3"),
        ("¥268.50", ""),
        ("1 张", ""),
    ]


def test_hq_s_news_of_the_member_show_without_a_touch(till: Brain) -> None:
    people.card(till.till, CARD)
    first = msgspec.structs.replace(members_of(till.home)[0], points=1, value_minor=0, coupons=())
    support.push(till.home, "members", 3, 4, (first,))
    till.hear()
    assert [fact.value for fact in panel(till).facts] == ["1"]
