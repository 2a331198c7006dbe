"""Writing a promotion: choosing its kind, its form, goods found by words, what is said about it, saving it.

A form with bad input comes back with what was typed and says what is wrong with it.
"""

import datetime as dt
import os
import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq import shelf
from hq.promotions import book
from hq.promotions.checking import findings
from hq.stock.reading import resolve
from hq.web import promotion_form as forms
from hq.web.context import context_of
from hq.web.pages import render, shop_and_texts
from hq.web.promotion_form import Form, Problems
from hq.web.promotion_trial import Tried, form_of, local_now, panel, try_it
from hq.web.promotion_words import known
from hq.web.texts import Texts
from retail.catalogue import Product, Shop
from retail.errors import Refused
from retail.ids import uuid7
from retail.money import currency
from retail.pricing.check import Finding
from retail.pricing.promotion import AnyPromotion
from retail.pricing.words import sentence

FOUND_MAX = 12
KINDS = tuple(forms.BENEFITS)
SCOPES = re.compile(r"(scope|get|gifts|parts\.\d\.scope)\.(except_)?add")


def write(request: Request) -> Response:
    """The form of a new promotion, of a copy, or the choice of a kind."""
    query = request.query_params
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        source = query.get("copy", "") or request.path_params.get("promotion_id", "")
        found = book.one(connection, source, local_now(request, texts)) if source else None
        if source and found is None:
            return render(request, "missing.html", shop, texts, 404)
        if found is not None:
            form = forms.typed(found.promotion, currency(shop.currency))
            if "copy" in query:
                form = Form({**form.values, "id": []})
            was = "" if "copy" in query else found.promotion.id
            return _form_page(request, connection, shop, texts, form, was)
        if query.get("kind", "") not in KINDS:
            return render(request, "promotion_kinds.html", shop, texts, kinds=KINDS)
        return _form_page(request, connection, shop, texts, forms.fresh(query["kind"]), "")


async def save(request: Request) -> Response:
    """What one of the form's buttons says: save, keep as a draft, try, look for goods, one more part."""
    form = form_of(await request.form())
    return await run_in_threadpool(_save, request, form)


def _save(request: Request, form: Form) -> Response:
    context = context_of(request)
    was, action = form.text("was"), form.text("action") or "save"
    with context.reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        now = local_now(request, texts)
        before = book.one(connection, was, now) if was else None
        form, problems, candidates = take_goods(connection, form, action)
        if action == "find" or action == "part":
            return _form_page(
                request, connection, shop, texts, _grown(form, action), was, problems=problems,
                candidates=candidates,
            )  # fmt: skip
        form = Form({**form.values, "id": [was or form.text("id") or new_id(request)]})
        written, unread = forms.read(form, currency(shop.currency), before.promotion if before else None)
        problems |= unread
        if not was and book.one(connection, form.text("id"), now) is not None:
            problems["id"] = ("promotion.id_taken", {})
        found = findings(connection, written, now) if written is not None else []
        confirmed = form.text("confirm") == to_confirm(found)
        tried = None
        errors = bool(problems) or any(one.severity == "error" for one in found)
        if action == "try" and written is not None and not errors:
            tried = try_it(connection, form, written, texts)
    if action == "try" or written is None or problems or (
        action != "draft" and book.refused(found, confirmed)
    ):  # fmt: skip
        with context.reading() as connection:
            return _form_page(request, connection, shop, texts, form, was, problems, found, candidates, tried)
    return _kept(request, written, action, confirmed, form, was, now)


def _kept(
    request: Request,
    written: AnyPromotion,
    action: str,
    confirmed: bool,
    form: Form,
    was: str,
    now: dt.datetime,
) -> Response:
    context = context_of(request)
    problems: Problems = {}
    found: list[Finding] = []
    try:
        with context.writing() as connection:
            if action == "draft":
                book.keep_draft(connection, written, context.now_ms())
            else:
                found = book.put(connection, written, confirmed, now)
    except Refused as refusal:
        problems[str(refusal.params.get("field", "form"))] = (refusal.code, dict(refusal.params))
    if problems or book.refused(found, confirmed):  # somebody else was quicker
        with context.reading() as connection:
            shop, texts = shop_and_texts(request, connection)
            return _form_page(request, connection, shop, texts, form, was, problems, found)
    return RedirectResponse(f"/promotions/{quote(written.id, safe='')}?{urlencode({'saved': action})}", 303)


