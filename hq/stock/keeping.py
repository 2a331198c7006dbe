"""What happens to stock: sales from the tills' journals, and what people do, here and at the tills.

Within the caller's transaction. A product's book begins with the first thing somebody does with it besides
selling; news may come in any order, twice or late, and the level comes out the same.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from hq import catalogue
from hq.alarms import raise_alarm
from hq.stock import STORE
from hq.stock.book import SqlBook, movement_of
from hq.tables import event, sale, sale_line, stock_item, stock_movement, stock_serial
from retail.errors import Refused
from retail.messages import Envelope
from retail.messages.events import SaleCompleted, StockCounted, StockMoved
from retail.quantity import ONE_MILLI, QUANTITY_MILLI_MAX
from retail.stock import Count, Movement, is_low, movement, post, serial_state, sold_movement, take_count

CLOCK_BITS = 16
DUE_SERIAL = "stock.serial_sold_twice"


def instant(unix_ms: int) -> int:
    """Unix milliseconds as a hybrid clock."""
    return unix_ms << CLOCK_BITS


def apply(connection: Connection, envelope: Envelope, body: Any, now_ms: int) -> list[str]:
    """What an event of a till does to the book; codes of what is odd about it."""
    book = SqlBook(connection, now_ms)
    if isinstance(body, SaleCompleted):
        lines = [line for line in body.lines if line.product_id and line.quantity_milli]
        kept = _kept(connection, {line.product_id for line in lines}) if lines else set()
        return _sell(book, envelope, body, kept, now_ms) if kept else []
    try:
        if isinstance(body, StockMoved):
            given = msgspec.structs.asdict(body)
            who = given.pop("operator_id")
            given.pop("approver_id")
            moved = movement(**given, at=envelope.hlc, store=STORE, who=who)
            move(connection, moved, now_ms)
        elif isinstance(body, StockCounted):
            counted = Count(
                count_id=body.count_id,
                product_id=body.product_id,
                counted_milli=body.counted_milli,
                at=envelope.hlc,
                who=body.operator_id,
            )
            count(connection, counted, now_ms)
    except Refused as refusal:
        return [refusal.code]
    return []


def move(connection: Connection, moved: Movement, now_ms: int) -> int:
    """Post what a person moved; the product's level afterwards. Twice the same movement is once."""
    book = SqlBook(connection, now_ms)
    _begin(book, moved.product_id, moved.at, now_ms)
    _post(book, moved, now_ms)
    return settle(connection, moved.product_id, now_ms)


def count(connection: Connection, counted: Count, now_ms: int) -> int:
    """Take a count; by how much the book was wrong at its instant (counted less level)."""
    book = SqlBook(connection, now_ms)
    if not 0 <= counted.counted_milli <= QUANTITY_MILLI_MAX:
        raise Refused("stock.quantity", field="quantity", quantity_milli=counted.counted_milli)
    _begin(book, counted.product_id, counted.at, now_ms)
    difference = counted.counted_milli - book.level_at(counted.product_id, counted)
    take_count(book, counted)
    settle(connection, counted.product_id, now_ms)
    return difference


def has_count(connection: Connection, count_id: str) -> bool:
    """Whether a count is kept already."""
    return SqlBook(connection, 0).has_count(count_id)


def set_reorder(connection: Connection, product_id: str, reorder_milli: int | None, now_ms: int) -> None:
    """The level at which to order again; None for never. Begins the product's book if there is none."""
    if reorder_milli is not None and not 0 <= reorder_milli <= QUANTITY_MILLI_MAX:
        raise Refused("stock.quantity", field="reorder", quantity_milli=reorder_milli)
    book = SqlBook(connection, now_ms)
    if book.since(product_id) is None:
        _begin(book, product_id, instant(now_ms), now_ms)
    connection.execute(
        update(stock_item)
        .where(stock_item.c.store == STORE, stock_item.c.product_id == product_id)
        .values(reorder_milli=reorder_milli, dirty=1)
    )
    settle(connection, product_id, now_ms)


