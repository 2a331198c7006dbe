"""Stock by double entry: movements between places, counts, batches, serial numbers, reorder points.

Pure rules; a level is never stored as truth, it is the sum of what moved.
"""

from retail.stock.batches import Batch, BatchLevel, choose, remaining
from retail.stock.book import Book, StockBook, post, take_count
from retail.stock.movement import (
    REASONS,
    Count,
    MoveKind,
    Movement,
    adjustment,
    balances,
    movement,
    sold_movement,
    store_place,
)
from retail.stock.reorder import is_low
from retail.stock.serials import SerialState, serial_state

__all__ = [
    "REASONS",
    "Batch",
    "BatchLevel",
    "Book",
    "Count",
    "MoveKind",
    "Movement",
    "SerialState",
    "StockBook",
    "adjustment",
    "balances",
    "choose",
    "is_low",
    "movement",
    "post",
    "remaining",
    "serial_state",
    "sold_movement",
    "store_place",
    "take_count",
]
