"""Coupons and passes that HQ holds for a basket, over real databases and a HQ by the contract."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.checkout.basket import Basket
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer
from appliance.store.trade import TradeStore
from retail.catalogue import HeldCoupon, HeldPass, Member
from retail.errors import Refused
from retail.messages import Answer
from retail.messages.asking import BenefitHeld
from retail.messages.events import SaleCompleted
from retail.pricing.promotion import Conditions, Scope, ThresholdOff
from retail.pricing.pushed import PushedPromotion
from tests.support.desk import DOCUMENTS, Till, named, new_home, open_till
from tests.support.fake_hq import FakeHq

WATER = "6901234567892"
COUPON = HeldCoupon(id="c1", kind="k1", promotion="p1", names=named("2 off"))
PASS = HeldPass(id="a1", kind="k2", names=named("Water pass"), left=3, covers=("water",))
MEMBER = next(one for one in DOCUMENTS if isinstance(one, Member))
OFF = PushedPromotion(
    id="p1",
    promotion=ThresholdOff(
        id="p1",
        names=named("2 off"),
        threshold_minor=500,
        off_minor=200,
        conditions=Conditions(coupon=True),
    ),
)
FREE_BEANS = PushedPromotion(
    id="p2",
    promotion=ThresholdOff(
        id="p2", names=named("beans"), scope=Scope(products=("beans",)), threshold_minor=1, off_minor=7800
    ),
)


class Shop:
    """A till and its HQ. `held` is what HQ holds, by authorisation."""

    def __init__(self, folder: Path) -> None:
        self.home = new_home(folder, (*DOCUMENTS, OFF))
        self.engine = open_reference(self.home, writable=True)
        self.held: dict[str, dict[str, Any]] = {}
        self.given_up: set[str] = set()
        self.refusal: Refused | None = None
        self.open()

    def open(self, clock: Any = None) -> None:
        self.till: Till = open_till(self.home, clock)
        self.hq = FakeHq(
            self.till.trade, self.engine, {"benefit.hold": self._hold, "spend.cancel": self._cancel}
        )

    def die(self) -> None:
        """kill -9 and start again: only what was committed is left."""
        self.till.close()
        self.open(self.till.clock)

    def _hold(self, body: dict[str, Any]) -> BenefitHeld:
        auth = body["auth_id"]
        if self.refusal is not None:
            raise self.refusal
        if auth in self.given_up:
            raise Refused("authorisation.cancelled", auth_id=auth)
        self.held[auth] = body
        kind, covers = body["kind"], ("water",) if body["kind"] == "pass" else ()
        return BenefitHeld(
            auth_id=auth,
            kind=kind,
            id=body["id"] or f"claimed-{body['code']}",
            names=named("held"),
            promotion="p1" if kind == "coupon" else "",
            covers=covers,
            uses=body["uses"],
        )

    def _cancel(self, body: dict[str, Any]) -> Any:
        from tests.support.fake_hq import cancelled

        self.given_up.add(body["auth_id"])
        self.held.pop(body["auth_id"], None)
        return cancelled(body)

    def turn(self) -> list[Any]:
        """HQ answers and the till hears."""
        self.hq.turn()

        def answer_of(request_id: str) -> Answer | None:
            with self.engine.connect() as connection:
                return answer(connection, request_id)

        return list(self.till.checkout.asking.follow(answer_of, self.till.clock.now()))

    def scan(self, times: int = 1) -> None:
        for _ in range(times):
            self.till.checkout.selling.scan(WATER, "", self.till.clock.now())

    def member(self) -> None:
        self.till.checkout.selling.attach_member(MEMBER, self.till.clock.now())

    def coupon(self) -> None:
        self.till.checkout.holding.coupon(COUPON, self.till.clock.now())

    def use_of_pass(self, held: HeldPass = PASS) -> None:
        self.till.checkout.holding.use_of_pass(held, self.till.clock.now())

    def pay(self) -> SaleCompleted:
        paid = self.till.checkout.paying.exact("card", self.till.clock.now())
        assert paid.sale is not None
        return paid.sale

    @property
    def due(self) -> int:
        desk = self.till.checkout.desk
        return desk.due_minor(desk.require_basket())

    @property
    def basket(self) -> Basket:
        return self.till.checkout.desk.require_basket()

    @property
    def trade(self) -> TradeStore:
        return self.till.trade


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.till.close()
    made.engine.dispose()


def settled(shop: Shop) -> None:
    """Let everything that was given up reach HQ: nothing may be held any more, nothing asked."""
    shop.turn()
    shop.turn()
    assert shop.hq.requests() == []


def test_a_coupon_counts_when_hq_holds_it_and_the_sale_names_it(shop: Shop) -> None:
    shop.member()
    shop.scan(2)
    shop.coupon()
    assert shop.due == 600 and [one.id for one in shop.basket.asked] == ["c1"]
    shop.turn()
    assert shop.due == 400 and shop.basket.asked == ()
    sale = shop.pay()
    (used,) = sale.benefits
    assert (used.kind, used.id, used.promotion, used.amount) == ("coupon", "c1", "p1", 1)
    settled(shop)
    assert set(shop.held) == {used.auth_id}


def test_a_coupon_that_took_nothing_off_is_given_up_with_the_sale(shop: Shop) -> None:
    shop.member()
    shop.scan()
    shop.coupon()
    shop.turn()
    assert shop.due == 300
    assert shop.pay().benefits == ()
    settled(shop)
    assert shop.held == {}


def test_a_coupon_still_asked_for_when_the_sale_ends_is_given_up(shop: Shop) -> None:
    shop.member()
    shop.scan(2)
    shop.coupon()
    assert shop.pay().total_minor == 600
    settled(shop)
    assert shop.held == {} and len(shop.given_up) == 1


def leave_by_taking_out(shop: Shop) -> None:
    shop.till.checkout.holding.take_out("c1")


def leave_by_clearing(shop: Shop) -> None:
    shop.till.checkout.selling.clear(shop.till.clock.now())


def leave_with_the_member(shop: Shop) -> None:
    shop.till.checkout.selling.detach_member()


def leave_for_another_member(shop: Shop) -> None:
    other = Member(id="m2", names=named("L*"), tier="gold")
    shop.till.checkout.selling.attach_member(other, shop.till.clock.now())


def leave_by_emptying_it(shop: Shop) -> None:
    shop.till.checkout.selling.remove(shop.basket.lines[0].line_id, shop.till.clock.now())
    shop.till.checkout.selling.detach_member()


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize(
    "leave",
    [
        leave_by_taking_out,
        leave_by_clearing,
        leave_with_the_member,
        leave_for_another_member,
        leave_by_emptying_it,
    ],
)
def test_however_a_coupon_leaves_the_basket_hq_is_told(
    shop: Shop, leave: Callable[[Shop], None], answered: bool
) -> None:
    shop.member()
    shop.scan(2)
    shop.coupon()
    if answered:
        shop.turn()
        assert len(shop.held) == 1
    leave(shop)
    settled(shop)
    assert shop.held == {} and len(shop.given_up) == 1


@pytest.mark.parametrize("suspended", [True, False])
def test_kills_between_all_steps_lose_and_double_nothing(shop: Shop, suspended: bool) -> None:
    def put_aside() -> None:
        if suspended:
            shop.till.checkout.selling.suspend()

    def take_again() -> None:
        if suspended:
            shop.till.checkout.selling.recall(shop.trade.suspended_baskets()[0].basket_id)

    sales: list[SaleCompleted] = []
    steps: list[Callable[[], Any]] = [
        shop.member,
        lambda: shop.scan(3),
        shop.coupon,
        shop.use_of_pass,
        put_aside,
        shop.hq.turn,
        lambda: shop.hq.turn(),
        shop.turn,
        take_again,
        lambda: sales.append(shop.pay()),
    ]
    for step in steps:
        step()
        shop.die()
    (sale,) = sales
    assert sale.total_minor == 3 * 300 - 300 - 200
    assert sorted(one.kind for one in sale.benefits) == ["coupon", "pass"]
    settled(shop)
    assert set(shop.held) == {one.auth_id for one in sale.benefits}


def test_hq_s_refusal_takes_it_out_again_and_is_told_with_its_rule(shop: Shop) -> None:
    shop.member()
    shop.scan(2)
    shop.coupon()
    shop.refusal = Refused("coupon.taken", coupon_id="c1")
    (heard,) = shop.turn()
    assert heard.error == "coupon.taken" and heard.about == named("2 off")
    assert shop.basket.asked == () and shop.due == 600 and shop.hq.requests() == []


def test_a_code_that_only_hq_knows_is_claimed_there(shop: Shop) -> None:
    shop.scan(2)
    shop.till.checkout.holding.code(" spring ", shop.till.clock.now())
    shop.turn()
    (coupon,) = shop.basket.coupons
    assert coupon.id == "claimed-spring" and shop.due == 400
    assert shop.hq.asked["benefit.hold"][0]["member_id"] == ""


def test_the_same_coupon_is_asked_for_once(shop: Shop) -> None:
    shop.member()
    shop.coupon()
    with pytest.raises(Refused, match="already_there"):
        shop.coupon()


def test_an_answer_that_comes_while_the_basket_is_being_paid_changes_no_price(shop: Shop) -> None:
    shop.member()
    shop.scan(2)
    shop.coupon()
    shop.till.checkout.paying.cash(100, shop.till.clock.now())
    shop.turn()
    assert shop.due == 500 and shop.basket.coupons == ()
    assert shop.pay().total_minor == 600
    settled(shop)
    assert shop.held == {}


# Passes


def test_uses_of_a_pass_make_covered_goods_free_and_only_those_used_count(shop: Shop) -> None:
    shop.member()
    shop.scan(3)
    shop.use_of_pass()
    shop.turn()
    assert shop.due == 600
    shop.use_of_pass()
    assert shop.due == 900
    shop.turn()
    assert shop.due == 300 and len(shop.held) == 1
    first = shop.basket.lines[0].line_id
    shop.till.checkout.selling.set_quantity(first, 1000, shop.till.clock.now())
    sale = shop.till.checkout.refunding.nothing_to_give(shop.till.clock.now()).sale
    assert sale is not None and sale.total_minor == 0
    (used,) = sale.benefits
    assert (used.kind, used.amount, used.promotion) == ("pass", 1, "pass:a1")
    settled(shop)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"left": 0}, "pass.used_up"),
        ({"state": "frozen"}, "pass.frozen"),
        ({"ends_at": "2020-01-01T00:00:00+08:00"}, "pass.expired"),
    ],
)
def test_a_pass_that_cannot_be_used_says_why_without_asking(
    shop: Shop, change: dict[str, Any], code: str
) -> None:
    shop.member()
    shop.scan()
    with pytest.raises(Refused) as refused:
        shop.use_of_pass(msgspec.structs.replace(PASS, **change))
    assert refused.value.code == code and shop.hq.requests() == []


def test_a_pass_never_gives_more_uses_than_are_left(shop: Shop) -> None:
    shop.member()
    shop.scan(3)
    one = msgspec.structs.replace(PASS, left=1)
    shop.use_of_pass(one)
    with pytest.raises(Refused) as refused:
        shop.use_of_pass(one)
    assert refused.value.code == "pass.not_enough"


def test_the_last_use_is_there_though_hq_counts_the_first_as_gone(shop: Shop) -> None:
    shop.member()
    shop.scan(2)
    shop.use_of_pass(msgspec.structs.replace(PASS, left=2))
    shop.turn()
    shop.use_of_pass(msgspec.structs.replace(PASS, left=1))
    shop.turn()
    assert shop.due == 0


# Given back


def bought_with_a_coupon(shop: Shop) -> SaleCompleted:
    shop.member()
    shop.scan(2)
    shop.coupon()
    shop.turn()
    return shop.pay()


def back(shop: Shop, number: int, pieces: int) -> SaleCompleted:
    of = shop.till.checkout.refunding.of_sale(number)
    quantities = {of.lines[0].line.line_id: pieces * 1000}
    shop.till.checkout.refunding.take_back(number, quantities, "other", shop.till.clock.now())
    plan = shop.till.checkout.refunding.plan()
    paid = shop.till.checkout.refunding.give(plan[0].tender_id, shop.till.clock.now())
    assert paid.sale is not None
    return paid.sale


def test_a_refund_of_the_whole_names_the_coupon_and_one_of_a_part_does_not(shop: Shop) -> None:
    sale = bought_with_a_coupon(shop)
    assert back(shop, sale.number, 1).benefits == ()
    assert back(shop, sale.number, 1).benefits == sale.benefits


def test_a_void_names_the_coupon(shop: Shop) -> None:
    sale = bought_with_a_coupon(shop)
    shop.till.checkout.refunding.start_void(sale.number, "other", "li", shop.till.clock.now())
    plan = shop.till.checkout.refunding.plan()
    paid = shop.till.checkout.refunding.give(plan[0].tender_id, shop.till.clock.now())
    assert paid.sale is not None and paid.sale.benefits == sale.benefits
