"""Goods whose code says more: dates, serial numbers, weight; and what the till knows of the shelves."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from retail.barcodes.gs1 import FNC1
from retail.catalogue import Product, Shop, SoldSerial, StockLevel, StockMark
from retail.errors import Refused
from retail.messages.events import SaleCompleted
from retail.streams import AnyDocument
from tests.support.desk import DOCUMENTS, Counter, Till, named, new_home, open_till, push

CHEESE = Product(
    id="cheese",
    names=named("Cheese"),
    category="goods",
    price_minor=10_000,
    unit="kg",
    by_weight=True,
    gtins=("6901234567878",),
)
CODE = "01" + "06901234567892"


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return open_till(new_home(tmp_path, (*DOCUMENTS, CHEESE)))


def day(till: Till, days: int) -> str:
    """A date as a code has it, so many days from today."""
    return (till.clock.now(0).local + timedelta(days=days)).strftime("%y%m%d")


def scan(till: Till, rest: str, code: str = CODE, approved_by: str = "") -> None:
    till.checkout.selling.scan(code + rest, "]d2", till.clock.now(), approved_by)


def refused(till: Till, rest: str, code: str = CODE) -> Refused:
    with pytest.raises(Refused) as caught:
        scan(till, rest, code)
    return caught.value


def pay(till: Till) -> SaleCompleted:
    paid = till.checkout.paying.exact("cash", till.clock.now())
    assert paid.sale is not None
    return paid.sale


def stock(till: Till, version: int, *documents: AnyDocument) -> None:
    push(till.home, "stock", version - 1, version, documents)


@pytest.mark.parametrize(("ai", "kind"), [("17", "expires"), ("15", "best_before")])
def test_goods_past_their_date_are_refused_with_the_date_and_sold_on_the_day_itself(
    till: Till, ai: str, kind: str
) -> None:
    refusal = refused(till, ai + day(till, -1) + "10L7")
    assert (refusal.code, refusal.may_override, refusal.params["kind"]) == ("scan.expired", "manager", kind)
    assert refusal.params["date"] == (till.clock.now(0).local - timedelta(days=1)).date().isoformat()
    assert till.checkout.desk.basket is None
    scan(till, ai + day(till, 0) + "10L7")
    (line,) = till.checkout.desk.require_basket().lines
    assert line.lot is not None and line.lot.batch == "L7"


def test_a_manager_may_let_it_go_and_the_sale_says_who(till: Till) -> None:
    scan(till, "17" + day(till, -1), approved_by="li")
    (line,) = pay(till).lines
    assert line.lot is not None and line.lot.approved_by == "li"


@pytest.mark.parametrize(("rule", "answer"), [("refuse", None), ("sell", "sold")])
def test_the_shop_says_what_happens_to_goods_past_their_date(
    tmp_path: Path, rule: str, answer: object
) -> None:
    shop = next(one for one in DOCUMENTS if isinstance(one, Shop))
    ruled = msgspec.structs.replace(shop, past_expiry=rule)  # type: ignore[arg-type]  # one of the rules
    till = open_till(new_home(tmp_path, (*(one for one in DOCUMENTS if one is not shop), ruled)))
    rest = "17" + day(till, -1)
    if answer is None:
        assert refused(till, rest).may_override is None
        with pytest.raises(Refused, match=r"scan\.expired"):
            scan(till, rest, approved_by="li")
    else:
        scan(till, rest)


def test_goods_past_their_date_may_come_back(till: Till) -> None:
    till.checkout.refunding.return_without_receipt("damaged", "li", till.clock.now())
    scan(till, "17" + day(till, -9))
    assert till.checkout.desk.require_basket().lines[0].quantity_milli == -1000


def test_a_serial_number_is_sold_once_and_again_after_it_came_back(till: Till) -> None:
    selling = till.checkout.selling
    scan(till, "21S1")
    assert refused(till, "21S1").code == "scan.serial_in_basket"
    line = till.checkout.desk.require_basket().lines[0]
    with pytest.raises(Refused, match=r"stock\.serial_is_one"):
        selling.set_quantity(line.line_id, 2000, till.clock.now())
    assert pay(till).lines[0].lot == line.lot
    assert refused(till, "21S1").code == "scan.serial_sold"
    again = open_till(till.home, Counter(till.clock.at_ms))  # after a restart too
    assert refused(again, "21S1").code == "scan.serial_sold"
    again.close()
    scan(till, "21S2")
    selling.clear(till.clock.now())
    till.checkout.refunding.return_without_receipt("damaged", "li", till.clock.now())
    scan(till, "21S1")
    pay(till)
    scan(till, "21S1")


def test_a_serial_in_a_basket_put_aside_is_not_sold_beside_it(till: Till) -> None:
    scan(till, "21S1")
    till.checkout.selling.suspend()
    assert refused(till, "21S1").code == "scan.serial_in_basket"


def test_a_serial_that_another_till_sold_is_known_from_hq(till: Till) -> None:
    stock(till, 2, SoldSerial(id="water/S9"))
    assert refused(till, "21S9").code == "scan.serial_sold"


def test_other_batches_are_other_lines(till: Till) -> None:
    for batch in ("A", "B", "A"):
        scan(till, "10" + batch)
    assert [line.quantity_milli for line in till.checkout.desk.require_basket().lines] == [2000, 1000]


def test_a_weight_in_the_code_is_the_quantity_of_weighed_goods(till: Till) -> None:
    scan(till, "3103000250" + "10L1", "01" + "06901234567878")
    (line,) = till.checkout.desk.require_basket().lines
    assert line.quantity_milli == 250
    assert pay(till).total_minor == 2500
    assert refused(till, "10L1", "01" + "06901234567878").code == "product.needs_weight"


@pytest.mark.parametrize("rest", ["1726", "17260230", "0X", "10" + "A" * 30, f"10{FNC1}21S"])
def test_a_torn_code_says_why_and_sells_nothing(till: Till, rest: str) -> None:
    refusal = refused(till, rest)
    assert refusal.code == "scan.gs1" and refusal.params["why"].startswith("gs1.")
    assert till.checkout.desk.basket is None


def test_own_sales_are_taken_from_hqs_level_until_it_contains_them(till: Till) -> None:
    shelf = till.checkout.desk.stock
    assert shelf.low() == {} and shelf.level("water") is None
    stock(
        till,
        2,
        StockLevel(id="water", level_milli=5000, reorder_milli=3000),
        StockLevel(id="beans", level_milli=9000),
    )
    assert shelf.low() == {} and shelf.level("water") == 5000
    for left in (4000, 3000):
        till.checkout.selling.scan("6901234567885", "", till.clock.now())
        till.checkout.selling.scan("6901234567892", "", till.clock.now())
        pay(till)
        assert shelf.level("water") == left
    assert shelf.low() == {"water": 3000} and shelf.level("beans") == 7000
    upto = till.trade.head_seq()
    # HQ has heard of the first sales, and of others at another till; we have sold one more meanwhile.
    till.checkout.selling.scan("6901234567892", "", till.clock.now())
    pay(till)
    mark = StockMark(id="incarnation-1", upto=upto)
    stock(till, 3, StockLevel(id="water", level_milli=1000, reorder_milli=3000), mark)
    assert shelf.low() == {"water": 0}
    again = open_till(till.home, Counter(till.clock.at_ms))
    assert again.checkout.desk.stock.low() == {"water": 0}
    again.close()


def test_goods_moved_and_counted_at_the_till_are_on_record_and_show_at_once(till: Till) -> None:
    stocking, shelf, now = till.checkout.stocking, till.checkout.desk.stock, till.clock.now
    stock(till, 2, StockLevel(id="water", level_milli=5000))
    stocking.move("waste", "water", 1000, now(), reason="damaged")
    assert shelf.level("water") == 4000
    stocking.count("water", 9000, now())
    stocking.move("received", "water", 1000, now(), batch="L1", expires="2027-01-31")
    assert shelf.level("water") == 10_000
    for wrong, code in (
        (lambda: stocking.move("waste", "water", 0, now()), "stock.quantity"),
        (lambda: stocking.move("waste", "nothing", 1000, now()), "product.gone"),
        (lambda: stocking.move("waste", "water", 1500, now()), "quantity.not_whole"),
        (lambda: stocking.count("water", -1000, now()), "stock.quantity"),
    ):
        with pytest.raises(Refused) as caught:
            wrong()
        assert caught.value.code == code
    assert till.trade.head_seq() == 4  # signed in, and three events
