"""The pages of promotions: the list, and one promotion with what it does and did; trying and stopping it."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq import appliances
from hq.promotions import book, report, use
from hq.web.context import context_of
from hq.web.pages import render, shop_and_texts
from hq.web.promotion_form import Form
from hq.web.promotion_trial import Tried, form_of, local_now, panel, try_it
from hq.web.promotion_words import Teller, known
from retail.errors import Refused
from retail.pricing.promotion import AnyPromotion


def listing(request: Request) -> Response:
    """All promotions by state."""
    chosen = request.query_params.get("state", "")
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        every = book.written(connection, local_now(request, texts))
        counts = {state: sum(one.state == state for one in every) for state in book.STATES}
        return render(
            request,
            "promotions.html",
            shop,
            texts,
            rows=[one for one in every if not chosen or one.state == chosen],
            counts=counts,
            chosen=chosen,
            sums=use.totals(connection),
            is_used_up=use.is_used_up,
            tell=Teller(texts, known(connection), shop.currency),
            tills=appliances.appliances(connection),
            kind_of=kind_of,
        )


def promotion(request: Request, tried: Tried | None = None) -> Response:
    """One promotion: what it says, who has it, what it did, and a basket to try it on."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = book.one(connection, request.path_params["promotion_id"], local_now(request, texts))
        if found is None:
            return render(request, "missing.html", shop, texts, 404)
        return render(
            request,
            "promotion.html",
            shop,
            texts,
            422 if tried and tried.errors else 200,
            one=found,
            tell=Teller(texts, known(connection), shop.currency),
            tills=appliances.appliances(connection),
            usage=use.usage_of(connection, found.promotion.id),
            quotas=list(use.quotas_of(found.promotion)),
            days=report.by_day(connection, found.promotion.id)[::-1][: report.DAYS_MAX],
            saved=request.query_params.get("saved", ""),
            kind_of=kind_of,
            **panel(request, connection, texts, tried or Tried(Form({}))),
        )


async def try_stored(request: Request) -> Response:
    """Price a basket with and without the promotion as it is kept."""
    form = form_of(await request.form())
    return await run_in_threadpool(_try_stored, request, form)


def _try_stored(request: Request, form: Form) -> Response:
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        found = book.one(connection, request.path_params["promotion_id"], local_now(request, texts))
        if found is None:
            return render(request, "missing.html", shop, texts, 404)
        tried = try_it(connection, form, found.promotion, texts)
    return promotion(request, tried)


def stop(request: Request) -> Response:
    """End it at every till."""
    promotion_id = request.path_params["promotion_id"]
    try:
        with context_of(request).writing() as connection:
            book.stop(connection, promotion_id)
    except Refused:
        return RedirectResponse("/promotions", 303)
    return RedirectResponse(f"/promotions?{urlencode({'stopped': promotion_id})}", 303)


def kind_of(promotion: AnyPromotion) -> str:
    """Its kind's name."""
    return str(type(promotion).__struct_config__.tag)


ROUTES = [
    Route("/promotions", listing),
    Route("/promotions/{promotion_id}/try", try_stored, methods=["POST"]),
    Route("/promotions/{promotion_id}/try", promotion, methods=["GET"]),
    Route("/promotions/{promotion_id}/stop", stop, methods=["POST"]),
    Route("/promotions/{promotion_id}", promotion),
]
