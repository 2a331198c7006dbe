"""Members as JSON; see docs/hq-api.md. Errors carry a code and its parameters."""

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hq.members import enrolling, finding
from hq.members.profile import as_json, profile, record_as_json
from hq.web.api import refused
from hq.web.context import context_of
from hq.web.members import keys_of
from hq.web.stock_api import new_id
from retail.errors import Refused


class _New(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    phone: str
    name: str = ""
    birthday: str = ""
    address: str = ""
    contact: bool = False
    id: str = ""


def _find(request: Request) -> Response:
    try:
        with context_of(request).reading() as connection:
            found = finding.find(connection, keys_of(request), request.query_params.get("q", "")[:100])
    except Refused as refusal:
        return refused(refusal)
    return _answer({"members": [record_as_json(one) for one in found]})


def _one(request: Request) -> Response:
    context = context_of(request)
    try:
        with context.reading() as connection:
            found = profile(connection, keys_of(request), request.path_params["member_id"], context.now_ms())
    except Refused as refusal:
        return refused(refusal)
    return _answer(as_json(found))


async def _enrol(request: Request) -> Response:
    try:
        wanted = msgspec.json.decode(await request.body(), type=_New)
    except msgspec.DecodeError as error:
        return _answer({"error": "request.malformed", "params": {"why": str(error)}}, 422)
    return await run_in_threadpool(_joined, request, wanted)


def _joined(request: Request, wanted: _New) -> Response:
    context = context_of(request)
    form = enrolling.Form(wanted.phone, wanted.name, wanted.birthday, wanted.address, wanted.contact)
    try:
        with context.writing() as connection:
            record, is_new = enrolling.join(
                connection, keys_of(request), wanted.id or new_id(request), form, context.now_ms()
            )
    except Refused as refusal:
        return refused(refusal)
    return _answer({**record_as_json(record), "is_new": is_new})


def _answer(value: object, status_code: int = 200) -> Response:
    return JSONResponse(value, status_code=status_code, headers={"cache-control": "no-store"})


ROUTES = [
    Route("/api/members", _find),
    Route("/api/members", _enrol, methods=["POST"]),
    Route("/api/members/{member_id}", _one),
]
