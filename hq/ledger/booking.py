"""Books what tills' journals tell: sales, refunds, voids, visits; once, and in any order.

Ids of entries follow from what they book, so an event told twice changes nothing. An event that speaks of a
sale HQ does not hold yet waits for it. What cannot be booked as it should is an alarm and stands in the books
all the same: no event is lost, and none stops those behind it.
"""

import logging
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from hq.ledger import granting, purchases, spending, tiering, undoing, using
from hq.ledger.book import SqlBook
from hq.ledger.event import CLOCK_BITS, Happening, Sold, origins_of
from hq.ledger.moments import derived_id, moment
from hq.tables import event, ledger_waiting
from retail.errors import TillboxError
from retail.ledger import accounts
from retail.ledger.entry import sale_entry
from retail.messages import Envelope
from retail.messages.events import EVENT_TYPES, PassUsed, SaleCompleted, SaleVoided, SoldLine, UsedBenefit

log = logging.getLogger(__name__)

BOOKED = ("sale.completed", "sale.voided", "pass.used")
SALE = "sale"
_WAITING = "SELECT * FROM ledger_waiting WHERE needs = ? ORDER BY event_id"


def apply(connection: Connection, envelope: Envelope, body: Any, now_ms: int) -> list[str]:
    """Book an event; codes of what is odd about it."""
    if not isinstance(body, SaleCompleted | PassUsed):
        return []
    try:
        with connection.begin_nested():
            return _apply(connection, envelope, body, now_ms)
    except (TillboxError, IntegrityError) as error:
        # The journal goes on; a person looks at what its ledger lacks, and `replay` books it then.
        log.error("event %s is not in the ledger: %s", envelope.id, error)
        return ["ledger.not_booked"]


def _apply(
    connection: Connection, envelope: Envelope, body: SaleCompleted | PassUsed, now_ms: int
) -> list[str]:
    missing = _missing(connection, body)
    if missing:
        _wait(connection, missing, envelope)
        return []
    if isinstance(body, PassUsed):
        odd = _visit(connection, envelope, body)
        return odd + _waited(connection, f"use/{body.use_id}", now_ms)
    odd = _sale(connection, envelope, body, now_ms)
    return odd + _waited(connection, f"sale/{body.sale_id}", now_ms)


def replay(connection: Connection, now_ms: int) -> int:
    """Book every event of every journal that is not booked; how many entries that made."""
    before = _count(connection)
    stored = select(event.c.envelope).where(event.c.type.in_(BOOKED), event.c.understood == 1)
    ordered = stored.order_by(event.c.stored_ms, event.c.tenant, event.c.appliance, event.c.seq)
    for text in connection.execute(ordered).scalars().all():
        envelope = msgspec.json.decode(text, type=Envelope)
        apply(connection, envelope, msgspec.convert(envelope.body, EVENT_TYPES[envelope.type]), now_ms)
    return _count(connection) - before


def begin(connection: Connection, now_ms: int) -> int:
    """Book the journals of an HQ that is older than its ledger, once; how many entries that made."""
    is_new = _count(connection) == 0
    return replay(connection, now_ms) if is_new and connection.execute(select(event).limit(1)).first() else 0


