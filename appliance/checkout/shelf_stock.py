"""What this till knows of the shop's stock: HQ's levels, less what it has sold since.

HQ's book is the one of record; it says with its levels how much of this till's journal they contain, and
the till takes the rest from its own journal, in memory. What other tills sell comes with HQ's next levels.
Records never stop a sale of goods that a customer holds in their hand, except a serial number sold before.
"""

from collections.abc import Mapping

from appliance.checkout.ports import Reference, StockChange, Trade
from retail.catalogue import StockLevel
from retail.stock import is_low

STREAM = "stock"


class ShelfStock:
    """Used in the one thread that owns the trade; reads both databases, writes nothing."""

    def __init__(self, trade: Trade, reference: Reference) -> None:
        self._trade = trade
        self._reference = reference
        self._version = -1
        self._levels: dict[str, StockLevel] = {}
        self._low: dict[str, int] = {}
        self._mark = 0
        self._read_upto = 0
        self._own: list[StockChange] = []

    def low(self) -> Mapping[str, int]:
        """Products of which little or nothing is left, with their level in thousandths."""
        self._refresh()
        if not self._levels:
            return {}
        self._read_own()
        low = dict(self._low)
        for product_id in {change.product_id for change in self._own} & self._levels.keys():
            level = self._level(product_id)
            low.pop(product_id, None)
            if _is_told(level, self._levels[product_id].reorder_milli):
                low[product_id] = level
        return low

    def level(self, product_id: str) -> int | None:
        """The level of a product in thousandths; None when HQ keeps no level of it."""
        self._refresh()
        if product_id not in self._levels:
            return None
        self._read_own()
        return self._level(product_id)

    def is_sold(self, product_id: str, serial: str) -> bool:
        """Whether this very piece has been sold and has not come back, as far as is known here."""
        self._refresh()
        self._read_own()
        sold = self._reference.is_serial_sold(product_id, serial)
        for change in self._own:
            if (change.product_id, change.serial) == (product_id, serial) and not change.counted:
                sold = change.change_milli < 0
        return sold

    def _level(self, product_id: str) -> int:
        level = self._levels[product_id].level_milli
        for change in self._own:
            if change.product_id == product_id:
                level = change.change_milli + (0 if change.counted else level)
        return level

    def _refresh(self) -> None:
        """Take HQ's newest levels, and forget of our own sales what they contain."""
        version = self._reference.versions().get(STREAM, 0)
        if version == self._version:
            return
        self._levels = {level.id: level for level in self._reference.stock_levels()}
        self._low = {
            level.id: level.level_milli
            for level in self._levels.values()
            if _is_told(level.level_milli, level.reorder_milli)
        }
        mark = self._reference.stock_mark(self._trade.incarnation)
        if mark < self._mark or self._version < 0:
            self._own, self._read_upto = [], mark
        self._own = [change for change in self._own if change.seq > mark]
        self._read_upto = max(self._read_upto, mark)
        self._mark, self._version = mark, version

    def _read_own(self) -> None:
        head = self._trade.head_seq()
        if head > self._read_upto:
            self._own += self._trade.stock_changes(self._read_upto)
            self._read_upto = head


def _is_told(level_milli: int, reorder_milli: int | None) -> bool:
    return level_milli <= 0 or is_low(level_milli, reorder_milli)
