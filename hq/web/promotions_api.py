"""Promotions as JSON; see docs/hq-api.md. Errors carry a code and its parameters."""

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hq import appliances, catalogue
from hq.promotions import book, report
from hq.web.api import refused
from hq.web.context import context_of
from hq.web.pages import shop_and_texts
from hq.web.promotion_lists import AnyList, check_list, remove
from hq.web.promotion_trial import local_now
from hq.web.texts import Texts
from retail.errors import ContractError, Refused, TillboxError
from retail.money import currency
from retail.pricing.check import Finding
from retail.pricing.document import read_document
from retail.pricing.promotion import AnyPromotion
from retail.pricing.pushed import HolidayList, ProductList
from retail.pricing.saying import error_as_json, finding_as_json, findings_as_json
from retail.pricing.trial import answer_of, try_document


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A promotion, and whether its warnings are meant."""

    promotion: AnyPromotion
    confirmed: bool = False
    draft: bool = False


LISTS: dict[str, type[ProductList] | type[HolidayList]] = {
    "product-lists": ProductList,
    "holiday-lists": HolidayList,
}


def answer(value: Any, status_code: int = 200) -> Response:
    """JSON that nobody keeps."""
    return JSONResponse(value, status_code=status_code, headers={"cache-control": "no-store"})


def listing(request: Request) -> Response:
    """All promotions."""
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
        tills = appliances.appliances(connection)
        found = [
            {
                **book.as_json(connection, one),
                "tills": [
                    till.appliance for till in tills if till.versions.get("promotions", 0) >= one.version > 0
                ],
            }
            for one in book.written(connection, local_now(request, texts))
        ]
    return answer({"promotions": found})


def one(request: Request) -> Response:
    """One promotion with its counters and its days."""
    promotion_id = request.path_params["promotion_id"]
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
        found = book.one(connection, promotion_id, local_now(request, texts))
        if found is None:
            return answer({"error": "promotion.unknown", "params": {}}, 404)
        days = [dataclasses.asdict(day) for day in report.by_day(connection, promotion_id)]
        return answer({**book.as_json(connection, found), "days": days})


async def put(request: Request) -> Response:
    """Write a promotion: push it, or keep it as a draft."""
    try:
        wanted = msgspec.json.decode(await request.body(), type=_Wanted)
    except msgspec.DecodeError as error:
        return answer({"error": "request.malformed", "params": {"why": str(error)}}, 422)
    if wanted.promotion.id != request.path_params["promotion_id"]:
        return answer({"error": "promotion.other_id", "params": {"id": wanted.promotion.id}}, 422)

    def change(connection: Connection, texts: Texts) -> Response:
        if wanted.draft:
            book.keep_draft(connection, wanted.promotion, context_of(request).now_ms())
            return answer({"findings": []})
        found = book.put(connection, wanted.promotion, wanted.confirmed, local_now(request, texts))
        said = {"findings": _said(connection, found, texts)}
        if book.refused(found, wanted.confirmed):
            return answer({"error": "promotion.refused", "params": {}, **said}, 409)
        return answer({**said, "version": catalogue.versions(connection)["promotions"]})

    return await run_in_threadpool(_change, request, change)


def stop(request: Request) -> Response:
    """End it at every till."""

    def change(connection: Connection, texts: Texts) -> Response:
        book.stop(connection, request.path_params["promotion_id"])
        return answer({})

    return _change(request, change)


def lists(request: Request) -> Response:
    """All product lists, or all holiday lists."""
    kind = LISTS[_sort(request)]
    with context_of(request).reading() as connection:
        found = [msgspec.to_builtins(held.document) for held in catalogue.held(connection, kind)]
    return answer({"lists": [{key: value for key, value in row.items() if key != "type"} for row in found]})


async def put_list(request: Request) -> Response:
    """Make or change a list."""
    try:
        given = msgspec.json.decode(await request.body())
        wanted: AnyList = msgspec.convert(
            {**given, "id": request.path_params["list_id"]}, LISTS[_sort(request)]
        )
    except (msgspec.DecodeError, msgspec.ValidationError, TypeError) as error:
        return answer({"error": "request.malformed", "params": {"why": str(error)}}, 422)

    def change(connection: Connection, texts: Texts) -> Response:
        catalogue.put(connection, [check_list(connection, wanted)])
        return answer({"version": catalogue.versions(connection)["promotions"]})

    return await run_in_threadpool(_change, request, change)


def remove_list(request: Request) -> Response:
    """Let a list go that no promotion uses."""

    def change(connection: Connection, texts: Texts) -> Response:
        sort = "lists" if _sort(request) == "product-lists" else "holidays"
        remove(connection, sort, request.path_params["list_id"])
        return answer({})

    return _change(request, change)


def figures(request: Request) -> Response:
    """What promotions brought and cost."""
    given = request.query_params
    first, last = given.get("first", ""), given.get("last", "")
    with context_of(request).reading() as connection:
        sums = report.by_promotion(connection, first, last)
        days = report.by_day(connection, "", first, last)
    return answer(
        {
            "promotions": [dataclasses.asdict(row) for row in sums],
            "days": [dataclasses.asdict(row) for row in days],
        }
    )


async def price(request: Request) -> Response:
    """A price document priced, as `tillbox price` does."""
    body = await request.body()
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
    return await run_in_threadpool(_price, body, texts)


def _price(body: bytes, texts: Texts) -> Response:
    said: list[dict[str, Any]] = []
    try:
        document = read_document(body)
        said = findings_as_json(document, texts.language)
        if any(finding["severity"] == "error" for finding in said):
            raise ContractError("document.promotion_refused", path=str(said[0]["path"]))
        trial = try_document(document)
    except TillboxError as error:
        findings = {"findings": said} if error.code == "document.promotion_refused" else {}
        return answer({**error_as_json(error, texts.language), **findings}, 422)
    return answer(answer_of(trial) | {"findings": said})


def _change(request: Request, change: Callable[[Connection, Texts], Response]) -> Response:
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
    try:
        with context_of(request).writing() as connection:
            return change(connection, texts)
    except Refused as refusal:
        return refused(refusal)


def _said(connection: Connection, found: list[Finding], texts: Texts) -> list[dict[str, Any]]:
    shop = catalogue.shop(connection)
    unit = currency(shop.currency if shop else "CNY")
    return [finding_as_json(finding, texts.language, unit) for finding in found]


def _sort(request: Request) -> str:
    return request.url.path.split("/")[2]


ROUTES = [
    Route("/api/promotions", listing),
    Route("/api/promotions/report", figures),
    Route("/api/promotions/{promotion_id}", one, methods=["GET"]),
    Route("/api/promotions/{promotion_id}", put, methods=["PUT"]),
    Route("/api/promotions/{promotion_id}", stop, methods=["DELETE"]),
    *(Route(f"/api/{sort}", lists) for sort in LISTS),
    *(Route(f"/api/{sort}/{{list_id}}", put_list, methods=["PUT"]) for sort in LISTS),
    *(Route(f"/api/{sort}/{{list_id}}", remove_list, methods=["DELETE"]) for sort in LISTS),
    Route("/api/price", price, methods=["POST"]),
]
