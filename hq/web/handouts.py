"""The page that gives coupons to many members at once: typed, looked at, then given once."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq.members import rules
from hq.members.handing_out import Handout, hand_out, plan
from hq.web.context import context_of
from hq.web.members import Typed, said, text_of
from hq.web.pages import render, shop_and_texts
from hq.web.stock_api import new_id
from hq.web.texts import Texts
from retail.errors import ContractError, Refused
from retail.members.handout import Shares

FIELDS = ("kind", "tier", "birthday", "each", "from", "until")
ID_LENGTH_MAX = 60
WHOLE = re.compile(r"[0-9]{1,4}")
MONTHS = [str(month) for month in range(1, 13)]


@dataclass(frozen=True)
class Looked:
    """What a handout would do, and the id under which it is done once."""

    id: str
    shares: Shares

    @property
    def coupons(self) -> int:
        """How many coupons are to be given."""
        return sum(self.shares.due.values())


def page(request: Request) -> Response:
    """The form, and below it what it would do once it is filled in."""
    typed = {name: request.query_params.get(name, "").strip()[:80] for name in FIELDS}
    looked, field, problem = None, "", ""
    if request.query_params.get("look"):
        try:
            with context_of(request).reading() as connection:
                _, texts = shop_and_texts(request, connection)
                made = _handout(new_id(request), typed, texts)
                looked = Looked(made.id, plan(connection, made, context_of(request).now_ms()))
        except (ContractError, Refused) as error:
            field, problem = str(error.params.get("field", "form")), said(texts, error)
    return _show(request, typed, looked, field, problem)


def _show(
    request: Request, typed: Typed, looked: Looked | None = None, field: str = "", problem: str = ""
) -> Response:
    query = request.query_params
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        return render(
            request,
            "handout.html",
            shop,
            texts,
            422 if problem else 200,
            kinds=rules.all_of(connection, "coupon_kind"),
            tiers=rules.all_of(connection, "tier"),
            month=dt.datetime.fromtimestamp(context_of(request).now_ms() / 1000, texts.zone).month,
            typed=typed,
            looked=looked,
            field=field,
            problem=problem,
            saved=query.get("saved", "")[:9],
        )


async def give(request: Request) -> Response:
    """Give it, under the id that the form was shown with."""
    form = await request.form()
    typed = {name: text_of(form, name)[:80] for name in FIELDS}
    handout_id = text_of(form, "id")[:ID_LENGTH_MAX]
    return await run_in_threadpool(_give, request, handout_id, typed)


def _give(request: Request, handout_id: str, typed: Typed) -> Response:
    context = context_of(request)
    with context.reading() as connection:
        _, texts = shop_and_texts(request, connection)
    try:
        made = _handout(handout_id, typed, texts)
        is_more = True
        while is_more:
            with context.writing() as connection:
                is_more = hand_out(connection, made, context.now_ms())
        with context.reading() as connection:
            members = len(plan(connection, made, context.now_ms()).given)
    except (ContractError, Refused) as error:
        return _show(request, typed, None, str(error.params.get("field", "form")), said(texts, error))
    return RedirectResponse(f"/members/coupons?{urlencode({'saved': members})}", 303)


def _handout(handout_id: str, typed: Typed, texts: Texts) -> Handout:
    """As typed; `Refused` with the `field` that cannot be read."""
    if not handout_id:
        raise Refused("handout.look_first")
    if not WHOLE.fullmatch(typed["each"] or "1"):
        raise Refused("rule.not_whole", field="each")
    until = _day(typed["until"], "until", texts)
    return Handout(
        id=handout_id,
        kind=typed["kind"],
        tier=typed["tier"],
        birth_month=int(typed["birthday"]) if typed["birthday"] in MONTHS else 0,
        each=int(typed["each"] or 1),
        from_at=_day(typed["from"], "from", texts),
        until=until + dt.timedelta(days=1) if until else None,
    )


def _day(text: str, field: str, texts: Texts) -> dt.datetime | None:
    """The beginning of a day in the shop's time zone."""
    if not text:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.min, texts.zone)
    except ValueError:
        raise Refused("handout.day", field=field) from None


ROUTES = [
    Route("/members/coupons", page),
    Route("/members/coupons", give, methods=["POST"]),
]
