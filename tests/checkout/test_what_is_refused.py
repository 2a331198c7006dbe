"""What the checkout refuses it refuses with a code, and nothing on the counter or in the database changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from appliance.checkout import training
from appliance.checkout.attempt import News
from appliance.checkout.checkout import Checkout
from appliance.checkout.coupons import COUPONS_MAX, BasketCoupon
from appliance.checkout.own_money import GiftCardShown
from appliance.checkout.people import Taken
from appliance.checkout.staff import SESSION_LIFE_MS
from appliance.checkout.tender import change_for, checked_tender_type
from appliance.checkout.training import TrainingTrade
from appliance.checkout.unlisted import checked_price
from retail.errors import Refused
from retail.members.card_token import CardToken
from retail.members.record import NOTE_MAX
from retail.messages import Answer
from tests.support.desk import Till, named, new_home, open_till, pin_is, push
from tests.support.own import MEMBER, own_till
from tests.support.refusing import BEANS, MANAGER, WATER, refuses, scan, sell, state, take_back


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(new_home(tmp_path))
    yield opened
    opened.close()


# Goods and baskets


def test_goods_that_are_gone_or_never_were_are_not_sold(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    refuses(till, "product.gone", selling.add_product_id, "tea", now())
    scan(till, WATER)
    line_id = till.checkout.desk.require_basket().lines[0].line_id
    refuses(till, "line.not_there", selling.select, "other")
    refuses(till, "line.not_there", selling.choose_options, "other", {}, now())
    selling.add_open_item("Bread", 500, now())
    bread = till.checkout.desk.require_basket().lines[1].line_id
    refuses(till, "product.gone", selling.choose_options, bread, {}, now())
    assert selling.select(line_id).selected == line_id


def test_an_option_that_the_goods_do_not_have_is_refused(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    line_id = selling.add_product_id("latte", now()).lines[0].line_id
    refuses(till, "option.unknown_choice", selling.choose_options, line_id, {"size": "size.huge"}, now())


def test_goods_come_back_only_after_a_manager_allowed_it(till: Till) -> None:
    scan(till, WATER)
    refuses(till, "refund.not_allowed_yet", till.checkout.selling.set_returning, True)
    till.checkout.refunding.return_without_receipt("damaged", MANAGER, till.clock.now())
    assert not till.checkout.selling.set_returning(False).returning
    assert till.checkout.selling.set_returning(True).returning


def test_a_basket_comes_back_only_onto_an_empty_counter(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    scan(till, WATER)
    aside = till.checkout.desk.require_basket().basket_id
    selling.suspend()
    scan(till, BEANS)
    refuses(till, "basket.another_open", selling.recall, aside)
    selling.clear(now())
    refuses(till, "basket.not_suspended", selling.recall, "other")
    member = till.reference.member("m1")
    assert member is not None
    selling.attach_member(member, now())
    assert selling.recall(aside).basket_id == aside
    assert till.trade.suspended_baskets() == [], "the counter's empty basket has ended"


# Coupons, and prices by hand


def test_coupons_are_in_a_basket_once_and_not_without_end(till: Till) -> None:
    discounting, now = till.checkout.discounting, till.clock.now
    for number in range(COUPONS_MAX):
        discounting.put_coupon(BasketCoupon(code=f"C{number}", names=named("c")), now())
    refuses(till, "coupon.already_there", discounting.put_coupon, till_coupon("C0"), now())
    refuses(till, "coupon.too_many", discounting.put_coupon, till_coupon("new"), now())
    refuses(till, "coupon.not_there", discounting.take_coupon, "new")
    for number in range(COUPONS_MAX):
        assert till.checkout.desk.basket is not None
        assert discounting.take_coupon(f"C{number}").code == f"C{number}"
    assert till.checkout.desk.basket is None and till.trade.open_basket() is None, "an empty basket ends"


def till_coupon(code: str) -> BasketCoupon:
    return BasketCoupon(code=code, names=named("c"))


def test_what_is_taken_off_by_hand_is_something_of_goods_that_are_sold(till: Till) -> None:
    discounting, now = till.checkout.discounting, till.clock.now
    scan(till, WATER)
    off = discounting.take_off
    for wrong in ({}, {"off_bp": -1}, {"off_bp": 10_001}, {"off_minor": -1}):
        refuses(till, "by_hand.amount", off, "regular", **wrong)
    refuses(till, "line.not_there", off, "regular", off_bp=100, line_id="other", approver_id=MANAGER)
    refuses(till, "staff.manager_needed", off, "regular", off_bp=100, approver_id="nobody")
    line_id = till.checkout.desk.require_basket().lines[0].line_id
    off("regular", off_bp=5000, line_id=line_id, approver_id=MANAGER)
    assert till.checkout.desk.due_minor(till.checkout.desk.require_basket()) == 150
    discounting.no_discount(line_id)
    assert till.checkout.desk.due_minor(till.checkout.desk.require_basket()) == 300
    discounting.set_price(line_id, 100, "damaged", MANAGER)
    refuses(till, "by_hand.reason_needed", discounting.set_price, line_id, 50, "because", MANAGER)
    discounting.set_price(line_id, None)
    assert till.checkout.desk.due_minor(till.checkout.desk.require_basket()) == 300
    till.checkout.paying.cash(100, now())
    refuses(till, "basket.partly_paid", off, "regular", off_bp=100, approver_id=MANAGER)


def test_nothing_is_taken_off_goods_that_come_back(till: Till) -> None:
    take_back(till, sell(till, WATER))
    line_id = till.checkout.desk.require_basket().lines[0].line_id
    discounting = till.checkout.discounting
    for where in ("", line_id):
        code = "line.from_receipt" if where else "basket.empty"
        refuses(till, code, discounting.take_off, "regular", off_bp=100, line_id=where, approver_id=MANAGER)
    refuses(till, "line.from_receipt", discounting.set_price, line_id, 100, "damaged", MANAGER)


def test_a_promise_costs_what_it_costs(tmp_path: Path) -> None:
    till, _ = own_till(tmp_path)
    member = till.reference.member(MEMBER)
    assert member is not None
    till.checkout.selling.attach_member(member, till.clock.now())
    line_id = till.checkout.promising.count_pass("ten", till.clock.now()).lines[0].line_id
    off, price = till.checkout.discounting.take_off, till.checkout.discounting.set_price
    refuses(till, "line.is_promise", off, "regular", off_bp=100, line_id=line_id, approver_id=MANAGER)
    refuses(till, "line.is_promise", price, line_id, 100, "damaged", MANAGER)


# Money


def test_our_own_money_needs_a_shop_that_offers_it_and_a_member(tmp_path: Path, till: Till) -> None:
    scan(till, WATER)
    for pay in (till.checkout.own_money.stored_value, till.checkout.own_money.points):
        refuses(till, "own_money.not_offered", pay, None, till.clock.now())
    other, _ = own_till(tmp_path / "own")
    scan(other, BEANS)
    own, now = other.checkout.own_money, other.clock.now
    for pay in (own.stored_value, own.points):
        refuses(other, "own_money.member_needed", pay, None, now())
    member = other.reference.member(MEMBER)
    assert member is not None
    other.checkout.selling.attach_member(member, now())
    refuses(other, "own_money.empty", own.stored_value, 0, now())
    refuses(other, "own_money.too_much", own.stored_value, 100_000, now())
    refuses(other, "points.none_to_use", own.points, 0, now())
    refuses(other, "points.too_many", own.points, 2_000_000, now())


def test_a_member_with_nothing_pays_nothing_and_goods_that_come_back_are_not_paid(tmp_path: Path) -> None:
    till, _ = own_till(tmp_path, value_minor=0, points=0)
    sale = sell(till, WATER)
    member = till.reference.member(MEMBER)
    assert member is not None
    scan(till, BEANS)
    till.checkout.selling.attach_member(member, till.clock.now())
    own = till.checkout.own_money
    refuses(till, "own_money.empty", own.stored_value, None, till.clock.now())
    refuses(till, "points.none_to_use", own.points, None, till.clock.now())
    till.checkout.selling.clear(till.clock.now())
    take_back(till, sale)
    refuses(till, "tender.nothing_due", own.stored_value, None, till.clock.now())


def test_a_payout_is_allowed_where_one_was_asked_and_nothing_else_is_open(tmp_path: Path) -> None:
    till, _ = own_till(tmp_path)
    out, now = till.checkout.paying_out, till.clock.now
    scan(till, WATER)
    refuses(till, "basket.another_open", out.ask, "value", MEMBER, named("b"), now(), member_id=MEMBER)
    refuses(till, "payout.none", out.pay, MANAGER, now())


@pytest.mark.parametrize(
    ("tendered", "due", "code"),
    [
        (100, -1, "tender.refund_due"),
        (-1, 100, "tender.amount_out_of_range"),
        (0, 100, "tender.nothing_given"),
    ],
)
def test_sums_that_nobody_hands_over_are_refused(tendered: int, due: int, code: str) -> None:
    with pytest.raises(Refused) as caught:
        change_for(tendered, due)
    assert caught.value.code == code


def test_a_tender_that_is_not_known_and_a_price_that_is_none_are_refused() -> None:
    with pytest.raises(Refused, match=r"tender\.unknown_type"):
        checked_tender_type("shells")
    with pytest.raises(Refused):
        checked_price(-1)


def test_one_payment_at_a_time_and_only_what_is_under_way_is_answered(till: Till) -> None:
    paying, now = till.checkout.paying, till.clock.now
    scan(till, WATER)
    refuses(till, "payment.none_under_way", paying.query, now())
    refuses(till, "payment.none_under_way", paying.confirm_paid, MANAGER, "wx-1", now())
    basket = paying.ask_qr(now())
    assert basket.attempt is not None
    for pay in (paying.exact, paying.cash):
        refuses(till, "basket.payment_under_way", pay, *(("card",) if pay == paying.exact else (300,)), now())
    refuses(till, "basket.payment_under_way", paying.undo, "any", now())
    refuses(till, "payment.none_under_way", paying.give_up, basket, now(), "cancelled")
    for reference in (" ", "x" * 65):
        refuses(till, "payment.reference_needed", paying.confirm_paid, MANAGER, reference, now())
    before = state(till)
    assert paying.hear(basket, News("somebody-elses", "paid"), now()) is None
    assert paying.tick(basket, now()) is None
    assert state(till) == before


def test_tenders_of_a_record_make_what_is_due_and_only_money_in_hand_is_undone(till: Till) -> None:
    paying, now = till.checkout.paying, till.clock.now
    refuses(till, "basket.empty", paying.all_of, [("cash", 300)], now())
    scan(till, WATER)
    refuses(till, "sale.tenders_do_not_sum", paying.all_of, [("cash", 100), ("card", 100)], now())
    refuses(till, "tender.not_there", paying.undo, "other", now())
    sale = paying.all_of([("cash", 100), ("card", 200)], now()).sale
    assert sale is not None and [one.amount_minor for one in sale.tenders] == [100, 200]
    take_back(till, sale)
    refuses(till, "tender.nothing_due", paying.ask_qr, now())
    first = till.checkout.refunding.plan()[0]
    till.checkout.refunding.give(first.tender_id, now())
    (given,) = till.checkout.desk.require_basket().tenders
    refuses(till, "tender.cannot_undo", paying.undo, given.tender_id, now())


def test_what_is_promised_must_be_on_offer_and_to_an_active_member(tmp_path: Path, till: Till) -> None:
    card = GiftCardShown("card-9", "0009")
    promising, now = till.checkout.promising, till.clock.now
    refuses(till, "promise.gone", promising.top_up, 20_000, named("Top-up"), now())
    refuses(till, "promise.gone", promising.gift_card, "g100", card, now())
    refuses(till, "promise.gone", promising.count_pass, "ten", now())
    refuses(till, "promise.gone", promising.membership, "month", now())
    other, _ = own_till(tmp_path / "own")
    member = other.reference.member(MEMBER)
    assert member is not None
    other.checkout.selling.attach_member(member, other.clock.now())
    push(other.home, "members", 1, 2, (msgspec.structs.replace(member, state="frozen"),))
    refuses(other, "member.frozen", other.checkout.promising.count_pass, "ten", other.clock.now())


def test_an_answer_about_a_payout_that_is_not_clear_pays_nothing_out(tmp_path: Path) -> None:
    till, _ = own_till(tmp_path)
    out, now = till.checkout.paying_out, till.clock.now
    for body in ({}, {"amount_minor": -1, "currency": "CNY"}, {"amount_minor": 100, "currency": "JPY"}):
        basket = out.ask("value", MEMBER, named("Balance"), now(), member_id=MEMBER)
        assert basket.attempt is not None
        body |= {"auth_id": basket.attempt.attempt_id} if body else {}
        heard = out.hear(basket, Answer(id=basket.attempt.request_id, body=body), now())
        assert heard.refusal is not None and heard.refusal.code == "payout.unclear"
        assert till.checkout.desk.basket is None and till.trade.open_basket() is None


def test_a_touch_keeps_the_session_alive_and_is_not_written_each_time(till: Till) -> None:
    desk, staff = till.checkout.desk, till.checkout.staff
    first = desk.session
    assert first is not None
    staff.seen(till.clock.now())
    assert desk.session is first
    staff.seen(till.clock.now(SESSION_LIFE_MS - 1000))
    till.close()
    again = open_till(till.home, till.clock, signed_in=False)
    assert again.checkout.staff.resume(again.clock.now(SESSION_LIFE_MS - 1000)) is not None
    again.checkout.staff.sign_out()
    assert again.trade.session() is None
    again.close()
    with pytest.raises(Refused, match=r"staff\.unknown_operator"):
        again.checkout.staff.check_pin("nobody", "1", again.clock.now())


# Training


def test_practice_undoes_and_takes_back_like_earnest_and_asks_hq_nothing(till: Till) -> None:
    before = till.trade.head_seq()
    trade = TrainingTrade(till.checkout.desk.require_session())
    practice = replace(till, checkout=Checkout(trade, till.reference, till.clock.new_id, pin_is, "T1"))
    practice.checkout.desk.is_training = True
    first, second = sell(practice, WATER, WATER), sell(practice, BEANS)
    assert (first.number, second.number) == (1, 2)
    refunding, now = practice.checkout.refunding, till.clock.now
    refunding.take_back(1, {first.lines[0].line_id: 1000}, "damaged", now())
    (piece,) = refunding.plan()
    refunding.give(piece.tender_id, now())
    assert dict(trade.returned(1)) == {first.lines[0].line_id: 1000}
    assert list(trade.given_back(1).values()) == [300]
    refuses(practice, "void.already_returned", refunding.start_void, 1, "damaged", MANAGER, now())
    refunding.start_void(2, "damaged", MANAGER, now())
    (piece,) = refunding.plan()
    refunding.give(piece.tender_id, now())
    assert trade.void_of(2) is not None
    scan(practice, WATER)
    practice.checkout.selling.suspend("table 4")
    assert [one.name for one in trade.suspended_baskets()] == ["table 4"]
    scan(practice, BEANS)
    refuses(practice, "training.no_hq", practice.checkout.paying.ask_qr, now())
    refuses(practice, "training.no_hq", practice.checkout.own_money.stored_value, None, now())
    assert (till.trade.head_seq(), till.trade.last_sale()) == (before, None)


def test_practice_exchanges_too_and_keeps_only_its_latest_sales(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SALES_KEPT_MAX", 3)
    trade = TrainingTrade(till.checkout.desk.require_session())
    practice = replace(till, checkout=Checkout(trade, till.reference, till.clock.new_id, pin_is, "T1"))
    first = sell(practice, WATER)
    take_back(practice, first)
    scan(practice, BEANS)
    exchange = practice.checkout.paying.exact("card", till.clock.now()).sale
    assert exchange is not None and exchange.total_minor == 7800 - 300
    assert dict(trade.returned(1)) == {first.lines[0].line_id: 1000} and dict(trade.given_back(1)) == {}
    assert [sell(practice, WATER).number for _ in range(2)] == [3, 4]
    refuses(practice, "refund.no_sale", practice.checkout.refunding.of_sale, 1)
    assert practice.checkout.refunding.of_sale(2).sale == exchange


# Members


def test_a_note_says_something_and_not_too_much(till: Till) -> None:
    note, now = till.checkout.records.note, till.clock.now
    for text in ("", " \n", "x" * (NOTE_MAX + 1)):
        refuses(till, "member.note_length", note, MEMBER, text, "note", b"s" * 32, now())
    refuses(till, "member.no_sealing_key", note, MEMBER, "likes it hot", "note", b"s" * 32, now())
    assert till.trade._rows("SELECT kind FROM hq_request") == []


def test_a_virtual_card_that_has_ended_is_forgotten_when_the_next_is_taken(till: Till) -> None:
    member = till.reference.member(MEMBER)
    assert member is not None
    kept = []
    for jti in ("first", "second", "third"):
        now = till.clock.now(20_000)
        iat = now.unix_ms // 1000
        card = CardToken(kid="k1", chain="shop", member=MEMBER, jti=jti, iat=iat, exp=iat + 5)
        till.checkout.selling.attach_member(member, now, is_present=True, card=card)
        kept.append(sorted(till.trade.pending("card", Taken)))
    assert kept == [["first"], ["first", "second"], ["second", "third"]]
