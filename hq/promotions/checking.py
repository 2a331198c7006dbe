"""Whether a promotion may be pushed: what the rules of pricing say, and what only HQ knows."""

import re
from collections.abc import Iterator

from sqlalchemy import Connection

from hq import catalogue
from retail.catalogue import Category, Document, Product, Tier
from retail.pricing.check import Finding, Severity, check_promotion
from retail.pricing.promotion import AnyPromotion, Scope
from retail.pricing.pushed import HolidayList, ProductList, PushedPromotion

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""Ids stand in rules as ``promotion:<id>`` and in addresses."""
ADDRESSES = ("new", "save", "report", "report.csv", "lists", "holidays")
"""What stands where an id would in HQ's addresses."""


def findings(connection: Connection, promotion: AnyPromotion) -> list[Finding]:
    """Everything that is wrong or strange about it, errors first; `path` says which field."""
    found = [
        *check_promotion(promotion),
        *_id(promotion),
        *_goods(connection, promotion),
        *_people_and_days(connection, promotion),
        *_codes(connection, promotion),
    ]
    return sorted(found, key=lambda one: (one.severity, one.path, one.code))


def is_id(text: str) -> bool:
    """Whether a promotion may be called so."""
    return bool(ID.fullmatch(text)) and text not in ADDRESSES


def scopes_by_path(promotion: AnyPromotion) -> Iterator[tuple[str, Scope]]:
    """Every scope a person may have written, with the field it stands in."""
    parts = getattr(promotion, "parts", ())
    if not parts:
        yield "scope", promotion.scope
    for place, part in enumerate(parts):
        yield f"parts[{place}].scope", part.scope
    for name in ("get", "gifts"):
        scope = getattr(promotion, name, None)
        if scope is not None:
            yield name, scope
    if promotion.conditions.goods is not None:
        yield "conditions.goods", promotion.conditions.goods


def _id(promotion: AnyPromotion) -> Iterator[Finding]:
    if promotion.id and not is_id(promotion.id):
        yield Finding("promotion.bad_id", "error", "id")


def _goods(connection: Connection, promotion: AnyPromotion) -> Iterator[Finding]:
    categories, lists = _ids(connection, Category), _ids(connection, ProductList)
    tags: set[str] | None = None
    for path, scope in scopes_by_path(promotion):
        for prefix in ("", "except_"):
            for value in getattr(scope, f"{prefix}products"):
                if value and catalogue.product(connection, value) is None:
                    yield _unknown("product", f"{path}.{prefix}products", value, "warning")
            for value in getattr(scope, f"{prefix}categories"):
                if value and value not in categories:
                    yield _unknown("category", f"{path}.{prefix}categories", value, "error")
            for value in getattr(scope, f"{prefix}tags"):
                if tags is None:
                    tags = _tags(connection)
                if value and value not in tags:
                    yield _unknown("tag", f"{path}.{prefix}tags", value, "warning")
        for value in scope.lists:
            if value and value not in lists:
                yield _unknown("list", f"{path}.lists", value, "error")


def _people_and_days(connection: Connection, promotion: AnyPromotion) -> Iterator[Finding]:
    tiers, holidays = _ids(connection, Tier), _ids(connection, HolidayList)
    for value in promotion.conditions.tiers:
        if value not in tiers:
            yield _unknown("tier", "conditions.tiers", value, "error")
    for name in ("holidays", "except_holidays"):
        for value in getattr(promotion.calendar, name):
            if value not in holidays:
                yield _unknown("holidays", f"calendar.{name}", value, "error")


def _codes(connection: Connection, promotion: AnyPromotion) -> Iterator[Finding]:
    codes = set(promotion.conditions.coupon_codes)
    if not codes:
        return
    for held in catalogue.held(connection, PushedPromotion):
        if not isinstance(held.document, PushedPromotion) or held.document.id == promotion.id:
            continue
        other = held.document.promotion
        for code in sorted(codes.intersection(other.conditions.coupon_codes)):
            name = next(iter(other.names.values()), "") or other.id
            params: dict[str, int | str] = {"value": code, "other": name}
            yield Finding("promotion.code_taken", "error", "conditions.coupon_codes", params)


def _unknown(what: str, path: str, value: str, severity: Severity) -> Finding:
    return Finding(f"promotion.unknown_{what}", severity, path, {"value": value})


def _ids(connection: Connection, kind: type[Document]) -> set[str]:
    return {held.document.id for held in catalogue.held(connection, kind)}


def _tags(connection: Connection) -> set[str]:
    products = (held.document for held in catalogue.held(connection, Product))
    return {tag for product in products if isinstance(product, Product) for tag in product.tags}
