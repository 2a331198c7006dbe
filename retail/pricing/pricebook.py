"""Base prices by product, unit, store and time, and which one is in force at an instant.

Stage 1 of the order. The book holds list prices only; member prices and promotions come later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from retail.errors import ContractError
from retail.pricing.calendar import parse_instant


class PriceEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product's price for a unit in one store (``""``: in all) within a window of the shop's own time.

    `starts_at` and `ends_at` are as in a promotion's calendar; empty means open on that side. The member's
    own price goes with the entry it belongs to.
    """

    product: str
    price_minor: int
    unit: str = "each"
    store: str = ""
    starts_at: str = ""
    ends_at: str = ""
    member_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class _Dated:
    starts: datetime
    ends: datetime
    entry: PriceEntry


class PriceBook:
    """Immutable; made once for each version. An entry for the very store wins over one for all, then the one
    that began last, then (two beginning together) the one that ends first, then the cheaper."""

    def __init__(self, entries: Iterable[PriceEntry] = ()) -> None:
        self._by_goods: dict[tuple[str, str], list[_Dated]] = {}
        for entry in entries:
            starts = parse_instant(entry.starts_at) if entry.starts_at else datetime.min
            ends = parse_instant(entry.ends_at, end=True) if entry.ends_at else datetime.max
            if starts >= ends or entry.price_minor < 0:
                raise ContractError("price.entry", path="prices", product=entry.product)
            self._by_goods.setdefault((entry.product, entry.unit), []).append(_Dated(starts, ends, entry))
        for dated in self._by_goods.values():
            dated.sort(key=lambda one: (-_ordinal(one.starts), _ordinal(one.ends), one.entry.price_minor))

    def price(self, product: str, unit: str, store: str, at: datetime) -> PriceEntry | None:
        """The entry in force, or None when the book says nothing."""
        everywhere: PriceEntry | None = None
        for dated in self._by_goods.get((product, unit), ()):
            if not dated.starts <= at < dated.ends:
                continue
            if dated.entry.store == store:
                return dated.entry
            if not dated.entry.store and everywhere is None:
                everywhere = dated.entry
        return everywhere


def _ordinal(instant: datetime) -> float:
    return (instant - datetime.min).total_seconds()
