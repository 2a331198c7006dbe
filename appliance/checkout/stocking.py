"""Goods moved and counted at this till: on record in the journal, and in HQ's book as soon as it hears.

HQ keeps the book, and a count is compared with the level at the instant of its event; what the till takes
the level to be is only shown.
"""

from collections.abc import Mapping

from appliance.checkout.desk import Desk
from appliance.checkout.ports import Moment, StockRecord
from retail.barcodes import ScanKind, read, shown
from retail.catalogue import Product
from retail.errors import Refused
from retail.messages.events import StockCounted, StockMoved
from retail.quantity import ONE_MILLI, QUANTITY_MILLI_MAX
from retail.stock import MoveKind, movement
from retail.stock.lot import Lot, lot_of


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
        approver_id: str = "",
    ) -> StockRecord:
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
            approver_id=approver_id,
        )
        return self._keep("stock.moved", body, moment)

    def count(
        self, product_id: str, counted_milli: int, moment: Moment, approver_id: str = ""
    ) -> StockRecord:
        """So much of a product is on the shelf now, whatever is sold before and after."""
        operator_id = self._desk.require_session().operator_id
        self._require(product_id, counted_milli)
        if not 0 <= counted_milli <= QUANTITY_MILLI_MAX:
            raise Refused("stock.quantity", field="quantity", quantity_milli=counted_milli)
        body = StockCounted(
            count_id=self._desk.new_id(),
            product_id=product_id,
            counted_milli=counted_milli,
            operator_id=operator_id,
            approver_id=approver_id,
        )
        return self._keep("stock.counted", body, moment)

    def today(self, moment: Moment) -> tuple[tuple[StockRecord, ...], Mapping[str, Product]]:
        """What was done here on this business day, the latest first, and the products by id."""
        records = tuple(self._desk.trade.stock_records(self._desk.business_day(moment)))[::-1]
        as_of = self._desk.as_of()
        found = (self._desk.reference.product(one, as_of) for one in {r.body.product_id for r in records})
        return records, {product.id: product for product in found if product is not None}

    def find(self, data: str, symbology: str, moment: Moment) -> tuple[Product, Lot | None]:
        """The product of a scanned code, and what the code says besides.

        Refuses what `retail.barcodes.read` refuses, and ``stock.not_goods``: nothing that is on a shelf.
        """
        as_of = self._desk.as_of()
        product = self._desk.reference.product_by_code(data.strip(), as_of)
        scan = read(data, symbology, known=product is not None, year=moment.local.year)
        if product is None and scan.kind is ScanKind.GOODS:
            product = self._desk.reference.product_by_code(scan.code, as_of)
        if product is None:
            raise Refused("stock.not_goods", code=shown(scan.code))
        return product, lot_of(scan.gs1, "")

    def _keep(self, kind: str, body: StockMoved | StockCounted, moment: Moment) -> StockRecord:
        level_milli = self._desk.stock.level(body.product_id)
        with self._desk.trade.unit() as unit:
            self._desk.record(unit, kind, body, moment)
        return StockRecord(moment.unix_ms, body, level_milli)

    def _require(self, product_id: str, quantity_milli: int) -> Product:
        product = self._desk.reference.product(product_id, self._desk.as_of())
        if product is None:
            raise Refused("product.gone", product_id=product_id)
        if not product.by_weight and quantity_milli % ONE_MILLI:
            raise Refused("quantity.not_whole")
        return product
