"""Sales as tables, derived from events and nothing else; dropped and made again at any time."""

import json
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from hq.tables import event, sale, sale_line, sale_tender
from retail.messages import Envelope
from retail.messages.events import EVENT_TYPES, SaleCompleted, SaleVoided, SoldLine, SoldTender

DOUBLED = "sale.doubled"

# Made once: building a statement costs more than running it.
_KNOWN = select(sale.c.sale_id).where(
    sale.c.tenant == bindparam("tenant"), sale.c.sale_id == bindparam("sale_id")
)
_KEEP = insert(sale)
_KEEP_LINES = insert(sale_line)
_KEEP_TENDERS = insert(sale_tender)


def apply(connection: Connection, envelope: Envelope, body: Any) -> list[str]:
    """Keep a sale or a void; other events have nothing to derive. Returns codes of what is odd about it."""
    if not isinstance(body, SaleCompleted):
        return []
    key = {"tenant": envelope.tenant, "sale_id": body.sale_id}
    if connection.execute(_KNOWN, key).first() is not None:
        return [DOUBLED]
    connection.execute(_KEEP, _sale_row(envelope, body))
    if body.lines:
        rows = [{**key, "position": n, **_line_row(line)} for n, line in enumerate(body.lines)]
        connection.execute(_KEEP_LINES, rows)
    if body.tenders:
        tenders = [{**key, "position": n, **_tender_row(item)} for n, item in enumerate(body.tenders)]
        connection.execute(_KEEP_TENDERS, tenders)
    return [] if _adds_up(body) else ["sale.does_not_add_up"]


def rebuild(connection: Connection) -> int:
    """Make all sales again from the events; returns how many."""
    connection.execute(delete(sale_tender))
    connection.execute(delete(sale_line))
    connection.execute(delete(sale))
    count = 0
    stored = select(event.c.envelope).where(
        event.c.type.in_(("sale.completed", "sale.voided")), event.c.understood == 1
    )
    ordered = stored.order_by(event.c.stored_ms, event.c.tenant, event.c.appliance, event.c.seq)
    for text in connection.execute(ordered).scalars():
        envelope = msgspec.json.decode(text, type=Envelope)
        body = msgspec.convert(envelope.body, EVENT_TYPES[envelope.type])
        count += DOUBLED not in apply(connection, envelope, body)
    return count


def _adds_up(body: SaleCompleted) -> bool:
    """The three sums a sale promises: lines with added tax, tenders, and taxes each make the total."""
    lines = sum(line.total_minor for line in body.lines) + body.tax_added_minor
    tenders = sum(tender.amount_minor for tender in body.tenders)
    taxes = sum(tax.net_minor + tax.tax_minor for tax in body.taxes)
    return lines == body.total_minor and tenders == body.total_minor and taxes == body.total_minor


def _sale_row(envelope: Envelope, body: SaleCompleted) -> dict[str, Any]:
    return {
        "tenant": envelope.tenant,
        "sale_id": body.sale_id,
        "appliance": envelope.appliance,
        "incarnation": envelope.incarnation,
        "seq": envelope.seq,
        "receipt_number": body.receipt_number,
        "order_number": body.order_number,
        "completed_at": body.completed_at,
        "business_day": body.business_day,
        "shift": body.shift,
        "operator_id": body.operator_id,
        "member_id": body.member_id,
        "currency": body.currency,
        "base_minor": body.base_minor,
        "tax_added_minor": body.tax_added_minor,
        "total_minor": body.total_minor,
        "taxes": _json(body.taxes),
        "versions": _json(body.versions),
        "kind": "void" if isinstance(body, SaleVoided) else body.kind,
        "refers_to": _origin(body),
        "reason": body.reason,
        "approver_id": body.approver_id,
    }


def _origin(body: SaleCompleted) -> str:
    """The sale of which goods came back, if there was a receipt."""
    if isinstance(body, SaleVoided):
        return body.voids
    return next((line.refers_to.sale_id for line in body.lines if line.refers_to), "")


def _line_row(line: SoldLine) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "code": line.code,
        "names": _json(line.names),
        "options": _json(line.options),
        "option_names": _json(line.option_names),
        "quantity_milli": line.quantity_milli,
        "unit": line.unit,
        "unit_price_minor": line.unit_price_minor,
        "base_minor": line.base_minor,
        "adjustments": _json(line.adjustments),
        "total_minor": line.total_minor,
        "tax_class": line.tax_class,
        "price_source": line.price_source,
    }


def _tender_row(tender: SoldTender) -> dict[str, Any]:
    return {
        "type": tender.type,
        "amount_minor": tender.amount_minor,
        "tendered_minor": tender.tendered_minor,
        "change_minor": tender.change_minor,
        "reference": tender.reference,
    }


def _json(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
