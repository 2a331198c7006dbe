"""Goods into the basket and out again, members, baskets put aside."""

from pathlib import Path

import msgspec
import pytest

from retail.catalogue import Member, Product
from retail.errors import Refused
from tests.support.desk import DOCUMENTS, Till, new_home, open_till, push

WATER, BEANS = "6901234567892", "6901234567885"


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return open_till(new_home(tmp_path))


def refused(call, *args: object, **kwargs: object) -> Refused:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def test_scanning_the_same_goods_raises_one_line(till: Till) -> None:
    for _ in range(3):
        till.checkout.selling.scan(WATER, "]E0", till.clock.now())
    (line,) = till.checkout.desk.require_basket().lines
    assert line.quantity_milli == 3000


def test_other_options_are_another_line_and_equal_ones_become_one(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    selling.add_product_id("latte", now())
    first = till.checkout.desk.require_basket().lines[0].line_id
    selling.choose_options(first, {"size": "size.large"}, now())
    basket = selling.add_product_id("latte", now())
    assert [line.unit_price_minor for line in basket.lines] == [2500, 2200]
    basket = selling.choose_options(basket.lines[1].line_id, {"size": "size.large"}, now())
    assert [(line.unit_price_minor, line.quantity_milli) for line in basket.lines] == [(2500, 2000)]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("6901234567890", "scan.wrong_check_digit"),
        ("6901234567000", "scan.wrong_check_digit"),
        ("4006381333931", "scan.unknown_code"),
        ("", "scan.unreadable"),
        ("x" * 600, "scan.unreadable"),
    ],
)
def test_a_code_that_cannot_be_sold_says_why_and_changes_nothing(till: Till, code: str, reason: str) -> None:
    till.checkout.selling.scan(WATER, "", till.clock.now())
    before = till.checkout.desk.basket
    assert refused(till.checkout.selling.scan, code, "", till.clock.now()).code == reason
    assert till.checkout.desk.basket is before
    assert till.trade.open_basket() == before


def test_sold_out_and_loose_goods_say_what_is_needed(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    assert refused(selling.add_product_id, "cake", now()).code == "product.sold_out"
    assert refused(selling.add_product_id, "biscuit", now()).code == "product.needs_weight"
    basket = selling.add_product_id("biscuit", now(), 125, weighed=True)
    assert till.checkout.desk.price(basket).total_minor == 1100


def test_quantities_are_whole_positive_and_sane(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    selling.scan(WATER, "", now())
    line_id = till.checkout.desk.require_basket().lines[0].line_id
    for quantity, reason in ((1500, "not_whole"), (-1000, "sign"), (10**12, "too_large")):
        assert refused(selling.set_quantity, line_id, quantity, now()).code == f"quantity.{reason}"
    basket = selling.set_quantity(line_id, 12_000, now())
    assert basket is not None
    assert till.checkout.desk.price(basket).total_minor == 3600


def removals(till: Till) -> list[tuple[str, int]]:
    rows = till.trade._rows(
        "SELECT body ->> 'reason', body ->> 'quantity_milli' FROM journal WHERE type = 'line.removed'"
    )
    return [(str(a), int(b)) for a, b in rows]


def test_every_removed_piece_is_on_record(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    selling.scan(WATER, "", now())
    line_id = till.checkout.desk.require_basket().lines[0].line_id
    selling.set_quantity(line_id, 5000, now())
    selling.set_quantity(line_id, 3000, now())
    selling.scan(BEANS, "", now())
    line = till.checkout.desk.require_basket().lines[0]
    selling.set_quantity(line_id, 0, now())
    selling.put_back(line, now())
    selling.clear(now())
    assert removals(till) == [("reduced", 2000), ("removed", 3000), ("cleared", 1000), ("cleared", 3000)]
    assert till.trade.open_basket() is None


def test_goods_sold_by_name_need_a_name_and_a_price(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    assert refused(selling.add_open_item, "  ", 100, now()).code == "open_item.name"
    assert refused(selling.add_open_item, "x", -1, now()).code == "open_item.price"
    basket = selling.add_open_item("手工 面包", 1250, now())
    assert basket.lines[0].names["en"] == "手工 面包"


def test_a_member_s_prices_apply_and_go_with_the_member(till: Till) -> None:
    member = next(x for x in DOCUMENTS if isinstance(x, Member))
    selling, now, desk = till.checkout.selling, till.clock.now, till.checkout.desk
    selling.attach_member(member, now())
    for code in (WATER, BEANS):
        selling.scan(code, "", now())
    basket = selling.add_product_id("latte", now())
    assert desk.price(basket).total_minor == 300 + 7000 + 2090
    without = selling.detach_member()
    assert without is not None
    assert desk.price(without).total_minor == 300 + 7800 + 2200


def test_a_push_holds_for_the_next_basket_not_for_the_open_one(till: Till) -> None:
    selling, now, desk = till.checkout.selling, till.clock.now, till.checkout.desk
    water = next(x for x in DOCUMENTS if isinstance(x, Product) and x.id == "water")
    selling.scan(WATER, "", now())
    push(till.home, "catalogue", 1, 2, (msgspec.structs.replace(water, price_minor=500),))
    till.reference.changed()
    basket = selling.add_product_id("water", now())
    assert desk.price(basket).total_minor == 600
    assert basket.versions["catalogue"] == 1
    till.checkout.paying.cash(600, now())
    selling.scan(WATER, "", now())
    assert desk.price(desk.require_basket()).total_minor == 500


def test_a_basket_put_aside_comes_back_whole(till: Till) -> None:
    selling, now, desk = till.checkout.selling, till.clock.now, till.checkout.desk
    selling.scan(WATER, "", now())
    aside = desk.require_basket()
    selling.suspend()
    assert desk.basket is None
    selling.scan(BEANS, "", now())
    assert refused(selling.recall, aside.basket_id).code == "basket.another_open"
    till.checkout.paying.cash(7800, now())
    assert selling.recall(aside.basket_id).lines == aside.lines
    assert till.trade.suspended_baskets() == []


def test_goods_taken_back_have_a_negative_total_and_are_refunded(till: Till) -> None:
    selling, now, desk = till.checkout.selling, till.clock.now, till.checkout.desk
    till.checkout.refunding.return_without_receipt("damaged", "li", now())
    selling.scan(WATER, "", now())
    assert desk.due_minor(desk.require_basket()) == -300
    assert refused(till.checkout.paying.cash, 300, now()).code == "tender.refund_due"
    sale = till.checkout.paying.exact("cash", now()).sale
    assert sale is not None
    assert sale.tenders[0].amount_minor == -300


def test_a_basket_has_room_for_a_thousand_lines_and_says_when_it_is_full(till: Till) -> None:
    selling, now = till.checkout.selling, till.clock.now
    selling.scan(WATER, "", now())
    basket = till.checkout.desk.require_basket()
    line = basket.lines[0]
    lines = tuple(msgspec.structs.replace(line, line_id=f"l{n}", names={"en": f"n{n}"}) for n in range(1_000))
    full = msgspec.structs.replace(basket, lines=lines)
    with till.trade.unit() as unit:
        unit.put_basket(basket, full)
    till.checkout.desk.show(full)
    assert refused(selling.add_open_item, "one more", 1, now()).code == "basket.full"
    assert till.trade.open_basket() == full
