"""The JSON addresses; see docs/hq-api.md. Errors carry a code and its parameters."""

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hq import alarms, appliances, catalogue, payments, refunds, reports, shelf
from hq.web.context import context_of
from retail.errors import Refused
from retail.money import AMOUNT_MINOR_MAX


class _Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    price_minor: int
    member_price_minor: int | None = None


def _answer(value: Any, status_code: int = 200) -> Response:
    return JSONResponse(value, status_code=status_code, headers={"cache-control": "no-store"})


def refused(refusal: Refused) -> Response:
    """404 for what is not there, else 409: the state or a rule says no."""
    status = 404 if refusal.code.endswith(".unknown") else 409
    return _answer({"error": refusal.code, "params": dict(refusal.params)}, status)


def _day(request: Request, connection: Connection) -> str:
    found = reports.days(connection)
    return request.query_params.get("day") or (found[0] if found else "")


def sales(request: Request) -> Response:
    with context_of(request).reading() as connection:
        day = _day(request, connection)
        rows = [dataclasses.asdict(row) for row in reports.sales_of(connection, day)]
    for row in rows:
        row["lines"] = [
            {"names": names, "quantity_milli": quantity, "unit": unit}
            for names, quantity, unit in row["lines"]
        ]
    return _answer({"day": day, "sales": rows})


def sale(request: Request) -> Response:
    with context_of(request).reading() as connection:
        found = reports.whole_sale(connection, request.path_params["sale_id"])
    return _answer(found) if found else _answer({"error": "sale.unknown", "params": {}}, 404)


def day_total(request: Request) -> Response:
    with context_of(request).reading() as connection:
        day = _day(request, connection)
        totals = [dataclasses.asdict(total) for total in reports.totals(connection, day)]
    first = (
        totals[0]
        if totals
        else {"currency": "", "count": 0, "total_minor": 0, "average_minor": 0, "tenders": {}}
    )
    return _answer({"day": day, **first, "other_currencies": totals[1:]})


def days(request: Request) -> Response:
    with context_of(request).reading() as connection:
        return _answer({"days": reports.days(connection)})


def products(request: Request) -> Response:
    query = request.query_params
    page = query.get("page", "1")
    with context_of(request).reading() as connection:
        found = shelf.find(
            connection, query.get("q", ""), query.get("category", ""), int(page) if page.isdigit() else 1
        )
        tills = appliances.appliances(connection)
    rows = [
        {
            **msgspec.to_builtins(row.product),
            "version": row.version,
            "tills": [till.appliance for till in tills if row.is_at(till)],
        }
        for row in found.rows
    ]
    return _answer({"products": rows, "found": found.found, "page": found.page, "pages": found.pages})


async def product_price(request: Request) -> Response:
    try:
        wanted = msgspec.json.decode(await request.body(), type=_Price)
    except msgspec.DecodeError as error:
        return _answer({"error": "request.malformed", "params": {"why": str(error)}}, 422)
    if wanted.price_minor > AMOUNT_MINOR_MAX:
        return _answer({"error": "price.out_of_range", "params": {"field": "price"}}, 422)

    def change() -> Response:
        with context_of(request).writing() as connection:
            version = catalogue.set_price(
                connection, request.path_params["product_id"], wanted.price_minor, wanted.member_price_minor
            )
        return _answer({"version": version})

    try:
        return await run_in_threadpool(change)
    except Refused as refusal:
        return refused(refusal)


def payments_list(request: Request) -> Response:
    with context_of(request).reading() as connection:
        return _answer(
            {
                "payments": [
                    {
                        **dataclasses.asdict(item),
                        "refunded_minor": refunds.sum_of(connection, item.attempt_id),
                    }
                    for item in payments.intents(connection)
                ],
                "refunds": [dataclasses.asdict(item) for item in refunds.refunds(connection)],
            }
        )


ACTIONS: dict[str, Callable[[Any, Connection, str, int], None]] = {
    "paid": lambda kind, connection, attempt, now_ms: kind.decide(connection, attempt, "paid", now_ms),
    "declined": lambda kind, connection, attempt, now_ms: kind.decide(
        connection, attempt, "declined", now_ms
    ),
    "no-answer": lambda kind, connection, attempt, now_ms: kind.silence(connection, attempt, now_ms),
    "release": lambda kind, connection, attempt, now_ms: kind.release(connection, attempt, now_ms),
}
"""What the simulator's buttons do to a payment or a refund (the modules `payments` and `refunds`)."""


def press(request: Request) -> None:
    """Do what a button of the simulator says; `Refused` when it is too late."""
    context = context_of(request)
    action = ACTIONS[request.path_params["action"]]
    attempt_id = request.path_params["attempt_id"]
    with context.writing() as connection:
        kind = refunds if refunds.is_refund(connection, attempt_id) else payments
        action(kind, connection, attempt_id, context.now_ms())


def payment_action(request: Request) -> Response:
    if request.path_params["action"] not in ACTIONS:
        return _answer({"error": "action.unknown", "params": {"actions": sorted(ACTIONS)}}, 404)
    try:
        press(request)
    except Refused as refusal:
        return refused(refusal)
    return _answer({})


def tills(request: Request) -> Response:
    with context_of(request).reading() as connection:
        rows = [dataclasses.asdict(item) for item in appliances.appliances(connection)]
        newest = catalogue.versions(connection)
    return _answer(
        {"tills": rows, "versions": newest, "broker_connected": context_of(request).worker.connected}
    )


def alarm_list(request: Request) -> Response:
    with context_of(request).reading() as connection:
        return _answer({"alarms": [dataclasses.asdict(item) for item in alarms.alarms(connection)]})


async def unknown(request: Request) -> Response:
    paths = {route.path for route in request.app.routes if route.path.startswith("/api/")}
    known = sorted(paths - {ROUTES[-1].path})
    return _answer({"error": "address.unknown", "params": {"known": known}}, 404)


ROUTES = [
    Route("/api/sales", sales),
    Route("/api/sales/days", days),
    Route("/api/sales/day-total", day_total),
    Route("/api/sales/{sale_id}", sale),
    Route("/api/products", products),
    Route("/api/products/{product_id:path}/price", product_price, methods=["PUT"]),
    Route("/api/payments", payments_list),
    Route("/api/payments/{attempt_id}/{action}", payment_action, methods=["POST"]),
    Route("/api/tills", tills),
    Route("/api/alarms", alarm_list),
    Route("/api/{rest:path}", unknown),
]
