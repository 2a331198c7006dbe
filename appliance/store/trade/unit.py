"""One unit of work: a transaction in which a change of the trade happens whole or not at all."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from appliance.checkout.basket import Basket
from appliance.checkout.ports import Effect, HqRequest, Moment, PendingKind, PinFailures, Session
from appliance.checkout.slip_note import SlipNote
from appliance.store.trade.journal import Head
from retail.errors import InvariantBroken
from retail.ledger import Entry
from retail.messages.events import SaleCompleted, SaleVoided

_encode = msgspec.json.Encoder().encode
_entry = msgspec.json.Decoder(Entry)


class TradeUnit:
    """What may be written; implements `appliance.checkout.ports.Unit`."""

    def __init__(self, driver: Any, head: Head) -> None:
        self._driver = driver
        self._head = head

    def _sql(self, statement: str, params: tuple[object, ...] = (), rows: int = -1) -> Any:
        """Run one statement; `rows` says how many rows it must touch."""
        done = self._driver.execute(statement, params)
        if rows >= 0 and done.rowcount != rows:
            raise InvariantBroken("store.rows_touched", expected=rows, touched=done.rowcount)
        return done

    def _sql_each(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Run one statement for each row."""
        if rows:
            self._driver.executemany(statement, rows)

    def put_basket(self, before: Basket | None, after: Basket) -> None:
        """Write what changed: the basket's own fields, and the lines that are not as they were."""
        slot = _slot(after)
        if before is not None and before.state != after.state:
            self.drop_basket(before)
            before = None
        self._sql(
            "INSERT INTO basket VALUES (?, 0, ?) ON CONFLICT DO UPDATE SET body = excluded.body "
            "WHERE body ->> 'basket_id' = excluded.body ->> 'basket_id'",
            (slot, _text(msgspec.structs.replace(after, lines=()))),
            rows=1,
        )
        known = before.lines if before else ()
        self._sql_each(
            "INSERT INTO basket VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
            [
                (slot, place + 1, _text(line))
                for place, line in enumerate(after.lines)
                if place >= len(known) or known[place] != line
            ],
        )
        if len(known) > len(after.lines):
            self._sql("DELETE FROM basket WHERE slot = ? AND part > ?", (slot, len(after.lines)))

    def drop_basket(self, basket: Basket) -> None:
        """The basket has ended: sold, or emptied. It can end only once."""
        parts = "part = 0 AND body ->> 'basket_id' = ?"
        self._sql(f"DELETE FROM basket WHERE slot = ? AND {parts}", (_slot(basket), basket.basket_id), rows=1)
        self._sql("DELETE FROM basket WHERE slot = ?", (_slot(basket),))

    def next_number(self, counter: str) -> int:
        """1, 2, 3 ... of that counter; a unit that fails takes no number."""
        row = self._sql(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
            (counter,),
        )
        return int(row.fetchall()[0][0])

    def append(
        self, kind: str, body: Struct, business_day: str, moment: Moment, entry: Entry | None = None
    ) -> int:
        """Append an event to the journal, with what it moves in the ledger; its `seq`.

        An entry is refused here and by the database unless it balances.
        """
        return self._head.append(self._driver, kind, body, business_day, moment, entry)

    def next_sale_number(self) -> int:
        """The number the next sale will have."""
        return self._head.sale_number + 1

    def add_sale(self, sale: SaleCompleted, event_seq: int) -> None:
        """The sale that this event is; the database takes it only if the event adds up."""
        self._sql(
            "INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                sale.number,
                event_seq,
                sale.sale_id,
                sale.business_day,
                sale.shift,
                sale.currency,
                sale.total_minor,
            ),
        )
        self._head.sale_number = sale.number

    def booked(self, number: int) -> Entry:
        """What a sale moved in the ledger."""
        found = self._sql(
            "SELECT j.entry FROM sale s JOIN journal j ON j.seq = s.event_seq WHERE s.number = ?", (number,)
        ).fetchall()
        if len(found) != 1:
            raise InvariantBroken("ledger.entries_of_sale", number=number, found=len(found))
        return _entry.decode(found[0][0])

    def add_void(self, void: SaleVoided, event_seq: int) -> None:
        """A sale is undone by this event, if it is the whole of it."""
        self._sql(
            "INSERT INTO sale_void VALUES (?, ?, ?, ?)",
            (void.number, event_seq, void.sale_id, void.total_minor),
        )

    def add_returns(self, sale: SaleCompleted, number: int, event_seq: int) -> None:
        """What this sale takes back of sale `number` and gives back of its tenders; never more than those."""
        self._sql_each(
            "INSERT INTO sale_return VALUES (?, ?, ?, ?, ?)",
            [
                (number, told.line_id, told.before_milli, -line.quantity_milli, event_seq)
                for line in sale.lines
                if (told := line.refers_to) is not None
            ],
        )
        given: dict[str, int] = {}
        for tender in sale.tenders:
            if tender.refers_to:
                given[tender.refers_to] = given.get(tender.refers_to, 0) - tender.amount_minor
        self._sql_each(
            "INSERT INTO tender_return VALUES (?, ?, ?, ?)",
            [(number, tender_id, amount, event_seq) for tender_id, amount in given.items()],
        )

    def add_effects(self, effects: Sequence[Effect]) -> None:
        """What devices shall do once this unit is committed."""
        self._sql_each(
            "INSERT INTO effect VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(e.effect_id, e.sale_number, e.kind, e.state, e.fault, e.language, e.copy) for e in effects],
        )

    def add_slip(self, number: int, note: SlipNote) -> None:
        """What the receipt of a sale says besides its event; of its undoing, what that one says."""
        if note == SlipNote():
            self._sql("DELETE FROM slip WHERE number = ?", (number,))
        else:
            self._sql("INSERT OR REPLACE INTO slip VALUES (?, ?)", (number, _text(note)))

    def settle_effect(self, effect_id: str, fault: str) -> None:
        """What became of an effect: done with an empty fault, else kept to be offered again."""
        if fault:
            self._sql("UPDATE effect SET state = 'failed', fault = ? WHERE effect_id = ?", (fault, effect_id))
        else:
            self._sql("DELETE FROM effect WHERE effect_id = ?", (effect_id,))

    def ask_hq(self, request: HqRequest) -> None:
        """A question for sync to carry."""
        self._sql(
            "INSERT INTO hq_request VALUES (?, ?, ?, ?, ?)",
            (
                request.id,
                request.kind,
                _text(request.body),
                request.created_ms,
                request.expires_ms,
            ),
        )

    def forget_request(self, request_id: str) -> None:
        """A question was answered and dealt with, or is asked no more: nothing of it stays."""
        self._sql("DELETE FROM hq_request WHERE id = ?", (request_id,))

    def put_pending(self, kind: PendingKind, key: str, body: Struct) -> None:
        """Something that is not settled yet, as it is now."""
        self._sql("INSERT OR REPLACE INTO pending VALUES (?, ?, ?)", (kind, key, _text(body)))

    def drop_pending(self, kind: PendingKind, key: str) -> None:
        """It is settled."""
        self._sql("DELETE FROM pending WHERE kind = ? AND id = ?", (kind, key))

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


def _slot(basket: Basket) -> int:
    return 0 if basket.state == "open" else basket.opened_ms


def _text(value: object) -> str:
    return _encode(value).decode()
