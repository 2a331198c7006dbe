"""Goods and money that may not come back: refused with a code, and nothing changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.checkout.attempt import News
from tests.support.desk import Till, new_home, open_till
from tests.support.own import MEMBER, own_till
from tests.support.refusing import BEANS, CASHIER, MANAGER, WATER, all_of, refuses, scan, sell, take_back


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(new_home(tmp_path))
    yield opened
    opened.close()


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


def test_what_was_an_exchange_is_no_sale_to_undo(till: Till) -> None:
    take_back(till, sell(till, WATER))
    exchange = sell(till, BEANS)
    assert exchange.kind == "exchange"
    void = till.checkout.refunding.start_void
    refuses(till, "void.not_a_sale", void, exchange.number, "damaged", MANAGER, till.clock.now())


def test_our_own_money_goes_back_to_where_it_came_from_only(tmp_path: Path) -> None:
    till, hq = own_till(tmp_path)
    member = till.reference.member(MEMBER)
    assert member is not None
    scan(till, WATER)
    till.checkout.selling.attach_member(member, till.clock.now())
    basket = till.checkout.own_money.stored_value(None, till.clock.now())
    hq.answer_all(till.trade)
    assert basket.attempt is not None
    paid = till.checkout.paying.hear(basket, News(basket.attempt.attempt_id, "paid"), till.clock.now())
    assert paid is not None and paid.sale is not None
    take_back(till, paid.sale)
    (piece,) = till.checkout.refunding.plan()
    give, now = till.checkout.refunding.give, till.clock.now
    refuses(till, "refund.own_money_stays", give, piece.tender_id, now(), as_cash=True, approver_id=MANAGER)
    back = give(piece.tender_id, now()).sale
    assert back is not None
    (tender,) = back.tenders
    assert (tender.type, tender.reference) == ("stored_value", basket.attempt.attempt_id)
    till.close()


def test_what_came_back_meanwhile_completes_nothing(till: Till) -> None:
    """The desk looks before the unit begins; such a basket can only come from an older state."""
    first, second = sell(till, WATER, WATER), sell(till, WATER)
    desk, refunding, now = till.checkout.desk, till.checkout.refunding, till.clock.now
    for undo, sale, code in (
        (lambda sale: take_back(till, sale), first, "refund.came_back_meanwhile"),
        (
            lambda sale: refunding.start_void(sale.number, "other", MANAGER, now()),
            second,
            "refund.sale_voided",
        ),
    ):
        undo(sale)
        stale = desk.require_basket()
        desk.require_returnable(stale)
        (piece,) = refunding.plan()
        assert refunding.give(piece.tender_id, now()).sale is not None
        refuses(till, code, desk.require_returnable, stale)


def test_another_receipt_s_goods_put_aside_do_not_matter(till: Till) -> None:
    first, second = sell(till, WATER), sell(till, BEANS)
    scan(till, WATER)
    till.checkout.selling.suspend("only goods")
    take_back(till, first)
    till.checkout.selling.suspend("first")
    take_back(till, second)
    (piece,) = till.checkout.refunding.plan()
    sale = till.checkout.refunding.give(piece.tender_id, till.clock.now()).sale
    assert sale is not None and sale.total_minor == -7800
