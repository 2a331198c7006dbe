"""What the bench's API answers: JSON, and for everything that goes wrong `error` and `what_to_do`."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from retail.errors import Busy, ContractError, DeviceFault, TillboxError

BODY_BYTES_MAX = 64 << 10
Handler = Callable[[Request], Awaitable[Response]]
Body = Mapping[str, Any]


class ApiError(Exception):
    """An answer that says what is wrong and what to do about it."""

    def __init__(self, status: int, error: str, what_to_do: str) -> None:
        super().__init__(error)
        self.status, self.error, self.what_to_do = status, error, what_to_do

    def response(self) -> Response:
        """As it travels."""
        return JSONResponse({"error": self.error, "what_to_do": self.what_to_do}, self.status)


def bad(error: str, what_to_do: str) -> ApiError:
    """The caller's mistake."""
    return ApiError(400, error, what_to_do)


def from_failure(failure: TillboxError, what: str) -> ApiError:
    """What a failed call on a socket means to whoever called the API; `what` names the screen."""
    if failure.code == "ipc.not_connected":
        return ApiError(
            503, f"{what} is not running", "wait until GET /api/processes says ready, then try again"
        )
    if isinstance(failure, Busy | DeviceFault):
        return ApiError(503, f"{what} did not answer: {failure.code}", "try again; see GET /api/processes")
    if isinstance(failure, ContractError):
        return bad(f"{what} refused: {failure}", "see docs/ipc.md for what may be asked")
    return ApiError(409, f"{what} refused: {failure}", "see GET /api/screen/state for where it is")


async def body_of(request: Request, *known: str) -> Body:
    """The JSON object of a request; a key that is not `known` is refused, so that a typo is never silent."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > BODY_BYTES_MAX:
            raise ApiError(413, f"more than {BODY_BYTES_MAX} bytes", "send less")
    try:
        body = json.loads(data or b"{}")
    except (ValueError, RecursionError) as error:
        raise bad(f"the body is not JSON: {error}", "send a JSON object, such as {}") from None
    if not isinstance(body, dict):
        raise bad("the body is not a JSON object", "send a JSON object, such as {}")
    for key in body:
        if key not in known:
            raise bad(f"unknown key {key!r}", f"known here: {', '.join(known) or 'none'}")
    return body


def text_in(body: Body, key: str, *, length_max: int = 4096) -> str:
    """A text that must be there and not be empty."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise bad(f"{key!r} must be a text", f'send {{"{key}": "…"}}')
    if len(value) > length_max:
        raise bad(f"{key!r} has {len(value)} characters", f"at most {length_max}")
    return value


def number_in(body: Body, key: str, low: float, high: float) -> float:
    """A number that must be there and within bounds."""
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise bad(f"{key!r} must be a number from {low:g} to {high:g}", f'send {{"{key}": {low:g}}}')
    return value


def flag_in(body: Body, key: str, default: bool = False) -> bool:
    """True or false."""
    value = body.get(key, default)
    if not isinstance(value, bool):
        raise bad(f"{key!r} must be true or false", f'send {{"{key}": true}}')
    return value


def answering(handler: Handler) -> Handler:
    """Turns what the handler raises into its answer."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except ApiError as error:
            return error.response()

    return handle


def done(**more: Any) -> Response:
    """It was done."""
    return JSONResponse({"done": True, **more})
