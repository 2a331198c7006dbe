"""What promotions brought and cost over a span of days: the page, and the same as CSV for a spreadsheet."""

import csv
import io

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hq.promotions import book, report
from hq.web.context import context_of
from hq.web.pages import render, shop_and_texts
from hq.web.promotion_trial import local_now
from retail.catalogue import Names
from retail.money import currency, format_plain
from retail.quantity import format_quantity

DEFAULT_DAYS = 31
COLUMNS = (
    "business_day,promotion_id,name,sales,times,goods,goods_amount,turnover,cost,currency"  # one row a day
)


def page(request: Request) -> Response:
    """Sums by promotion, and by day, over the asked span of business days."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        first, last = _span(request, connection)
        every = book.written(connection, local_now(request, texts))
        rows = report.by_promotion(connection, first, last)
        return render(
            request,
            "promotion_report.html",
            shop,
            texts,
            first=first,
            last=last,
            rows=rows,
            days=report.by_day(connection, "", first, last)[::-1],
            names={one.promotion.id: one.promotion.names for one in every},
            total_cost_minor=sum(row.cost_minor for row in rows),
        )


def as_csv(request: Request) -> Response:
    """Every day of every promotion in the span, amounts as money; UTF-8 with a mark that Excel knows."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        first, last = _span(request, connection)
        names: dict[str, Names] = {
            one.promotion.id: one.promotion.names
            for one in book.written(connection, local_now(request, texts))
        }
        rows = report.by_day(connection, "", first, last)
    unit = currency(shop.currency)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(COLUMNS.split(","))
    for row in rows:
        amounts = (row.goods_minor, row.turnover_minor, row.cost_minor)
        out.writerow(
            [
                row.day,
                row.promotion_id,
                _safe(texts.name(names.get(row.promotion_id, {}))),
                row.sales,
                row.times,
                format_quantity(row.goods_milli).replace("−", "-"),
                *(format_plain(amount, unit) for amount in amounts),
                unit.code,
            ]
        )
    headers = {"content-disposition": f'attachment; filename="promotions-{first}-{last}.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _safe(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _span(request: Request, connection: Connection) -> tuple[str, str]:
    """The asked days, else the latest on which promotions were used."""
    days = report.days(connection)
    given = request.query_params
    first = given.get("first", "")[:10] or (days[:DEFAULT_DAYS][-1] if days else "")
    return first, given.get("last", "")[:10] or (days[0] if days else "")


ROUTES = [
    Route("/promotions/report", page),
    Route("/promotions/report.csv", as_csv),
]
