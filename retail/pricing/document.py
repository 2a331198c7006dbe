"""One self-contained document that says everything a basket's price depends on.

`tillbox price` and HQ's "try this promotion" read it; its form is docs/price-document.md. This module knows
the form and what must agree within it; what things cost is the engine's affair.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from retail.catalogue import Names
from retail.errors import ContractError
from retail.pricing.pricebook import PriceEntry
from retail.pricing.promotion import AnyPromotion

BYTES_MAX = 32 * 1024 * 1024
LINES_MAX = 5_000
STEPS_MAX_MAX = 5_000_000


class _Strict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown fields are mistakes."""


class PriceProduct(_Strict, frozen=True, kw_only=True):
    """A product; `options` are what each choice adds to the unit price, `in_store_item` its number in
    in-store barcodes. `discount` False keeps every promotion away, `member_discount` False the tier's."""

    id: str
    price_minor: int
    names: Names = {}
    unit: str = "each"
    category: str = ""
    tags: tuple[str, ...] = ()
    member_price_minor: int | None = None
    tax_class: str = "standard"
    member_discount: bool = True
    discount: bool = True
    options: dict[str, int] = {}
    in_store_item: str = ""


class PriceTax(_Strict, frozen=True, kw_only=True):
    """A tax class: its rate, and whether prices already contain it."""

    rate_bp: int
    inclusive: bool = True


class PriceMember(_Strict, frozen=True, kw_only=True):
    """The member's tier and its percentage off."""

    tier: str
    names: Names = {}
    discount_bp: int = 0
    on_promoted: bool = False
    birth_month: int = 0


class PriceCoupon(_Strict, frozen=True, kw_only=True):
    """A code that was shown; a personal one names its promotion."""

    code: str
    promotion: str = ""


class PriceUsage(_Strict, frozen=True, kw_only=True):
    """What a promotion's counters say before this basket."""

    in_all: int = 0
    today: int = 0
    by_member: int = 0
    discount_minor: int = 0


class PriceLine(_Strict, frozen=True, kw_only=True):
    """A line of the basket: a product and a quantity (a number, or a decimal text as ``"0.125"``), or an
    in-store `barcode` alone. `unit_price_minor` is an open price. `line` is its name, else its number."""

    product: str = ""
    quantity: int | str = 1
    barcode: str = ""
    options: tuple[str, ...] = ()
    unit_price_minor: int | None = None
    line: str = ""


class PriceManual(_Strict, frozen=True, kw_only=True):
    """Money or a percentage off by hand, on a line or on the basket."""

    id: str
    operator: str
    reason: str
    limit_bp: int
    line: str = ""
    off_minor: int = 0
    off_bp: int = 0
    approver: str = ""


class PriceOverride(_Strict, frozen=True, kw_only=True):
    """Another unit price for a line."""

    line: str
    unit_price_minor: int
    operator: str
    reason: str
    approver: str


class PriceLayout(_Strict, frozen=True, kw_only=True):
    """How an in-store barcode prefix is laid out; see retail/barcodes/instore.py."""

    holds: Literal["price", "weight"]
    item_from: int = 2
    item_until: int = 7
    value_from: int = 7
    value_until: int = 12
    decimals: int = 2
    value_check: bool = False


class PriceDocument(_Strict, frozen=True, kw_only=True):
    """Everything; `instant` is the shop's own time, ``YYYY-MM-DDTHH:MM``."""

    currency: str
    instant: str
    products: tuple[PriceProduct, ...]
    basket: tuple[PriceLine, ...]
    taxes: dict[str, PriceTax] = {}
    prices: tuple[PriceEntry, ...] = ()
    promotions: tuple[AnyPromotion, ...] = ()
    lists: dict[str, tuple[str, ...]] = {}
    holidays: dict[str, tuple[str, ...]] = {}
    member: PriceMember | None = None
    coupons: tuple[PriceCoupon, ...] = ()
    usage: dict[str, PriceUsage] = {}
    manual_discounts: tuple[PriceManual, ...] = ()
    overrides: tuple[PriceOverride, ...] = ()
    barcode_layouts: dict[str, PriceLayout] | None = None
    store: str = ""
    channel: str = ""
    steps_max: int | None = None


def read_document(data: bytes) -> PriceDocument:
    """The document in these bytes; `ContractError` says where it is not one.

    Codes: ``document.too_large``, ``document.not_json``, ``document.invalid`` (`detail`).
    """
    if len(data) > BYTES_MAX:
        raise ContractError("document.too_large", path="$", bytes=len(data), bytes_max=BYTES_MAX)
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=PriceDocument)
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at `")
        raise ContractError("document.invalid", path=where.rstrip("`") or "$", detail=detail) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ContractError("document.not_json", path="$", detail=str(error)) from None


def document_schema() -> dict[str, Any]:
    """The JSON Schema of the document, as published in docs/price-document.schema.json."""
    return msgspec.json.schema(PriceDocument)
