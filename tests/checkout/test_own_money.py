"""Our own money as tenders: reserved at HQ, given up after silence, never taken twice, whoever is killed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.checkout.attempt import OWN_SILENCE_MS
from appliance.checkout.own_money import GiftCardShown, value_left
from appliance.checkout.paying import Paid
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import payment
from appliance.ui.counter import _news
from retail.catalogue import Member
from retail.errors import Refused
from retail.messages.events import SaleCompleted
from tests.support.desk import Till, open_till, push
from tests.support.own import BEANS, MEMBER, WATER, documents, own_till
from tests.support.own_hq import OwnHq
from tests.support.refusing import MANAGER, refuses

GIFT = GiftCardShown("card-1", "4821")


def refused(call: Callable[..., object], *args: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args)
    return caught.value


def with_member(till: Till, *codes: str) -> None:
    member = till.reference.member(MEMBER)
    assert member is not None
    for code in codes:
        till.checkout.selling.scan(code, "", till.clock.now())
    till.checkout.selling.attach_member(member, till.clock.now(), is_present=True)


def hear(till: Till) -> Paid | None:
    """What the screen does twice a second, for the open basket."""
    basket = till.checkout.desk.basket
    assert basket is not None and basket.attempt is not None
    engine = open_reference(till.home, writable=True)
    with engine.connect() as connection:
        told = payment(connection, basket.attempt.attempt_id)
    engine.dispose()
    return till.checkout.paying.hear(basket, _news(told), till.clock.now()) if told else None


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Till, OwnHq]:
    till, hq = own_till(tmp_path)
    with_member(till, BEANS, WATER)
    return till, hq


def test_stored_value_pays_the_sale_and_the_event_names_the_reservation(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.stored_value(None, till.clock.now())
    (request_id, kind, body) = hq.questions(till.trade)[0]
    assert (kind, body["units"], body["account"], body["incarnation"]) == (
        "spend.authorise",
        7300,
        MEMBER,
        "incarnation-1",
    )
    assert body["sale_id"] == till.checkout.desk.require_basket().basket_id and request_id
    hq.answer_all(till.trade)
    paid = hear(till)
    assert paid is not None and paid.sale is not None
    (tender,) = paid.sale.tenders
    assert (tender.type, tender.amount_minor, tender.reference) == ("stored_value", 7300, body["auth_id"])
    hq.book(paid.sale)
    assert hq.held[f"stored_value/{MEMBER}"] == 26_850 - 7300
    note = till.trade.slip(paid.sale.number)
    assert (note.value_minor, note.points_earned, note.points) == (19_550, 109, 2_360 + 109)
    assert note.member_names == {"zh-Hans": "C*", "zh-Hant": "C*", "en": "C*"}


def test_one_sale_is_split_over_points_a_gift_card_stored_value_and_cash(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    own, now = till.checkout.own_money, till.clock.now
    for ask in (
        lambda: own.points(600, now()),
        lambda: own.gift_card(GIFT, 5_000, now()),
        lambda: own.stored_value(1_000, now()),
    ):
        ask()
        hq.answer_all(till.trade)
        assert hear(till) is not None
    sale = till.checkout.paying.cash(700, now()).sale
    assert sale is not None
    assert [(one.type, one.amount_minor) for one in sale.tenders] == [
        ("points", 600),
        ("gift_card", 5_000),
        ("stored_value", 1_000),
        ("cash", 700),
    ]
    hq.book(sale)
    assert hq.held[f"points/{MEMBER}"] == 2_360 - 600
    note = till.trade.slip(sale.number)
    assert [(one.units, one.tail, one.balance) for one in note.tenders] == [
        (600, "", 1_760),
        (5_000, "4821", 0),
        (1_000, "", 25_850),
    ]
    # What points paid earns none: 1.5 for a yuan of gold on 67.00 of 73.00.
    assert note.points_earned == 7300 * 15 * 6700 // 7300 // 1000


def test_a_declined_spend_says_why_and_frees_the_other_tenders(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.gift_card(GIFT, None, till.clock.now())
    hq.answer_all(till.trade)
    heard = hear(till)
    assert heard is not None and heard.refusal is not None
    assert heard.refusal.code == "gift_card.not_enough"
    assert heard.refusal.params == {"needed": 7300, "available": 5000, "reserved": 0}
    assert till.checkout.paying.cash(7300, till.clock.now()).sale is not None


def test_silence_gives_up_and_hq_honours_it_in_any_order(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    basket = till.checkout.own_money.stored_value(None, till.clock.now())
    assert till.checkout.paying.tick(basket, till.clock.now(OWN_SILENCE_MS - 10)) is None
    after = till.checkout.paying.tick(basket, till.clock.now(20))
    assert after is not None and after.attempt is None
    assert [kind for _, kind, _ in hq.questions(till.trade)] == ["spend.authorise", "spend.cancel"]
    hq.answer_all(till.trade, latest_first=True)
    assert hq.open_reservations() == []
    assert till.checkout.paying.cash(7300, till.clock.now()).sale is not None


def test_given_up_by_hand_the_other_tenders_are_free_and_hq_takes_nothing(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.stored_value(None, till.clock.now())
    refuses(
        till,
        "basket.payment_under_way",
        till.checkout.paying.confirm_paid,
        MANAGER,
        "it is our own money, nobody else knows",
        till.clock.now(),
    )
    assert till.checkout.paying.cancel_qr(till.clock.now()).attempt is None
    hq.answer_all(till.trade, latest_first=True)
    assert hq.open_reservations() == []
    assert till.checkout.paying.cash(7300, till.clock.now()).sale is not None


def test_silence_about_a_basket_put_aside_leaves_the_counter_alone(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.stored_value(None, till.clock.now())
    till.checkout.selling.suspend()
    till.checkout.selling.scan(WATER, "", till.clock.now())
    counter = till.checkout.desk.basket
    (aside,) = till.trade.suspended_baskets()
    till.checkout.paying.tick(aside, till.clock.now(OWN_SILENCE_MS))
    (aside,) = till.trade.suspended_baskets()
    assert aside.attempt is None and till.checkout.desk.basket == till.trade.open_basket() == counter
    hq.answer_all(till.trade, latest_first=True)
    assert hq.open_reservations() == []


def test_undoing_the_tender_gives_it_up(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.stored_value(1_000, till.clock.now())
    hq.answer_all(till.trade)
    hear(till)
    (tender,) = till.checkout.desk.require_basket().tenders
    assert hq.open_reservations() == [tender.reference]
    till.checkout.paying.undo(tender.tender_id, till.clock.now())
    hq.answer_all(till.trade)
    assert hq.open_reservations() == []


def test_what_a_basket_took_of_a_balance_is_not_offered_again(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    assert value_left(till.checkout.desk.require_basket()) == 26_850
    till.checkout.own_money.stored_value(1_000, till.clock.now())
    hq.answer_all(till.trade)
    hear(till)
    assert value_left(till.checkout.desk.require_basket()) == 25_850


def test_what_a_member_has_is_known_anew_until_it_pays(shop: tuple[Till, OwnHq]) -> None:
    """Points that became a reward are neither on the receipt nor to be used again."""
    till, hq = shop
    desk, people = till.checkout.desk, till.checkout.people
    (member,) = (one for one in documents(value_minor=1_000, points=760) if isinstance(one, Member))
    push(till.home, "members", 1, 2, (member,))
    people.take_balances()
    assert value_left(desk.require_basket()) == 1_000
    till.checkout.own_money.stored_value(None, till.clock.now())
    hq.answer_all(till.trade)
    hear(till)
    push(till.home, "members", 2, 3, (msgspec.structs.replace(member, value_minor=0),))
    people.take_balances()
    assert value_left(desk.require_basket()) == 0
    paid = till.checkout.paying.cash(6_300, till.clock.now())
    assert paid.sale is not None
    note = till.trade.slip(paid.sale.number)
    assert (note.points, note.points_earned) == (760 + 109, 109)


def test_a_basket_put_aside_and_cleared_later_gives_up_what_was_reserved(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.stored_value(1_000, till.clock.now())
    hq.answer_all(till.trade)
    hear(till)
    till.checkout.selling.suspend()
    (aside,) = till.trade.suspended_baskets()
    till.checkout.selling.recall(aside.basket_id)
    till.checkout.selling.clear(till.clock.now())
    hq.answer_all(till.trade)
    assert till.trade.open_basket() is None
    assert hq.open_reservations() == []


def test_cash_in_hand_keeps_a_basket_from_being_cleared(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    till.checkout.paying.cash(100, till.clock.now())
    assert refused(till.checkout.selling.clear, till.clock.now()).code == "basket.partly_paid"


def test_a_refund_names_the_reservation_that_it_gives_back(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.own_money.stored_value(5_000, till.clock.now())
    hq.answer_all(till.trade)
    hear(till)
    sale = till.checkout.paying.cash(2_300, till.clock.now()).sale
    assert sale is not None
    beans = sale.lines[0]
    till.checkout.refunding.take_back(sale.number, {beans.line_id: 1000}, "damaged", till.clock.now())
    plan = till.checkout.refunding.plan()
    assert [(one.type, one.amount_minor) for one in plan] == [("stored_value", 5_000), ("cash", 2_000)]
    for piece in plan:
        paid = till.checkout.refunding.give(piece.tender_id, till.clock.now())
    assert paid.sale is not None
    given, cash = paid.sale.tenders
    assert (given.reference, given.refers_to) == (sale.tenders[0].reference, sale.tenders[0].tender_id)
    assert cash.reference == ""


@pytest.mark.parametrize(
    ("points", "code"),
    [(250, "points.not_in_steps"), (100, "points.not_in_steps"), (3700, "points.too_many")],
)
def test_points_are_used_in_steps_from_a_minimum_and_up_to_the_shops_share(
    shop: tuple[Till, OwnHq], points: int, code: str
) -> None:
    till, _ = shop
    assert refused(till.checkout.own_money.points, points, till.clock.now()).code == code


def test_the_most_points_are_half_of_the_basket_here(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    basket = till.checkout.own_money.points(None, till.clock.now())
    assert basket.attempt is not None
    assert basket.attempt.amount_minor == 2_300, "2,360 points in whole steps, less than half of 73.00"


def test_training_asks_nobody(shop: tuple[Till, OwnHq]) -> None:
    till, hq = shop
    till.checkout.desk.is_training = True
    assert refused(till.checkout.own_money.stored_value, None, till.clock.now()).code == "training.no_hq"
    assert hq.questions(till.trade) == []


def test_without_a_member_there_is_no_balance_to_spend(tmp_path: Path) -> None:
    till, _ = own_till(tmp_path)
    till.checkout.selling.scan(WATER, "", till.clock.now())
    assert (
        refused(till.checkout.own_money.stored_value, None, till.clock.now()).code
        == "own_money.member_needed"
    )


# Killed at every statement


class Killed(Exception):
    """The process is gone."""


class DyingDriver:
    """The database's driver that ends the process before its so-manieth statement."""

    def __init__(self, driver: Any, statements: list[int]) -> None:
        self._driver = driver
        self._left = statements

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def execute(self, *args: Any) -> Any:
        self._spend()
        return self._driver.execute(*args)

    def executemany(self, *args: Any) -> Any:
        self._spend()
        return self._driver.executemany(*args)

    def _spend(self) -> None:
        if self._left[0] <= 0:
            raise Killed
        self._left[0] -= 1


