"""The pages. A form with bad input comes back with what was typed and says what is wrong with it."""

import dataclasses
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jinja2
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hq import alarms, appliances, catalogue, payments, refunds, reports, shelf
from hq.web import api
from hq.web.context import context_of
from hq.web.texts import CATALOGUES, COOKIE, OWN_NAMES, Texts, texts_for
from retail.catalogue import Operator, Shop
from retail.errors import ContractError, Refused
from retail.money import currency, parse_amount

YEAR_S = 365 * 24 * 3600
EMPTY_SHOP = Shop(id="", names={}, store_names={}, workstation_names={})

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(str(resources.files("hq.web"))) / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclasses.dataclass(frozen=True)
class Typed:
    """What somebody typed into a product's row and what is wrong with it."""

    product_id: str
    price: str
    member_price: str
    errors: dict[str, str]


def render(
    request: Request, template: str, shop: Shop, texts: Texts, status_code: int = 200, **values: Any
) -> Response:
    """A page from its template; `values` are what it says."""
    everything = {
        "t": texts.t,
        "texts": texts,
        "shop": shop,
        "own_names": OWN_NAMES,
        "path": request.url.path,
        "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "broker_connected": context_of(request).worker.connected,
        **values,
    }
    html = _templates.get_template(template).render(everything)
    return HTMLResponse(html, status_code, headers={"cache-control": "no-store"})


def shop_and_texts(request: Request, connection: Connection) -> tuple[Shop, Texts]:
    """The shop, and the words in the language of whoever asks."""
    shop = catalogue.shop(connection) or EMPTY_SHOP
    return shop, texts_for(request, shop.time_zone)


def operators_of(connection: Connection) -> dict[str, dict[str, str]]:
    """Who works here, by id."""
    found = [held.document for held in catalogue.held(connection, Operator)]
    return {item.id: item.names for item in found if isinstance(item, Operator)}


def sales(request: Request) -> Response:
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        days = reports.days(connection)
        day = request.query_params.get("day") or (days[0] if days else "")
        place = days.index(day) if day in days else -1
        return render(
            request,
            "sales.html",
            shop,
            texts,
            days=days,
            day=day,
            chosen="day" in request.query_params,
            later=days[place - 1] if place > 0 else "",
            earlier=days[place + 1] if 0 <= place < len(days) - 1 else "",
            totals=reports.totals(connection, day),
            sales=reports.sales_of(connection, day),
            sales_max=reports.SALES_MAX,
            operators=operators_of(connection),
        )


def sale(request: Request) -> Response:
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = reports.whole_sale(connection, request.path_params["sale_id"])
        if found is None:
            return render(request, "missing.html", shop, texts, 404)
        return render(request, "sale.html", shop, texts, sale=found, operators=operators_of(connection))


def products(request: Request, typed: Typed | None = None) -> Response:
    query = request.query_params
    page = query.get("page", "1")
    words, category = query.get("q", ""), query.get("category", "")
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = shelf.find(connection, words, category, int(page[:6]) if page.isdigit() else 1)

        def address(**changes: Any) -> str:
            kept = {"q": words, "category": category, "page": found.page, **changes}
            return "/products?" + urlencode({key: value for key, value in kept.items() if value})

        return render(
            request,
            "products.html",
            shop,
            texts,
            422 if typed else 200,
            shelf=found,
            words=words,
            category=category,
            categories=shelf.categories(connection),
            category_names={item.id: item.names for item in shelf.categories(connection)},
            tills=appliances.appliances(connection),
            version=catalogue.versions(connection).get("catalogue", 0),
            typed=typed,
            saved=query.get("saved", ""),
            address=address,
        )


async def change_price(request: Request) -> Response:
    form = await request.form()
    product_id = request.path_params["product_id"]
    price, member_price = str(form.get("price", ""))[:40], str(form.get("member_price", ""))[:40]
    return await run_in_threadpool(_change_price, request, product_id, price, member_price)


def _change_price(request: Request, product_id: str, price: str, member_price: str) -> Response:
    context = context_of(request)
    with context.reading() as connection:
        shop, texts = shop_and_texts(request, connection)
    errors: dict[str, str] = {}
    amounts: dict[str, int | None] = {}
    for field, text in (("price", price), ("member_price", member_price)):
        try:
            empty = field == "member_price" and not text.strip()
            amounts[field] = None if empty else parse_amount(text, currency(shop.currency))
        except ContractError as error:
            errors[field] = texts.or_code("error", error.code, error.params)
    if not errors:
        try:
            with context.writing() as connection:
                catalogue.set_price(connection, product_id, amounts["price"] or 0, amounts["member_price"])
        except Refused as refusal:
            field = str(refusal.params.get("field", "price"))
            errors[field] = texts.or_code("error", refusal.code, refusal.params)
    if errors:
        return products(request, Typed(product_id, price, member_price, errors))
    query = {key: value for key, value in request.query_params.items() if key in ("q", "category", "page")}
    return RedirectResponse(
        f"/products?{urlencode({**query, 'saved': product_id})}#p-{product_id}", status_code=303
    )


def payments_page(request: Request, error: str = "") -> Response:
    context = context_of(request)
    with context.reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = payments.intents(connection)
        return render(
            request,
            "payments.html",
            shop,
            texts,
            409 if error else 200,
            refunds=refunds.refunds(connection),
            refunded={item.attempt_id: refunds.sum_of(connection, item.attempt_id) for item in found},
            pending=[item for item in found if item.state == "pending" or item.silent],
            ended=[item for item in found if item.state != "pending" and not item.silent],
            error=error,
            now_ms=context.now_ms(),
        )


def payment_action(request: Request) -> Response:
    if request.path_params["action"] not in api.ACTIONS:
        return RedirectResponse("/payments", status_code=303)
    try:
        api.press(request)
    except Refused as refusal:
        with context_of(request).reading() as connection:
            _, texts = shop_and_texts(request, connection)
        params = {**refusal.params, "state": texts.word("payment", str(refusal.params.get("state", "")))}
        return payments_page(request, texts.or_code("error", refusal.code, params))
    return RedirectResponse("/payments", status_code=303)


def tills(request: Request) -> Response:
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        return render(
            request,
            "tills.html",
            shop,
            texts,
            tills=appliances.appliances(connection),
            newest=catalogue.versions(connection),
            alarms=alarms.alarms(connection),
        )


def set_language(request: Request) -> Response:
    """Remember the language and go back to the page, never to another site."""
    back = urlsplit(request.query_params.get("back", "/"))
    # A browser takes "//host" and "/\host" for another site.
    path = back.path if back.path[:1] == "/" and back.path[1:2] not in ("/", "\\") else "/"
    answer = RedirectResponse(path + (f"?{back.query}" if back.query else ""), status_code=303)
    wanted = request.query_params.get("to", "")
    if wanted in CATALOGUES:
        answer.set_cookie(COOKIE, wanted, max_age=YEAR_S, samesite="strict", httponly=True)
    return answer


def not_found(request: Request, _error: Exception) -> Response:
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
    return render(request, "missing.html", shop, texts, 404)


ROUTES = [
    Route("/", sales),
    Route("/sales/{sale_id}", sale),
    Route("/products", products),
    Route("/products/{product_id:path}/price", change_price, methods=["POST"]),
    Route("/payments", payments_page),
    Route("/payments/{attempt_id}/{action}", payment_action, methods=["POST"]),
    Route("/tills", tills),
    Route("/language", set_language),
]
