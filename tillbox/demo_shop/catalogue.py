"""What the demo shop sells: option groups, and one TOML file for each category's products."""

from collections.abc import Iterator, Mapping
from typing import Any

from retail.catalogue import Category, Choice, OptionGroup, Product
from retail.errors import ContractError
from retail.streams import AnyDocument
from tillbox.demo_shop.data import load, names_of, price_of

CATEGORY_FILES = ("coffee", "tea", "bakery", "cakes", "snacks", "goods")

PLAIN_FIELDS = frozenset(
    [
        "id",
        "plu",
        "unit",
        "by_weight",
        "tax_class",
        "art",
        "favourite",
        "sold_out",
        "member_discount",
        "discount",
        "points",
        "haggle",
        "shelf_life_days",
    ]
)
"""Taken from the file as they stand; what else a product's table may hold is read by name."""
READ_FIELDS = frozenset(("names", "price", "member_price", "gtins", "options", "tags"))


def option_groups() -> Iterator[OptionGroup]:
    """The questions asked about drinks and pastries, in the order they are asked."""
    for order, table in enumerate(load("options")["option_group"], start=1):
        path = f"option_group.{table['id']}"
        yield OptionGroup(
            id=table["id"],
            names=names_of(table["names"], path),
            choices=tuple(_choice(choice, path) for choice in table["choices"]),
            default=table["default"],
            order=order,
        )


def _choice(table: Mapping[str, Any], path: str) -> Choice:
    return Choice(
        id=table["id"],
        names=names_of(table["names"], f"{path}.{table['id']}"),
        price_delta_minor=price_of(table, "adds") or 0,
        detail=table.get("detail", ""),
    )


def categories() -> Iterator[tuple[Category, list[Product]]]:
    """Each category with its products, in the order of the till's rail and tiles."""
    for name in CATEGORY_FILES:
        tables = load(name)
        own = tables["category"]
        category = Category(
            id=own["id"],
            names=names_of(own["names"], f"category.{own['id']}"),
            icon=own["icon"],
            order=own["order"],
        )
        products = [
            product(tables["defaults"] | table, category.id, order)
            for order, table in enumerate(tables["product"], start=1)
        ]
        yield category, products


def product(table: Mapping[str, Any], category: str, order: int) -> Product:
    """One product of a table; `ContractError` for a key that no product has or a missing price."""
    path = f"{category}.{table.get('id', order)}"
    unknown = set(table) - PLAIN_FIELDS - READ_FIELDS
    if unknown:
        raise ContractError("demo_shop.unknown_key", path=path, keys=sorted(unknown))
    price_minor = price_of(table, "price")
    if price_minor is None:
        raise ContractError("demo_shop.price_missing", path=path)
    return Product(
        names=names_of(table["names"], path),
        category=category,
        price_minor=price_minor,
        member_price_minor=price_of(table, "member_price"),
        gtins=tuple(table.get("gtins", ())),
        options=tuple(table.get("options", ())),
        tags=tuple(table.get("tags", ())),
        order=order,
        **{key: value for key, value in table.items() if key in PLAIN_FIELDS},
    )


def catalogue() -> list[AnyDocument]:
    """Option groups, then categories, then products."""
    shelves = list(categories())
    return [
        *option_groups(),
        *(category for category, _ in shelves),
        *(product for _, products in shelves for product in products),
    ]