def scenario(till: Till, hq: OwnHq) -> SaleCompleted:
    """A part by stored value that is undone, a part by gift card, the rest by stored value."""
    own, now = till.checkout.own_money, till.clock.now
    own.stored_value(1_000, now())
    hq.answer_all(till.trade)
    hear(till)
    till.checkout.paying.undo(till.checkout.desk.require_basket().tenders[0].tender_id, now())
    own.gift_card(GIFT, 3_000, now())
    hq.answer_all(till.trade)
    hear(till)
    own.stored_value(None, now())
    hq.answer_all(till.trade)
    paid = hear(till)
    assert paid is not None and paid.sale is not None
    return paid.sale


def go_on(till: Till, hq: OwnHq) -> None:
    """After a restart: what is under way ends, what was paid by our own money goes, cash pays the sale."""
    desk, paying = till.checkout.desk, till.checkout.paying
    hq.answer_all(till.trade)
    if desk.basket is not None and desk.basket.attempt is not None and hear(till) is None:
        paying.tick(desk.basket, till.clock.now(OWN_SILENCE_MS + 10))
    while desk.basket is not None and desk.basket.tenders:
        paying.undo(desk.basket.tenders[0].tender_id, till.clock.now())
    if desk.basket is not None:
        paying.cash(desk.due_minor(desk.basket), till.clock.now())
    hq.answer_all(till.trade)


