"""Products as HQ's people look for them: by words, number or category, and who has which price."""

from dataclasses import dataclass

from sqlalchemy import Connection

from hq import catalogue
from hq.appliances import Appliance
from retail.catalogue import Category, Product

PAGE_ROWS = 50


@dataclass(frozen=True)
class Shelved:
    """A product and the catalogue version that brought it as it is."""

    product: Product
    version: int

    def is_at(self, appliance: Appliance) -> bool:
        """Whether a till sells it as it is here."""
        return appliance.versions.get("catalogue", 0) >= self.version


@dataclass(frozen=True)
class ShelfPage:
    """One page of what was found; `pages` is at least 1, `page` begins at 1."""

    rows: list[Shelved]
    found: int
    page: int
    pages: int


def categories(connection: Connection) -> list[Category]:
    """In the order of the till's rail."""
    found = [held.document for held in catalogue.held(connection, Category)]
    kept = [item for item in found if isinstance(item, Category)]
    return sorted(kept, key=lambda item: (item.order, item.id))


def find(connection: Connection, words: str, category: str, page: int) -> ShelfPage:
    """Products that hold all the words, in the order of the shelf."""
    wanted = words.casefold().split()
    order = {item.id: number for number, item in enumerate(categories(connection))}
    rows = [
        Shelved(held.document, held.version)
        for held in catalogue.held(connection, Product)
        if isinstance(held.document, Product)
        and (not category or held.document.category == category)
        and _holds(held.document, wanted)
    ]
    rows.sort(
        key=lambda row: (order.get(row.product.category, len(order)), row.product.order, row.product.id)
    )
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(max(1, page), pages)
    return ShelfPage(rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS], len(rows), page, pages)


def _holds(product: Product, words: list[str]) -> bool:
    texts = [*product.names.values(), product.plu, product.id, product.mnemonic, *product.gtins]
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in words)
