"""Stock as JSON; see docs/hq-api.md. Errors carry a code and its parameters."""

import datetime as dt
import os
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hq import catalogue
from hq.stock import STORE, keeping, reading
from hq.web.api import refused
from hq.web.context import context_of
from hq.web.pages import shop_and_texts
from hq.web.texts import Texts
from retail.errors import Refused
from retail.ids import uuid7
from retail.stock import Count, MoveKind, movement

FUTURE_MS_MAX = 60_000


class _Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: MoveKind
    product_id: str
    quantity_milli: int
    reason: str = ""
    other_store: str = ""
    note: str = ""
    batch: str = ""
    expires: str = ""
    serial: str = ""
    id: str = ""


class _Count(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    product_id: str
    counted_milli: int
    at_ms: int = 0
    id: str = ""


class _Reorder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reorder_milli: int | None


def shelf_as_json(shelf: reading.Shelf) -> dict[str, Any]:
    """A level as the API says it."""
    return {
        "product_id": shelf.product_id,
        "names": shelf.names,
        "number": shelf.number,
        "unit": shelf.unit,
        "level_milli": shelf.level_milli,
        "reorder_milli": shelf.reorder_milli,
        "low": shelf.low,
        "batches": [
            {"batch": one.batch.name, "expires": one.batch.expires, "quantity_milli": one.quantity_milli}
            for one in shelf.batches
        ],
    }


def new_id(request: Request) -> str:
    """A fresh id for what is asked for without one."""
    return uuid7(context_of(request).now_ms(), os.urandom(10))


def moved_by(request: Request, wanted: dict[str, Any], who: str = "") -> tuple[str, int]:
    """Post a movement as a person wants it; its id and the level afterwards. `Refused` says why not."""
    context = context_of(request)
    now_ms = context.now_ms()
    movement_id = wanted.pop("id", "") or new_id(request)
    with context.writing() as connection:
        product = catalogue.product(connection, wanted["product_id"])
        if product is None:
            raise Refused("product.unknown", field="product", product_id=wanted["product_id"])
        keeping.whole_pieces(product.unit, product.by_weight, wanted["quantity_milli"])
        moved = movement(movement_id, at=keeping.instant(now_ms), store=STORE, who=who, **wanted)
        return movement_id, keeping.move(connection, moved, now_ms)


def counted_by(
    request: Request, product_id: str, counted_milli: int, at_ms: int = 0, count_id: str = "", who: str = ""
) -> tuple[str, int]:
    """Take a count, now unless an earlier instant is given; its id and by how much the book was wrong."""
    context = context_of(request)
    now_ms = context.now_ms()
    if at_ms < 0 or at_ms > now_ms + FUTURE_MS_MAX:
        raise Refused("stock.counted_in_future", field="at", at_ms=at_ms)
    with context.writing() as connection:
        product = catalogue.product(connection, product_id)
        if product is None:
            raise Refused("product.unknown", field="product", product_id=product_id)
        keeping.whole_pieces(product.unit, product.by_weight, counted_milli)
        counted = Count(
            count_id=count_id or new_id(request),
            product_id=product_id,
            counted_milli=counted_milli,
            at=keeping.instant(at_ms or now_ms),
            who=who,
        )
        return counted.count_id, keeping.count(connection, counted, now_ms)


def _levels(request: Request) -> Response:
    query = request.query_params
    page = query.get("page", "1")
    days = query.get("days", "")
    ahead = int(days) if days.isdigit() and len(days) < 5 else reading.NEAR_DAYS
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
        found = reading.shelves(
            connection, query.get("q", ""), query.get("low") == "1", int(page[:6]) if page.isdigit() else 1
        )
        near = reading.near_expiry(connection, day_after(request, texts, ahead))
    expiring = [
        {
            "product_id": shelf.product_id,
            "batch": level.batch.name,
            "expires": level.batch.expires,
            "quantity_milli": level.quantity_milli,
        }
        for shelf, level in near
    ]
    return _answer(
        {
            "store": STORE,
            "products": [shelf_as_json(one) for one in found.rows],
            "found": found.found,
            "low": found.low,
            "page": found.page,
            "pages": found.pages,
            "near_expiry": expiring,
        }
    )


def _product(request: Request) -> Response:
    with context_of(request).reading() as connection:
        found = reading.history(connection, request.path_params["product_id"])
    if found is None:
        return _answer({"error": "product.unknown", "params": {}}, 404)
    movements = [
        {**msgspec.structs.asdict(one), "at_ms": one.at >> keeping.CLOCK_BITS} for one in found.movements
    ]
    return _answer(
        {
            **shelf_as_json(found.shelf),
            "movements": movements,
            "counts": [msgspec.structs.asdict(one) for one in found.counts.values()],
            "serials": [{"serial": serial, "state": state} for serial, state in found.serials],
        }
    )


async def _move(request: Request) -> Response:
    def change(wanted: _Move) -> Any:
        given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if name != "id"}
        movement_id, level = moved_by(request, {**given, "id": wanted.id})
        return {"movement_id": movement_id, "level_milli": level}

    return await _change(request, _Move, change)


async def _count(request: Request) -> Response:
    def change(wanted: _Count) -> Any:
        count_id, difference = counted_by(
            request, wanted.product_id, wanted.counted_milli, wanted.at_ms, wanted.id
        )
        return {"count_id": count_id, "difference_milli": difference}

    return await _change(request, _Count, change)


async def _reorder(request: Request) -> Response:
    def change(wanted: _Reorder) -> Any:
        context = context_of(request)
        with context.writing() as connection:
            keeping.set_reorder(
                connection, request.path_params["product_id"], wanted.reorder_milli, context.now_ms()
            )
        return {}

    return await _change(request, _Reorder, change)


async def _change(request: Request, kind: Any, change: Callable[[Any], Any]) -> Response:
    try:
        wanted = msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        return _answer({"error": "request.malformed", "params": {"why": str(error)}}, 422)
    try:
        return _answer(await run_in_threadpool(change, wanted))
    except Refused as refusal:
        return refused(refusal)


def day_after(request: Request, texts: Texts, days: int = 0) -> str:
    """The ISO date that is so many days after today at the shop."""
    now = dt.datetime.fromtimestamp(context_of(request).now_ms() / 1000, texts.zone)
    return (now.date() + dt.timedelta(days=days)).isoformat()


def _answer(value: Any, status_code: int = 200) -> Response:
    return JSONResponse(value, status_code=status_code, headers={"cache-control": "no-store"})


ROUTES = [
    Route("/api/stock", _levels),
    Route("/api/stock/moves", _move, methods=["POST"]),
    Route("/api/stock/counts", _count, methods=["POST"]),
    Route("/api/stock/{product_id:path}/reorder", _reorder, methods=["PUT"]),
    Route("/api/stock/{product_id:path}", _product),
]