def _count(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM ledger_entry").scalar_one())


def _missing(connection: Connection, body: SaleCompleted | PassUsed) -> str:
    """What HQ must hold first, as a key of `ledger_waiting`; empty when it is all there."""
    book = SqlBook(connection)
    if isinstance(body, PassUsed):
        known = not body.gives_back or book.has(derived_id("visit", body.gives_back))
        return "" if known else f"use/{body.gives_back}"
    lacking = (o for o in origins_of(body) if not book.has(derived_id(o, SALE)))
    return next((f"sale/{origin}" for origin in lacking), "")


def _wait(connection: Connection, needs: str, envelope: Envelope) -> None:
    text = msgspec.json.encode(envelope).decode()
    waiting = insert(ledger_waiting).values(needs=needs, event_id=envelope.id, envelope=text)
    connection.execute(waiting.on_conflict_do_nothing())


def _waited(connection: Connection, key: str, now_ms: int) -> list[str]:
    """Book those that waited for this one."""
    rows = connection.exec_driver_sql(_WAITING, (key,)).all()
    odd: list[str] = []
    for row in rows:
        mine = (ledger_waiting.c.needs == key, ledger_waiting.c.event_id == row.event_id)
        connection.execute(delete(ledger_waiting).where(*mine))
        envelope = msgspec.json.decode(row.envelope, type=Envelope)
        body = msgspec.convert(envelope.body, EVENT_TYPES[envelope.type])
        odd += apply(connection, envelope, body, now_ms)
    return odd


def _visit(connection: Connection, envelope: Envelope, body: PassUsed) -> list[str]:
    happening = Happening(connection, envelope, moment(envelope.hlc >> CLOCK_BITS), body.member_id)
    using.visit(happening, body)
    return happening.odd


def _sale(connection: Connection, envelope: Envelope, body: SaleCompleted, now_ms: int) -> list[str]:
    sold = Sold(connection, envelope, body)
    entry_id = derived_id(body.sale_id, SALE)
    is_new = not sold.book.has(entry_id)
    buyers = {sold.member}
    returned = {used.auth_id for origin in sold.origins for used in _benefits(sold, origin)}
    promised = {line.line_id for line in body.lines if _is_promise(sold, line)}
    if is_new:
        _book_sale(sold, entry_id, promised)
        purchases.keep(sold)
        if isinstance(body, SaleVoided):
            undoing.release(sold)
        for origin, owner, purchase in purchases.take_back(sold):
            using.give_back(sold, origin, purchase)
            purchases.unearn(sold, origin, purchase)
            buyers.add(owner)
    for tender in body.tenders:
        if tender.type in spending.OURS and tender.amount_minor > 0:
            spending.spend(sold, tender)
        elif tender.type in spending.OURS and tender.amount_minor < 0:
            spending.give_back(sold, tender)
    for line in body.lines:
        if line.line_id in promised:
            _promise(sold, line)
    for number, used in enumerate(body.benefits):
        if used.auth_id not in returned:
            using.use(sold, number, used)
    purchases.earn(sold)
    for buyer in sorted(buyers - {""}):
        sold.odd += tiering.settle(connection, buyer, max(moment(now_ms), sold.at))
    return sold.odd


def _benefits(sold: Sold, origin: str) -> tuple[UsedBenefit, ...]:
    """What an earlier sale used: named again where it comes back, it is given back and not used twice."""
    known = purchases.find(sold.connection, origin)
    return known[1].benefits if known else ()


def _book_sale(sold: Sold, entry_id: str, promised: set[str]) -> None:
    body = sold.body
    taxes: dict[str, int] = {}
    for tax in body.taxes:
        taxes[tax.tax_class] = taxes.get(tax.tax_class, 0) + tax.tax_minor
    tenders = [(tender.type, tender.amount_minor) for tender in body.tenders]
    later = sum(line.total_minor for line in body.lines if line.line_id in promised)
    deferred = {accounts.tender(accounts.SOLD): later}
    sold.post(sale_entry(entry_id, body.sale_id, body.currency, tenders, taxes, deferred))


def _is_promise(sold: Sold, line: SoldLine) -> bool:
    """Whether a line sells a promise, or takes one back."""
    if line.grant is not None:
        return True
    if line.refers_to is None:
        return False
    known = purchases.find(sold.connection, line.refers_to.sale_id)
    return known is not None and line.refers_to.line_id in known[1].promises


def _promise(sold: Sold, line: SoldLine) -> None:
    is_payout = line.grant is not None and line.grant.kind == "payout"
    is_undone = isinstance(sold.body, SaleVoided) or line.refers_to is not None
    if not is_undone and (is_payout or line.quantity_milli > 0):
        granting.grant(sold, line)
        return
    line_id = line.refers_to.line_id if line.refers_to else line.line_id
    origin, entry_id = sold.entry_of_origin(line_id), sold.entry_id(line.line_id)
    if origin is not None:
        sold.once(entry_id, lambda: undoing.undo(sold, origin, entry_id))
    if not sold.book.has(entry_id):
        granting.left_loose(sold, entry_id, line.total_minor)
