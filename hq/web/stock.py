"""The pages of stock: levels, what is low or expires soon, goods in and out, counting, a product's history.

A form with bad input comes back with what was typed and says what is wrong with it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq.stock import keeping, reading
from hq.web.context import context_of
from hq.web.pages import render, shop_and_texts
from hq.web.stock_api import counted_by, day_after, moved_by
from hq.web.texts import Texts
from retail.errors import ContractError, Refused
from retail.quantity import format_quantity, parse_quantity
from retail.stock import REASONS

FIELD_LENGTH_MAX = 100
SUGGESTED_MAX = 300
"""Products that a browser offers while somebody types; a number or barcode finds any other."""
MOVE_FIELDS = ("product", "quantity", "what", "other_store", "batch", "expires", "serial", "note")
COUNT_FIELDS = ("product", "counted", "at")
Typed = dict[str, str]


@dataclass(frozen=True)
class Forms:
    """What somebody typed into which form, and what is wrong with it."""

    form: str = ""
    typed: Typed = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def levels(request: Request, forms: Forms | None = None) -> Response:
    """All levels, with what wants a person first."""
    query = request.query_params
    page = query.get("page", "1")
    words, low_only = query.get("q", "")[:FIELD_LENGTH_MAX], query.get("low") == "1"
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = reading.shelves(connection, words, low_only, int(page[:6]) if page.isdigit() else 1)
        near = reading.near_expiry(connection, day_after(request, texts, reading.NEAR_DAYS))
        products = list(reading.all_products(connection))[:SUGGESTED_MAX]

    def address(**changes: Any) -> str:
        kept = {"q": words, "low": "1" if low_only else "", "page": found.page, **changes}
        return "/stock?" + urlencode({key: value for key, value in kept.items() if value})

    return render(
        request,
        "stock.html",
        shop,
        texts,
        422 if forms else 200,
        shelves=found,
        near=near,
        today=day_after(request, texts),
        words=words,
        low_only=low_only,
        address=address,
        products=products,
        forms=forms or Forms(),
        reasons=REASONS,
        here_product="",
        saved=query.get("saved", ""),
        number=_number,
    )


def product(request: Request, forms: Forms | None = None) -> Response:
    """One product: its level, batches, serial numbers, and everything that moved it."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = reading.history(connection, request.path_params["product_id"])
    if found is None:
        return render(request, "missing.html", shop, texts, 404)
    return render(
        request,
        "stock_product.html",
        shop,
        texts,
        422 if forms else 200,
        history=found,
        shelf=found.shelf,
        today=day_after(request, texts),
        forms=forms or Forms(),
        reasons=REASONS,
        here_product=found.shelf.product_id,
        saved=request.query_params.get("saved", ""),
        at_ms=lambda at: at >> keeping.CLOCK_BITS,
        number=_number,
    )


async def move(request: Request) -> Response:
    """Goods in, out, wasted or transferred."""
    return await _submitted(request, "move", MOVE_FIELDS, _move)


async def count(request: Request) -> Response:
    """Somebody counted."""
    return await _submitted(request, "count", COUNT_FIELDS, _count)


async def reorder(request: Request) -> Response:
    """The level at which to order again."""
    return await _submitted(request, "reorder", ("product", "reorder"), _reorder)


Job = Callable[[Request, Typed, str], str]
"""Does what was typed for a product id; what to say about it, as ``saved`` of the next page."""


async def _submitted(request: Request, form: str, fields: tuple[str, ...], job: Job) -> Response:
    given = await request.form()
    typed = {name: _text(given, name) for name in fields}
    back = _text(given, "here")
    return await run_in_threadpool(_done, request, form, typed, back, job)


def _done(request: Request, form: str, typed: Typed, back: str, job: Job) -> Response:
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
        chosen = reading.resolve(connection, typed["product"])
    try:
        if chosen is None:
            raise Refused("stock.which_product", field="product")
        saved = job(request, typed, chosen.id)
    except (Refused, ContractError) as error:
        forms = Forms(form, typed, _errors(error, texts))
        if back:
            request.scope["path_params"] = {"product_id": back}
            return product(request, forms)
        return levels(request, forms)
    return RedirectResponse(f"/stock/{quote(chosen.id, safe='')}?{urlencode({'saved': saved})}", 303)


def _move(request: Request, typed: Typed, product_id: str) -> str:
    kind, _, reason = typed["what"].partition(":")
    wanted = {name: typed[name] for name in ("other_store", "note", "batch", "expires", "serial")}
    quantity = _quantity(typed["quantity"], "quantity")
    moved_by(
        request,
        {**wanted, "kind": kind, "reason": reason, "product_id": product_id, "quantity_milli": quantity},
    )
    return "move"


def _count(request: Request, typed: Typed, product_id: str) -> str:
    at_ms = _instant(request, typed["at"]) if typed["at"] else 0
    _, difference = counted_by(request, product_id, _quantity(typed["counted"], "counted"), at_ms)
    return f"count:{difference}"


def _reorder(request: Request, typed: Typed, product_id: str) -> str:
    context = context_of(request)
    wanted = _quantity(typed["reorder"], "reorder") if typed["reorder"] else None
    with context.writing() as connection:
        keeping.set_reorder(connection, product_id, wanted, context.now_ms())
    return "reorder"


def _quantity(text: str, place: str) -> int:
    try:
        return parse_quantity(text)
    except ContractError as error:
        raise Refused(error.code, **{**error.params, "field": place}) from None


def _instant(request: Request, text: str) -> int:
    """Unix milliseconds of a local date and time as a browser's field gives it."""
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
    try:
        local = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused("stock.date", field="at", value=text) from None
    return round(local.replace(tzinfo=texts.zone).timestamp() * 1000)


def _errors(error: Refused | ContractError, texts: Texts) -> dict[str, str]:
    return {str(error.params.get("field", "form")): texts.or_code("error", error.code, error.params)}


def _text(given: FormData, name: str) -> str:
    value = given.get(name, "")
    return value.strip()[:FIELD_LENGTH_MAX] if isinstance(value, str) else ""


def _number(quantity_milli: int | None) -> str:
    """As it is typed: an ASCII minus, nothing for none."""
    return "" if quantity_milli is None else format_quantity(quantity_milli).replace("−", "-")


ROUTES = [
    Route("/stock", levels),
    Route("/stock/move", move, methods=["POST"]),
    Route("/stock/count", count, methods=["POST"]),
    Route("/stock/reorder", reorder, methods=["POST"]),
    Route("/stock/{product_id:path}", product),
]
