"""Money: change, part payments, HQ's word on a QR payment, and no second charge meanwhile."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.checkout.attempt import ATTEMPT_LIFE_MS, QUERY_AFTER_MS, News
from appliance.checkout.basket import Basket
from appliance.checkout.tender import change_for, change_in_notes, quick_notes
from retail.errors import Refused
from tests.support.desk import Till, new_home, open_till
from tests.support.refusing import refuses, state, take_back

WATER = "6901234567892"


@pytest.fixture
def till(tmp_path: Path) -> Till:
    till = open_till(new_home(tmp_path))
    till.checkout.selling.scan(WATER, "", till.clock.now())
    till.checkout.selling.add_product_id("latte", till.clock.now())
    return till


def refused(call, *args: object) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as caught:
        call(*args)
    return caught.value.code


@given(st.integers(0, 10**8), st.integers(1, 10**8))
def test_what_counts_and_what_is_given_back_make_what_was_handed_over(due: int, tendered: int) -> None:
    amount, change = change_for(tendered, due)
    assert amount + change == tendered
    assert amount <= due or change == 0
    assert change >= 0


@given(st.integers(1, 10**7), st.sampled_from(["CNY", "JPY", "EUR"]))
def test_quick_notes_are_above_what_is_due_and_few(due: int, currency: str) -> None:
    notes = quick_notes(due, currency)
    assert list(notes) == sorted(set(notes))
    assert 0 < len(notes) <= 3
    assert all(note > due for note in notes)


def test_the_pictures_quick_notes_and_change() -> None:
    assert quick_notes(5840, "CNY") == (6000, 7000, 10000)
    assert change_in_notes(5000, "CNY") == ((5000, 1),)


def test_no_notes_are_offered_in_a_money_whose_notes_are_not_known_nor_for_a_refund() -> None:
    assert quick_notes(5840, "KRW") == quick_notes(-100, "CNY") == ()


def test_cash_completes_with_change_and_opens_the_drawer(till: Till) -> None:
    paid = till.checkout.paying.cash(5000, till.clock.now())
    assert paid.sale is not None
    assert (paid.sale.total_minor, paid.sale.tenders[0].change_minor) == (2500, 2500)
    assert [effect.kind for effect in paid.effects] == ["drawer", "receipt"]
    assert till.checkout.desk.basket is None
    assert till.trade.last_sale() == paid.sale


def test_a_part_payment_stays_listed_locks_the_goods_and_can_be_undone(till: Till) -> None:
    paying, now = till.checkout.paying, till.clock.now
    basket = paying.cash(1000, now()).basket
    assert basket is not None
    assert till.checkout.desk.due_minor(basket) == 1500
    assert refused(till.checkout.selling.scan, WATER, "", now()) == "basket.partly_paid"
    undone = paying.undo(basket.tenders[0].tender_id, now())
    assert till.checkout.desk.due_minor(undone) == 2500
    assert till.trade.open_basket() == undone


def test_two_tenders_complete_one_sale(till: Till) -> None:
    till.checkout.paying.cash(1000, till.clock.now())
    sale = till.checkout.paying.exact("card", till.clock.now()).sale
    assert sale is not None
    assert [(t.type, t.amount_minor) for t in sale.tenders] == [("cash", 1000), ("card", 1500)]


def test_tenders_on_record_must_make_the_total(till: Till) -> None:
    paying, now = till.checkout.paying, till.clock.now
    assert refused(paying.all_of, [("cash", 2000)], now()) == "sale.tenders_do_not_sum"
    assert refused(paying.all_of, [("shells", 2500)], now()) == "tender.unknown_type"
    sale = paying.all_of([("cash", 3000), ("card", -500)], now()).sale
    assert sale is not None
    assert sale.total_minor == 2500


def ask(till: Till) -> Basket:
    basket = till.checkout.paying.ask_qr(till.clock.now())
    assert basket.attempt is not None
    return basket


def news(basket: Basket, state: str, **more: str) -> News:
    assert basket.attempt is not None
    return News(basket.attempt.attempt_id, state, **more)  # type: ignore[arg-type]  # states of the test


def test_a_qr_payment_completes_the_sale_when_hq_says_paid(till: Till) -> None:
    basket = ask(till)
    paying = till.checkout.paying
    heard = paying.hear(basket, news(basket, "pending", qr="000201"), till.clock.now())
    assert heard is not None
    assert heard.basket is not None
    assert heard.basket.attempt is not None
    assert heard.basket.attempt.qr == "000201"
    paid = paying.hear(heard.basket, news(basket, "paid", reference="WX1"), till.clock.now())
    assert paid is not None
    assert paid.sale is not None
    assert (paid.sale.tenders[0].type, paid.sale.tenders[0].reference) == ("qr", "WX1")
    assert [effect.kind for effect in paid.effects] == ["receipt"]


def test_nothing_else_can_be_charged_while_the_outcome_is_open(till: Till) -> None:
    ask(till)
    now = till.clock.now
    under_way = "basket.payment_under_way"
    assert refused(till.checkout.paying.cash, 9000, now()) == under_way
    assert refused(till.checkout.paying.exact, "card", now()) == under_way
    assert refused(till.checkout.paying.ask_qr, now()) == under_way
    assert refused(till.checkout.selling.scan, WATER, "", now()) == under_way
    assert refused(till.checkout.selling.clear, now()) == under_way


@pytest.mark.parametrize("end", ["declined", "cancelled", "expired"])
def test_a_payment_that_ended_without_money_frees_the_other_tenders(till: Till, end: str) -> None:
    basket = ask(till)
    ended = till.checkout.paying.hear(basket, news(basket, end), till.clock.now())
    assert ended is not None
    assert ended.ended == end
    assert till.checkout.paying.cash(2500, till.clock.now()).sale is not None


def test_silence_becomes_unknown_and_is_asked_about_again_and_again(till: Till) -> None:
    basket = ask(till)
    paying = till.checkout.paying
    assert paying.tick(basket, till.clock.now()) is None
    waits = []
    for _ in range(7):
        assert basket.attempt is not None
        before = till.clock.at_ms
        till.clock.at_ms = basket.attempt.next_query_ms
        waits.append(till.clock.at_ms - before)
        after = paying.tick(basket, till.clock.now(0))
        assert after is not None
        basket = after
    assert basket.attempt is not None
    assert basket.attempt.state == "unknown"
    assert waits[0] <= QUERY_AFTER_MS
    assert waits[1:] == [5_000, 15_000, 25_000, 45_000, 60_000, 60_000]


def test_a_code_the_customer_still_has_time_for_is_left_alone(till: Till) -> None:
    basket = ask(till)
    heard = till.checkout.paying.hear(basket, news(basket, "pending", qr="0002"), till.clock.now())
    assert heard is not None
    assert heard.basket is not None
    assert till.checkout.paying.tick(heard.basket, till.clock.now(QUERY_AFTER_MS * 2)) is None
    later = till.checkout.paying.tick(heard.basket, till.clock.now(ATTEMPT_LIFE_MS))
    assert later is not None
    assert later.attempt is not None
    assert later.attempt.state == "unknown"


def test_asking_by_hand_does_not_make_a_code_unknown_that_the_customer_still_has_time_for(till: Till) -> None:
    basket = ask(till)
    till.checkout.paying.hear(basket, news(basket, "pending", qr="0002"), till.clock.now())
    asked = till.checkout.paying.query(till.clock.now(QUERY_AFTER_MS * 2)).attempt
    assert asked is not None and (asked.state, asked.qr, asked.queries) == ("pending", "0002", 1)
    late = till.checkout.paying.query(till.clock.now(ATTEMPT_LIFE_MS)).attempt
    assert late is not None and late.state == "unknown"


def test_a_suspended_basket_is_paid_in_the_background(till: Till) -> None:
    basket = ask(till)
    till.checkout.selling.suspend()
    (suspended,) = till.trade.suspended_baskets()
    till.checkout.selling.scan(WATER, "", till.clock.now())
    paid = till.checkout.paying.hear(suspended, news(basket, "paid", reference="r"), till.clock.now())
    assert paid is not None
    assert paid.sale is not None
    assert till.trade.suspended_baskets() == []
    assert len(till.checkout.desk.require_basket().lines) == 1


def test_money_heard_of_twice_is_one_sale(till: Till) -> None:
    basket = ask(till)
    first = till.checkout.paying.hear(basket, news(basket, "paid"), till.clock.now())
    assert first is not None
    with pytest.raises(Exception, match="rows_touched"):
        till.checkout.paying.hear(basket, news(basket, "paid"), till.clock.now())
    assert till.trade._rows("SELECT count(*) FROM sale") == [(1,)]


def test_a_manager_s_word_is_on_record_with_the_sale(till: Till) -> None:
    ask(till)
    paying, now = till.checkout.paying, till.clock.now
    assert refused(paying.confirm_paid, "li", " ", now()) == "payment.reference_needed"
    assert paying.confirm_paid("li", "WX-99", now()).sale is not None
    kinds = [row[0] for row in till.trade._rows("SELECT type FROM journal ORDER BY seq")]
    assert kinds[-2:] == ["payment.resolved", "sale.completed"]


def test_the_tender_that_is_meant_is_taken_back_and_the_other_one_stays(till: Till) -> None:
    paying, now = till.checkout.paying, till.clock.now
    paying.cash(1000, now())
    basket = paying.cash(700, now()).basket
    assert basket is not None
    first, second = basket.tenders
    undone = paying.undo(second.tender_id, now())
    assert undone.tenders == (first,) and till.checkout.desk.due_minor(undone) == 1500


def test_a_member_without_goods_has_nothing_to_pay(till: Till) -> None:
    till.checkout.selling.clear(till.clock.now())
    member = till.reference.member("m1")
    assert member is not None
    till.checkout.selling.attach_member(member, till.clock.now())
    refuses(till, "basket.empty", till.checkout.paying.cash, 100, till.clock.now())


def test_the_same_news_of_a_code_changes_nothing(till: Till) -> None:
    basket = ask(till)
    pending = news(basket, "pending", qr="000201")
    heard = till.checkout.paying.hear(basket, pending, till.clock.now())
    assert heard is not None and heard.basket is not None
    before = state(till)
    assert till.checkout.paying.hear(heard.basket, pending, till.clock.now()) is None
    assert state(till) == before


def test_a_basket_put_aside_hears_of_its_payment_and_the_counter_stays_as_it_is(till: Till) -> None:
    basket = ask(till)
    till.checkout.selling.suspend()
    till.checkout.selling.scan(WATER, "", till.clock.now())
    counter = till.checkout.desk.require_basket()
    for told in (news(basket, "pending", qr="000201"), news(basket, "declined")):
        (aside,) = till.trade.suspended_baskets()
        assert till.checkout.paying.hear(aside, told, till.clock.now()) is not None
        assert till.checkout.desk.basket == till.trade.open_basket() == counter
    (aside,) = till.trade.suspended_baskets()
    assert aside.attempt is None
    till.checkout.selling.clear(till.clock.now())
    till.checkout.selling.recall(aside.basket_id)
    assert till.checkout.paying.cash(2500, till.clock.now()).sale is not None


def test_goods_that_come_back_give_money_back_by_their_plan_only(till: Till) -> None:
    sale = till.checkout.paying.cash(2500, till.clock.now()).sale
    assert sale is not None
    take_back(till, sale)
    for kind in ("cash", "card"):
        refuses(till, "refund.to_its_tenders", till.checkout.paying.exact, kind, till.clock.now())
    assert [(one.type, one.amount_minor) for one in till.checkout.refunding.plan()] == [("cash", 2500)]
