"""The house over HTTP: its processes and their killing, what to scan and tap, and all that changes."""

import asyncio
import os

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from emulators.bench.answers import ApiError, answering, body_of, done, text_in
from emulators.bench.house import House, kill
from emulators.bench.state import State

ANSWER_FIRST_S = 0.1


class HouseApi:
    """Routes that are about no single device."""

    def __init__(self, house: House, state: State) -> None:
        self._house, self._state = house, state

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/api/processes", answering(self.processes)),
            Route("/api/kill", answering(self.kill), methods=["POST"]),
            Route("/api/cards", answering(self.cards)),
            Route("/api/barcodes", answering(self.barcodes)),
            Route("/api/links", answering(self.links)),
            Route("/api/state", answering(self.state)),
            Route("/api/events", answering(self.events)),
        ]

    async def processes(self, _: Request) -> Response:
        return JSONResponse({"processes": self._house.processes()})

    async def kill(self, request: Request) -> Response:
        """`kill -9` at once; the bench itself answers first, for it could not afterwards."""
        body = await body_of(request, "name")
        pid = self._house.victim(text_in(body, "name"))
        if pid == os.getpid():
            asyncio.get_running_loop().call_later(ANSWER_FIRST_S, kill, pid)
        else:
            kill(pid)
        return done(pid=pid)

    async def cards(self, _: Request) -> Response:
        return JSONResponse({"cards": self._house.goods("cards")})

    async def barcodes(self, _: Request) -> Response:
        return JSONResponse({"barcodes": self._house.goods("barcodes")})

    async def links(self, _: Request) -> Response:
        return JSONResponse({"links": self._house.links()})

    async def state(self, _: Request) -> Response:
        return JSONResponse(self._state.now())

    async def events(self, _: Request) -> Response:
        if self._state.is_full:
            raise ApiError(503, "too many listeners", "close one, or ask GET /api/state now and then")
        return StreamingResponse(
            self._state.told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )
