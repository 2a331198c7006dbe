"""Selling what a record says: its prices, its quantities, each ticket under its own id."""

from pathlib import Path

import pytest

from retail.errors import Refused
from tests.support.desk import Till, new_home, open_till

WATER = "6901234567892"


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return open_till(new_home(tmp_path))


@pytest.mark.parametrize(
    ("code", "name", "price_minor", "product", "source", "tax_class"),
    [
        ("101", "Latte", 2200, "latte", "catalogue", "service"),
        ("101", "Latte of old", 1900, "latte", "record", "service"),
        (WATER, "Water", 300, "water", "catalogue", "standard"),
        ("999", "Wurst", 450, "", "record", "standard"),
        ("", "Wurst", 450, "", "record", "standard"),
    ],
)
def test_goods_are_known_by_code_and_cost_what_the_record_says(
    till: Till, code: str, name: str, price_minor: int, product: str, source: str, tax_class: str
) -> None:
    line = till.checkout.recording.line(code, name, price_minor, 2000)
    assert (line.product_id, line.price_source, line.tax_class) == (product, source, tax_class)
    assert till.checkout.recording.total_minor([line]) == 2 * price_minor
    assert till.trade.open_basket() is None


def test_a_member_s_price_never_touches_a_price_on_record(till: Till) -> None:
    line = till.checkout.recording.line("6901234567885", "Beans", 7500, 1000)
    assert (line.member_price_minor, line.member_discount) == (None, False)


def test_a_ticket_is_sold_under_the_id_it_was_begun_with(till: Till) -> None:
    recording, now = till.checkout.recording, till.clock.now
    till.checkout.desk.has_devices = False
    recording.begin("ticket-1", now())
    with pytest.raises(Refused):
        recording.begin("ticket-2", now())
    recording.add(recording.line("", "Cup deposit", 200, -3000), now())
    paid = till.checkout.paying.all_of([("cash", -600)], now())
    assert paid.sale is not None and (paid.sale.sale_id, paid.sale.total_minor) == ("ticket-1", -600)
    assert paid.effects == () and list(till.trade.unsettled_effects()) == []
    assert till.trade.sale_totals() == {"ticket-1": -600}


def test_a_dropped_ticket_leaves_no_trace(till: Till) -> None:
    recording, now = till.checkout.recording, till.clock.now
    events = till.trade.head_seq()
    recording.begin("ticket-1", now())
    recording.add(recording.line("101", "Latte", 2200, 1000), now())
    recording.drop()
    assert till.trade.open_basket() is None
    assert till.trade.head_seq() == events


@pytest.mark.parametrize(
    ("name", "price_minor", "quantity_milli"), [("", 1, 1000), ("x", -1, 1000), ("x", 1, 0)]
)
def test_what_nobody_can_have_sold_is_refused(
    till: Till, name: str, price_minor: int, quantity_milli: int
) -> None:
    with pytest.raises(Refused):
        till.checkout.recording.line("", name, price_minor, quantity_milli)
