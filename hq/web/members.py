"""The pages of members: looking them up, enrolling, one member whole, feedback.

A form with bad input comes back with what was typed and says what is wrong with it.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq.ledger.moments import to_ms
from hq.members import (
    enrolling,
    erasing,
    finding,
    giving,
    listing,
    merging,
    notes,
    records,
    rules,
    virtual_card,
)
from hq.members.keys import Keys
from hq.members.phones import written_phone
from hq.members.profile import changes_of, profile
from hq.web.context import context_of
from hq.web.pages import operators_of, render, shop_and_texts
from hq.web.stock import FIELD_LENGTH_MAX, Forms
from hq.web.stock_api import new_id
from hq.web.texts import Texts
from retail.errors import ContractError, Refused
from retail.members.record import NOTE_MAX

FIELDS = ("phone", "name", "birthday", "address", "contact")
Typed = dict[str, str]


def keys_of(request: Request) -> Keys:
    """The keys of HQ's members; `Refused` ``members.no_keys`` where HQ was started without."""
    keys = context_of(request).keys
    if keys is None:
        raise Refused("members.no_keys")
    return keys


def members(request: Request, forms: Forms | None = None) -> Response:
    """All members, the latest first, or those who were looked for."""
    query = request.query_params
    words, tier = query.get("q", "").strip()[:FIELD_LENGTH_MAX], query.get("tier", "")[:80]
    page = query.get("page", "1")
    problem = ""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        tiers = rules.all_of(connection, "tier")
        ids: list[str] | None = None
        if words:
            try:
                ids = [one.id for one in finding.find(connection, keys_of(request), words)]
            except (Refused, ContractError) as error:
                ids, problem = [], texts.or_code("error", error.code, error.params)
        found = listing.page(connection, ids, tier, int(page[:6]) if page.isdigit() else 1)

    def address(**changes: Any) -> str:
        kept = {"q": words, "tier": tier, "page": found.page, **changes}
        return "/members?" + urlencode({key: value for key, value in kept.items() if value})

    return render(
        request,
        "members.html",
        shop,
        texts,
        422 if forms else 200,
        listed=found,
        tiers=tiers,
        tier_names={one.id: one.names for one in tiers},
        words=words,
        tier=tier,
        problem=problem,
        address=address,
        forms=forms or Forms(),
        saved=query.get("saved", ""),
    )


def one(request: Request, forms: Forms | None = None) -> Response:
    """A member whole."""
    context = context_of(request)
    with context.reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        try:
            keys = keys_of(request)
            found = profile(connection, keys, request.path_params["member_id"], context.now_ms())
            alive = found.record.state in records.LIVING
            card = virtual_card.link(connection, keys, found.record.id) if alive else ""
        except Refused:
            return render(request, "missing.html", shop, texts, 404)
        tiers = rules.all_of(connection, "tier")
        return render(
            request,
            "member.html",
            shop,
            texts,
            422 if forms else 200,
            found=found,
            record=found.record,
            alive=alive,
            card=card,
            tiers=tiers,
            tier_names={one.id: one.names for one in tiers},
            coupon_kinds=rules.all_of(connection, "coupon_kind"),
            operators=operators_of(connection),
            forms=forms or Forms(),
            saved=request.query_params.get("saved", ""),
            written=written_phone,
            day=lambda at: texts.day(to_ms(at)),
            changes=lambda entry: sorted(changes_of(entry, found.record.id).items()),
        )


