"""Questions about sales: the days there are, a day's sales and totals, one sale whole. Only reads."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from hq.tables import sale, sale_line, sale_tender
from retail.money import divide_half_up

DAYS_MAX = 400
SALES_MAX = 200


@dataclass(frozen=True)
class Total:
    """Sums of one currency; `average_minor` is per sale, half up. What was given back is off every sum:
    `returned_minor` in refunds and voids, of which there were `refunds` and `voids` (not among the sales)."""

    currency: str
    count: int
    total_minor: int
    average_minor: int
    tenders: dict[str, int]
    refunds: int = 0
    voids: int = 0
    returned_minor: int = 0


@dataclass(frozen=True)
class Summary:
    """A sale on one row; `lines` are (names, quantity_milli, unit), `tenders` types in order. `kind` is
    ``sale``, ``refund``, ``exchange`` or ``void``."""

    sale_id: str
    appliance: str
    receipt_number: str
    order_number: str
    completed_at: str
    operator_id: str
    currency: str
    total_minor: int
    lines: list[tuple[dict[str, str], int, str]]
    tenders: list[str]
    kind: str = "sale"


def days(connection: Connection) -> list[str]:
    """Business days with sales, the latest first."""
    rows = select(sale.c.business_day).distinct().order_by(sale.c.business_day.desc()).limit(DAYS_MAX)
    return list(connection.execute(rows).scalars())


def totals(connection: Connection, day: str) -> list[Total]:
    """A day's sums, the currency with the most sales first."""
    sums = connection.execute(
        select(
            sale.c.currency,
            _count_of(sale.c.kind != "void").label("sales"),
            func.sum(sale.c.total_minor).label("total"),
            _count_of(sale.c.kind.in_(("refund", "exchange"))).label("refunds"),
            _count_of(sale.c.kind == "void").label("voids"),
            func.sum(case((sale.c.kind.in_(("refund", "void")), sale.c.total_minor), else_=0)).label("back"),
        )
        .where(sale.c.business_day == day)
        .group_by(sale.c.currency)
        .order_by(func.count().desc(), sale.c.currency)
    ).all()
    tenders: dict[str, dict[str, int]] = {}
    for row in connection.execute(
        select(sale.c.currency, sale_tender.c.type, func.sum(sale_tender.c.amount_minor).label("total"))
        .join_from(sale, sale_tender, _same_sale(sale_tender))
        .where(sale.c.business_day == day)
        .group_by(sale.c.currency, sale_tender.c.type)
        .order_by(sale_tender.c.type)
    ):
        tenders.setdefault(row.currency, {})[row.type] = row.total
    return [
        Total(
            currency=row.currency,
            count=row.sales,
            total_minor=row.total,
            average_minor=divide_half_up(row.total, row.sales) if row.sales else 0,
            tenders=tenders.get(row.currency, {}),
            refunds=row.refunds,
            voids=row.voids,
            returned_minor=row.back,
        )
        for row in sums
    ]


def sales_of(connection: Connection, day: str, limit: int = SALES_MAX) -> list[Summary]:
    """A day's sales, the latest first."""
    chosen = (
        select(sale)
        .where(sale.c.business_day == day)
        .order_by(sale.c.completed_at.desc(), sale.c.appliance, sale.c.seq.desc())
        .limit(limit)
    )
    rows = connection.execute(chosen).all()
    keys = chosen.with_only_columns(sale.c.tenant, sale.c.sale_id).subquery()
    lines: dict[str, list[tuple[dict[str, str], int, str]]] = {}
    for row in connection.execute(
        select(sale_line.c.sale_id, sale_line.c.names, sale_line.c.quantity_milli, sale_line.c.unit)
        .join(keys, (keys.c.sale_id == sale_line.c.sale_id) & (keys.c.tenant == sale_line.c.tenant))
        .order_by(sale_line.c.sale_id, sale_line.c.position)
    ):
        entry = (json.loads(row.names), row.quantity_milli, row.unit)
        lines.setdefault(row.sale_id, []).append(entry)
    tenders: dict[str, list[str]] = {}
    for row in connection.execute(
        select(sale_tender.c.sale_id, sale_tender.c.type)
        .join(keys, (keys.c.sale_id == sale_tender.c.sale_id) & (keys.c.tenant == sale_tender.c.tenant))
        .order_by(sale_tender.c.sale_id, sale_tender.c.position)
    ):
        tenders.setdefault(row.sale_id, []).append(row.type)
    return [
        Summary(
            **{name: getattr(row, name) for name in _SUMMARY_COLUMNS},
            lines=lines.get(row.sale_id, []),
            tenders=tenders.get(row.sale_id, []),
        )
        for row in rows
    ]


def whole_sale(connection: Connection, sale_id: str) -> dict[str, Any] | None:
    """A sale with its lines, taxes and tenders as plain values, or None."""
    row = connection.execute(select(sale).where(sale.c.sale_id == sale_id)).first()
    if row is None:
        return None
    found = _plain(row, "taxes", "versions")
    lines = select(sale_line).where(sale_line.c.tenant == row.tenant, sale_line.c.sale_id == sale_id)
    tenders = select(sale_tender).where(sale_tender.c.tenant == row.tenant, sale_tender.c.sale_id == sale_id)
    found["lines"] = [
        _plain(line, "names", "options", "option_names", "adjustments")
        for line in connection.execute(lines.order_by(sale_line.c.position))
    ]
    found["tenders"] = [
        _plain(tender) for tender in connection.execute(tenders.order_by(sale_tender.c.position))
    ]
    refunds = select(sale).where(sale.c.tenant == row.tenant, sale.c.refers_to == sale_id)
    found["refunds"] = [
        {name: getattr(one, name) for name in (*_SUMMARY_COLUMNS, "reason")}
        for one in connection.execute(refunds.order_by(sale.c.completed_at, sale.c.seq))
    ]
    return found


def _count_of(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_SUMMARY_COLUMNS = (
    "sale_id",
    "appliance",
    "receipt_number",
    "order_number",
    "completed_at",
    "operator_id",
    "currency",
    "total_minor",
    "kind",
)


def _plain(row: Row[Any], *json_columns: str) -> dict[str, Any]:
    values = dict(row._mapping)
    return {**values, **{name: json.loads(values[name]) for name in json_columns}}


def _same_sale(table: Any) -> Any:
    return (table.c.tenant == sale.c.tenant) & (table.c.sale_id == sale.c.sale_id)
