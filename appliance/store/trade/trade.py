"""The trade's store: units of work for the one writer, and what the till reads back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Engine

from appliance.checkout.basket import Basket, Line
from appliance.checkout.ports import (
    Body,
    Effect,
    HqRequest,
    PendingKind,
    PinFailures,
    PromotionChange,
    Session,
    StockChange,
    StockRecord,
)
from appliance.checkout.slip_note import SlipNote
from appliance.store.trade.journal import Head
from appliance.store.trade.opening import Identity
from appliance.store.trade.stock import KINDS, RECORDS_LOOKED_AT, changes_of, record_of
from appliance.store.trade.unit import TradeUnit
from retail.errors import InvariantBroken
from retail.ids import IdSource
from retail.messages.events import SaleCompleted, SaleVoided

_basket = msgspec.json.Decoder(Basket)
_line = msgspec.json.Decoder(Line)
_sale = msgspec.json.Decoder(SaleCompleted)
_slip = msgspec.json.Decoder(SlipNote)
_void = msgspec.json.Decoder(SaleVoided)


class TradeStore:
    """Implements `appliance.checkout.ports.Trade`. Used by one thread, the one that owns trade.db."""

    def __init__(self, engine: Engine, new_id: IdSource) -> None:
        self._connection = engine.connect()
        # A sale is a dozen fixed statements: given to the driver directly they cost a third of what
        # they cost through SQLAlchemy's execution layer, and reading takes no write lock.
        self._driver: Any = self._connection.connection.driver_connection
        row = self._rows("SELECT tenant, appliance, incarnation, workstation FROM identity")[0]
        self.identity = Identity(*row)
        self._head = Head(self.identity, new_id)
        self._head.reload(self._driver)

    @property
    def incarnation(self) -> str:
        """Which life of this till's journal this is."""
        return self.identity.incarnation

    @contextmanager
    def unit(self) -> Iterator[TradeUnit]:
        """One transaction; committed durably when the block ends, undone when it raises."""
        if self._driver.in_transaction:
            raise InvariantBroken("store.unit_inside_unit")
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            yield TradeUnit(self._driver, self._head)
            self._driver.execute("COMMIT")
        except BaseException:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            self._head.reload(self._driver)
            raise

    def open_basket(self) -> Basket | None:
        """The basket on the counter, to the last line."""
        return next(iter(self._baskets("slot = 0")), None)

    def suspended_baskets(self) -> Sequence[Basket]:
        """Baskets put aside, oldest first."""
        return self._baskets("slot <> 0")

    def _baskets(self, where: str) -> list[Basket]:
        slots: dict[int, list[str]] = {}
        for slot, body in self._rows(f"SELECT slot, body FROM basket WHERE {where} ORDER BY slot, part"):
            slots.setdefault(slot, []).append(body)
        return [
            msgspec.structs.replace(_basket.decode(head), lines=tuple(map(_line.decode, lines)))
            for head, *lines in slots.values()
        ]

    def unsettled_effects(self) -> Sequence[Effect]:
        """Effects that failed, or whose outcome was never heard, oldest sale first."""
        rows = self._rows(
            "SELECT effect_id, sale_number, kind, state, fault, language, copy FROM effect "
            "ORDER BY sale_number, kind, effect_id"
        )
        return [
            Effect(
                effect_id=a,
                sale_number=b,
                kind=c,
                state=d,
                fault=e,
                language=f,
                copy=bool(g),
                note=self.slip(b) if c == "receipt" else SlipNote(),
            )
            for a, b, c, d, e, f, g in rows
        ]

    def slip(self, number: int) -> SlipNote:
        """What the receipt of a sale says besides its event."""
        rows = self._rows("SELECT body FROM slip WHERE number = ?", number)
        return _slip.decode(rows[0][0]) if rows else SlipNote()

    def last_sale(self) -> SaleCompleted | None:
        """The sale completed last."""
        return self._sale("ORDER BY s.number DESC LIMIT 1")

    def sale(self, number: int) -> SaleCompleted | None:
        """The sale of that number."""
        return self._sale("WHERE s.number = ?", number)

    def returned(self, number: int) -> dict[str, int]:
        """How much of each line of a sale has come back, in thousandths, by line id."""
        rows = self._rows(
            "SELECT line_id, sum(quantity_milli) FROM sale_return WHERE number = ? GROUP BY line_id", number
        )
        return {str(a): int(b) for a, b in rows}

    def given_back(self, number: int) -> dict[str, int]:
        """How much of each tender of a sale was given back, in minor units, by tender id."""
        rows = self._rows(
            "SELECT tender_id, sum(amount_minor) FROM tender_return WHERE number = ? GROUP BY tender_id",
            number,
        )
        return {str(a): int(b) for a, b in rows}

    def void_of(self, number: int) -> SaleVoided | None:
        """The undoing of a sale, if it was undone."""
        rows = self._rows(
            "SELECT j.body FROM sale_void v JOIN journal j ON j.seq = v.event_seq WHERE v.number = ?", number
        )
        return _void.decode(rows[0][0]) if rows else None

    def sale_totals(self) -> dict[str, int]:
        """Every sale's id and its total in minor units."""
        return {str(a): int(b) for a, b in self._rows("SELECT sale_id, total_minor FROM sale")}

    def requests(self, kinds: Sequence[str]) -> Sequence[HqRequest]:
        """The questions of these kinds that nobody has dealt with yet, oldest first."""
        marks = ", ".join("?" * len(kinds))
        rows = self._rows(
            f"SELECT id, kind, body, created_ms, expires_ms FROM hq_request WHERE kind IN ({marks})"
            " ORDER BY created_ms, id",
            *kinds,
        )
        return [
            HqRequest(id=a, kind=b, body=msgspec.json.decode(c), created_ms=d, expires_ms=e)
            for a, b, c, d, e in rows
        ]

    def pending(self, kind: PendingKind, body: type[Body]) -> dict[str, Body]:
        """What is not settled yet of a kind, by its id, in the order of ids."""
        rows = self._rows("SELECT id, body FROM pending WHERE kind = ? ORDER BY id", kind)
        return {str(key): msgspec.json.decode(text, type=body) for key, text in rows}

    def session(self) -> Session | None:
        """Who worked here last, unless they signed out."""
        rows = self._rows("SELECT operator_id, shift, signed_in_ms, seen_ms FROM session")
        return Session(*rows[0]) if rows else None

    def pin_failures(self, operator_id: str) -> PinFailures:
        """Wrong PINs in a row for an operator."""
        rows = self._rows(
            "SELECT count, locked_until_ms FROM pin_failures WHERE operator_id = ?", operator_id
        )
        return PinFailures(*rows[0]) if rows else PinFailures()

    def head_seq(self) -> int:
        """How many events the journal holds."""
        return int(self._rows("SELECT coalesce(max(seq), 0) FROM journal")[0][0])

    def stock_changes(self, after_seq: int) -> Sequence[StockChange]:
        """What the journal's events after this one did to the shelf, in order."""
        marks = ", ".join("?" * len(KINDS))
        rows = self._rows(
            f"SELECT seq, type, body FROM journal WHERE seq > ? AND type IN ({marks}) ORDER BY seq",
            after_seq,
            *KINDS,
        )
        return [change for seq, kind, body in rows for change in changes_of(seq, kind, body)]

    def stock_records(self, business_day: str) -> Sequence[StockRecord]:
        """What people did with stock on a business day, in order; the latest of a busy one."""
        rows = self._rows(
            "SELECT hlc, type, body FROM journal WHERE seq > (SELECT coalesce(max(seq), 0) FROM journal) - ?"
            " AND type IN ('stock.moved', 'stock.counted') AND business_day = ? ORDER BY seq",
            RECORDS_LOOKED_AT,
            business_day,
        )
        return [record_of(*row) for row in rows]

    def promotion_changes(self, after_seq: int) -> Sequence[PromotionChange]:
        """How the journal's events after this one used promotions, in order."""
        rows = self._rows(
            "SELECT j.seq, u.value ->> 'promotion', u.value ->> 'times', u.value ->> 'amount_minor',"
            " j.body ->> 'business_day', j.body ->> 'member_id'"
            " FROM journal j, json_each(j.body, '$.promotions') u"
            " WHERE j.seq > ? AND j.type IN ('sale.completed', 'sale.voided') ORDER BY j.seq",
            after_seq,
        )
        return [PromotionChange(*row) for row in rows]

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _sale(self, clause: str, *params: object) -> SaleCompleted | None:
        rows = self._rows(
            f"SELECT j.body FROM sale s JOIN journal j ON j.seq = s.event_seq {clause}", *params
        )
        return _sale.decode(rows[0][0]) if rows else None

    def _rows(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._driver.execute(statement, params).fetchall()
        return rows
