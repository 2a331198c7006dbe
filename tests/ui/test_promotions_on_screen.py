"""Promotions, codes and prices by hand as a person at the till meets them, over real databases."""

from pathlib import Path

import pytest

from appliance.ui.sheets import ApprovalSheet
from appliance.ui.views import SaleView
from appliance.ui.views.sale import TotalsView
from retail.catalogue import Category, Operator
from retail.pricing.promotion import (
    Calendar,
    Conditions,
    Hours,
    NthAtRate,
    Percentage,
    Scope,
    ThresholdOff,
)
from retail.pricing.pushed import PushedPromotion
from tests.support.desk import named, push
from tests.ui.brain import Brain, new_brain, texts_of

WATER, BEANS = "6901234567892", "6901234567885"
SECOND = NthAtRate(id="second", names=named("Second half"), scope=Scope(products=("latte",)))
FORTY = ThresholdOff(id="forty", names=named("40-5"), threshold_minor=4000, off_minor=500, repeats=True)
CODE = ThresholdOff(
    id="code",
    names=named("Spring code"),
    threshold_minor=6000,
    off_minor=800,
    group="code",
    conditions=Conditions(coupon_codes=("SPRING8",)),
)
NIGHT = Percentage(
    id="night",
    names=named("Night owls"),
    off_bp=1000,
    scope=Scope(products=("water",)),
    calendar=Calendar(hours=(Hours(from_="22:00", until="23:00"),)),
)


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    brain = new_brain(tmp_path)
    promotions = tuple(PushedPromotion(id=one.id, promotion=one) for one in (SECOND, FORTY, CODE, NIGHT))
    push(brain.home, "promotions", 1, 2, promotions)
    shelves = (Category(id="goods", names=named("Goods")), Category(id="coffee", names=named("Coffee")))
    push(brain.home, "catalogue", 1, 2, shelves)
    limited = Operator(id="wang", names=named("Wang"), pin_hash="246810", discount_limit_bp=1000)
    push(brain.home, "staff", 2, 3, (limited,))
    brain.till.change(shop=brain.counter.read_shop())
    brain.sign_in()
    return brain


def sale(till: Brain) -> SaleView:
    view = till.presented().screen
    assert isinstance(view, SaleView)
    return view


def totals(till: Brain) -> TotalsView:
    found = sale(till).totals
    assert found is not None
    return found


def rows(till: Brain) -> list[tuple[str, str]]:
    return [(row.label, row.amount) for row in totals(till).rows]


def test_a_promotion_stands_under_its_line_and_in_the_sum_with_its_times(till: Brain) -> None:
    for _ in range(4):
        till.do("goods.pick", id="latte")
    (line,) = sale(till).basket.lines
    (under,) = line.promotions
    assert (under.name, under.text, under.amount) == ("Second half", "第 2 件 22.00 减半 × 2", "−22.00")
    assert rows(till) == [("小计", "88.00"), ("Second half × 2", "−22.00"), ("40-5", "−5.00")]
    saved = totals(till).saved
    assert saved is not None and "27.00" in saved.text


def test_what_is_nearly_there_is_told_and_the_goods_for_it_are_found(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    assert sale(till).basket.hint is not None
    till.scan(WATER)
    till.scan(WATER)
    till.scan(WATER)
    hint = sale(till).basket.hint
    assert hint is not None
    assert (hint.title, hint.text) == ("40-5", "还差 **¥9.00** 减 ¥5.00")
    assert abs(hint.progress - 31 / 40) < 1e-9
    till.touch("hint.fill_up")
    assert [tile.id for tile in sale(till).goods.tiles] == ["latte", "beans"]


def test_a_tile_carries_the_promotion_of_its_product_while_it_is_on(till: Brain) -> None:
    till.do("goods.category", id="coffee")
    (tile,) = sale(till).goods.tiles
    assert tile.chip is not None and tile.chip.text == "Second half"
    # The clock stands at 16:53; the other one is for the night.
    till.do("goods.category", id="snacks")
    assert {tile.id: tile.chip for tile in sale(till).goods.tiles}["water"] is None


def test_a_code_that_no_promotion_here_has_is_asked_of_hq(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    till.do("coupon.open")
    till.do("keyboard.text", text="winter")
    till.touch("sheet.confirm")
    basket = till.state.desk.basket
    assert basket is not None and [one.code for one in basket.asked] == ["winter"]


def test_a_code_is_typed_says_why_it_is_not_used_and_works_once_it_can(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    till.touch("basket.discount")
    till.touch("coupon.open")
    till.do("keyboard.text", text="spring8")
    till.touch("sheet.confirm")
    assert till.state.sheet is None
    assert rows(till)[-1] == ("Spring code · 没用：还差 ¥38.00", "")
    till.scan(BEANS)
    assert ("Spring code", "−8.00") in rows(till)
    till.touch("basket.discount")
    till.touch("coupon.remove.1")
    assert "Spring code" not in str(rows(till))


def test_a_scanned_code_is_a_coupon(till: Brain) -> None:
    till.scan(BEANS)
    till.scan("SPRING8")
    assert ("Spring code", "−8.00") in rows(till)


def test_a_code_before_the_goods_is_seen_and_can_be_cleared(till: Brain) -> None:
    till.scan("SPRING8")
    assert rows(till)[-1] == ("Spring code · 没用：篮中没有可用商品", "")
    till.touch("basket.clear")
    till.touch("clear.confirm")
    assert till.desk_now.basket is None
    till.scan("SPRING8")
    till.scan(BEANS)
    assert ("Spring code", "−8.00") in rows(till)


def take_percent(till: Brain, digits: str) -> None:
    till.touch("basket.discount")
    till.touch("discount.percent")
    till.keys(digits)
    till.touch("sheet.confirm")
    till.touch("because.regular")


def test_a_discount_within_the_limit_is_given_at_once(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    take_percent(till, "10")
    assert till.state.sheet is None
    assert totals(till).due == "19.80"
    till.touch("basket.discount")
    till.touch("discount.remove")
    assert totals(till).due == "22.00"


def test_above_the_limit_a_managers_pin_is_taken_on_the_same_sheet(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    take_percent(till, "50")
    assert isinstance(till.state.sheet, ApprovalSheet) and till.state.trouble is None
    assert "¥2.20" in " ".join(texts_of(till.presented().sheet))
    till.keys("135790")
    assert till.state.sheet is None
    assert totals(till).due == "11.00"
    till.touch("pay.cash")
    till.touch("tender.note.exact")
    done = till.desk_now.last_sale
    assert done is not None
    assert [(one.reason, one.approver_id) for one in done.decisions] == [("regular", "li")]


def test_another_price_is_typed_with_its_reason_and_the_managers_pin(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    till.touch("basket.discount")
    till.touch("discount.line_price")
    till.keys("15")
    till.touch("sheet.confirm")
    till.touch("because.damaged")
    till.keys("135790")
    (line,) = sale(till).basket.lines
    assert [(row.text, row.amount) for row in line.promotions] == [("改为 15.00", "−7.00")]
    assert totals(till).due == "15.00"


def test_a_discount_of_nothing_or_more_than_all_is_refused_in_the_sheet(till: Brain) -> None:
    till.do("goods.pick", id="latte")
    for digits in ("0", "101"):
        till.touch("basket.discount")
        till.touch("discount.percent")
        till.keys(digits)
        till.do("typing.confirm")
        assert till.presented().sheet is not None
        assert "大于 0" in " ".join(texts_of(till.presented().sheet))
        till.do("sheet.close")
