"""Promotions checked among one another and against the shop that is to run them, when they are written.

What a promotion says about itself is `check`'s affair; here somebody tells what the shop sells and
what time it is. Pure: the shop is an argument.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from retail.errors import ContractError
from retail.pricing import promotion as doc
from retail.pricing.calendar import parse_instant
from retail.pricing.check import Finding, Severity, check_promotion, named_scopes
from retail.pricing.index import Matcher, matcher_of
from retail.pricing.promotion import AnyPromotion, Scope


@dataclass(frozen=True, slots=True)
class Sold:
    """A product that the shop sells: what scopes look at, and its list price in minor units."""

    product_id: str
    price_minor: int
    category: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shop:
    """What promotions are checked against. None means that it is not known, and nothing is said about it.

    `at` is the shop's own time; `lists` are the named lists of products.
    """

    products: Sequence[Sold] | None = None
    tiers: frozenset[str] | None = None
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    at: datetime | None = None


def check_promotions(promotions: Sequence[AnyPromotion], shop: Shop) -> list[tuple[int, Finding]]:
    """Everything wrong or strange about each, as (its place, finding), errors of a promotion first."""
    goods = _Goods(shop.products, shop.lists) if shop.products is not None else None
    found: list[tuple[int, Finding]] = []
    among = _among(promotions)
    for place, promotion in enumerate(promotions):
        mine = [*check_promotion(promotion), *among.get(place, ()), *_in_shop(promotion, shop)]
        if goods is not None:
            mine += _of_goods(promotion, goods)
        mine.sort(key=lambda one: (one.severity, one.path, one.code))
        found += [(place, finding) for finding in mine]
    return found


def _among(promotions: Sequence[AnyPromotion]) -> dict[int, list[Finding]]:
    """By place: what one has in common with an earlier one and should not."""
    found: dict[int, list[Finding]] = {}
    ids: set[str] = set()
    codes: dict[str, str] = {}
    for place, one in enumerate(promotions):
        mine = found.setdefault(place, [])
        if one.id and one.id in ids:
            mine.append(Finding("promotion.id_twice", "error", "id", {"promotion": one.id}))
        ids.add(one.id)
        for code in dict.fromkeys(one.conditions.coupon_codes):
            other = codes.setdefault(code, one.id)
            if other != one.id:
                params: dict[str, int | str] = {"coupon": code, "promotion": other}
                mine.append(Finding("promotion.code_shared", "warning", "conditions.coupon_codes", params))
    return found


def _in_shop(promotion: AnyPromotion, shop: Shop) -> Iterator[Finding]:
    """Its time and its members."""
    if shop.at is not None and promotion.calendar.ends_at:
        try:
            over = parse_instant(promotion.calendar.ends_at, end=True) <= shop.at
        except ContractError:
            over = False
        if over:
            ends = promotion.calendar.ends_at
            yield Finding("promotion.is_over", "warning", "calendar.ends_at", {"text": ends})
    tiers = promotion.conditions.tiers
    if shop.tiers is not None and tiers:
        unknown = [tier for tier in tiers if tier not in shop.tiers]
        severity: Severity = "error" if len(unknown) == len(tiers) else "warning"
        for tier in unknown:
            yield Finding("promotion.unknown_tier", severity, "conditions.tiers", {"name": tier})


class _Goods:
    """The products by what scopes name, so that a scope costs what it holds."""

    def __init__(self, products: Sequence[Sold], lists: Mapping[str, Sequence[str]]) -> None:
        self.all = products
        self.lists = {name: frozenset(members) for name, members in lists.items()}
        self.by_name: dict[str, dict[str, list[Sold]]] = {"products": {}, "categories": {}, "tags": {}}
        for one in products:
            self.by_name["products"][one.product_id] = [one]
            self.by_name["categories"].setdefault(one.category, []).append(one)
            for tag in one.tags:
                self.by_name["tags"].setdefault(tag, []).append(one)

    def in_scope(self, scope: Scope) -> list[Sold]:
        matcher: Matcher = matcher_of(scope, self.lists)
        if matcher.everything:
            named = list(self.all)
        else:
            held = [
                self.by_name[kind].get(name, ())
                for kind, names in (
                    ("products", matcher.products),
                    ("categories", matcher.categories),
                    ("tags", matcher.tags),
                )
                for name in names
            ]
            named = list({one.product_id: one for some in held for one in some}.values())
        return [one for one in named if matcher.matches(one)] if matcher.excepts else named


def _of_goods(promotion: AnyPromotion, goods: _Goods) -> Iterator[Finding]:
    """What it names and the shop does not sell, and what its prices come to."""
    sold: dict[str, list[Sold]] = {}
    for path, scope in named_scopes(promotion):
        sold[path] = goods.in_scope(scope)
        unknown = list(_unknown(path, scope, goods))
        if not sold[path]:
            code = "promotion.gift_not_sold" if path == "gifts" else "promotion.no_goods"
            yield Finding(code, "error", path)
        else:
            yield from unknown
    if all(sold.values()):
        yield from _prices(promotion, sold)


def _unknown(path: str, scope: Scope, goods: _Goods) -> Iterator[Finding]:
    for kind, known in goods.by_name.items():
        for name in getattr(scope, kind):
            if name and name not in known:
                yield Finding("promotion.unknown_name", "warning", f"{path}.{kind}", {"name": name})
    for name in scope.lists:
        if name and name not in goods.lists:
            yield Finding("promotion.unknown_name", "warning", f"{path}.lists", {"name": name})


def _prices(promotion: AnyPromotion, sold: Mapping[str, list[Sold]]) -> Iterator[Finding]:
    """A price that is no cheaper than the goods' own, and money off that is all they cost."""
    if isinstance(promotion, doc.Bundle | doc.GroupBuy):
        pieces = {f"parts[{place}].scope": part.pieces for place, part in enumerate(promotion.parts)}
    else:
        pieces = {"scope": promotion.pieces if isinstance(promotion, doc.NForPrice) else 1}
    dearest = sum(max(one.price_minor for one in sold[path]) * count for path, count in pieces.items())
    price = getattr(promotion, "price_minor", None)
    if price is not None and price >= dearest:
        params: dict[str, int | str] = {"price_minor": price, "dearest_minor": dearest}
        yield Finding("promotion.never_cheaper", "warning", "price_minor", params)
    if isinstance(promotion, doc.AmountOff):
        free = sorted(one.product_id for one in sold["scope"] if one.price_minor <= promotion.off_minor)
        if free:
            params = {"product": free[0], "count": len(free), "amount": promotion.off_minor}
            yield Finding("promotion.gives_some_away", "warning", "off_minor", params)
