"""Promotions indexed by the goods they name, so that a basket meets only those that touch it.

A `PromotionSet` is made once for each catalogue version and shared; it is never changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from retail.errors import ContractError
from retail.pricing.basket import Goods
from retail.pricing.promotion import AnyPromotion, Scope, Stage, group_of, scopes_of, stage_of

Place = tuple[int, int]
"""A promotion's order and the number of one of its scopes."""

STAGES: tuple[Stage, ...] = ("line", "multi", "basket", "coupon")


class Named(Protocol):
    """What scopes look at."""

    @property
    def product_id(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Matcher:
    """A scope made ready for asking; named lists are resolved to their products."""

    everything: bool
    products: frozenset[str]
    categories: frozenset[str]
    tags: frozenset[str]
    not_products: frozenset[str]
    not_categories: frozenset[str]
    not_tags: frozenset[str]
    excepts: bool

    def matches(self, goods: Named) -> bool:
        """Whether these goods are in the scope."""
        if (
            goods.product_id in self.not_products
            or goods.category in self.not_categories
            or (self.not_tags and not self.not_tags.isdisjoint(goods.tags))
        ):
            return False
        return (
            self.everything
            or goods.product_id in self.products
            or goods.category in self.categories
            or (bool(self.tags) and not self.tags.isdisjoint(goods.tags))
        )


@dataclass(frozen=True, slots=True)
class Compiled:
    """A promotion with its place in the order, its stage, group and scopes ready."""

    order: int
    promotion: AnyPromotion
    stage: Stage
    group: str
    scopes: tuple[Matcher, ...]
    condition_goods: Matcher


class PromotionSet:
    """Immutable; `lists` are named product lists. `ContractError` for two promotions of one id."""

    def __init__(
        self, promotions: Iterable[AnyPromotion] = (), lists: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        named = {name: frozenset(products) for name, products in (lists or {}).items()}
        staged = [(STAGES.index(stage_of(one)), one.priority, one.id, one) for one in promotions]
        staged.sort(key=lambda row: row[:3])
        seen: set[str] = set()
        for row in staged:
            if row[2] in seen:
                raise ContractError("promotion.twice", path="promotions", promotion=row[2])
            seen.add(row[2])
        self.compiled = tuple(_compile(order, row[3], named) for order, row in enumerate(staged))
        self.by_id = {one.promotion.id: one for one in self.compiled}
        self._everywhere: list[Place] = []
        self._by_product: dict[str, list[Place]] = {}
        self._by_category: dict[str, list[Place]] = {}
        self._by_tag: dict[str, list[Place]] = {}
        self._by_code: dict[str, list[int]] = {}
        for one in self.compiled:
            self._enter(one)

    def _enter(self, one: Compiled) -> None:
        for code in one.promotion.conditions.coupon_codes:
            self._by_code.setdefault(code, []).append(one.order)
        for number, scope in enumerate(one.scopes):
            place = (one.order, number)
            if scope.everything:
                self._everywhere.append(place)
                continue
            for index, keys in (
                (self._by_product, scope.products),
                (self._by_category, scope.categories),
                (self._by_tag, scope.tags),
            ):
                for key in keys:
                    index.setdefault(key, []).append(place)

    def __len__(self) -> int:
        return len(self.compiled)

    def touching(self, basket: Sequence[Goods]) -> list[tuple[Compiled, list[list[int]]]]:
        """Those that name any of these goods, in the order of stages, priorities and ids, with the places in
        `basket` of the goods each of their scopes names."""
        found: dict[int, list[dict[int, None]]] = {}
        for at, goods in enumerate(basket):
            places = [
                *self._everywhere,
                *self._by_product.get(goods.product_id, ()),
                *self._by_category.get(goods.category, ()),
            ]
            for tag in goods.tags:
                places += self._by_tag.get(tag, ())
            for order, number in places:
                one = self.compiled[order]
                scope = one.scopes[number]
                if scope.excepts and not scope.matches(goods):
                    continue
                named = found.get(order)
                if named is None:
                    named = found[order] = [{} for _ in one.scopes]
                named[number][at] = None
        return [(self.compiled[order], [list(named) for named in found[order]]) for order in sorted(found)]

    def of_code(self, code: str) -> list[Compiled]:
        """Those a public coupon code opens."""
        return [self.compiled[order] for order in self._by_code.get(code, ())]


def _compile(order: int, promotion: AnyPromotion, lists: Mapping[str, frozenset[str]]) -> Compiled:
    scopes = tuple(matcher_of(scope, lists) for scope in scopes_of(promotion))
    goods = promotion.conditions.goods
    return Compiled(
        order=order,
        promotion=promotion,
        stage=stage_of(promotion),
        group=group_of(promotion),
        scopes=scopes,
        condition_goods=scopes[0]
        if goods is None and len(scopes) == 1
        else matcher_of(goods or promotion.scope, lists),
    )


def matcher_of(scope: Scope, lists: Mapping[str, frozenset[str]]) -> Matcher:
    """A scope made ready, with what these lists name."""
    products = set(scope.products)
    for name in scope.lists:
        products |= lists.get(name, frozenset())
    return Matcher(
        everything=scope.is_all(),
        products=frozenset(products),
        categories=frozenset(scope.categories),
        tags=frozenset(scope.tags),
        not_products=frozenset(scope.except_products),
        not_categories=frozenset(scope.except_categories),
        not_tags=frozenset(scope.except_tags),
        excepts=bool(scope.except_products or scope.except_categories or scope.except_tags),
    )
