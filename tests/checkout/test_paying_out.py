"""Money out: HQ reckons and holds, a manager allows, cash is paid; given up, HQ holds nothing."""

from pathlib import Path

import pytest

from appliance.checkout.attempt import OWN_SILENCE_MS
from appliance.checkout.basket import Basket
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer
from retail.errors import InvariantBroken, Refused
from retail.messages import Answer
from tests.support.desk import Till, named, open_till
from tests.support.own import MEMBER, WATER, own_till
from tests.support.own_hq import OwnHq
from tests.support.refusing import refuses, scan, sell
from tillbox.verify import verify

BALANCE = named("Balance")


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Till, OwnHq]:
    till, hq = own_till(tmp_path)
    hq.quotes[MEMBER] = (24_000, 6_000, 4_000)
    return till, hq


def ask(till: Till, account: str = MEMBER) -> Basket:
    out = till.checkout.paying_out
    return out.ask("value", account, BALANCE, till.clock.now(), member_id=account)


def heard(till: Till, aside: Basket | None = None) -> Basket | None:
    """HQ's answer is worked in, for the open basket or for one that was put aside."""
    basket = aside or till.checkout.desk.require_basket()
    assert basket.attempt is not None
    engine = open_reference(till.home, writable=True)
    with engine.connect() as connection:
        told = answer(connection, basket.attempt.request_id)
    engine.dispose()
    assert told is not None
    return till.checkout.paying_out.hear(basket, told, till.clock.now()).basket


def test_a_balance_is_paid_out_in_cash_with_a_manager_s_word(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    basket = ask(till)
    hq.answer_all(till.trade)
    quoted = heard(till)
    assert quoted is not None and quoted.lines[0].promise is not None
    assert till.checkout.desk.due_minor(quoted) == -24_000
    assert (quoted.lines[0].promise.deducted_minor, quoted.lines[0].promise.voided_minor) == (6_000, 4_000)
    with pytest.raises(Refused) as cashier:
        till.checkout.paying.exact("cash", till.clock.now())
    assert cashier.value.code == "staff.manager_needed"
    with pytest.raises(Refused):
        till.checkout.paying_out.pay("wang", till.clock.now())
    sale = till.checkout.paying_out.pay("li", till.clock.now()).sale
    assert sale is not None and basket.attempt is not None
    grant = sale.lines[0].grant
    assert grant is not None and (grant.kind, grant.auth_id) == ("payout", basket.attempt.attempt_id)
    assert (sale.kind, sale.total_minor, sale.approver_id) == ("refund", -24_000, "li")
    booked = dict(till.trade._rows("SELECT account, amount_minor FROM posting"))
    assert booked == {"till/cash": -24_000, "clearing/sold": 24_000}
    assert verify(till.home).whole


def test_a_refusal_leaves_the_till_as_it_was(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    ask(till, "nobody")
    hq.answer_all(till.trade)
    heard(till)
    assert till.trade.open_basket() is None


def test_silence_ends_it_and_hq_holds_nothing(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    basket = ask(till)
    till.checkout.paying.tick(basket, till.clock.now(OWN_SILENCE_MS))
    assert till.checkout.desk.basket is None
    hq.answer_all(till.trade, latest_first=True)
    assert hq.open_reservations() == []


def test_given_up_after_a_restart_hq_holds_nothing(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    ask(till)
    hq.answer_all(till.trade)
    till.close()
    again = open_till(till.home, till.clock)
    assert heard(again) is not None and hq.open_reservations()
    again.checkout.selling.clear(again.clock.now())
    hq.answer_all(again.trade)
    assert again.trade.open_basket() is None and hq.open_reservations() == []


def test_a_payout_stands_alone(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    ask(till)
    hq.answer_all(till.trade)
    heard(till)
    with pytest.raises(Refused) as more:
        till.checkout.selling.scan(WATER, "", till.clock.now())
    assert more.value.code == "basket.is_payout"


def test_a_manager_s_word_outlives_a_kill_and_the_money_still_goes_out_in_cash(
    shop: tuple[Till, OwnHq], monkeypatch: pytest.MonkeyPatch
) -> None:
    till, hq = shop
    ask(till)
    hq.answer_all(till.trade)
    heard(till)
    with monkeypatch.context() as killed:
        killed.setattr(till.checkout.paying, "exact", dies)
        with pytest.raises(SystemExit):
            till.checkout.paying_out.pay("li", till.clock.now())
    till.close()
    again = open_till(till.home, till.clock)
    refuses(again, "payout.cash_only", again.checkout.paying.exact, "card", again.clock.now())
    sale = again.checkout.paying.exact("cash", again.clock.now()).sale
    assert sale is not None and (sale.total_minor, sale.approver_id) == (-24_000, "li")


def dies(*_: object) -> None:
    raise SystemExit


def test_a_payout_is_not_practised_and_not_given_for_what_was_not_asked(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    basket = ask(till)
    with pytest.raises(InvariantBroken, match=r"payout\.not_asked"):
        till.checkout.paying_out.hear(basket, Answer(id="other", body={}), till.clock.now())
    till.checkout.paying.cancel_qr(till.clock.now())
    hq.answer_all(till.trade)
    till.checkout.desk.is_training = True
    refuses(till, "training.no_hq", ask, till)
    assert hq.questions(till.trade) == [] and hq.open_reservations() == []


def test_a_balance_of_which_all_was_bonus_ends_without_money(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    hq.quotes[MEMBER] = (0, 0, 4_000)
    ask(till)
    hq.answer_all(till.trade)
    heard(till)
    sale = till.checkout.paying_out.pay("li", till.clock.now()).sale
    assert sale is not None and (sale.total_minor, sale.tenders) == (0, ())
    assert verify(till.home).whole


def test_an_answer_for_a_basket_put_aside_leaves_the_counter_alone(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    ask(till)
    hq.answer_all(till.trade)
    till.checkout.selling.suspend()
    till.checkout.selling.scan(WATER, "", till.clock.now())
    counter = till.checkout.desk.basket
    heard(till, *till.trade.suspended_baskets())
    (aside,) = till.trade.suspended_baskets()
    assert [line.promise is not None for line in aside.lines] == [True]
    assert till.checkout.desk.basket == counter


def test_a_balance_that_hq_is_asked_about_is_not_lost_for_another_basket(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    sale = sell(till, WATER)
    scan(till, WATER)
    aside = till.checkout.desk.require_basket().basket_id
    till.checkout.selling.suspend()
    ask(till)
    void, now = till.checkout.refunding.start_void, till.clock.now
    refuses(till, "basket.another_open", till.checkout.selling.recall, aside)
    refuses(till, "basket.another_open", void, sale.number, "other", "li", now())
    hq.answer_all(till.trade)
    heard(till)
    till.checkout.selling.clear(now())
    hq.answer_all(till.trade)
    assert hq.open_reservations() == []
    assert till.checkout.selling.recall(aside).lines
