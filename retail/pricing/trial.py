"""Price a price document: from its words to the engine's arguments and back to an answer for machines.

Refuses what does not agree with itself, with the path of the field; never guesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import msgspec

from retail.barcodes.instore import USUAL_LAYOUTS, InStoreLayout, decode
from retail.errors import ContractError, Refused
from retail.money import AMOUNT_MINOR_MAX, BASIS_POINTS, Currency, currency
from retail.pricing.basket import Goods, MemberTerms, PriceRules, TaxRate
from retail.pricing.calendar import parse_instant
from retail.pricing.check import Finding
from retail.pricing.check_set import Shop, check_promotions
from retail.pricing.document import (
    LINES_MAX,
    STEPS_MAX_MAX,
    PriceDocument,
    PriceLine,
    PriceProduct,
)
from retail.pricing.engine import price
from retail.pricing.index import PromotionSet
from retail.pricing.offers import STEPS_MAX, Coupon, ManualDiscount, Offers, Override, Usage
from retail.pricing.pricebook import PriceBook
from retail.pricing.priced import PricedBasket
from retail.quantity import ONE_MILLI, extend, parse_quantity


@dataclass(frozen=True, slots=True)
class Trial:
    """A document, its basket as the engine saw it, and what the engine said."""

    document: PriceDocument
    goods: tuple[Goods, ...]
    priced: PricedBasket


def findings_of(document: PriceDocument) -> list[tuple[str, Finding]]:
    """What is wrong or strange about its promotions at its instant: (path of the promotion, finding).

    Its products need not be all that the shop sells, so promotions may name others.
    """
    found = check_promotions(document.promotions, Shop(at=_instant(document)))
    return [(f"$.promotions[{place}]", finding) for place, finding in found]


def try_document(document: PriceDocument) -> Trial:
    """The basket priced. `ContractError` with the path of what does not fit, `Refused` by the rules."""
    unit = currency(document.currency)
    at = _instant(document)
    if len(document.basket) > LINES_MAX:
        raise ContractError("document.too_many_lines", path="$.basket", lines_max=LINES_MAX)
    products = _products(document)
    goods = _basket(document, products, unit, at)
    rules = PriceRules(taxes=_taxes(document, goods))
    member = None
    if document.member is not None:
        terms = document.member
        _in_range("$.member.discount_bp", terms.discount_bp, 0, BASIS_POINTS)
        _in_range("$.member.birth_month", terms.birth_month, 0, 12)
        member = MemberTerms(terms.tier, terms.names, terms.discount_bp, terms.on_promoted, terms.birth_month)
    return Trial(document, tuple(goods), price(goods, member, rules, _offers(document, at)))


def answer_of(trial: Trial) -> dict[str, Any]:
    """The answer as plain values, as docs/price-document.md describes it."""
    plain: dict[str, Any] = msgspec.to_builtins(trial.priced)
    for line, goods in zip(plain["lines"], trial.goods, strict=True):
        line["line"] = line.pop("line_id")
        line["product"] = goods.product_id
        line["quantity_milli"] = goods.quantity_milli
    told = ("lines", "applied", "near_misses", "unused_coupons", "taxes", "search")
    return {
        "currency": trial.document.currency,
        "base_minor": trial.priced.base_minor,
        "saved_minor": trial.priced.saved_minor(),
        "tax_added_minor": trial.priced.tax_added_minor,
        "total_minor": trial.priced.total_minor,
        **{key: plain[key] for key in told},
    }


def _instant(document: PriceDocument) -> datetime:
    try:
        return parse_instant(document.instant)
    except ContractError as error:
        raise ContractError(error.code, path="$.instant", text=document.instant) from None


def _products(document: PriceDocument) -> dict[str, PriceProduct]:
    products: dict[str, PriceProduct] = {}
    for place, product in enumerate(document.products):
        path = f"$.products[{place}]"
        if product.id in products or not product.id:
            raise ContractError("document.product_twice", path=f"{path}.id", product=product.id)
        _in_range(f"{path}.price_minor", product.price_minor, 0, AMOUNT_MINOR_MAX)
        if product.member_price_minor is not None:
            _in_range(f"{path}.member_price_minor", product.member_price_minor, 0, AMOUNT_MINOR_MAX)
        products[product.id] = product
    return products


def _basket(
    document: PriceDocument, products: Mapping[str, PriceProduct], unit: Currency, at: datetime
) -> list[Goods]:
    book = PriceBook(document.prices)
    by_item = {product.in_store_item: product for product in products.values() if product.in_store_item}
    layouts = USUAL_LAYOUTS
    if document.barcode_layouts is not None:
        layouts = {
            prefix: InStoreLayout(**msgspec.structs.asdict(layout))
            for prefix, layout in document.barcode_layouts.items()
        }
    goods: list[Goods] = []
    names: set[str] = set()
    for place, line in enumerate(document.basket):
        path = f"$.basket[{place}]"
        name = line.line or str(place + 1)
        if name in names:
            raise ContractError("document.line_twice", path=f"{path}.line", line=name)
        names.add(name)
        if line.barcode:
            goods.append(_scanned(path, name, line, by_item, book, document, unit, layouts, at))
            continue
        product = products.get(line.product)
        if product is None:
            raise _unknown("document.unknown_product", f"{path}.product", line.product, products)
        goods.append(_goods(path, name, line, product, _quantity(path, line), book, document, at))
    return goods


def _scanned(
    path: str,
    name: str,
    line: PriceLine,
    by_item: Mapping[str, PriceProduct],
    book: PriceBook,
    document: PriceDocument,
    unit: Currency,
    layouts: Mapping[str, InStoreLayout],
    at: datetime,
) -> Goods:
    """A line from an in-store barcode: its weight, or its price as the price of one piece."""
    try:
        code = decode(line.barcode, unit.digits, layouts)
    except Refused as refusal:
        raise ContractError(refusal.code, path=f"{path}.barcode", barcode=line.barcode) from None
    product = by_item.get(code.item) if code else None
    if code is None or product is None:
        raise ContractError("document.unknown_barcode", path=f"{path}.barcode", barcode=line.barcode)
    if code.price_minor is None:
        quantity_milli = code.quantity_milli or 0
        return _goods(path, name, line, product, quantity_milli, book, document, at)
    priced = msgspec.structs.replace(line, unit_price_minor=code.price_minor)
    return _goods(path, name, priced, product, ONE_MILLI, book, document, at)


def _goods(
    path: str,
    name: str,
    line: PriceLine,
    product: PriceProduct,
    quantity_milli: int,
    book: PriceBook,
    document: PriceDocument,
    at: datetime,
) -> Goods:
    listed, member = product.price_minor, product.member_price_minor
    entry = book.price(product.id, product.unit, document.store, at)
    if entry is not None:
        listed, member = entry.price_minor, entry.member_price_minor
    if line.unit_price_minor is not None:
        _in_range(f"{path}.unit_price_minor", line.unit_price_minor, 0, AMOUNT_MINOR_MAX)
        listed, member = line.unit_price_minor, None
    added = 0
    for place, option in enumerate(line.options):
        if option not in product.options:
            raise _unknown("document.unknown_option", f"{path}.options[{place}]", option, product.options)
        added += product.options[option]
    if abs(extend(listed + added, quantity_milli)) > AMOUNT_MINOR_MAX:
        raise ContractError("document.amount_too_large", path=path, amount_max=AMOUNT_MINOR_MAX)
    return Goods(
        line_id=name,
        product_id=product.id,
        unit=product.unit,
        options=tuple(sorted(line.options)),
        quantity_milli=quantity_milli,
        unit_price_minor=listed + added,
        member_price_minor=None if member is None else member + added,
        tax_class=product.tax_class,
        member_discount=product.member_discount,
        category=product.category,
        tags=product.tags,
        promotable=product.discount,
    )


def _quantity(path: str, line: PriceLine) -> int:
    try:
        quantity_milli = parse_quantity(str(line.quantity))
    except ContractError as error:
        raise ContractError(error.code, path=f"{path}.quantity", text=str(line.quantity)) from None
    if quantity_milli == 0:
        raise ContractError("document.quantity_of_nothing", path=f"{path}.quantity")
    return quantity_milli


def _taxes(document: PriceDocument, goods: list[Goods]) -> dict[str, TaxRate]:
    """The rates by class; a document that says nothing about taxes has none."""
    if not document.taxes:
        return {one.tax_class: TaxRate(0) for one in goods}
    for key, tax in document.taxes.items():
        _in_range(f"$.taxes.{key}.rate_bp", tax.rate_bp, 0, 10 * BASIS_POINTS)
    for one in goods:
        if one.tax_class not in document.taxes:
            raise _unknown("document.unknown_tax_class", "$.taxes", one.tax_class, document.taxes)
    return {key: TaxRate(tax.rate_bp, tax.inclusive) for key, tax in document.taxes.items()}


def _offers(document: PriceDocument, at: datetime) -> Offers:
    steps_max = STEPS_MAX if document.steps_max is None else document.steps_max
    _in_range("$.steps_max", steps_max, 1, STEPS_MAX_MAX)
    holidays: dict[str, frozenset[date]] = {}
    for name, days in document.holidays.items():
        try:
            holidays[name] = frozenset(date.fromisoformat(day) for day in days)
        except ValueError:
            raise ContractError("calendar.not_a_date", path=f"$.holidays.{name}") from None
    return Offers(
        promotions=PromotionSet(document.promotions, document.lists),
        at=at,
        store=document.store,
        channel=document.channel,
        coupons=tuple(Coupon(one.code, one.promotion) for one in document.coupons),
        usage={
            key: Usage(one.in_all, one.today, one.by_member, one.discount_minor)
            for key, one in document.usage.items()
        },
        holidays=holidays,
        manual=tuple(
            ManualDiscount(
                discount_id=one.id,
                operator_id=one.operator,
                reason=one.reason,
                limit_bp=one.limit_bp,
                line_id=one.line,
                off_minor=one.off_minor,
                off_bp=one.off_bp,
                approver_id=one.approver,
            )
            for one in document.manual_discounts
        ),
        overrides=tuple(
            Override(one.line, one.unit_price_minor, one.operator, one.reason, one.approver)
            for one in document.overrides
        ),
        steps_max=steps_max,
    )


def _in_range(path: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ContractError("document.out_of_range", path=path, value=value, least=least, most=most)


def _unknown(code: str, path: str, name: str, known: Mapping[str, object]) -> ContractError:
    near = get_close_matches(name, known, n=1)
    return ContractError(code, path=path, name=name, near=near[0] if near else "")