def settle(connection: Connection, product_id: str, now_ms: int) -> int:
    """After a product moved: tell once when it has come down to its reorder point; its level."""
    row = connection.execute(
        select(stock_item).where(stock_item.c.store == STORE, stock_item.c.product_id == product_id)
    ).one()
    low = is_low(row.level_milli, row.reorder_milli)
    if low != bool(row.low):
        mine = (stock_item.c.store == STORE, stock_item.c.product_id == product_id)
        connection.execute(update(stock_item).where(*mine).values(low=int(low)))
        if low:
            product = catalogue.product(connection, product_id)
            names = product.names if product else {"en": product_id}
            raise_alarm(connection, "", STORE, "stock.low", now_ms, product_id=product_id, product=names)
    return int(row.level_milli)


def _sell(book: SqlBook, envelope: Envelope, body: SaleCompleted, kept: set[str], now_ms: int) -> list[str]:
    odd: list[str] = []
    for moved in _sold(envelope, body):
        since = book.since(moved.product_id) if moved.product_id in kept else None
        if since is not None and moved.at >= since and _post(book, moved, now_ms) == "sold_twice":
            odd.append(DUE_SERIAL)
    for product_id in sorted(kept):
        settle(book.connection, product_id, now_ms)
    return odd


def _sold(envelope: Envelope, body: SaleCompleted) -> Iterable[Movement]:
    for line in body.lines:
        if line.product_id and line.quantity_milli:
            lot = line.lot
            yield sold_movement(
                f"{body.sale_id}/{line.line_id}",
                line.product_id,
                line.quantity_milli,
                envelope.hlc,
                STORE,
                cause=body.sale_id,
                who=body.operator_id,
                batch=lot.batch if lot else "",
                expires=(lot.expires or lot.best_before) if lot else "",
                serial=lot.serial if lot else "",
            )


def _kept(connection: Connection, products: set[str]) -> set[str]:
    rows = connection.execute(
        select(stock_item.c.product_id).where(
            stock_item.c.store == STORE, stock_item.c.product_id.in_(sorted(products))
        )
    )
    return set(rows.scalars())


def _begin(book: SqlBook, product_id: str, at: int, now_ms: int) -> None:
    """See that the book is kept from this instant on, with the sales that are known already."""
    since = book.since(product_id)
    if since is not None and since <= at:
        return
    if since is None:
        if catalogue.product(book.connection, product_id) is None:
            raise Refused("product.unknown", product_id=product_id)
        book.begin(product_id, at)
    else:
        book.begin_earlier(product_id, at)
    stored = (
        select(event.c.envelope)
        .join_from(sale_line, sale, _same(sale_line, sale, "tenant", "sale_id"))
        .join(event, _same(sale, event, "tenant", "appliance", "incarnation", "seq"))
        .where(sale_line.c.product_id == product_id)
        .distinct()
    )
    for text in book.connection.execute(stored).scalars().all():
        envelope = msgspec.json.decode(text, type=Envelope)
        if envelope.hlc >= at:
            for moved in _sold(envelope, msgspec.convert(envelope.body, SaleCompleted)):
                if moved.product_id == product_id:
                    _post(book, moved, now_ms)


def _same(left: Any, right: Any, *names: str) -> Any:
    together = left.c[names[0]] == right.c[names[0]]
    for name in names[1:]:
        together = together & (left.c[name] == right.c[name])
    return together


def _post(book: SqlBook, moved: Movement, now_ms: int) -> str:
    """Post, and note where the piece is if it is one with a number; its state, or empty."""
    if not post(book, moved) or not moved.serial:
        return ""
    rows = book.connection.execute(
        select(stock_movement).where(
            stock_movement.c.product_id == moved.product_id, stock_movement.c.serial == moved.serial
        )
    )
    state = serial_state([movement_of(row) for row in rows], STORE)
    noted = {"state": state, "dirty": 1}
    place = {"store": STORE, "product_id": moved.product_id, "serial": moved.serial}
    connection = book.connection
    statement = insert(stock_serial).values(**place, **noted)
    connection.execute(statement.on_conflict_do_update(index_elements=list(place), set_=noted))
    return state


def whole_pieces(unit: str, by_weight: bool, quantity_milli: int) -> None:
    """Refuse parts of a piece for goods that are sold by the piece."""
    if unit == "each" and not by_weight and quantity_milli % ONE_MILLI:
        raise Refused("quantity.not_whole", field="quantity")
