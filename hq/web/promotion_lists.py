"""The pages of named lists: products that promotions are for, and days such as a year's holidays."""

import datetime as dt
import re
from collections.abc import Callable

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq import catalogue
from hq.promotions import book
from hq.promotions.checking import ID, scopes_by_path
from hq.stock.reading import resolve
from hq.web.context import context_of
from hq.web.pages import render, shop_and_texts
from hq.web.promotion_form import Form
from hq.web.promotion_trial import form_of
from hq.web.promotion_words import known
from hq.web.texts import Texts
from retail.catalogue import LANGUAGES, Names
from retail.errors import Refused
from retail.pricing.promotion import AnyPromotion
from retail.pricing.pushed import HolidayList, ProductList

KINDS = {"lists": "product_list", "holidays": "holiday_list"}
TEXT_LENGTH_MAX = 60_000
AnyList = ProductList | HolidayList


def page(request: Request, form: Form | None = None, error: str = "") -> Response:
    """All lists of one kind, and the form of one of them or of a new one."""
    sort = _sort(request)
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        every = _all(connection, sort)
        wanted = request.query_params.get("edit", "")
        chosen = next((one for one in every if one.id == wanted), None)
        names = known(connection)
        return render(
            request,
            "promotion_lists.html",
            shop,
            texts,
            422 if error else 200,
            sort=sort,
            rows=[(one, _entries(one), _users(connection, sort, one.id)) for one in every],
            known=names,
            form=form or (_typed(chosen, names.product, texts) if chosen else Form({})),
            error=error,
            saved=request.query_params.get("saved", ""),
        )


async def save(request: Request) -> Response:
    """Make or change a list, or let it go."""
    form = form_of(await request.form(), TEXT_LENGTH_MAX)
    return await run_in_threadpool(_save, request, form)


def _save(request: Request, form: Form) -> Response:
    sort = _sort(request)
    try:
        with context_of(request).writing() as connection:
            if form.text("action") == "remove":
                remove(connection, sort, form.text("id"))
            else:
                catalogue.put(connection, [_read(connection, sort, form)])
    except Refused as refusal:
        with context_of(request).reading() as connection:
            _, texts = shop_and_texts(request, connection)
        return page(request, form, texts.or_code("error", refusal.code, refusal.params))
    return RedirectResponse(f"/promotions/{sort}?saved=1", 303)


def remove(connection: Connection, sort: str, list_id: str) -> None:
    """Let a list go. `Refused` while a promotion uses it, or when there is none."""
    users = _users(connection, sort, list_id)
    if users:
        name = next(iter(users[0].names.values()), users[0].id)
        raise Refused("promotion.list_used", promotion=name)
    if catalogue.remove(connection, KINDS[sort], [list_id]) is None:
        raise Refused("promotion.list.unknown", list_id=list_id)


def check_list(connection: Connection, given: AnyList) -> AnyList:
    """The list, if HQ may push it. `Refused` says what is wrong with it."""
    if not ID.fullmatch(given.id):
        raise Refused("promotion.list_id", value=given.id)
    if isinstance(given, ProductList):
        for product_id in given.products:
            if catalogue.product(connection, product_id) is None:
                raise Refused("promotion.no_such_goods", value=product_id)
    else:
        for day in given.dates:
            _day(day)
    if not _entries(given):
        raise Refused("promotion.list_empty")
    return given


def _sort(request: Request) -> str:
    return request.url.path.rpartition("/")[2]


def _read(connection: Connection, sort: str, form: Form) -> AnyList:
    names: Names = {key: name for key in LANGUAGES if (name := form.text(f"names.{key}"))}
    if not names:
        raise Refused("promotion.list_name")
    list_id = form.text("id") or _id_from(names, {one.id for one in _all(connection, sort)})
    words = [one.strip() for one in re.split(r"[,，、;；\n]+", form.text("entries")) if one.strip()]
    if sort == "holidays":
        days = tuple(sorted({_day(word) for word in words}))
        return check_list(connection, HolidayList(id=list_id, names=names, dates=days))
    products = []
    for word in words:
        product = resolve(connection, word.split("\t")[0].strip())
        if product is None:
            raise Refused("promotion.no_such_goods", value=word)
        products.append(product.id)
    given = ProductList(id=list_id, names=names, products=tuple(dict.fromkeys(products)))
    return check_list(connection, given)


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused("promotion.list_day", value=text) from None


def _id_from(names: dict[str, str], taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", names.get("en", "").lower()).strip("-")[:30] or "list"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (stem, *numbered) if one not in taken)


def _all(connection: Connection, sort: str) -> list[AnyList]:
    return [*(book.product_lists(connection) if sort == "lists" else book.holiday_lists(connection))]


def _entries(one: AnyList) -> tuple[str, ...]:
    return one.products if isinstance(one, ProductList) else one.dates


def _typed(one: AnyList, product: Callable[[str], Names], texts: Texts) -> Form:
    entries = _entries(one)
    if isinstance(one, ProductList):
        # An id is always found again; the name beside it is for the eye.
        entries = tuple(f"{entry}\t{texts.name(product(entry))}" for entry in entries)
    values = {f"names.{key}": [name] for key, name in one.names.items()}
    return Form({**values, "id": [one.id], "entries": ["\n".join(entries)]})


def _users(connection: Connection, sort: str, list_id: str) -> list[AnyPromotion]:
    """Promotions in the stream that name it."""
    found = []
    for promotion in book.live(connection):
        if sort == "holidays":
            named = {*promotion.calendar.holidays, *promotion.calendar.except_holidays}
        else:
            named = {name for _, scope in scopes_by_path(promotion) for name in scope.lists}
        if list_id in named:
            found.append(promotion)
    return found


ROUTES = [
    *(Route(f"/promotions/{sort}", page, methods=["GET"]) for sort in KINDS),
    *(Route(f"/promotions/{sort}", save, methods=["POST"]) for sort in KINDS),
]
