"""Questions about stock: levels, batches, what expires soon, a product's movements. Only reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from hq import catalogue
from hq.stock import STORE
from hq.stock.book import count_of, movement_of
from hq.tables import stock_count, stock_item, stock_movement, stock_serial
from retail.catalogue import Product
from retail.stock import Batch, BatchLevel, Count, Movement, is_low, remaining, store_place

PAGE_ROWS = 100
MOVEMENTS_MAX = 200
SERIALS_MAX = 200
NEAR_DAYS = 7


@dataclass(frozen=True)
class Shelf:
    """A product on the shelves; `batches` has the first to expire first."""

    product_id: str
    names: dict[str, str]
    number: str
    unit: str
    level_milli: int
    reorder_milli: int | None
    low: bool
    batches: list[BatchLevel] = field(default_factory=list)

    @property
    def next_expiry(self) -> str:
        """The date of the batch that expires first, empty without one."""
        return next((one.batch.expires for one in self.batches if one.batch.expires), "")


@dataclass(frozen=True)
class ShelfPage:
    """One page of what was found; `low` counts all that are to be ordered."""

    rows: list[Shelf]
    found: int
    page: int
    pages: int
    low: int


@dataclass(frozen=True)
class History:
    """What happened to a product, the latest first; `counts` by their ids."""

    shelf: Shelf
    movements: list[Movement]
    counts: dict[str, Count]
    serials: list[tuple[str, str]]


def shelves(connection: Connection, words: str = "", low_only: bool = False, page: int = 1) -> ShelfPage:
    """Products a book is kept of: those to order first, then by number; `words` as one searches goods."""
    rows = connection.execute(select(stock_item).where(stock_item.c.store == STORE)).all()
    products = _products(connection)
    batches = _batches(connection)
    wanted = words.casefold().split()
    found = [_shelf(row, products.get(row.product_id), batches.get(row.product_id, [])) for row in rows]
    low = sum(one.low for one in found)
    kept = [one for one in found if (one.low or not low_only) and _holds(one, wanted)]
    kept.sort(key=lambda one: (not one.low, one.number, one.product_id))
    pages = max(1, -(-len(kept) // PAGE_ROWS))
    page = min(max(1, page), pages)
    return ShelfPage(kept[(page - 1) * PAGE_ROWS : page * PAGE_ROWS], len(kept), page, pages, low)


def near_expiry(connection: Connection, until: str) -> list[tuple[Shelf, BatchLevel]]:
    """Batches of which something is left and that expire until a date (ISO), the first first."""
    products = _products(connection)
    rows = {
        row.product_id: row
        for row in connection.execute(select(stock_item).where(stock_item.c.store == STORE))
    }
    found = [
        (_shelf(rows[product_id], products.get(product_id), levels), level)
        for product_id, levels in _batches(connection).items()
        if product_id in rows
        for level in levels
        if level.batch.expires and level.batch.expires <= until
    ]
    return sorted(found, key=lambda pair: (pair[1].batch, pair[0].product_id))


def history(connection: Connection, product_id: str) -> History | None:
    """A product's level and what it is made of; None for goods that are nowhere in the book or catalogue."""
    mine = (stock_item.c.store == STORE, stock_item.c.product_id == product_id)
    row = connection.execute(select(stock_item).where(*mine)).one_or_none()
    product = catalogue.product(connection, product_id)
    if row is None and product is None:
        return None
    moved = stock_movement
    movements = connection.execute(
        select(moved)
        .where(moved.c.store == STORE, moved.c.product_id == product_id)
        .order_by(
            moved.c.at.desc(), moved.c.kind != "adjusted", moved.c.recorded_ms.desc(), moved.c.movement_id
        )
        .limit(MOVEMENTS_MAX)
    )
    counts = connection.execute(
        select(stock_count).where(stock_count.c.store == STORE, stock_count.c.product_id == product_id)
    )
    serials = connection.execute(
        select(stock_serial.c.serial, stock_serial.c.state)
        .where(stock_serial.c.store == STORE, stock_serial.c.product_id == product_id)
        .order_by(stock_serial.c.serial)
        .limit(SERIALS_MAX)
    )
    batches = _batches(connection, product_id).get(product_id, [])
    return History(
        _shelf(row, product, batches, product_id),
        [movement_of(one) for one in movements],
        {one.count_id: count_of(one) for one in counts},
        [(one.serial, one.state) for one in serials],
    )


def resolve(connection: Connection, text: str) -> Product | None:
    """The product of a barcode, number, id or exact name, as somebody types or scans it."""
    wanted = text.strip()
    if not wanted:
        return None
    found = catalogue.product(connection, wanted)
    if found is not None:
        return found
    products = _products(connection).values()
    for matches in (
        lambda one: wanted in one.gtins,
        lambda one: wanted == one.plu,
        lambda one: wanted.casefold() in (name.casefold() for name in one.names.values()),
    ):
        hits = [one for one in products if matches(one)]
        if len(hits) == 1:
            return hits[0]
    return None


def all_products(connection: Connection) -> Iterable[Product]:
    """Every product in the catalogue."""
    return _products(connection).values()


def _products(connection: Connection) -> dict[str, Product]:
    held = catalogue.held(connection, Product)
    return {one.document.id: one.document for one in held if isinstance(one.document, Product)}


def _batches(connection: Connection, product_id: str = "") -> dict[str, list[BatchLevel]]:
    """What is left of each batch, by product; only products that have batches."""
    moved, here = stock_movement, store_place(STORE)
    signed = func.sum(
        moved.c.quantity_milli
        * (func.iif(moved.c.target == here, 1, 0) - func.iif(moved.c.source == here, 1, 0))
    )
    named = select(moved.c.product_id).where(moved.c.store == STORE, moved.c.batch != "").distinct()
    dated = select(moved.c.product_id).where(moved.c.store == STORE, moved.c.expires != "").distinct()
    query = (
        select(moved.c.product_id, moved.c.batch, moved.c.expires, signed.label("milli"))
        .where(moved.c.store == STORE, moved.c.product_id.in_(named.union(dated)))
        .group_by(moved.c.product_id, moved.c.batch, moved.c.expires)
    )
    if product_id:
        query = query.where(moved.c.product_id == product_id)
    sums: dict[str, dict[Batch, int]] = {}
    unnamed: dict[str, int] = {}
    for row in connection.execute(query):
        if row.batch or row.expires:
            sums.setdefault(row.product_id, {})[Batch(row.expires, row.batch)] = int(row.milli)
        else:
            unnamed[row.product_id] = int(row.milli)
    return {one: remaining(moved_of, unnamed.get(one, 0)) for one, moved_of in sums.items()}


def _shelf(row: Any, product: Product | None, batches: list[BatchLevel], product_id: str = "") -> Shelf:
    level = row.level_milli if row is not None else 0
    reorder = row.reorder_milli if row is not None else None
    found_id = row.product_id if row is not None else product_id
    return Shelf(
        product_id=found_id,
        names=product.names if product else {"en": found_id},
        number=product.plu or next(iter(product.gtins), "") if product else "",
        unit=product.unit if product else "each",
        level_milli=level,
        reorder_milli=reorder,
        low=is_low(level, reorder),
        batches=batches,
    )


def _holds(shelf: Shelf, words: list[str]) -> bool:
    whole = "\n".join([*shelf.names.values(), shelf.number, shelf.product_id]).casefold()
    return all(word in whole for word in words)
