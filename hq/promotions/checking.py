"""Whether a promotion may be pushed: what the rules of pricing say, and what only HQ knows."""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from hq import catalogue
from retail.catalogue import Product, Tier
from retail.pricing.check import Finding
from retail.pricing.check_set import Shop, Sold, check_promotions
from retail.pricing.promotion import AnyPromotion, Scope
from retail.pricing.pushed import HolidayList, ProductList, PushedPromotion

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""Ids stand in rules as ``promotion:<id>`` and in addresses."""
ADDRESSES = ("new", "save", "report", "report.csv", "lists", "holidays")
"""What stands where an id would in HQ's addresses."""


def findings(connection: Connection, promotion: AnyPromotion, now: datetime | None = None) -> list[Finding]:
    """Everything that is wrong or strange about it, errors first; `path` says which field."""
    codes = set(promotion.conditions.coupon_codes)
    rivals = [one for one in _live(connection) if one.id != promotion.id]
    sharing = [one for one in rivals if codes.intersection(one.conditions.coupon_codes)]
    found = [
        finding
        for place, finding in check_promotions([*sharing, promotion], _shop(connection, now))
        if place == len(sharing)
    ]
    found += [*_id(promotion), *_days(connection, promotion)]
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


def _days(connection: Connection, promotion: AnyPromotion) -> Iterator[Finding]:
    known = {held.document.id for held in catalogue.held(connection, HolidayList)}
    for field in ("holidays", "except_holidays"):
        for name in getattr(promotion.calendar, field):
            if name not in known:
                yield Finding("promotion.unknown_holidays", "error", f"calendar.{field}", {"name": name})


def _shop(connection: Connection, now: datetime | None) -> Shop:
    """What the shop sells and to whom, as HQ knows it."""
    products = [held.document for held in catalogue.held(connection, Product)]
    lists = [held.document for held in catalogue.held(connection, ProductList)]
    return Shop(
        products=[
            Sold(one.id, one.price_minor, one.category, one.tags)
            for one in products
            if isinstance(one, Product)
        ],
        tiers=frozenset(held.document.id for held in catalogue.held(connection, Tier)),
        lists={one.id: one.products for one in lists if isinstance(one, ProductList)},
        at=now,
    )


def _live(connection: Connection) -> list[AnyPromotion]:
    held = [item.document for item in catalogue.held(connection, PushedPromotion)]
    return [item.promotion for item in held if isinstance(item, PushedPromotion)]
