"""Base prices by store and time, and prices and weights from in-store labels."""

from datetime import datetime

import pytest

from retail.barcodes.gtin import check_digit
from retail.barcodes.instore import InStoreLayout, decode, price_check_digit
from retail.errors import ContractError, Refused
from retail.pricing.pricebook import PriceBook, PriceEntry

MAY = datetime(2026, 5, 1, 12)


def test_the_store_s_own_price_then_the_latest_that_began() -> None:
    book = PriceBook(
        [
            PriceEntry(product="tea", price_minor=1800),
            PriceEntry(product="tea", price_minor=1700, starts_at="2026-05-01", ends_at="2026-05-01"),
            PriceEntry(product="tea", price_minor=1600, starts_at="2026-05-01"),
            PriceEntry(product="tea", price_minor=1900, store="airport", member_price_minor=1500),
            PriceEntry(product="tea", price_minor=9900, unit="box"),
        ]
    )

    def at(store: str, instant: datetime = MAY) -> int | None:
        entry = book.price("tea", "each", store, instant)
        return entry and entry.price_minor

    assert at("x") == 1700
    assert at("x", datetime(2026, 5, 2)) == 1600
    assert at("x", datetime(2026, 4, 30)) == 1800
    assert at("airport") == 1900
    assert book.price("milk", "each", "x", MAY) is None
    with pytest.raises(ContractError, match=r"price\.entry"):
        PriceBook([PriceEntry(product="tea", price_minor=1, starts_at="2026-05-02", ends_at="2026-05-01")])


def label(payload: str) -> str:
    return payload + check_digit(payload)


def test_prices_and_weights_in_labels() -> None:
    priced = decode(label("201234501100"), 2)
    assert priced is not None and (priced.item, priced.price_minor) == ("12345", 1100)
    weighed = decode(label("281234500125"), 2)
    assert weighed is not None and (weighed.item, weighed.quantity_milli) == ("12345", 125)
    yen = decode(label("201234501100"), 0)
    assert yen is not None and yen.price_minor == 11
    assert decode("6901234567892", 2) is None
    assert decode(label("201234501100"), 2, {}) is None


@pytest.mark.parametrize(
    ("code", "digits", "refused"),
    [
        ("2012345011000", 2, "wrong_check_digit"),
        (label("201234500000"), 2, "no_price"),
        (label("281234500000"), 2, "no_weight"),
        (label("201234501101"), 0, "value_too_fine"),
    ],
)
def test_labels_that_cannot_be_right_are_refused(code: str, digits: int, refused: str) -> None:
    with pytest.raises(Refused, match=refused):
        decode(code, digits)


def test_the_value_s_own_check_digit() -> None:
    """The examples of the GS1 General Specifications, sections 7.9.3 and 7.9.4."""
    assert price_check_digit("2875") == "9"
    assert price_check_digit("14685") == "6"
    layout = {"21": InStoreLayout("price", item_until=6, value_from=8, value_check=True)}
    good = label("211234" + "0" + "9" + "2875")
    decoded = decode(good, 2, layout)
    assert decoded is not None and decoded.price_minor == 2875
    with pytest.raises(Refused, match="wrong_value_check_digit"):
        decode(label("211234" + "0" + "8" + "2875"), 2, layout)


@pytest.mark.parametrize(
    "layout", [{"value_until": 13}, {"item_from": 8}, {"value_check": True}, {"decimals": 9}]
)
def test_a_layout_that_does_not_fit_is_refused(layout: dict[str, int]) -> None:
    with pytest.raises(ContractError, match=r"barcode\.layout"):
        InStoreLayout("price", **layout)  # type: ignore[arg-type]
