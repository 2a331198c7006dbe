"""Members at the till, through intents, over real databases: found in every way, enrolled, answered by HQ."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.store.engine import read_key
from appliance.ui.acts import people
from appliance.ui.sheets import EnrolSheet, FoundSheet, TypingSheet
from appliance.ui.views import FormSheetView, MemberView, SaleView
from retail.catalogue import HeldCoupon, Member
from retail.errors import Refused
from retail.ledger.earning import PointsRules
from retail.members.card_token import sign_card
from retail.members.pushed import CardKey, SealingKey
from retail.members.record import member_number
from retail.members.sealing import unseal
from retail.messages.asking import Enrolled, Personal
from retail.secrets import card_hash, number_hash, phone_hash
from tests.support import desk as support
from tests.support.fake_hq import FakeHq
from tests.ui.brain import CARD, PHONE, STAFF_CARD, Brain, new_brain
from tests.ui.test_selling_on_screen import WATER

NEW_CARD, NEW_PHONE = "04AA00AA", "13712345678"
NUMBER = member_number(42, "M")
SIGNING = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
SEALING = X25519PrivateKey.from_private_bytes(b"x" * 32)


def base64_of(raw: bytes) -> str:
    import base64

    return base64.b64encode(raw).decode()


def key_of(home: support.Home) -> bytes:
    return bytes.fromhex(read_key(home.lookup_key))


def members_of(home: support.Home) -> tuple[Member, ...]:
    key = key_of(home)
    return (
        Member(
            id="m1",
            names=support.named("C*"),
            phone_masked="138****6207",
            phone_hash=phone_hash(key, PHONE),
            number_hash=number_hash(key, NUMBER),
            card_hashes=(card_hash(key, CARD),),
            tier="gold",
            points=2360,
            value_minor=26850,
            birth_month=8,
            coupons=(HeldCoupon(id="c1", kind="k", promotion="p", names=support.named("off")),),
            aliases=("m1-before",),
        ),
        Member(id="m2", names=support.named("L*"), phone_masked="139****6207", tier="gold"),
        Member(id="m3", names=support.named("F*"), phone_masked="136****1111", state="frozen"),
    )


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    brain = new_brain(tmp_path)
    support.push(
        brain.home,
        "members",
        2,
        3,
        (*members_of(brain.home), support.Tier(id="gold", names={}, discount_bp=500)),
    )
    public = base64_of(SIGNING.public_key().public_bytes_raw())
    sealing = base64_of(SEALING.public_key().public_bytes_raw())
    support.push(
        brain.home,
        "benefits",
        1,
        2,
        (CardKey(id="k1", public=public), SealingKey(id="s1", public=sealing), PointsRules(id="points")),
    )
    brain.sign_in()
    return brain


def at_the_till(brain: Brain) -> str:
    basket = brain.desk_now.basket
    return basket.member.member_id if basket and basket.member else ""


def trouble(brain: Brain) -> str:
    sheet = brain.state.sheet
    inside = sheet.trouble if isinstance(sheet, TypingSheet | EnrolSheet) else ""
    return inside or (brain.state.trouble.code if brain.state.trouble else "")


def find(brain: Brain, typed: str) -> None:
    brain.touch("member.phone")
    for sign in typed:
        brain.do(
            "keypad.key" if sign.isdigit() else "keyboard.text", **{"key" if sign.isdigit() else "text": sign}
        )
    brain.touch("sheet.confirm")


def panel(brain: Brain) -> MemberView:
    screen = brain.presented().screen
    assert isinstance(screen, SaleView) and isinstance(screen.member, MemberView)
    return screen.member


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