def feedback(request: Request) -> Response:
    """What members said lately."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        said = notes.feedback(connection, keys_of(request))
        people = records.load(connection, keys_of(request), sorted({one.member_id for one in said}))
        return render(request, "feedback.html", shop, texts, said=said, people=people)


async def enrol(request: Request) -> Response:
    """A new member."""
    form = await request.form()
    return await run_in_threadpool(_enrol, request, {name: text_of(form, name) for name in FIELDS})


def _enrol(request: Request, typed: Typed) -> Response:
    context = context_of(request)
    try:
        given = enrolling.Form(
            typed["phone"], typed["name"], typed["birthday"], typed["address"], bool(typed["contact"])
        )
        with context.writing() as connection:
            record, is_new = enrolling.join(
                connection, keys_of(request), new_id(request), given, context.now_ms()
            )
    except (Refused, ContractError) as error:
        return members(request, Forms("enrol", typed, errors_of(request, error)))
    return go_to(record.id, "new" if is_new else "known")


Action = Callable[[Request, Connection, str, Typed], str]
"""Does what was pressed for a member id; whose page comes next."""


def _edit(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    given: dict[str, Any] = {name: typed[name] for name in FIELDS if name != "contact"}
    now_ms = context_of(request).now_ms()
    enrolling.edit(connection, keys_of(request), member_id, now_ms, contact=bool(typed["contact"]), **given)
    return member_id


def _freeze(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    enrolling.freeze(connection, keys_of(request), member_id, typed["frozen"] == "1")
    return member_id


def _merge(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    other = finding.one(connection, keys_of(request), typed["other"])
    _sure(typed["sure"] == "1")
    merging.merge(connection, keys_of(request), member_id, other.id, context_of(request).now_ms())
    return member_id


def _erase(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    record = records.get(connection, keys_of(request), member_id)
    _sure(typed["number"].strip().upper() == record.number)
    erasing.erase(connection, keys_of(request), member_id, context_of(request).now_ms())
    return member_id


def _note(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    kind: notes.Kind = "feedback" if typed["kind"] == "feedback" else "note"
    now_ms = context_of(request).now_ms()
    notes.add(connection, keys_of(request), new_id(request), member_id, kind, typed["text"], "", now_ms)
    return member_id


def _coupon(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    now_ms = context_of(request).now_ms()
    giving.give(connection, keys_of(request), typed["coupon"], member_id, new_id(request), now_ms)
    return member_id


def _take_back(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    giving.take_back(connection, keys_of(request), member_id, typed["id"], context_of(request).now_ms())
    return member_id


def _rest(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    keys, now_ms = keys_of(request), context_of(request).now_ms()
    giving.rest(connection, keys, member_id, typed["id"], typed["frozen"] == "1", now_ms)
    return member_id


def _tier(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    now_ms = context_of(request).now_ms()
    enrolling.set_tier(connection, keys_of(request), member_id, typed["tier"], now_ms)
    return member_id


def _bind(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    enrolling.bind_card(connection, keys_of(request), member_id, typed["card"])
    return member_id


def _unbind(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    enrolling.unbind_card(connection, keys_of(request), member_id)
    return member_id


def _link(request: Request, connection: Connection, member_id: str, typed: Typed) -> str:
    virtual_card.new_link(connection, keys_of(request), member_id)
    return member_id


ACTIONS: dict[str, tuple[tuple[str, ...], Action]] = {
    "edit": (FIELDS, _edit),
    "freeze": (("frozen",), _freeze),
    "merge": (("other", "sure"), _merge),
    "erase": (("number",), _erase),
    "note": (("kind", "text"), _note),
    "coupon": (("coupon",), _coupon),
    "take_back": (("id",), _take_back),
    "rest": (("id", "frozen"), _rest),
    "tier": (("tier",), _tier),
    "bind": (("card",), _bind),
    "unbind": ((), _unbind),
    "link": ((), _link),
}
"""What can be pressed on a member's page: its fields, and what it does."""


async def act(request: Request) -> Response:
    """A button or form of a member's page."""
    if request.path_params["action"] not in ACTIONS:
        return go_to(request.path_params["member_id"])
    fields, _ = ACTIONS[request.path_params["action"]]
    form = await request.form()
    return await run_in_threadpool(_act, request, {name: text_of(form, name) for name in fields})


def _act(request: Request, typed: Typed) -> Response:
    context, action = context_of(request), request.path_params["action"]
    try:
        with context.writing() as connection:
            after = ACTIONS[action][1](request, connection, request.path_params["member_id"], typed)
    except (Refused, ContractError) as error:
        return one(request, Forms(action, typed, errors_of(request, error)))
    if action in ("merge", "erase"):
        erasing.scrub(context.writer)
    return go_to(after, action)


def go_to(member_id: str, saved: str = "") -> Response:
    """To a member's page, with what was done."""
    query = f"?{urlencode({'saved': saved})}" if saved else ""
    return RedirectResponse(f"/members/{quote(member_id, safe='')}{query}", 303)


def errors_of(request: Request, error: Refused | ContractError) -> dict[str, str]:
    """An error's sentence at the field it is about, else for the whole form."""
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
    return {str(error.params.get("field", "form")): said(texts, error)}


def said(texts: Texts, error: Refused | ContractError) -> str:
    """An error in words."""
    return texts.or_code("error", error.code, error.params)


def text_of(form: FormData, name: str) -> str:
    """A field as typed."""
    value = form.get(name, "")
    return value.strip()[: NOTE_MAX + 1] if isinstance(value, str) else ""


def _sure(yes: bool) -> None:
    if not yes:
        raise Refused("members.not_sure")


ROUTES = [
    Route("/members", members),
    Route("/members", enrol, methods=["POST"]),
    Route("/members/feedback", feedback),
]
ONE = [
    Route("/members/{member_id}", one),
    Route("/members/{member_id}/{action}", act, methods=["POST"]),
]
"""After the addresses below ``/members`` that are no member's."""
