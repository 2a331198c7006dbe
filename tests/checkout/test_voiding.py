"""A sale of promises undone: HQ says first that all of it is there; else nothing happens."""

from pathlib import Path

import pytest

from appliance.checkout.attempt import OWN_SILENCE_MS
from appliance.checkout.basket import Basket
from appliance.checkout.paying import Paid
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer
from retail.errors import InvariantBroken, Refused
from retail.messages import Answer
from retail.messages.events import SaleCompleted
from tests.support.desk import Till, named, open_till
from tests.support.own import MEMBER, WATER, own_till
from tests.support.own_hq import OwnHq
from tests.support.refusing import refuses
from tillbox.verify import verify


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Till, OwnHq, SaleCompleted]:
    """A till that has just sold a top-up and a bottle of water, for cash."""
    till, hq = own_till(tmp_path)
    member = till.reference.member(MEMBER)
    assert member is not None
    till.checkout.selling.attach_member(member, till.clock.now())
    till.checkout.promising.top_up(20_000, named("Top-up"), till.clock.now())
    till.checkout.selling.scan(WATER, "", till.clock.now())
    desk = till.checkout.desk
    sale = till.checkout.paying.cash(desk.due_minor(desk.require_basket()), till.clock.now()).sale
    assert sale is not None
    return till, hq, sale


def begin(till: Till, sale: SaleCompleted) -> None:
    till.checkout.refunding.start_void(sale.number, "other", "li", till.clock.now())


def hear(till: Till, aside: Basket | None = None) -> Paid:
    """HQ's answer is worked in, for the open basket or for one that was put aside."""
    basket = aside or till.checkout.desk.require_basket()
    assert basket.attempt is not None
    engine = open_reference(till.home, writable=True)
    with engine.connect() as connection:
        told = answer(connection, basket.attempt.request_id)
    engine.dispose()
    assert told is not None
    return till.checkout.voiding.hear(basket, told, till.clock.now())


def give(till: Till) -> SaleCompleted | None:
    (piece,) = till.checkout.refunding.plan()
    return till.checkout.refunding.give(piece.tender_id, till.clock.now()).sale


def test_held_by_hq_the_money_goes_back_and_the_event_names_the_hold(
    shop: tuple[Till, OwnHq, SaleCompleted],
) -> None:
    till, hq, sale = shop
    begin(till, sale)
    with pytest.raises(Refused) as early:
        give(till)
    assert early.value.code == "void.needs_hq"
    hq.answer_all(till.trade)
    assert hear(till).ended == ""
    (held,) = hq.open_reservations()
    void = give(till)
    assert void is not None
    grants = [line.grant for line in void.lines if line.grant]
    assert [grant.auth_id for grant in grants] == [held]
    hq.answer_all(till.trade)
    assert hq.open_reservations() == [held], "the void's event ends it, not the till's word"
    booked = till.trade._rows("SELECT account, sum(amount_minor) FROM posting GROUP BY 1")
    assert all(amount == 0 for _, amount in booked)
    assert verify(till.home).whole


def test_what_is_used_in_part_stays_sold(shop: tuple[Till, OwnHq, SaleCompleted]) -> None:
    till, hq, sale = shop
    hq.used[sale.sale_id] = (22_000, 10_000)
    begin(till, sale)
    hq.answer_all(till.trade)
    refusal = hear(till).refusal
    assert refusal is not None
    assert (refusal.code, refusal.params["left_minor"]) == ("grant.already_used", 10_000)
    assert till.trade.open_basket() is None and till.trade.void_of(sale.number) is None


def test_silence_undoes_nothing_and_a_late_question_is_not_granted(
    shop: tuple[Till, OwnHq, SaleCompleted],
) -> None:
    till, hq, sale = shop
    begin(till, sale)
    basket = till.checkout.desk.require_basket()
    till.checkout.paying.tick(basket, till.clock.now(OWN_SILENCE_MS))
    assert till.checkout.desk.basket is None and till.trade.open_basket() is None
    hq.answer_all(till.trade, latest_first=True)
    assert hq.open_reservations() == []


@pytest.mark.parametrize("heard_first", [True, False])
def test_left_also_after_a_restart_hq_holds_nothing(
    shop: tuple[Till, OwnHq, SaleCompleted], heard_first: bool
) -> None:
    till, hq, sale = shop
    begin(till, sale)
    if heard_first:
        hq.answer_all(till.trade)
        hear(till)
    till.close()
    again = open_till(till.home, till.clock)
    again.checkout.refunding.abandon_void()
    hq.answer_all(again.trade)
    assert hq.open_reservations() == [] and again.trade.open_basket() is None


def test_its_lines_do_not_come_back_as_goods(shop: tuple[Till, OwnHq, SaleCompleted]) -> None:
    till, _, sale = shop
    with pytest.raises(Refused) as caught:
        till.checkout.refunding.take_back(
            sale.number, {sale.lines[0].line_id: 1000}, "other", till.clock.now()
        )
    assert caught.value.code == "refund.is_promise" and till.trade.open_basket() is None


def test_a_sale_of_goods_asks_nobody(shop: tuple[Till, OwnHq, SaleCompleted]) -> None:
    till, hq, _ = shop
    till.checkout.selling.scan(WATER, "", till.clock.now())
    goods = till.checkout.paying.cash(300, till.clock.now()).sale
    assert goods is not None
    begin(till, goods)
    assert hq.questions(till.trade) == [] and give(till) is not None


def test_an_answer_about_something_else_undoes_nothing(shop: tuple[Till, OwnHq, SaleCompleted]) -> None:
    till, _, sale = shop
    begin(till, sale)
    basket = till.checkout.desk.require_basket()
    with pytest.raises(InvariantBroken, match=r"void\.not_asked"):
        till.checkout.voiding.hear(basket, Answer(id="other", body={}), till.clock.now())
    assert till.checkout.desk.basket == till.trade.open_basket() == basket


def test_practice_undoes_no_promise(shop: tuple[Till, OwnHq, SaleCompleted]) -> None:
    till, hq, sale = shop
    till.checkout.desk.is_training = True
    refuses(till, "training.no_hq", begin, till, sale)
    assert hq.questions(till.trade) == []


def test_put_aside_it_is_held_all_the_same(shop: tuple[Till, OwnHq, SaleCompleted]) -> None:
    till, hq, sale = shop
    begin(till, sale)
    hq.answer_all(till.trade)
    till.checkout.selling.suspend()
    (aside,) = till.trade.suspended_baskets()
    hear(till, aside)
    assert till.checkout.desk.basket is None
    till.checkout.selling.recall(aside.basket_id)
    void = give(till)
    assert void is not None and void.total_minor == -sale.total_minor
    assert hq.open_reservations() == [line.grant.auth_id for line in void.lines if line.grant]
