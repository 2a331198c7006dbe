"""What this till's own journal says about stock: sales, goods moved, counts, in their order."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from appliance.checkout.ports import StockChange, StockRecord
from retail.messages.events import StockCounted, StockMoved
from retail.stock.lot import Lot

SALES = ("sale.completed", "sale.voided")
"""A void is a sale with the signs turned."""
KINDS = (*SALES, "stock.moved", "stock.counted")
RECORDS_LOOKED_AT = 10_000
"""So many events at the journal's end are looked through for a day's stocktake: it has no index by day."""
CLOCK_BITS = 16
COMES = ("received", "transfer_in")


class _Line(Struct):
    product_id: str
    quantity_milli: int
    lot: Lot | None = None


class _Sale(Struct):
    """As little of a sale as stock needs."""

    lines: tuple[_Line, ...]


_sale = msgspec.json.Decoder(_Sale)
_moved = msgspec.json.Decoder(StockMoved)
_counted = msgspec.json.Decoder(StockCounted)


def record_of(hlc: int, kind: str, body: str) -> StockRecord:
    """An event of stock as people did it."""
    decoder = _moved if kind == "stock.moved" else _counted
    return StockRecord(hlc >> CLOCK_BITS, decoder.decode(body))


def changes_of(seq: int, kind: str, body: str) -> Iterator[StockChange]:
    """The changes of one event, seen from the shelf: goods sold are below zero."""
    if kind in SALES:
        for line in _sale.decode(body).lines:
            if line.product_id:
                serial = line.lot.serial if line.lot else ""
                yield StockChange(seq, line.product_id, -line.quantity_milli, False, serial)
    elif kind == "stock.moved":
        moved = _moved.decode(body)
        sign = 1 if moved.kind in COMES else -1
        yield StockChange(seq, moved.product_id, sign * moved.quantity_milli, False, "")
    elif kind == "stock.counted":
        counted = _counted.decode(body)
        yield StockChange(seq, counted.product_id, counted.counted_milli, True, "")
