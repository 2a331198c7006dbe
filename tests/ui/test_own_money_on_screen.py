"""Members' money at the till, through intents: one tap, three tenders, top-ups and cards, payouts."""

from pathlib import Path

import pytest

from appliance.ui.presenters import customer
from appliance.ui.presenters.say import say_of
from appliance.ui.state import PROMISES, Sync
from appliance.ui.views import CashPaneView, DoneView, MenuSheetView, SaleView, TenderView
from tests.support import desk as support
from tests.support.own import BEANS, CARD, MEMBER, WATER
from tests.support.own_hq import OwnHq
from tests.ui.brain import PHONE, Brain, texts_of
from tests.ui.own_at_the_till import ON_CARD, by_card, hq_answers, new_shop, trouble


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Brain, OwnHq]:
    return new_shop(tmp_path)


def test_stored_value_that_covers_the_sale_is_one_tap(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(BEANS)
    by_card(till)
    view = till.presented().screen
    assert isinstance(view, SaleView)
    assert (view.pay.control.text, view.pay.aside) == ("储值付款", "付后余额 ¥198.50")
    till.touch("pay.default")
    hq_answers(till, hq)
    done = till.presented().screen
    assert isinstance(done, DoneView)
    assert "储值余额 ¥198.50" in done.summary and "得 105 积分" in done.summary
    seen = customer.view(till.state, say_of(till.state, till.words("zh-Hans")))
    assert "储值余额 ¥198.50" in seen.detail


def test_a_member_found_by_phone_confirms_first(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(BEANS)
    till.touch("member.phone")
    till.keys(PHONE)
    till.touch("sheet.confirm")
    till.touch("pay.default")
    assert isinstance(till.presented().sheet, MenuSheetView)
    assert hq.questions(till.trade) == []
    till.touch("own.confirm")
    hq_answers(till, hq)
    assert till.state.place == "done"


def test_silence_of_three_seconds_leads_back_to_the_other_tenders(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(BEANS)
    by_card(till)
    till.touch("pay.default")
    assert not till.control("tender.cash").enabled
    till.tick(3_000)
    till.follow()
    assert (trouble(till), till.state.pane) == ("own_money.silent", "cash")
    till.touch("tender.note.exact")
    assert till.state.place == "done"
    hq.answer_all(till.trade, latest_first=True)
    assert hq.open_reservations() == []
    till.hear()
    assert till.trade.requests(("spend.cancel",)) == [], "HQ has heard: it need not be told again"


def test_a_gift_card_that_holds_less_says_so_and_pays_its_part(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(BEANS)
    till.touch("pay.more")
    till.touch("tender.gift_card")
    till.scan(CARD)
    hq_answers(till, hq)
    assert trouble(till) == "gift_card.not_enough"
    view = till.presented().screen
    assert isinstance(view, TenderView) and isinstance(view.pane, CashPaneView)
    assert (view.pane.change, view.pane.received) == ("¥50.00", "**** 4821")
    assert view.notice is not None and "¥50.00" in view.notice.title + "".join(view.notice.lines)
    till.touch("tender.confirm")
    hq_answers(till, hq)
    basket = till.desk_now.basket
    assert basket is not None and [one.amount_minor for one in basket.tenders] == [ON_CARD]
    assert (till.state.pane, till.state.gift_card) == ("cash", None), "the rest is paid otherwise"
    assert not any(CARD.replace(" ", "") in text for shown in till.shown for text in texts_of(shown))
    till.touch(f"tender.undo.{basket.tenders[0].tender_id}")
    hq.answer_all(till.trade)
    assert hq.open_reservations() == []


def test_points_pay_in_steps_and_the_rest_in_cash(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(BEANS)
    by_card(till)
    till.touch("pay.more")
    till.touch("tender.points")
    till.keys("250")
    assert not till.control("tender.confirm").enabled
    till.do("keypad.key", key="clear")
    till.keys("1000")
    till.touch("tender.confirm")
    hq_answers(till, hq)
    assert till.desk_now.due_minor == 6_000
    till.touch("tender.cash")
    till.touch("tender.note.exact")
    assert till.state.place == "done"


def test_without_hq_our_own_money_says_so_before_it_is_chosen(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.till.change(sync=Sync(True, False, 0))
    till.scan(BEANS)
    by_card(till)
    view = till.presented().screen
    assert isinstance(view, SaleView) and view.pay.aside == ""
    till.touch("pay.cash")
    for kind in ("stored_value", "points", "gift_card"):
        control = till.control(f"tender.{kind}")
        assert not control.enabled and control.why == "断网，用不了"
    assert hq.questions(till.trade) == []


def test_a_shop_without_such_rules_shows_its_three_tenders(tmp_path: Path) -> None:
    home = support.new_home(tmp_path)
    till = Brain(home)
    till.sign_in()
    till.scan(BEANS)
    assert not till.has_control("pay.more") and not till.has_control("goods.category.promises")


# Goods that are promises


def test_a_top_up_is_two_taps_and_says_what_it_brings(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    by_card(till)
    till.touch("goods.category.promises")
    view = till.presented().screen
    assert isinstance(view, SaleView)
    assert "充 500 送 100" in [tile.name for tile in view.goods.tiles]
    till.do("promise.pick", kind="top_up", paid_minor=50_000)
    view = till.presented().screen
    assert isinstance(view, SaleView) and view.basket.lines[0].detail == "送 ¥100.00"
    till.touch("pay.cash")
    assert not till.control("tender.stored_value").enabled
    till.touch("tender.note.exact")
    done = till.presented().screen
    assert isinstance(done, DoneView) and "储值余额 ¥868.50" in done.summary


def test_any_amount_can_be_topped_up_within_the_limits(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    by_card(till)
    till.do("promise.pick", kind="top_up")
    till.keys("5")
    till.touch("sheet.confirm")
    assert trouble(till) == "top_up.outside_limits"
    till.keys("00")
    till.touch("sheet.confirm")
    assert till.desk_now.due_minor == 50_000


def test_a_pass_that_the_member_has_is_renewed_or_sold_anew(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    by_card(till)
    till.do("promise.pick", kind="pass", id="ten")
    till.touch("promise.renew.p1")
    basket = till.desk_now.basket
    assert basket is not None and basket.lines[0].promise is not None
    assert basket.lines[0].promise.grant.kind == "pass_renewal"


def test_a_gift_card_is_scanned_to_be_sold(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    till.do("promise.pick", kind="gift_card", id="g100")
    till.scan("7788 0001 0002 0003")
    view = till.presented().screen
    assert isinstance(view, SaleView) and "尾号 0003" in view.basket.lines[0].detail
    assert till.presented().sheet is None


def test_a_membership_without_a_member_says_what_is_missing(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    till.do("promise.pick", kind="membership", id="month")
    assert trouble(till) == "promise.member_needed"


# Upgrades


def upgraded(till: Brain, hq: OwnHq, amount_minor: int = 37_800) -> None:
    """The member's pass is to become one of thirty, asked for on their sheet."""
    hq.upgrades[("p1", "thirty")] = (amount_minor, 45_000 - amount_minor)
    by_card(till)
    till.do("member.open")
    till.touch("member.upgrade")
    till.touch("upgrade.p1.thirty")


def menu_of(till: Brain) -> MenuSheetView:
    sheet = till.presented().sheet
    assert isinstance(sheet, MenuSheetView)
    return sheet


def test_a_pass_is_upgraded_for_the_difference_that_hq_reckons(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    upgraded(till, hq)
    assert menu_of(till).detail == "正在问总部…"
    hq_answers(till, hq)
    for words in ("Ten coffees", "旧卡抵 ¥72.00", "补差价 ¥378.00"):
        assert words in menu_of(till).detail
    till.touch("upgrade.take")
    assert till.presented().sheet is None and till.desk_now.due_minor == 37_800
    till.touch("pay.cash")
    till.do("cash.take", tendered_minor=37_800)
    sale = till.desk_now.last_sale
    assert sale is not None and sale.lines[0].grant is not None
    grant = sale.lines[0].grant
    assert (grant.kind, grant.replaces, grant.of) == ("pass_upgrade", "p1", "thirty")
    assert hq.open_reservations() == [grant.auth_id]


@pytest.mark.parametrize("leave", ["upgrade.drop", "sheet.close"])
def test_an_upgrade_that_is_left_holds_nothing_and_cannot_be_put_back(
    shop: tuple[Brain, OwnHq], leave: str
) -> None:
    till, hq = shop
    upgraded(till, hq)
    hq_answers(till, hq)
    till.touch(leave)
    hq.answer_all(till.trade)
    assert hq.open_reservations() == [] and not till.state.has_goods
    assert till.state.removed == () and till.presented().sheet is None
    assert till.desk_now.basket is not None, "the member is still there"


def test_the_rule_that_refuses_an_upgrade_is_told_with_both_sums(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(WATER)
    upgraded(till, hq, amount_minor=0)
    hq_answers(till, hq)
    assert trouble(till) == "pass.not_an_upgrade" and till.presented().sheet is None
    assert "不能升级：旧卡还值 ¥450.00，新卡 ¥450.00" in texts_of(till.presented().screen)
    assert till.desk_now.due_minor == 300


def test_the_shelf_offers_an_upgrade_only_to_who_has_something(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    till.do("goods.category", id=PROMISES)
    assert "upgrade" not in shelf(till)
    by_card(till)
    assert "upgrade" in shelf(till)
    till.do("upgrade.open")
    assert [one.text for one in menu_of(till).controls] == ["升级到Thirty coffees ¥450"]


def shelf(till: Brain) -> list[str]:
    screen = till.presented().screen
    assert isinstance(screen, SaleView)
    return [tile.id for tile in screen.goods.tiles]


# Money out


def test_a_balance_is_paid_out_after_hq_reckoned_and_a_manager_agreed(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    hq.quotes[MEMBER] = (24_000, 6_000, 4_000)
    by_card(till)
    till.do("payout.open")
    till.touch(f"payout.value.{MEMBER}")
    hq_answers(till, hq)
    sheet = till.presented().sheet
    assert isinstance(sheet, MenuSheetView)
    assert "¥60.00" in sheet.detail and "¥40.00" in sheet.detail
    till.touch("payout.pay")
    till.keys("135790")
    assert till.state.place == "done"
    sale = till.desk_now.last_sale
    assert sale is not None and (sale.total_minor, sale.approver_id) == (-24_000, "li")


def test_a_payout_that_is_left_holds_nothing_at_hq(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    hq.quotes[MEMBER] = (24_000, 0, 0)
    by_card(till)
    till.do("payout.open")
    till.touch(f"payout.value.{MEMBER}")
    hq_answers(till, hq)
    till.touch("payout.drop")
    hq.answer_all(till.trade)
    assert hq.open_reservations() == [] and not till.state.has_goods


def test_a_restart_while_hq_is_asked_goes_on_where_it_was(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    till.scan(BEANS)
    by_card(till)
    till.touch("pay.default")
    till.counter.close()
    again = Brain(till.home, till.ticks)
    again.sign_in()
    hq_answers(again, hq)
    assert again.state.place == "done"
    sale = again.desk_now.last_sale
    assert sale is not None
    hq.book(sale)


def test_a_scan_of_goods_is_no_card_number(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    till.scan(BEANS)
    till.touch("pay.cash")
    till.scan(WATER)
    assert till.desk_now.due_minor == 8_100 and till.state.gift_card is None
    assert till.state.place == "sale"


# Promises undone
