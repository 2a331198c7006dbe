"""In-store EAN-13 (prefixes 20 to 29): which goods, and the price or weight that is in the code.

Where what stands is every shop's own choice (GS1 General Specifications, section 2.1.11), so a layout is
configured for each prefix. Decodes only; whether the shop sells it is not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retail.barcodes.gtin import has_valid_check_digit
from retail.barcodes.shown import shown
from retail.errors import ContractError, Refused

Holds = Literal["price", "weight"]


@dataclass(frozen=True, slots=True)
class InStoreLayout:
    """How one prefix is laid out: places are counted from 0 in the 13 digits, ends not included.

    `decimals` is how many digits of the value stand behind the point: of the currency's main unit for a
    price, of the kilogram for a weight. `value_check` says that the digit before the value (of four or five
    digits) is its own check digit.
    """

    holds: Holds
    item_from: int = 2
    item_until: int = 7
    value_from: int = 7
    value_until: int = 12
    decimals: int = 2
    value_check: bool = False

    def __post_init__(self) -> None:
        inside = 2 <= self.item_from < self.item_until <= self.value_from < self.value_until <= 12
        if self.value_check:
            inside = (
                inside and self.value_from > self.item_until and self.value_until - self.value_from in (4, 5)
            )
        if not inside or not 0 <= self.decimals <= 6:
            raise ContractError("barcode.layout", path="barcode_layouts")


@dataclass(frozen=True, slots=True)
class InStoreCode:
    """What such a code says: the shop's item number, and minor units or thousandths of a kilogram."""

    item: str
    price_minor: int | None = None
    quantity_milli: int | None = None


USUAL_LAYOUTS: Mapping[str, InStoreLayout] = {
    **{str(prefix): InStoreLayout("price") for prefix in range(20, 28)},
    **{str(prefix): InStoreLayout("weight", decimals=3) for prefix in (28, 29)},
}
"""Five digits of item and five of value: prices behind 20-27, grams behind 28 and 29."""


def is_in_store(code: str) -> bool:
    """Whether the code is an EAN-13 that belongs to the shop itself."""
    return len(code) == 13 and code.isascii() and code.isdigit() and code.startswith("2")


def decode(
    code: str, currency_digits: int, layouts: Mapping[str, InStoreLayout] = USUAL_LAYOUTS
) -> InStoreCode | None:
    """Item and price or weight; None when the code is no in-store code or its prefix has no layout.

    Refuses a wrong check digit, and a value of nothing or finer than the currency or the gram.
    """
    if not is_in_store(code) or (layout := layouts.get(code[:2])) is None:
        return None
    if not has_valid_check_digit(code):
        raise Refused("scan.wrong_check_digit", code=shown(code))
    item = code[layout.item_from : layout.item_until]
    digits = code[layout.value_from : layout.value_until]
    if layout.value_check and price_check_digit(digits) != code[layout.value_from - 1]:
        raise Refused("barcode.wrong_value_check_digit", code=code)
    scale = (currency_digits if layout.holds == "price" else 3) - layout.decimals
    value = int(digits) * 10 ** max(0, scale)
    if scale < 0:
        value, lost = divmod(value, 10**-scale)
        if lost:
            raise Refused("barcode.value_too_fine", code=code)
    if value == 0:
        raise Refused(f"barcode.no_{layout.holds}", code=code)
    if layout.holds == "price":
        return InStoreCode(item, price_minor=value)
    return InStoreCode(item, quantity_milli=value)


def price_check_digit(digits: str) -> str:
    """The check digit of a value of four or five digits (GS1 General Specifications, section 7.9.2-7.9.4)."""
    if len(digits) == 4:
        total = sum(_WEIGHTED[sign][int(d)] for sign, d in zip(("2-", "2-", "3", "5-"), digits, strict=True))
        return str(total * 3 % 10)
    total = sum(_WEIGHTED[s][int(d)] for s, d in zip(("5+", "2-", "5-", "5+", "2-"), digits, strict=True))
    return str(_WEIGHTED["5-"].index(-total % 10))


_WEIGHTED: Mapping[str, tuple[int, ...]] = {
    "2-": (0, 2, 4, 6, 8, 9, 1, 3, 5, 7),
    "3": (0, 3, 6, 9, 2, 5, 8, 1, 4, 7),
    "5+": (0, 5, 1, 6, 2, 7, 3, 8, 4, 9),
    "5-": (0, 5, 9, 4, 8, 3, 7, 2, 6, 1),
}
"""The tables of the weighted products (GS1 General Specifications, figure 7.9.2-1)."""
