"""What becomes a sale: paid to the cent, on its business day, and the whole of what was undone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.checkout.pricing import line_taxes
from appliance.checkout.sale import (
    business_day_of,
    check_sale,
    receipt_number,
    sale_number,
    sale_of,
    void_of,
)
from retail.catalogue import TaxClass
from retail.errors import ContractError, InvariantBroken, Refused
from retail.messages.events import SaleCompleted
from tests.support.desk import DOCUMENTS, Till, new_home, open_till
from tests.support.refusing import BEANS, MANAGER, WATER, scan, sell, take_back


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(new_home(tmp_path))
    yield opened
    opened.close()


def sold(till: Till, **changes: Any) -> SaleCompleted:
    """The open basket as a sale, as it stands or with these changes, without any store."""
    desk, moment = till.checkout.desk, till.clock.now()
    basket = desk.require_basket()
    priced = desk.price(basket)
    taxes = line_taxes(basket, priced, desk.rules(basket.catalogue_version))
    changed = msgspec.structs.replace(basket, **changes)
    return sale_of(changed, priced, "CNY", 1, "T1", moment.local, "2025-10-09", taxes)


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2025-10-09T03:59", "2025-10-08"),
        ("2025-10-09T04:00", "2025-10-09"),
        ("2025-10-09T23:59", "2025-10-09"),
    ],
)
def test_the_night_belongs_to_the_day_before(local: str, day: str) -> None:
    assert business_day_of(datetime.fromisoformat(local), "04:00") == day


@pytest.mark.parametrize("starts", ["", "4", "24:00", "04:60", "-1:00", "four"])
def test_a_day_that_begins_at_no_time_is_refused(starts: str) -> None:
    with pytest.raises(ContractError) as refused:
        business_day_of(datetime(2025, 10, 9, 12), starts)
    assert refused.value.code == "shop.business_day_starts" and refused.value.params["value"] == starts


def test_what_is_not_paid_to_the_cent_or_has_no_lines_is_no_sale(till: Till) -> None:
    scan(till, WATER)
    basket = till.checkout.paying.cash(100, till.clock.now()).basket
    assert basket is not None
    with pytest.raises(Refused) as refused:
        sold(till)
    assert (refused.value.code, refused.value.params) == ("sale.not_paid", {"due_minor": 200})
    with pytest.raises(Refused) as refused:
        sold(till, lines=())
    assert refused.value.code == "basket.empty"
    (tender,) = basket.tenders
    whole = msgspec.structs.replace(tender, amount_minor=300, tendered_minor=300)
    assert sold(till, tenders=(whole,)).total_minor == 300


def test_lines_that_are_not_those_that_were_priced_are_no_sale(till: Till) -> None:
    scan(till, WATER, BEANS)
    basket = till.checkout.paying.cash(100, till.clock.now()).basket
    assert basket is not None
    (tender,) = basket.tenders
    whole = msgspec.structs.replace(tender, amount_minor=8100, tendered_minor=8100)
    with pytest.raises(InvariantBroken) as broken:
        sold(till, tenders=(whole,), lines=basket.lines[::-1])
    assert broken.value.code == "sale.lines_out_of_order"


@pytest.mark.parametrize(
    "wrong", [{"total_minor": 301}, {"tenders": ()}, {"taxes": ()}, {"tax_added_minor": 1}]
)
def test_a_sale_whose_parts_do_not_make_its_total_is_none(till: Till, wrong: dict[str, Any]) -> None:
    sale = sell(till, WATER)
    check_sale(sale)
    with pytest.raises(InvariantBroken, match=r"sale\.does_not_add_up"):
        check_sale(msgspec.structs.replace(sale, **wrong))


def test_a_part_that_came_back_is_not_the_void_of_the_whole(till: Till) -> None:
    sale = sell(till, WATER, BEANS)
    take_back(till, sale)
    (piece,) = till.checkout.refunding.plan()
    back = till.checkout.refunding.give(piece.tender_id, till.clock.now()).sale
    assert back is not None
    assert void_of(back, sale).total_minor == -sale.total_minor
    with pytest.raises(InvariantBroken, match=r"void\.not_the_whole"):
        void_of(msgspec.structs.replace(back, total_minor=-300), sale)


def test_a_receipt_names_a_sale_of_this_till_only() -> None:
    assert sale_number(receipt_number("T1", 123), "T1") == 123
    for receipt in ("T2-000123", "T1-", "T1-12a", "000123"):
        with pytest.raises(Refused) as refused:
            sale_number(receipt, "T1")
        assert refused.value.code == "receipt.not_ours"


def test_tax_on_top_is_part_of_what_is_paid_and_of_what_comes_back(tmp_path: Path) -> None:
    taxed = TaxClass(id="standard", names={}, rate_bp=1000, inclusive=False)
    documents = tuple(one for one in DOCUMENTS if one.id != "standard")
    till = open_till(new_home(tmp_path, (taxed, *documents)))
    sale = sell(till, WATER, BEANS)
    assert (sale.base_minor, sale.tax_added_minor, sale.total_minor) == (8100, 810, 8910)
    assert [line.tax.tax_minor for line in sale.lines if line.tax] == [30, 780]
    take_back(till, sale)
    (piece,) = till.checkout.refunding.plan()
    back = till.checkout.refunding.give(piece.tender_id, till.clock.now()).sale
    assert back is not None and (back.total_minor, back.tax_added_minor) == (-8910, -810)
    till.close()


def test_tax_on_top_of_an_exchange_is_shared_between_what_goes_and_what_comes(tmp_path: Path) -> None:
    taxed = TaxClass(id="standard", names={}, rate_bp=1000, inclusive=False)
    documents = tuple(one for one in DOCUMENTS if one.id != "standard")
    till = open_till(new_home(tmp_path, (taxed, *documents)))
    scan(till, BEANS)
    till.checkout.refunding.return_without_receipt("damaged", MANAGER, till.clock.now())
    sale = sell(till, WATER)
    assert (sale.kind, sale.tax_added_minor, sale.total_minor) == ("exchange", 750, 8250)
    assert [line.tax.tax_minor for line in sale.lines if line.tax] == [780, -30]
    till.close()
