"""Tells the tills what is on the shelves: documents of the stream ``stock``, at most every few seconds."""

from sqlalchemy import Connection, select, update

from hq import catalogue
from hq.appliances import heads
from hq.stock import STORE
from hq.tables import stock_item, stock_serial
from retail.catalogue import SoldSerial, StockLevel, StockMark
from retail.streams import AnyDocument

PAUSE_MS = 3_000


def anything_to_tell(connection: Connection) -> bool:
    """Whether a level has moved since the tills were told."""
    item = select(stock_item.c.product_id).where(stock_item.c.dirty == 1).limit(1)
    serial = select(stock_serial.c.serial).where(stock_serial.c.dirty == 1).limit(1)
    return any(connection.execute(one).first() is not None for one in (item, serial))


def tell(connection: Connection) -> int:
    """Put what moved into the stream, with how much of each journal it contains; how many documents.

    In one transaction with what it reads, so levels and marks belong together.
    """
    items = connection.execute(select(stock_item).where(stock_item.c.dirty == 1)).all()
    serials = connection.execute(select(stock_serial).where(stock_serial.c.dirty == 1)).all()
    documents: list[AnyDocument] = [
        StockLevel(id=row.product_id, level_milli=row.level_milli, reorder_milli=row.reorder_milli)
        for row in items
    ]
    back = [f"{row.product_id}/{row.serial}" for row in serials if not row.state.startswith("sold")]
    documents += [
        SoldSerial(id=f"{row.product_id}/{row.serial}") for row in serials if row.state.startswith("sold")
    ]
    if items or serials:
        documents += [StockMark(id=name, upto=upto) for name, upto in heads(connection)]
    catalogue.put(connection, documents)
    if back:
        catalogue.remove(connection, "sold_serial", back)
    for row in items:
        mine = (stock_item.c.store == STORE, stock_item.c.product_id == row.product_id)
        connection.execute(update(stock_item).where(*mine).values(dirty=0))
    for row in serials:
        connection.execute(
            update(stock_serial)
            .where(
                stock_serial.c.store == STORE,
                stock_serial.c.product_id == row.product_id,
                stock_serial.c.serial == row.serial,
            )
            .values(dirty=0)
        )
    return len(documents)
