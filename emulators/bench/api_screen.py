"""The screens over HTTP: pictures, what is on them, touches and keys."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulators.bench.answers import (
    ApiError,
    Body,
    answering,
    bad,
    body_of,
    done,
    from_failure,
    number_in,
    text_in,
)
from emulators.bench.screens import Screen
from retail.errors import TillboxError

KEYS = ("enter", "backspace", "escape")
PRESS_S = 0.03
"""How long a finger stays down: long enough to be drawn as pressed, as a hand's would be."""


class ScreenApi:
    """Routes of the till's screen and of the customer's picture."""

    def __init__(self, till: Screen, customer: Screen) -> None:
        self._till, self._customer = till, customer

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/api/screen.png", answering(self.screen_png)),
            Route("/api/customer-screen.png", answering(self.customer_png)),
            Route("/api/screen/state", answering(self.state)),
            Route("/api/screen/find", answering(self.find)),
            Route("/api/touch", answering(self.touch), methods=["POST"]),
            Route("/api/type", answering(self.type), methods=["POST"]),
        ]

    async def screen_png(self, _: Request) -> Response:
        return await self._png(self._till)

    async def customer_png(self, _: Request) -> Response:
        return await self._png(self._customer)

    async def state(self, _: Request) -> Response:
        return JSONResponse(await self._call("screen.state"))

    async def find(self, request: Request) -> Response:
        return JSONResponse({"found": await self._found(request.query_params.get("name", ""))})

    async def touch(self, request: Request) -> Response:
        """Press and lift at a place, or on the control of a name."""
        body = await body_of(request, "x", "y", "name", "text")
        x, y = await self._place(body)
        await self._call("screen.touch", {"phase": "down", "x": x, "y": y})
        await asyncio.sleep(PRESS_S)
        await self._call("screen.touch", {"phase": "up", "x": x, "y": y})
        return done(x=x, y=y)

    async def type(self, request: Request) -> Response:
        body = await body_of(request, "text", "key")
        if ("text" in body) == ("key" in body):
            raise bad("either text or key", 'send {"text": "nt"} or {"key": "enter"}')
        if "key" in body and body["key"] not in KEYS:
            raise bad(f"unknown key {body['key']!r}", f"there are: {', '.join(KEYS)}")
        text = text_in(body, "text", length_max=200) if "text" in body else ""
        await self._call("screen.type", {"text": text, "key": body.get("key", "")})
        return done()

    async def _png(self, screen: Screen) -> Response:
        try:
            picture = await screen.picture()
        except TillboxError as failure:
            raise from_failure(failure, screen.what) from failure
        headers = {"Cache-Control": "no-store", "X-Frame": str(picture.frame)}
        return Response(picture.png, media_type="image/png", headers=headers)

    async def _call(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            return await self._till.call(method, params)
        except TillboxError as failure:
            raise from_failure(failure, self._till.what) from failure

    async def _found(self, name: str) -> list[dict[str, Any]]:
        if not name:
            raise bad("no name", "ask for /api/screen/find?name=pay.cash")
        found = (await self._call("screen.find", {"name": name}))["found"]
        return [control for control in found if isinstance(control, dict)]

    async def _place(self, body: Body) -> tuple[float, float]:
        """Where to touch. Of several controls of one name `text` says which; else it is the first."""
        if "name" not in body:
            width, height = max(self._till.width, 1), max(self._till.height, 1)
            return number_in(body, "x", 0, width), number_in(body, "y", 0, height)
        name = text_in(body, "name")
        found = await self._found(name)
        if "text" in body:
            wanted = text_in(body, "text")
            found = [control for control in found if wanted in str(control["text"])]
        if not found:
            here = (await self._call("screen.state"))["place"]
            raise ApiError(
                404, f"no control {name!r} on the screen", f"the screen is at {here!r}; try its picture"
            )
        if not found[0]["enabled"]:
            raise ApiError(409, f"{name!r} is disabled", "see GET /api/screen/state for what is missing")
        return float(found[0]["x"]), float(found[0]["y"])
