"""The table of sales against the events that they are: numbered without a gap, equal field by field."""

from typing import Any

from sqlalchemy import Connection

from retail.messages.events import SaleCompleted
from tillbox.verify.findings import Findings
from tillbox.verify.journal import Journal

FIELDS = ("number", "sale_id", "business_day", "shift", "currency", "total_minor")


def check_sales(connection: Connection, journal: Journal, findings: Findings) -> int:
    """Look at every sale; returns how many there are."""
    rows = connection.exec_driver_sql(
        f"SELECT event_seq, {', '.join(FIELDS)} FROM sale ORDER BY number"
    ).all()
    expected_number = 1
    events: set[int] = set()
    ids: dict[str, int] = {}
    for row in rows:
        while expected_number < row.number:
            findings.add("sale.gap", expected_number, row.number, sale=expected_number)
            expected_number += 1
        expected_number = row.number + 1
        if row.sale_id in ids:
            findings.add("sale.twice", ids[row.sale_id], row.number, sale=row.number, field="sale_id")
        ids[row.sale_id] = row.number
        _compare(row, journal, events, findings)
        events.add(row.event_seq)
    for seq, sale in journal.sales.items():
        if seq not in events:
            findings.add("sale.missing", sale.number, seq=seq, sale=sale.number)
    return len(rows)


def _compare(row: Any, journal: Journal, events: set[int], findings: Findings) -> None:
    if row.event_seq in events:
        findings.add("sale.event_twice", found=row.event_seq, sale=row.number, field="event_seq")
        return
    sale: SaleCompleted | None = journal.sales.get(row.event_seq)
    if sale is None:
        findings.add("sale.without_event", found=row.event_seq, sale=row.number, field="event_seq")
        return
    for name in FIELDS:
        told, found = getattr(sale, name), getattr(row, name)
        if told != found:
            findings.add("sale.field_differs", told, found, seq=row.event_seq, sale=row.number, field=name)
