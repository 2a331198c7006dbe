"""Serial numbers: one piece each, here, sold, or gone another way."""

from collections.abc import Iterable
from typing import Literal

from retail.stock.movement import SOLD, Movement, store_place

SerialState = Literal["unknown", "here", "sold", "sold_twice", "gone"]


def serial_state(movements: Iterable[Movement], store: str) -> SerialState:
    """Where a piece is, by all movements of its number in any order.

    ``sold_twice``: two sales and no return between them, such as by two tills that were both offline.
    """
    known, sold_milli, here_milli = False, 0, 0
    for one in movements:
        known = True
        sold_milli += one.change_milli(SOLD)
        here_milli += one.change_milli(store_place(store))
    if not known:
        return "unknown"
    if sold_milli > 0:
        return "sold" if sold_milli <= 1_000 else "sold_twice"
    return "here" if here_milli > 0 else "gone"
