"""A member's purchases, by what the tills' journals say."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from hq.tables import sale, sale_line
from retail.messages.asking import HistoryLine, HistorySale

LIMIT_MAX = 100


def purchases(connection: Connection, member_ids: Sequence[str], limit: int) -> list[tuple[str, HistorySale]]:
    """(sale id, purchase) of a member under all their ids, the latest first; what was given back too."""
    wanted = (
        select(sale)
        .where(sale.c.member_id.in_(list(member_ids)))
        .order_by(sale.c.completed_at.desc(), sale.c.seq.desc())
        .limit(max(0, min(limit, LIMIT_MAX)))
    )
    rows = connection.execute(wanted).all()
    lines: dict[tuple[str, str], list[HistoryLine]] = {}
    for row in connection.execute(
        select(sale_line)
        .where(sale_line.c.sale_id.in_([row.sale_id for row in rows]))
        .order_by(sale_line.c.position)
    ):
        line = HistoryLine(
            names=json.loads(row.names), quantity_milli=row.quantity_milli, total_minor=row.total_minor
        )
        lines.setdefault((row.tenant, row.sale_id), []).append(line)
    return [
        (
            row.sale_id,
            HistorySale(
                receipt_number=row.receipt_number,
                completed_at=row.completed_at,
                total_minor=row.total_minor,
                lines=tuple(lines.get((row.tenant, row.sale_id), ())),
            ),
        )
        for row in rows
    ]
