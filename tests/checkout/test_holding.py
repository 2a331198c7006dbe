"""Coupons and passes that HQ holds for a basket, over real databases and a HQ by the contract."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.checkout.coupons import COUPONS_MAX
from appliance.checkout.holding import CODE_LENGTH_MAX
from appliance.checkout.joining import Joiner
from retail.catalogue import Member
from retail.errors import Refused
from retail.ledger.earning import Reward
from retail.members.pushed import SealingKey
from retail.messages.asking import BenefitHeld
from retail.messages.events import SaleCompleted
from tests.support.desk import named, push
from tests.support.holding import COUPON, MEMBER, PASS, Shop
from tests.support.refusing import refuses


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


# Not asked for, and not wanted any more


def test_what_cannot_be_a_coupon_is_not_asked_for(shop: Shop) -> None:
    shop.member()
    holding, now = shop.till.checkout.holding, shop.till.clock.now
    past = msgspec.structs.replace(COUPON, until="2020-01-01")
    refuses(shop.till, "coupon.expired", holding.coupon, past, now())
    for code in ("", " \t", "x" * (CODE_LENGTH_MAX + 1), "spring\0"):
        refuses(shop.till, "coupon.unknown_code", holding.code, code, now())
    refuses(shop.till, "coupon.not_there", holding.take_out, "c1")
    assert shop.hq.requests() == []


def test_a_basket_asks_for_so_many_coupons_and_no_more(shop: Shop) -> None:
    holding, now = shop.till.checkout.holding, shop.till.clock.now
    for number in range(COUPONS_MAX):
        holding.code(f"C{number}", now())
        shop.turn()
    refuses(shop.till, "coupon.too_many", holding.code, "one-more", now())
    holding.take_out("claimed-C0")
    holding.code("one-more", now())
    shop.turn()
    assert len(shop.held) == COUPONS_MAX


def test_a_code_opens_a_basket_which_ends_when_it_is_taken_out(shop: Shop) -> None:
    shop.till.checkout.holding.code("spring", shop.till.clock.now())
    shop.turn()
    assert [one.id for one in shop.basket.coupons] == ["claimed-spring"]
    assert shop.till.checkout.holding.take_out("claimed-spring") is None
    assert shop.till.checkout.desk.basket is None and shop.trade.open_basket() is None
    settled(shop)
    assert shop.held == {}


def redeemed(shop: Shop) -> None:
    """Points become a piece of water; HQ answers."""
    reward = Reward(id="water-for-100", points=100, product="water")
    body = BenefitHeld(auth_id="", kind="coupon", id="r1", names=named("Water"), covers=("water",))
    shop.hq.answers["reward.redeem"] = lambda asked: msgspec.structs.replace(body, auth_id=asked["auth_id"])
    shop.till.checkout.records.redeem(MEMBER.id, reward, shop.till.clock.now())
    (heard,) = shop.turn()
    assert heard.about is not None and heard.about.id == "r1"


def test_goods_for_points_are_asked_for_at_once_where_they_are_in_the_basket(shop: Shop) -> None:
    shop.member()
    shop.scan()
    redeemed(shop)
    assert [one.id for one in shop.basket.asked] == ["r1"]


def nobody(shop: Shop) -> None:
    shop.scan()


def somebody_else(shop: Shop) -> None:
    leave_for_another_member(shop)
    shop.scan()


def being_paid(shop: Shop) -> None:
    shop.member()
    shop.scan()
    shop.till.checkout.paying.cash(100, shop.till.clock.now())


def without_such_goods(shop: Shop) -> None:
    shop.member()


@pytest.mark.parametrize("at_the_till", [nobody, somebody_else, being_paid, without_such_goods])
def test_goods_for_points_are_the_member_s_where_the_basket_cannot_have_them(
    shop: Shop, at_the_till: Callable[[Shop], None]
) -> None:
    at_the_till(shop)
    before = shop.basket
    redeemed(shop)
    assert shop.basket == before and shop.hq.requests() == []


@pytest.mark.parametrize("allowed", [True, False])
def test_a_code_that_went_with_a_refused_joiner_is_given_up_though_hq_held_it(
    shop: Shop, allowed: bool
) -> None:
    """Both answers come in one turn; the first one takes what the second is about out of the basket."""
    key = base64.b64encode(X25519PrivateKey.from_private_bytes(b"x" * 32).public_key().public_bytes_raw())
    push(shop.home, "benefits", 1, 2, (SealingKey(id="s1", public=key.decode()),))

    def no(asked: dict[str, Any]) -> Any:
        raise Refused("member.enrol_closed")

    shop.hq.answers["member.enrol"] = no
    shop.refusal = None if allowed else Refused("coupon.taken", coupon_id="spring")
    shop.scan(2)
    joiner = Joiner(phone="+8613712345678", phone_hash="h1")
    shop.till.checkout.joining.enrol(joiner, b"s" * 32, shop.till.clock.now())
    shop.till.checkout.holding.code("spring", shop.till.clock.now())
    assert len(shop.turn()) == 2
    assert shop.basket.member is None and shop.due == 600
    assert shop.basket.asked == shop.basket.coupons == ()
    settled(shop)
    assert shop.held == {}
