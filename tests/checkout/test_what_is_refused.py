"""What the checkout refuses it refuses with a code, and nothing on the counter or in the database changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.checkout.checkout import Checkout
from appliance.checkout.coupons import COUPONS_MAX, BasketCoupon
from appliance.checkout.tender import change_for, checked_tender_type
from appliance.checkout.training import TrainingTrade
from appliance.checkout.unlisted import checked_price
from retail.errors import Refused
from retail.messages.events import SaleCompleted
from tests.support.desk import Till, named, new_home, open_till, pin_is
from tests.support.own import MEMBER, own_till

WATER, BEANS = "6901234567892", "6901234567885"
MANAGER, CASHIER = "li", "wang"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(new_home(tmp_path))
    yield opened
    opened.close()


def refuses(till: Till, code: str, call: Callable[..., object], *args: object, **more: object) -> None:
    """The call is refused with that code; basket, baskets put aside and journal stay as they were."""
    before = state(till)
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    assert caught.value.code == code
    assert state(till) == before


def state(till: Till) -> tuple[object, ...]:
    trade = till.checkout.desk.trade
    return (
        till.checkout.desk.basket, trade.open_basket(), list(trade.suspended_baskets()), trade.head_seq()
    )  # fmt: skip


def scan(till: Till, *codes: str) -> None:
    for code in codes:
        till.checkout.selling.scan(code, "", till.clock.now())


def sell(till: Till, *codes: str, by: str = "cash") -> SaleCompleted:
    scan(till, *codes)
    sale = till.checkout.paying.exact(by, till.clock.now()).sale
    assert sale is not None
    return sale


def all_of(sale: SaleCompleted) -> dict[str, int]:
    return {line.line_id: line.quantity_milli for line in sale.lines}


def take_back(till: Till, sale: SaleCompleted) -> None:
    till.checkout.refunding.take_back(sale.number, all_of(sale), "damaged", till.clock.now())


# Goods that come back


def test_nothing_chosen_an_unknown_line_half_a_piece_or_no_reason_takes_nothing_back(till: Till) -> None:
    sale = sell(till, WATER, WATER)
    (line,) = all_of(sale)
    back, now = till.checkout.refunding.take_back, till.clock.now
    for quantities, code in (
        ({}, "refund.nothing_chosen"),
        ({line: 0}, "refund.nothing_chosen"),
        ({"other": 1000}, "line.not_there"),
        ({line: -1000}, "quantity.zero"),
        ({line: 500}, "quantity.not_whole"),
        ({line: 3000}, "refund.more_than_sold"),
    ):
        refuses(till, code, back, sale.number, quantities, "damaged", now())
    refuses(till, "refund.reason_needed", back, sale.number, {line: 1000}, "because", now())


def test_a_sale_comes_back_in_one_basket_at_a_time_and_each_basket_has_one_receipt(till: Till) -> None:
    first, second = sell(till, WATER), sell(till, BEANS)
    refunding, now = till.checkout.refunding, till.clock.now
    take_back(till, first)
    refuses(till, "refund.one_receipt", refunding.take_back, second.number, all_of(second), "damaged", now())
    refuses(till, "refund.one_receipt", refunding.return_without_receipt, "damaged", MANAGER, now())
    till.checkout.selling.suspend()
    refuses(
        till, "refund.in_another_basket", refunding.take_back, first.number, all_of(first), "damaged", now()
    )
    refuses(till, "refund.in_another_basket", refunding.start_void, first.number, "damaged", MANAGER, now())


def test_what_came_back_whole_comes_back_no_more(till: Till) -> None:
    sale = sell(till, WATER)
    take_back(till, sale)
    (piece,) = till.checkout.refunding.plan()
    till.checkout.refunding.give(piece.tender_id, till.clock.now())
    back, void = till.checkout.refunding.take_back, till.checkout.refunding.start_void
    refuses(till, "refund.all_came_back", back, sale.number, all_of(sale), "damaged", till.clock.now())
    refuses(till, "refund.all_came_back", void, sale.number, "damaged", MANAGER, till.clock.now())


def test_goods_without_a_receipt_need_a_manager_and_a_basket_without_payments(till: Till) -> None:
    back, now = till.checkout.refunding.return_without_receipt, till.clock.now
    refuses(till, "staff.manager_needed", back, "damaged", CASHIER, now())
    refuses(till, "refund.reason_needed", back, "", MANAGER, now())
    scan(till, WATER)
    till.checkout.paying.cash(100, now())
    refuses(till, "basket.partly_paid", back, "damaged", MANAGER, now())


def test_goods_beside_those_of_an_open_basket_come_back_without_a_receipt(till: Till) -> None:
    scan(till, BEANS)
    basket = till.checkout.refunding.return_without_receipt("damaged", MANAGER, till.clock.now())
    assert basket.returning and len(basket.lines) == 1
    scan(till, WATER)
    assert till.checkout.desk.due_minor(till.checkout.desk.require_basket()) == 7800 - 300


def test_a_void_is_of_this_day_s_whole_sale_and_only_by_a_manager(till: Till) -> None:
    sale = sell(till, WATER, WATER)
    void, now = till.checkout.refunding.start_void, till.clock.now
    refuses(till, "staff.manager_needed", void, sale.number, "damaged", CASHIER, now())
    scan(till, BEANS)
    refuses(till, "basket.another_open", void, sale.number, "damaged", MANAGER, now())
    till.checkout.selling.clear(now())
    (line,) = all_of(sale)
    till.checkout.refunding.take_back(sale.number, {line: 1000}, "damaged", now())
    (piece,) = till.checkout.refunding.plan()
    refund = till.checkout.refunding.give(piece.tender_id, now()).sale
    assert refund is not None
    refuses(till, "void.already_returned", void, sale.number, "damaged", MANAGER, now())
    later = sell(till, WATER)
    refuses(till, "void.other_day", void, later.number, "damaged", MANAGER, now(26 * 3_600_000))


def test_a_void_is_left_only_while_nothing_was_given_back(till: Till) -> None:
    scan(till, BEANS)
    refuses(till, "basket.empty", till.checkout.refunding.abandon_void)
    till.checkout.paying.cash(5000, till.clock.now())
    sale = till.checkout.paying.exact("card", till.clock.now()).sale
    assert sale is not None
    till.checkout.refunding.start_void(sale.number, "damaged", MANAGER, till.clock.now())
    first = till.checkout.refunding.plan()[0]
    till.checkout.refunding.give(first.tender_id, till.clock.now())
    refuses(till, "basket.partly_paid", till.checkout.refunding.abandon_void)


def test_money_goes_back_by_the_plan_only(till: Till) -> None:
    refunding, now = till.checkout.refunding, till.clock.now
    scan(till, WATER)
    assert refunding.plan() == () and refunding.plan_of(till.checkout.desk.require_basket()) == ()
    refuses(till, "refund.not_planned", refunding.give, "cash-1", now())
    refuses(till, "sale.not_paid", refunding.nothing_to_give, now())
    till.checkout.selling.clear(now())
    sale = sell(till, WATER, by="card")
    take_back(till, sale)
    (piece,) = refunding.plan()
    refuses(till, "refund.not_a_code", refunding.ask, piece.tender_id, now())
    refuses(till, "staff.manager_needed", refunding.give, piece.tender_id, now(), as_cash=True)
    refuses(till, "refund.to_its_tenders", till.checkout.paying.exact, "cash", now())
    paid = refunding.give(piece.tender_id, now(), as_cash=True, approver_id=MANAGER).sale
    assert paid is not None and (paid.approver_id, paid.tenders[0].type) == (MANAGER, "cash")


def test_a_void_gives_card_money_back_to_the_card_only(till: Till) -> None:
    sale = sell(till, WATER, by="card")
    till.checkout.refunding.start_void(sale.number, "damaged", MANAGER, till.clock.now())
    (piece,) = till.checkout.refunding.plan()
    give = till.checkout.refunding.give
    refuses(till, "void.only_its_tenders", give, piece.tender_id, till.clock.now(), True, MANAGER)


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
