"""Promotions through the checkout, on real databases: versions, use, refunds, coupons, prices by hand."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.checkout.basket import Basket
from appliance.checkout.coupons import BasketCoupon
from appliance.checkout.promotions import VERSIONS_KEPT
from retail.errors import Refused
from retail.messages.events import SaleCompleted, UsedBenefit, UsedPromotion
from retail.pricing.promotion import (
    AnyPromotion,
    Calendar,
    Conditions,
    FixedPrice,
    FlashSale,
    Hours,
    Limits,
    NthAtRate,
    Percentage,
    Scope,
    ThresholdOff,
)
from retail.pricing.pushed import HolidayList, ProductList, PromotionMark, PromotionUse, PushedPromotion
from retail.streams import AnyDocument
from tests.support.desk import Till, named, new_home, open_till, push

LATTES = Scope(products=("latte",))
SECOND = NthAtRate(id="second", names=named("Second at half"), scope=LATTES)
FORTY = ThresholdOff(id="forty", names=named("40-5"), threshold_minor=4000, off_minor=500, repeats=True)
FLASH = FlashSale(
    id="flash", names=named("Flash"), scope=Scope(products=("water",)), price_minor=100, quota=3
)
CODE = Percentage(
    id="code", names=named("Code"), off_bp=1000, conditions=Conditions(coupon_codes=("SPRING",)), group="code"
)


def pushed(*promotions: AnyPromotion) -> tuple[AnyDocument, ...]:
    return tuple(PushedPromotion(id=one.id, promotion=one) for one in promotions)


@pytest.fixture
def home(tmp_path: Path):
    return new_home(tmp_path)


def till_with(home, *promotions: AnyPromotion, version: int = 2, more: tuple[AnyDocument, ...] = ()) -> Till:
    push(home, "promotions", 0, version, (*pushed(*promotions), *more))
    return open_till(home)


def add(till: Till, *product_ids: str) -> Basket:
    for product_id in product_ids:
        till.checkout.selling.add_product_id(product_id, till.clock.now())
    return till.checkout.desk.require_basket()


def total(till: Till) -> int:
    return till.checkout.desk.price(till.checkout.desk.require_basket()).total_minor


def sell(till: Till) -> SaleCompleted:
    due = till.checkout.desk.due_minor(till.checkout.desk.require_basket())
    paid = till.checkout.paying.cash(due, till.clock.now()) if due else None
    assert paid is not None and paid.sale is not None
    return paid.sale


def take_back(till: Till, number: int, **quantities: int) -> SaleCompleted:
    sale = till.trade.sale(number)
    assert sale is not None
    by_product = {line.product_id: line.line_id for line in sale.lines}
    wanted = {by_product[product]: milli for product, milli in quantities.items()}
    till.checkout.refunding.take_back(number, wanted, "damaged", till.clock.now())
    done = None
    for piece in till.checkout.refunding.plan():
        done = till.checkout.refunding.give(piece.tender_id, till.clock.now())
    assert done is not None and done.sale is not None
    return done.sale


def test_a_basket_is_priced_with_the_promotions_of_the_version_it_was_opened_with(home):
    till = till_with(home, SECOND)
    add(till, "latte", "latte")
    assert total(till) == 3300
    push(home, "promotions", 2, 3, pushed(Percentage(id="second", names=named("Half"), off_bp=9000)))
    assert total(till) == 3300
    till.close()
    again = open_till(home, till.clock)
    assert total(again) == 3300
    add(again, "latte", "latte")
    assert total(again) == 6600
    sell(again)
    add(again, "latte")
    assert total(again) == 220


def test_promotions_are_read_and_indexed_once_for_a_version(home):
    till = till_with(home, SECOND, FORTY)
    add(till, "latte")
    ready = till.checkout.desk.promotions.ready(2)
    for _ in range(3):
        add(till, "water")
        sell(till)
        add(till, "latte")
    assert till.checkout.desk.promotions.ready(2) is ready


def test_what_came_off_and_how_often_stands_on_the_sale(home):
    till = till_with(home, SECOND, FORTY)
    add(till, "latte", "latte", "latte", "latte", "water")
    sale = sell(till)
    assert sale.total_minor == 4 * 2200 - 2 * 1100 + 300 - 500
    assert set(sale.promotions) == {
        UsedPromotion(promotion="second", times=2, amount_minor=-2200),
        UsedPromotion(promotion="forty", times=1, amount_minor=-500),
    }


def test_a_quota_counts_the_tills_own_sales_at_once(home):
    till = till_with(home, FLASH)
    add(till, "water", "water")
    assert total(till) == 200
    sell(till)
    add(till, "water", "water")
    assert total(till) == 100 + 300
    sell(till)
    add(till, "water")
    assert total(till) == 300


def test_hqs_count_and_ours_make_one_and_nothing_is_counted_twice(home):
    till = till_with(home, FLASH)
    add(till, "water")
    sell(till)
    head = till.trade.head_seq()
    push(
        home,
        "promotion_use",
        1,
        2,
        (PromotionUse(id="flash", in_all=2), PromotionMark(id="incarnation-1", upto=head)),
    )
    add(till, "water", "water")
    assert total(till) == 100 + 300
    sell(till)
    add(till, "water")
    assert total(till) == 300


def test_hqs_count_never_changes_an_open_basket(home):
    till = till_with(home, FLASH)
    add(till, "water")
    push(home, "promotion_use", 1, 2, (PromotionUse(id="flash", in_all=3),))
    add(till, "water")
    assert total(till) == 200
    sell(till)
    add(till, "water")
    assert total(till) == 300


def test_a_basket_put_aside_finds_the_quota_used_when_it_comes_back(home):
    till = till_with(home, FLASH)
    basket = add(till, "water", "water")
    till.checkout.selling.suspend()
    add(till, "water", "water")
    sell(till)
    till.checkout.selling.recall(basket.basket_id)
    assert total(till) == 100 + 300


def test_a_limit_per_day_begins_anew_with_the_business_day(home):
    daily = Percentage(id="daily", names=named("Daily"), off_bp=5000, limits=Limits(per_day=1))
    till = till_with(home, daily)
    add(till, "water")
    sell(till)
    add(till, "water")
    assert total(till) == 300
    till.checkout.selling.clear(till.clock.now())
    till.clock.now(24 * 3_600_000)
    add(till, "water")
    assert total(till) == 150


def test_a_limit_per_member_counts_what_hq_told_and_what_was_sold_here(home):
    mine = Percentage(id="mine", names=named("Mine"), off_bp=5000, limits=Limits(per_member=1))
    till = till_with(home, mine)
    member = till.reference.member("m1")
    assert member is not None
    for expected in (150, 285):
        till.checkout.selling.attach_member(member, till.clock.now())
        till.checkout.selling.add_product_id("water", till.clock.now())
        assert total(till) == (150 if expected == 150 else 300)
        sell(till)


def test_a_void_gives_every_use_back(home):
    till = till_with(home, FLASH)
    add(till, "water", "water", "water")
    sale = sell(till)
    till.checkout.refunding.start_void(sale.number, "damaged", "li", till.clock.now())
    for piece in till.checkout.refunding.plan():
        till.checkout.refunding.give(piece.tender_id, till.clock.now())
    void = till.trade.void_of(sale.number)
    assert void is not None
    assert void.promotions == (UsedPromotion(promotion="flash", times=-3, amount_minor=600),)
    add(till, "water")
    assert total(till) == 100


def test_part_of_an_application_gives_back_money_but_no_use_until_it_is_whole(home):
    till = till_with(home, SECOND)
    add(till, "latte", "latte")
    sale = sell(till)
    first = take_back(till, sale.number, latte=1000)
    assert first.promotions == (UsedPromotion(promotion="second", times=0, amount_minor=550),)
    second = take_back(till, sale.number, latte=1000)
    assert second.promotions == (UsedPromotion(promotion="second", times=-1, amount_minor=550),)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(("latte", "water", "beans")), min_size=1, max_size=7), st.data())
def test_returns_that_add_up_to_a_sale_give_back_exactly_what_it_used(tmp_path_factory, products, data):
    home = new_home(tmp_path_factory.mktemp("till"))
    till = till_with(home, SECOND, FORTY, FLASH)
    add(till, *products)
    sale = sell(till)
    left = {line.product_id: line.quantity_milli for line in sale.lines}
    refunds = []
    while left:
        product = data.draw(st.sampled_from(sorted(left)))
        milli = data.draw(st.integers(1, left[product] // 1000)) * 1000
        refunds.append(take_back(till, sale.number, **{product: milli}))
        left[product] -= milli
        left = {product: rest for product, rest in left.items() if rest}
    back: dict[str, list[int]] = {}
    for refund in refunds:
        for one in refund.promotions:
            times, amount = back.setdefault(one.promotion, [0, 0])
            back[one.promotion] = [times + one.times, amount + one.amount_minor]
    assert back == {one.promotion: [-one.times, -one.amount_minor] for one in sale.promotions}
    till.close()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(("latte", "water", "latte", "beans", "water", "latte")))
def test_the_order_of_scanning_changes_nothing(tmp_path_factory, order):
    home = new_home(tmp_path_factory.mktemp("till"))
    till = till_with(home, SECOND, FORTY, FLASH)
    add(till, *order)
    assert total(till) == 3 * 2200 - 1100 + 2 * 100 + 7800 - 3 * 500
    till.close()


def test_lists_and_holidays_travel_with_the_promotions(home):
    listed = Percentage(
        id="listed",
        names=named("Listed"),
        off_bp=5000,
        scope=Scope(lists=("mine",)),
        calendar=Calendar(holidays=("golden",)),
    )
    more = (
        ProductList(id="mine", names=named("Mine"), products=("water",)),
        HolidayList(id="golden", names=named("Golden"), dates=("2025-10-09",)),
    )
    till = till_with(home, listed, more=more)
    add(till, "water", "latte")
    assert total(till) == 150 + 2200


def test_hours_are_the_shops_own_and_those_of_the_baskets_beginning(home):
    # The test's clock stands at 16:53 in Shanghai.
    happy = Percentage(
        id="happy",
        names=named("Happy"),
        off_bp=5000,
        calendar=Calendar(hours=(Hours(from_="16:00", until="17:00"),)),
    )
    till = till_with(home, happy)
    add(till, "water")
    till.clock.now(3_600_000)
    add(till, "water")
    assert total(till) == 300
    assert sell(till).priced_at == "2025-10-09T16:53:20.002"
    add(till, "water")
    assert total(till) == 300


def test_a_public_code_works_without_hq_and_an_unknown_one_is_refused(home):
    till = till_with(home, CODE)
    add(till, "latte")
    with pytest.raises(Refused) as refused:
        till.checkout.discounting.show_code("WINTER", till.clock.now())
    assert refused.value.code == "coupon.unknown"
    assert till.checkout.selling.scan("SPRING", "code128", till.clock.now()).answer == "coupon"
    till.checkout.discounting.show_code(" spring ", till.clock.now())
    assert total(till) == 1980
    with pytest.raises(Refused, match="already_there"):
        till.checkout.discounting.show_code("SPRING", till.clock.now())
    till.checkout.discounting.take_coupon("SPRING")
    assert total(till) == 2200


def test_a_pass_held_at_hq_pays_for_goods_and_only_its_uses_are_used_up(home):
    till = till_with(home, SECOND)
    add(till, "latte", "water")
    own = FixedPrice(
        id="pass:p1",
        names=named("Coffee pass"),
        price_minor=0,
        scope=LATTES,
        conditions=Conditions(coupon=True),
        limits=Limits(per_basket=2),
    )
    held = BasketCoupon(
        code="p1",
        names=named("Coffee pass"),
        promotion_id="pass:p1",
        kind="pass",
        id="p1",
        auth_id="a1",
        uses=2,
        promotion=own,
    )
    till.checkout.discounting.put_coupon(held, till.clock.now())
    assert total(till) == 300
    till.close()
    again = open_till(home, till.clock)
    sale = sell(again)
    assert sale.benefits == (UsedBenefit(auth_id="a1", kind="pass", id="p1", amount=1, promotion="pass:p1"),)


def test_a_coupon_that_is_not_used_is_no_benefit_of_the_sale(home):
    till = till_with(home, CODE)
    add(till, "latte")
    coupon = BasketCoupon(
        code="c9", names=named("C"), promotion_id="gone", kind="coupon", id="c9", auth_id="a"
    )
    till.checkout.discounting.put_coupon(coupon, till.clock.now())
    assert sell(till).benefits == ()


def test_a_basket_put_aside_keeps_its_promotions_however_many_versions_come(home):
    till = till_with(home, SECOND)
    add(till, "latte", "latte")
    assert total(till) == 3300
    till.checkout.selling.suspend()
    for version in range(3, 4 + VERSIONS_KEPT):
        off = Percentage(id="second", names=named("Less"), off_bp=1000 * version)
        push(home, "promotions", version - 1, version, pushed(off))
        add(till, "latte")
        assert total(till) == 2200 - 220 * version
        till.checkout.selling.clear(till.clock.now())
    (aside,) = till.trade.suspended_baskets()
    till.checkout.selling.recall(aside.basket_id)
    assert total(till) == 3300


def test_a_tile_names_what_holds_for_its_goods_and_nothing_for_goods_without_promotions(home):
    till = till_with(home, SECOND, FLASH)
    product = till.reference.product("water", 1)
    assert product is not None
    naming = till.checkout.desk.promotions.naming
    assert [one.id for one in naming(product, None)] == ["flash"]
    assert naming(msgspec.structs.replace(product, discount=False), None) == ()
