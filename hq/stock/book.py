"""The book in HQ's database: what `retail.stock` needs to read, and how it is written.

Works within the caller's transaction. The level of a product is kept beside its movements and is their sum.
"""

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from hq.stock import STORE
from hq.tables import stock_count, stock_item, stock_movement
from retail.stock import Count, Movement, store_place

# Made once: building a statement costs more than running it.
_ITEM = (stock_item.c.store == bindparam("store"), stock_item.c.product_id == bindparam("product_id"))
_SINCE = select(stock_item.c.since).where(*_ITEM)
_MOVE_LEVEL = (
    update(stock_item)
    .where(stock_item.c.store == bindparam("the_store"), stock_item.c.product_id == bindparam("the_product"))
    .values(level_milli=stock_item.c.level_milli + bindparam("change"), dirty=1)
)
_HAS_MOVEMENT = select(stock_movement.c.movement_id).where(
    stock_movement.c.movement_id == bindparam("movement_id")
)
_HAS_COUNT = select(stock_count.c.count_id).where(stock_count.c.count_id == bindparam("count_id"))
_NEXT_COUNT = (
    select(stock_count)
    .where(
        stock_count.c.store == bindparam("store"),
        stock_count.c.product_id == bindparam("product_id"),
        stock_count.c.at >= bindparam("at"),
        (stock_count.c.at > bindparam("at")) | (stock_count.c.count_id > bindparam("count_id")),
    )
    .order_by(stock_count.c.at, stock_count.c.count_id)
    .limit(1)
)
_LEVEL_AT = """
    SELECT coalesce(sum(quantity_milli * ((target = :here) - (source = :here))), 0) FROM stock_movement
    WHERE store = :store AND product_id = :product_id AND at <= :at
    AND (kind <> 'adjusted' OR at < :at OR cause < :count_id)"""
_KEEP_MOVEMENT = insert(stock_movement)
_KEEP_COUNT = insert(stock_count)


class SqlBook:
    """Implements `retail.stock.Book` for one store in one transaction."""

    def __init__(self, connection: Connection, now_ms: int, store: str = STORE) -> None:
        self.store = store
        self.connection = connection
        self._now_ms = now_ms

    def since(self, product_id: str) -> int | None:
        """From which instant on the book of a product is kept; None when it is not."""
        place = {"store": self.store, "product_id": product_id}
        found = self.connection.execute(_SINCE, place).scalar_one_or_none()
        return None if found is None else int(found)

    def begin(self, product_id: str, at: int) -> None:
        """Keep the book of a product from this instant on."""
        item = {"store": self.store, "product_id": product_id, "since": at}
        self.connection.execute(insert(stock_item), {**item, "level_milli": 0, "low": 0, "dirty": 1})

    def begin_earlier(self, product_id: str, at: int) -> None:
        """The book begins sooner than was known."""
        self.connection.execute(
            update(stock_item)
            .where(stock_item.c.store == self.store, stock_item.c.product_id == product_id)
            .values(since=at)
        )

    def has_movement(self, movement_id: str) -> bool:
        """Whether it is posted already."""
        return self.connection.execute(_HAS_MOVEMENT, {"movement_id": movement_id}).first() is not None

    def has_count(self, count_id: str) -> bool:
        """Whether it is taken already."""
        return self.connection.execute(_HAS_COUNT, {"count_id": count_id}).first() is not None

    def level_at(self, product_id: str, before: Count) -> int:
        """See `retail.stock.Book`."""
        params = {
            "here": store_place(self.store),
            "store": self.store,
            "product_id": product_id,
            "at": before.at,
            "count_id": before.count_id,
        }
        found = self.connection.exec_driver_sql(_LEVEL_AT, params).scalar_one()
        return int(found)

    def next_count(self, product_id: str, at: int, count_id: str) -> Count | None:
        """See `retail.stock.Book`."""
        place = {"store": self.store, "product_id": product_id, "at": at, "count_id": count_id}
        row = self.connection.execute(_NEXT_COUNT, place).one_or_none()
        return None if row is None else count_of(row)

    def append(self, movement: Movement) -> None:
        """Keep a movement, and the level with it."""
        row = {**msgspec.structs.asdict(movement), "store": self.store, "recorded_ms": self._now_ms}
        self.connection.execute(_KEEP_MOVEMENT, row)
        change = movement.change_milli(store_place(self.store))
        place = {"the_store": self.store, "the_product": movement.product_id}
        self.connection.execute(_MOVE_LEVEL, {**place, "change": change})

    def keep_count(self, count: Count) -> None:
        """Keep a count."""
        row = {**msgspec.structs.asdict(count), "store": self.store, "recorded_ms": self._now_ms}
        self.connection.execute(_KEEP_COUNT, row)


def count_of(row: Any) -> Count:
    """A row of `stock_count`."""
    return Count(
        count_id=row.count_id,
        product_id=row.product_id,
        counted_milli=row.counted_milli,
        at=row.at,
        who=row.who,
    )


def movement_of(row: Any) -> Movement:
    """A row of `stock_movement`."""
    return Movement(**{name: getattr(row, name) for name in Movement.__struct_fields__})
