"""Posting into a store's book so that the order in which news arrives never matters.

A stocktake goes on while the shop sells: a count is compared with the level at the instant of counting,
and sales after that instant stand. News may be late (a till was offline): what happened before a count
was already missing from the shelf when somebody counted, so the count's adjustment is corrected by a
further one, and the level after the count stays what was counted.
"""

from typing import Protocol

from retail.errors import Refused
from retail.quantity import QUANTITY_MILLI_MAX
from retail.stock.movement import Count, Movement, adjustment, store_place


class Book(Protocol):
    """One store's movements and counts, however they are kept."""

    @property
    def store(self) -> str:
        """The store's id."""

    def has_movement(self, movement_id: str) -> bool:
        """Whether it is posted already."""

    def has_count(self, count_id: str) -> bool:
        """Whether it is taken already."""

    def level_at(self, product_id: str, before: Count) -> int:
        """The store's level just before a count: what moved until its instant, and adjustments of counts
        that come before it."""

    def next_count(self, product_id: str, at: int, count_id: str) -> Count | None:
        """The first count with a key above (at, count_id)."""

    def append(self, movement: Movement) -> None:
        """Keep a movement."""

    def keep_count(self, count: Count) -> None:
        """Keep a count."""


def post(book: Book, movement: Movement) -> list[Movement]:
    """Keep a movement, and correct the first count that it comes before; what was appended.

    Twice the same movement is once. The correction hangs on the first later count only: the counts after
    that one then see the same level as before.
    """
    if book.has_movement(movement.movement_id):
        return []
    book.append(movement)
    count = book.next_count(movement.product_id, movement.at, "")
    change = movement.change_milli(store_place(book.store))
    late = adjustment(f"{movement.movement_id}:late", -change, book.store, count, "late") if count else None
    if late is not None:
        book.append(late)
    return [movement] if late is None else [movement, late]


def take_count(book: Book, count: Count) -> list[Movement]:
    """Keep a count and make the book say at its instant what was counted; what was appended.

    A count that arrives after a later one leaves the later one right. Refuses a count below zero.
    """
    if not 0 <= count.counted_milli <= QUANTITY_MILLI_MAX:
        raise Refused("stock.quantity", field="quantity", quantity_milli=count.counted_milli)
    if book.has_count(count.count_id):
        return []
    change = count.counted_milli - book.level_at(count.product_id, count)
    later = book.next_count(count.product_id, count.at, count.count_id)
    book.keep_count(count)
    made = [adjustment(f"{count.count_id}:count", change, book.store, count, "count")]
    if later is not None:
        made.append(adjustment(f"{count.count_id}:late", -change, book.store, later, "late"))
    kept = [one for one in made if one is not None]
    for one in kept:
        book.append(one)
    return kept


class StockBook:
    """A book in memory: for trying things out, and what every other book must agree with."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.movements: list[Movement] = []
        self.counts: list[Count] = []

    def has_movement(self, movement_id: str) -> bool:
        """Whether it is posted already."""
        return any(one.movement_id == movement_id for one in self.movements)

    def has_count(self, count_id: str) -> bool:
        """Whether it is taken already."""
        return any(one.count_id == count_id for one in self.counts)

    def level(self, product_id: str) -> int:
        """The level with all that is known."""
        here = store_place(self.store)
        return sum(one.change_milli(here) for one in self.movements if one.product_id == product_id)

    def level_at(self, product_id: str, before: Count) -> int:
        """See `Book`."""
        here = store_place(self.store)
        return sum(
            one.change_milli(here)
            for one in self.movements
            if one.product_id == product_id and _is_before(one, before)
        )

    def next_count(self, product_id: str, at: int, count_id: str) -> Count | None:
        """See `Book`."""
        later = [one for one in self.counts if one.product_id == product_id and one.key >= (at, count_id)]
        return min((one for one in later if one.count_id != count_id), key=lambda one: one.key, default=None)

    def append(self, movement: Movement) -> None:
        """Keep a movement."""
        self.movements.append(movement)

    def keep_count(self, count: Count) -> None:
        """Keep a count."""
        self.counts.append(count)


def _is_before(one: Movement, count: Count) -> bool:
    """A movement at the very instant of a count was seen by it; adjustments go with their count."""
    if one.kind == "adjusted":
        return (one.at, one.cause) < count.key
    return one.at <= count.at
