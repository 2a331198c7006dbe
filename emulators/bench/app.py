"""The bench's web application: page, API and live pictures put together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from emulators.bench.api_devices import DeviceApi
from emulators.bench.api_house import HouseApi
from emulators.bench.api_screen import ScreenApi
from emulators.bench.state import State
from emulators.bench.stream import Stream

PAGE = Path(__file__).with_name("page")
LOCAL_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class OnlyThisMachine:
    """Refuses requests that a page of another site makes in the browser of whoever runs the bench."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._is_ours(HTTPConnection(scope)):
            answer: Response = JSONResponse(
                {
                    "error": "asked from another site",
                    "what_to_do": "open the address that tillbox run printed",
                },
                403,
            )
            if scope["type"] == "websocket":
                await WebSocket(scope, receive, send).close(1008)
                return
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    @staticmethod
    def _is_ours(connection: HTTPConnection) -> bool:
        host = connection.headers.get("host", "")
        origin = connection.headers.get("origin")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        return name in LOCAL_NAMES and (origin is None or urlsplit(origin).netloc == host)


def routes_of(screen_api: ScreenApi, device_api: DeviceApi, house_api: HouseApi) -> list[Route]:
    """The routes of the API; docs/bench-api.md is checked against them."""
    return [*screen_api.routes(), *device_api.routes(), *house_api.routes()]


async def no_such_api(request: Request) -> Response:
    """A misspelt address of the API."""
    return JSONResponse(
        {"error": f"no {request.method} {request.url.path}", "what_to_do": "see docs/bench-api.md"}, 404
    )


def make_app(
    api: list[Route],
    streams: list[Stream],
    state: State,
    start: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
) -> Starlette:
    """The application; `start` and `stop` are awaited around its life."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await start()
        try:
            yield
        finally:
            state.close()
            await stop()

    routes: list[BaseRoute] = [
        *api,
        Route("/api/{rest:path}", no_such_api, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
        *(WebSocketRoute(f"/ws/{stream.screen.name}", stream.serve) for stream in streams),
        Route("/index.html", lambda _: RedirectResponse("/")),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(OnlyThisMachine)])
