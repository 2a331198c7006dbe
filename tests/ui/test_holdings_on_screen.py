"""Coupons, passes, visits, notes and rewards of the member at the till, and a HQ that answers."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.ui.acts import people
from appliance.ui.sheets import MemberSheet
from appliance.ui.views import MemberView, PersonSheetView, SaleView
from retail.catalogue import HeldCoupon, HeldMembership, HeldPass
from retail.errors import Refused
from retail.ledger.earning import Reward
from retail.members.coupons import CouponKind
from retail.members.pushed import SealingKey
from retail.members.sealing import unseal
from retail.messages.asking import BenefitHeld, History, HistoryLine, HistorySale, Personal
from retail.pricing.promotion import Conditions, Scope, ThresholdOff
from retail.pricing.pushed import PushedPromotion
from tests.support import desk as support
from tests.support.fake_hq import FakeHq
from tests.ui.brain import CARD, Brain, new_brain, texts_of
from tests.ui.people_at_the_till import SEALING, base64_of, members_of
from tests.ui.test_selling_on_screen import BEANS, WATER

TWO_OFF, CAKE_OFF = "2 off", "cake off"
YEAR = {"ends_at": "2099-01-01T00:00:00+08:00"}


def coupon(id_: str, promotion: str, name: str) -> HeldCoupon:
    return HeldCoupon(id=id_, kind="k1", promotion=promotion, names=support.named(name))


def threshold(id_: str, name: str, off_minor: int, scope: Scope) -> PushedPromotion:
    made = ThresholdOff(
        id=id_,
        names=support.named(name),
        scope=scope,
        threshold_minor=500,
        off_minor=off_minor,
        conditions=Conditions(coupon=True),
    )
    return PushedPromotion(id=id_, promotion=made)


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    brain = new_brain(tmp_path)
    held = msgspec.structs.replace(
        members_of(brain.home)[0],
        coupons=(coupon("c1", "p1", TWO_OFF), coupon("c2", "p2", CAKE_OFF)),
        passes=(HeldPass(id="a1", kind="k2", names=support.named("Water pass"), left=4, covers=("water",)),),
        memberships=(HeldMembership(id="s1", kind="k3", names=support.named("Gym"), **YEAR),),
    )
    support.push(brain.home, "members", 2, 3, (held,))
    off = (
        threshold("p1", TWO_OFF, 200, Scope()),
        threshold("p2", CAKE_OFF, 800, Scope(products=("cake",))),
    )
    support.push(brain.home, "promotions", 1, 2, off)
    public = base64_of(SEALING.public_key().public_bytes_raw())
    benefits = (
        SealingKey(id="s1", public=public),
        Reward(id="r1", points=500, coupon="k9"),
        Reward(id="r2", points=5000, coupon="k9"),
        Reward(id="r3", points=600, product="water"),
        Reward(id="r4", points=1, product="no-such-product"),
        CouponKind(id="k9", names=support.named("Free coffee"), promotion="p1", code="SPRING"),
    )
    support.push(brain.home, "benefits", 1, 2, benefits)
    brain.counter.changed_shop()
    brain.till.change(shop=brain.counter.read_shop())
    brain.sign_in()
    return brain


@pytest.fixture
def hq(till: Brain) -> FakeHq:
    return FakeHq(till.trade, till.engine, {"benefit.hold": hold})


def hold(body: dict[str, Any]) -> BenefitHeld:
    return BenefitHeld(
        auth_id=body["auth_id"],
        kind=body["kind"],
        id=body["id"] or "claimed",
        names=support.named(TWO_OFF if body["kind"] == "coupon" else "Water pass"),
        promotion="p1" if body["kind"] == "coupon" else "",
        covers=("water",) if body["kind"] == "pass" else (),
        uses=body["uses"],
    )


def answered(till: Brain, hq: FakeHq) -> None:
    hq.turn()
    till.hear()


def rows(till: Brain) -> dict[str, str]:
    screen = till.presented().screen
    assert isinstance(screen, SaleView) and isinstance(screen.member, MemberView)
    return {row.title: row.detail for row in screen.member.benefits}


def sheet_of(till: Brain) -> PersonSheetView:
    sheet = till.presented().sheet
    assert isinstance(sheet, PersonSheetView)
    return sheet


def test_the_panel_says_what_each_would_bring_before_anybody_asks(till: Brain) -> None:
    for _ in range(2):
        till.scan(WATER)
    people.card(till.till, CARD)
    assert rows(till) == {
        "Water pass": "剩 4 次 · 可抵本单 2 件",
        TWO_OFF: "可省 ¥2.00",
        CAKE_OFF: rows(till)[CAKE_OFF],
    }
    assert rows(till)[CAKE_OFF].startswith("没用：")
    assert till.has_control("benefit.use.c1") and not till.has_control("benefit.use.c2")


def test_what_is_of_use_stands_before_what_is_not(till: Brain) -> None:
    till.scan(BEANS)
    people.card(till.till, CARD)
    assert list(rows(till)) == [TWO_OFF, "Water pass", CAKE_OFF]
    assert rows(till)["Water pass"].startswith("剩 4 次 · ")


def test_a_coupon_is_asked_for_used_and_left_again(till: Brain, hq: FakeHq) -> None:
    for _ in range(2):
        till.scan(WATER)
    people.card(till.till, CARD)
    till.touch("benefit.use.c1")
    assert rows(till)[TWO_OFF] == "正在问总部…" and till.desk_now.due_minor == 600
    answered(till, hq)
    assert rows(till)[TWO_OFF] == "已省 ¥2.00" and till.desk_now.due_minor == 400
    till.touch("benefit.leave.c1")
    assert till.desk_now.due_minor == 600
    answered(till, hq)
    answered(till, hq)
    assert hq.requests() == [] and len(hq.asked["spend.cancel"]) == 1


@pytest.mark.parametrize(
    "code", ["coupon.used", "coupon.taken", "coupon.expired", "coupon.too_early", "coupon.of_another"]
)
def test_hq_s_no_is_told_in_words(till: Brain, hq: FakeHq, code: str) -> None:
    def refuse(body: dict[str, Any]) -> BenefitHeld:
        raise Refused(code, coupon_id=body["id"])

    hq.answers["benefit.hold"] = refuse
    for _ in range(2):
        till.scan(WATER)
    people.card(till.till, CARD)
    till.touch("benefit.use.c1")
    answered(till, hq)
    assert till.state.trouble and till.state.trouble.code == code
    screen = till.presented().screen
    assert isinstance(screen, SaleView) and screen.basket.notice is not None
    assert rows(till)[TWO_OFF] == "可省 ¥2.00"


def test_a_use_of_a_pass_frees_one_piece_and_can_grow_to_two(till: Brain, hq: FakeHq) -> None:
    for _ in range(2):
        till.scan(WATER)
    people.card(till.till, CARD)
    till.touch("benefit.use.a1")
    answered(till, hq)
    assert till.desk_now.due_minor == 300
    till.touch("benefit.use.a1")
    answered(till, hq)
    assert till.desk_now.due_minor == 0 and not till.has_control("benefit.use.a1")
    till.do("pay.with", tender="cash")
    till.do("cash.take", tendered_minor=0)
    sale = till.desk_now.last_sale
    assert sale is not None and [(one.kind, one.amount) for one in sale.benefits] == [("pass", 2)]


def test_a_code_of_a_kind_of_coupons_is_scanned_and_claimed_at_hq(till: Brain, hq: FakeHq) -> None:
    for _ in range(2):
        till.scan(WATER)
    till.scan("spring")
    answered(till, hq)
    assert till.desk_now.due_minor == 400 and hq.asked["benefit.hold"][0]["code"] == "spring"


# Visits


def journal(till: Brain) -> list[dict[str, Any]]:
    found = till.trade._rows("SELECT body FROM journal WHERE type = 'pass.used' ORDER BY seq")
    return [msgspec.json.decode(body) for (body,) in found]


def test_a_visit_is_an_event_once_hq_says_yes_and_is_undone_by_another(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.touch("visit.use.a1")
    assert journal(till) == []
    till.counter.close()
    again = Brain(till.home, till.ticks)
    hq = FakeHq(again.trade, again.engine, {"benefit.hold": hold})
    again.sign_in()
    for _ in range(2):
        answered(again, hq)
    (used,) = journal(again)
    assert (used["pass_id"], used["member_id"], used["uses"]) == ("a1", "m1", 1)
    again.do("member.open")
    (undo,) = [row.action for row in sheet_of(again).rows if row.action and "undo" in row.action.name]
    again.do(undo.intent.name, **undo.intent.args)
    assert journal(again)[1]["gives_back"] == used["use_id"]
    assert not again.has_control(undo.name)


def test_a_visit_that_hq_refuses_is_none(till: Brain, hq: FakeHq) -> None:
    def refuse(body: dict[str, Any]) -> BenefitHeld:
        raise Refused("pass.used_up", id=body["id"])

    hq.answers["benefit.hold"] = refuse
    people.card(till.till, CARD)
    till.touch("visit.use.a1")
    answered(till, hq)
    assert journal(till) == [] and till.state.trouble and till.state.trouble.code == "pass.used_up"


def test_a_visit_undone_before_hq_answers_is_given_up(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.touch("visit.use.a1")
    (visit,) = till.counter.checkout.visiting.of("m1")
    till.do("visit.undo", id=visit.id)
    answered(till, hq)
    assert journal(till) == [] and "benefit.hold" not in hq.asked and len(hq.asked["spend.cancel"]) == 1


# The sheet


def test_purchases_come_from_hq_or_it_is_said_that_it_is_silent(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.do("member.open")
    till.touch("member.history")
    assert sheet_of(till).waiting == "正在问总部…"
    line = HistoryLine(names=support.named("Latte"), quantity_milli=2000, total_minor=4400)
    sale = HistorySale(
        receipt_number="T1-000009", completed_at="2025-10-01T10:00:00+08:00", total_minor=4400, lines=(line,)
    )
    hq.answers["member.history"] = lambda body: History(sales=(sale,), notes=("likes it hot",))
    answered(till, hq)
    first, second = sheet_of(till).rows
    assert first.detail == "Latte × 2" and first.aside == "¥44.00" and second.title == "likes it hot"
    del hq.answers["member.history"]
    till.touch("member.page.card")
    till.touch("member.history")
    till.tick(31_000)
    answered(till, hq)
    assert "网络" in sheet_of(till).waiting


def test_a_note_goes_sealed_and_is_asked_until_hq_has_it(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.do("member.open")
    till.touch("member.note")
    till.touch("note.kind.feedback")
    for letter in "too cold":
        till.do("keyboard.text", text=letter)
    till.do("keyboard.key", key="enter")
    assert isinstance(till.state.sheet, MemberSheet)
    stored = str(till.trade._rows("SELECT * FROM hq_request"))
    assert "cold" not in stored
    answered(till, hq)
    assert len(hq.requests()) == 1
    hq.answers["member.note"] = lambda body: {}
    answered(till, hq)
    body = hq.asked["member.note"][-1]
    assert msgspec.json.decode(unseal(SEALING, body["sealed"]), type=Personal).text == "too cold"
    assert (body["kind"], body["member_id"]) == ("feedback", "m1") and hq.requests() == []


def test_points_become_a_coupon_if_there_are_enough(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.do("member.open")
    till.touch("member.page.rewards")
    assert not till.has_control("reward.r2")
    till.touch("reward.r1")
    assert not till.has_control("reward.r1")
    hq.answers["reward.redeem"] = lambda body: BenefitHeld(
        auth_id=body["auth_id"], kind="coupon", id="c9", names=support.named("Free coffee")
    )
    answered(till, hq)
    assert till.state.toast and till.state.toast.key == "toast.reward" and till.has_control("reward.r1")


def test_goods_for_points_are_free_in_the_basket_at_hand(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.scan(WATER)
    till.do("member.open")
    till.touch("member.page.rewards")
    assert "免费Water 1 份" in [row.title for row in sheet_of(till).rows]
    assert not till.has_control("reward.r4"), "it is sold no more"
    till.touch("reward.r3")

    def water(body: dict[str, Any]) -> BenefitHeld:
        name = support.named("Water")
        return BenefitHeld(auth_id=body["auth_id"], kind="coupon", id="c9", names=name, covers=("water",))

    hq.answers["reward.redeem"] = hq.answers["benefit.hold"] = water
    answered(till, hq)
    assert till.state.toast and till.state.toast.key == "toast.reward_goods"
    assert hq.asked["reward.redeem"][0]["reward"] == "r3"
    answered(till, hq)
    assert hq.asked["benefit.hold"][0]["id"] == "c9" and till.desk_now.due_minor == 0
    till.touch("member.page.card")
    assert {row.title: row.detail for row in sheet_of(till).rows}["积分兑换 Water"] == "已省 ¥3.00"
    screen = till.presented().screen
    assert isinstance(screen, SaleView)
    assert "积分兑换 Water" in texts_of(screen.basket), "under the line it made free"


def test_goods_for_points_say_what_to_bring_when_they_are_not_there(till: Brain, hq: FakeHq) -> None:
    held = msgspec.structs.replace(
        members_of(till.home)[0],
        coupons=(
            HeldCoupon(
                id="c9", kind="goods:latte", promotion="", names=support.named("Latte"), covers=("latte",)
            ),
        ),
    )
    support.push(till.home, "members", 3, 4, (held,))
    people.card(till.till, CARD)
    till.scan(WATER)
    assert rows(till)["积分兑换 Latte"] == "加入Latte，1 份免费"


def test_a_pass_rests_when_hq_says_so(till: Brain, hq: FakeHq) -> None:
    people.card(till.till, CARD)
    till.do("member.open")
    till.touch("member.page.rest")
    till.touch("rest.a1")
    hq.answers["prepaid.freeze"] = lambda body: {}
    answered(till, hq)
    assert hq.asked["prepaid.freeze"] == [{"what": "pass", "id": "a1", "member_id": "m1", "frozen": True}]
    assert till.state.toast and till.state.toast.key == "toast.rest_changed"


def test_the_sheet_goes_with_the_member(till: Brain) -> None:
    people.card(till.till, CARD)
    till.do("member.open")
    till.touch("sheet.member_remove")
    assert till.desk_now.basket is None and till.presented().sheet is None


def test_a_small_screen_has_all_of_it_in_the_sheet(till: Brain) -> None:
    till.till.change(small=True)
    till.scan(WATER)
    assert till.has_control("member.find")
    people.card(till.till, CARD)
    till.do("member.open")
    assert [row.title for row in sheet_of(till).rows] == [
        "Water pass",
        TWO_OFF,
        CAKE_OFF,
        "Gym",
    ]
