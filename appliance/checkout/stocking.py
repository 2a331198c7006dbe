"""Goods moved and counted at this till: on record in the journal, and in HQ's book as soon as it hears.

Knows no levels: HQ keeps the book, and a count is compared with the level at the instant of its event.
"""

from appliance.checkout.desk import Desk
from appliance.checkout.ports import Moment
from retail.catalogue import Product
from retail.errors import Refused
from retail.messages.events import StockCounted, StockMoved
from retail.quantity import ONE_MILLI, QUANTITY_MILLI_MAX
from retail.stock import MoveKind, movement


class Stocking:
    """What a person at the till does with stock, on one desk. Each call is one committed event."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def move(
        self,
        kind: MoveKind,
        product_id: str,
        quantity_milli: int,
        moment: Moment,
        *,
        reason: str = "",
        other_store: str = "",
        note: str = "",
        batch: str = "",
        expires: str = "",
        serial: str = "",
    ) -> StockMoved:
        """Goods in, out, wasted or transferred; refuses what `retail.stock.movement` refuses, a product
        that is not there, and parts of a piece."""
        operator_id = self._desk.require_session().operator_id
        self._require(product_id, quantity_milli)
        checked = movement(
            self._desk.new_id(),
            kind,
            product_id,
            quantity_milli,
            0,
            "",
            reason=reason,
            other_store=other_store,
            note=note,
            batch=batch,
            expires=expires,
            serial=serial,
        )
        body = StockMoved(
            movement_id=checked.movement_id,
            kind=kind,
            product_id=product_id,
            quantity_milli=quantity_milli,
            operator_id=operator_id,
            reason=checked.reason,
            other_store=other_store.strip(),
            note=note,
            batch=batch,
            expires=expires,
            serial=serial,
        )
        with self._desk.trade.unit() as unit:
            self._desk.record(unit, "stock.moved", body, moment)
        return body

    def count(self, product_id: str, counted_milli: int, moment: Moment) -> StockCounted:
        """So much of a product is on the shelf now."""
        operator_id = self._desk.require_session().operator_id
        self._require(product_id, counted_milli)
        if not 0 <= counted_milli <= QUANTITY_MILLI_MAX:
            raise Refused("stock.quantity", field="quantity", quantity_milli=counted_milli)
        body = StockCounted(
            count_id=self._desk.new_id(),
            product_id=product_id,
            counted_milli=counted_milli,
            operator_id=operator_id,
        )
        with self._desk.trade.unit() as unit:
            self._desk.record(unit, "stock.counted", body, moment)
        return body

    def _require(self, product_id: str, quantity_milli: int) -> Product:
        product = self._desk.reference.product(product_id, self._desk.as_of())
        if product is None:
            raise Refused("product.gone", product_id=product_id)
        if not product.by_weight and quantity_milli % ONE_MILLI:
            raise Refused("quantity.not_whole")
        return product
