"""What promotions brought and cost: by day, by promotion, over a span of business days. Only reads."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from hq.tables import promotion_day

DAYS_MAX = 400


@dataclass(frozen=True)
class Figures:
    """Amounts in minor units. `cost_minor` is what came off; `goods_*` are the lines it touched, at what was
    paid for them; `turnover_minor` is the whole of the sales it was used in; `times` counts
    applications (pieces for line promotions). `day` is empty for a sum over days."""

    promotion_id: str
    day: str
    sales: int
    times: int
    goods_milli: int
    goods_minor: int
    turnover_minor: int
    cost_minor: int


_SUMMED = ("sales", "times", "goods_milli", "goods_minor", "turnover_minor", "cost_minor")


def by_day(connection: Connection, promotion_id: str = "", first: str = "", last: str = "") -> list[Figures]:
    """Each day of one promotion, or of all, the earliest first; days ``YYYY-MM-DD``, both included."""
    query = select(promotion_day).order_by(promotion_day.c.business_day, promotion_day.c.promotion_id)
    if promotion_id:
        query = query.where(promotion_day.c.promotion_id == promotion_id)
    rows = connection.execute(_between(query, first, last))
    return [
        Figures(row.promotion_id, row.business_day, **{name: getattr(row, name) for name in _SUMMED})
        for row in rows
    ]


def by_promotion(connection: Connection, first: str = "", last: str = "") -> list[Figures]:
    """The sums of every promotion that was used, what cost most first."""
    sums = [func.sum(promotion_day.c[name]).label(name) for name in _SUMMED]
    query = select(promotion_day.c.promotion_id, *sums).group_by(promotion_day.c.promotion_id)
    found = [
        Figures(row.promotion_id, "", **{name: int(getattr(row, name)) for name in _SUMMED})
        for row in connection.execute(_between(query, first, last))
    ]
    return sorted(found, key=lambda one: (-one.cost_minor, one.promotion_id))


def days(connection: Connection) -> list[str]:
    """Business days on which a promotion was used, the latest first."""
    query = select(promotion_day.c.business_day).distinct().order_by(promotion_day.c.business_day.desc())
    return list(connection.execute(query.limit(DAYS_MAX)).scalars())


def _between(query: Select[Any], first: str, last: str) -> Select[Any]:
    if first:
        query = query.where(promotion_day.c.business_day >= first)
    return query.where(promotion_day.c.business_day <= last) if last else query
