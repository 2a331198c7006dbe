"""One unit of work: a transaction in which a change of the trade happens whole or not at all."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from appliance.checkout.basket import Basket
from appliance.checkout.ports import Effect, EffectState, HqRequest, Moment, PinFailures, Session
from appliance.store.trade.journal import Head
from retail.errors import InvariantBroken
from retail.ledger import Entry, check_balanced
from retail.messages.events import SaleCompleted

_encode = msgspec.json.Encoder().encode


class TradeUnit:
    """What may be written; implements `appliance.checkout.ports.Unit`."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._sql = connection.exec_driver_sql
        self._connection = connection
        self._head = head

    def put_basket(self, before: Basket | None, after: Basket) -> None:
        """Write what changed: the basket's own fields, and the lines that are not as they were."""
        body = _encode(msgspec.structs.replace(after, lines=()))
        self._sql(
            "INSERT INTO basket VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET state = excluded.state, body = excluded.body",
            (after.basket_id, after.state, after.opened_ms, body),
        )
        known = {line.line_id: (place, line) for place, line in enumerate(before.lines)} if before else {}
        changed = [
            (after.basket_id, line.line_id, place, _encode(line))
            for place, line in enumerate(after.lines)
            if known.get(line.line_id) != (place, line)
        ]
        if changed:
            self._sql(
                "INSERT INTO basket_line VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET position = excluded.position, body = excluded.body",
                changed,
            )
        left = {line.line_id for line in after.lines}
        gone = [(after.basket_id, line_id) for line_id in known if line_id not in left]
        if gone:
            self._sql("DELETE FROM basket_line WHERE basket_id = ? AND line_id = ?", gone)

    def drop_basket(self, basket: Basket) -> None:
        """The basket has ended: sold, or emptied."""
        self._sql("DELETE FROM basket WHERE basket_id = ?", (basket.basket_id,))

    def next_number(self, counter: str) -> int:
        """1, 2, 3 ... of that counter; a unit that fails takes no number."""
        row = self._sql(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
            (counter,),
        )
        return int(row.scalar_one())

    def append(self, kind: str, body: Struct, business_day: str, moment: Moment) -> int:
        """Append an event to the journal; its `seq`."""
        return self._head.append(self._connection, kind, body, business_day, moment)

    def add_sale(self, sale: SaleCompleted, event_seq: int) -> None:
        """The sale with its lines and tenders; the database closes it only if it adds up."""
        self._sql(
            "INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                sale.sale_id,
                sale.receipt_number,
                sale.order_number,
                sale.business_day,
                sale.shift,
                sale.completed_at,
                sale.operator_id,
                sale.currency,
                sale.tax_added_minor,
                sale.total_minor,
                event_seq,
            ),
        )
        self._sql(
            "INSERT INTO sale_line VALUES (?, ?, ?, ?, ?, ?)",
            [
                (sale.sale_id, place, x.product_id, x.quantity_milli, x.base_minor, x.total_minor)
                for place, x in enumerate(sale.lines)
            ],
        )
        self._sql(
            "INSERT INTO sale_tender VALUES (?, ?, ?, ?, ?)",
            [
                (sale.sale_id, place, t.type, t.amount_minor, t.change_minor)
                for place, t in enumerate(sale.tenders)
            ],
        )
        self._sql("UPDATE sale SET closed = 1 WHERE sale_id = ?", (sale.sale_id,))

    def add_entry(self, entry: Entry) -> None:
        """A ledger entry; refused here and by the database unless it balances."""
        check_balanced(entry)
        self._sql("INSERT INTO ledger_entry VALUES (?, ?, ?, 0)", (entry.entry_id, entry.kind, entry.cause))
        self._sql(
            "INSERT INTO posting VALUES (?, ?, ?, ?)",
            [(entry.entry_id, p.account, p.currency, p.amount_minor) for p in entry.postings],
        )
        self._sql("UPDATE ledger_entry SET closed = 1 WHERE entry_id = ?", (entry.entry_id,))

    def add_effects(self, effects: Sequence[Effect]) -> None:
        """What devices shall do once this unit is committed."""
        if effects:
            self._sql(
                "INSERT INTO effect VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(e.effect_id, e.sale_id, e.kind, e.state, e.fault, e.language, e.copy) for e in effects],
            )

    def settle_effect(self, effect_id: str, state: EffectState, fault: str) -> None:
        """What became of an effect."""
        done = self._sql("UPDATE effect SET state = ?, fault = ? WHERE effect_id = ?", (state, fault, effect_id))
        if done.rowcount != 1:
            raise InvariantBroken("effect.not_there", effect_id=effect_id)

    def ask_hq(self, request: HqRequest) -> None:
        """A question for sync to carry."""
        self._sql(
            "INSERT INTO hq_request VALUES (?, ?, ?, ?, ?)",
            (request.id, request.kind, _encode(request.body).decode(), request.created_ms, request.expires_ms),
        )

    def put_session(self, session: Session | None) -> None:
        """Who works here now."""
        if session is None:
            self._sql("DELETE FROM session")
            return
        self._sql(
            "INSERT OR REPLACE INTO session VALUES (1, ?, ?, ?, ?)",
            (session.operator_id, session.shift, session.signed_in_ms, session.seen_ms),
        )

    def put_pin_failures(self, operator_id: str, failures: PinFailures) -> None:
        """Wrong PINs in a row."""
        self._sql(
            "INSERT OR REPLACE INTO pin_failures VALUES (?, ?, ?)",
            (operator_id, failures.count, failures.locked_until_ms),
        )
