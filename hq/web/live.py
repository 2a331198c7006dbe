"""Server-sent events: "something changed", and the page fetches itself again."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hq.web.context import context_of

PING_S = 15
PAGES_MAX = 100
_open_pages = 0


async def live(request: Request) -> Response:
    """A number that grows with each change."""
    if _open_pages >= PAGES_MAX:
        return Response(status_code=503, headers={"retry-after": "30"})
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_changes(request), media_type="text/event-stream", headers=headers)


async def _changes(request: Request) -> AsyncIterator[str]:
    global _open_pages
    changes = context_of(request).changes
    _open_pages += 1
    try:
        count = changes.count
        yield f"retry: 1000\ndata: {count}\n\n"
        while not changes.closed:
            now_at = await changes.beyond(count, PING_S)
            yield ": still here\n\n" if now_at == count else f"data: {now_at}\n\n"
            count = now_at
    finally:
        _open_pages -= 1