def take_goods(
    connection: Connection, form: Form, action: str
) -> tuple[Form, Problems, dict[str, list[Product]]]:
    """Products that were typed join those that are ticked; what could be several is offered to be ticked."""
    values = {name: list(many) for name, many in form.values.items()}
    problems: Problems = {}
    candidates: dict[str, list[Product]] = {}
    for name in [name for name in values if SCOPES.fullmatch(name)]:
        target = name.removesuffix("add") + "products"
        left = []
        for word in forms.split_list(form.text(name)):
            exact = resolve(connection, word)
            if exact is not None:
                values.setdefault(target, []).append(exact.id)
                continue
            found = [row.product for row in shelf.find(connection, word, "", 1).rows[:FOUND_MAX]]
            candidates.setdefault(target, []).extend(found)
            if not found:
                left.append(word)
            if not found or action != "find":
                code = "promotion.no_such_goods" if not found else "promotion.which_goods"
                problems[target] = (code, {"value": word})
                left = left if word in left else [*left, word]
        values[name] = [", ".join(left)]
    return Form(values), problems, candidates


def to_confirm(found: Sequence[Finding]) -> str:
    """What a tick confirms: just these warnings, not others that come later."""
    return ";".join(f"{one.path}:{one.code}" for one in found if one.severity == "warning")


def new_id(request: Request) -> str:
    """A short id nobody has to think of: the day and some chance."""
    unique = uuid7(context_of(request).now_ms(), os.urandom(10)).replace("-", "")
    return f"p-{unique[:8]}{unique[-4:]}"


def _grown(form: Form, action: str) -> Form:
    if action != "part":
        return form
    return Form({**form.values, f"parts.{min(form.parts(), forms.PARTS_MAX - 1)}.pieces": ["1"]})


def _form_page(
    request: Request,
    connection: Connection,
    shop: Shop,
    texts: Texts,
    form: Form,
    was: str,
    problems: Problems | None = None,
    found: Sequence[Finding] = (),
    candidates: dict[str, list[Product]] | None = None,
    tried: Tried | None = None,
) -> Response:
    unit = currency(shop.currency)
    errors: dict[str, list[str]] = {}
    for name, (code, params) in (problems or {}).items():
        errors.setdefault(name, []).append(texts.or_code("error", code, params))
    warnings: dict[str, list[str]] = {}
    for one in found:
        place = errors if one.severity == "error" else warnings
        place.setdefault(forms.field_of(one.path), []).append(sentence(one, texts.language, unit))
    names = known(connection)
    before = book.one(connection, was, local_now(request, texts)) if was else None
    tried = tried or Tried(form)
    return render(
        request,
        "promotion_form.html",
        shop,
        texts,
        422 if errors or tried.errors else 200,
        form=form,
        was=was,
        kind=form.text("kind"),
        benefits=forms.BENEFITS,
        second=forms.SECOND_SCOPE.get(form.text("kind"), ""),
        with_parts=form.text("kind") in forms.WITH_PARTS,
        may_draft=before is None or before.state in ("draft", "stopped"),
        errors=errors,
        warnings=warnings,
        confirm=to_confirm(found),
        candidates=candidates or {},
        known=names,
        groups=sorted({one.group for one in book.live(connection) if one.group} | {"goods", "basket"}),
        unit=unit,
        **panel(request, connection, texts, tried),
    )


ROUTES = [
    Route("/promotions/new", write),
    Route("/promotions/save", save, methods=["POST"]),
    Route("/promotions/save", lambda request: RedirectResponse("/promotions"), methods=["GET"]),
    Route("/promotions/{promotion_id}/edit", write),
]