def test_killed_at_any_statement_money_is_taken_once_or_not_at_all(tmp_path: Path) -> None:
    """By turns HQ has answered before the till comes back, or hears all of it afterwards."""
    survived = 0
    for statements in range(0, 1_000, 3):
        till, hq = own_till(tmp_path / f"{statements}")
        with_member(till, BEANS, WATER)
        before = dict(hq.held)
        left = [statements]
        real = till.trade._driver
        till.trade._driver = DyingDriver(real, left)
        dead = False
        try:
            scenario(till, hq)
        except Killed:
            dead = True
        till.trade._driver = real
        if real.in_transaction:
            real.execute("ROLLBACK")
        till.close()
        again: Till = open_till(till.home, till.clock)
        if statements % 2:
            hq.answer_all(again.trade)
        go_on(again, hq)
        sale = again.trade.last_sale()
        assert sale is not None and again.trade._rows("SELECT count(*) FROM sale") == [(1,)]
        ours = sum(one.amount_minor for one in sale.tenders if one.type in ("stored_value", "gift_card"))
        hq.book(sale)
        assert hq.open_reservations() == [], "nothing stays reserved that no sale stands on"
        assert sum(before.values()) - sum(hq.held.values()) == ours
        again.close()
        if not dead:
            survived += 1
            break
    assert survived == 1, "the scenario must come to its end once"
