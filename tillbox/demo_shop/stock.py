"""What stands on the demo shop's shelves: counts of its opening, and the levels to order again at."""

from datetime import datetime

from retail.quantity import parse_quantity
from retail.stock import Count
from tillbox.demo_shop.data import load

CLOCK_BITS = 16


def opening() -> list[tuple[Count, int]]:
    """(count, reorder point in thousandths) of each product that has a book of stock."""
    tables = load("stock")
    at = round(datetime.fromisoformat(tables["counted_at"]).timestamp() * 1000) << CLOCK_BITS
    return [
        (
            Count(count_id=f"opening:{name}", product_id=name, counted_milli=parse_quantity(level), at=at),
            parse_quantity(reorder),
        )
        for name, (level, reorder) in tables["levels"].items()
    ]
