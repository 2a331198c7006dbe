"""Who may ask: hosts by name, and changes only from our own pages.

A browser names the page that a request comes from; programs name none, and no foreign page can
make a browser send a change without naming itself.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BODY_BYTES_MAX = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
"""On every answer that does not bring its own."""


class Guard:
    """Refuses foreign hosts, foreign changes and bodies beyond 64 KiB; adds the security headers.

    `large`: addresses that take more, and how many bytes.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], large: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._hosts = set(hosts)
        self._large = large or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        code = self._refusal(str(scope["method"]), str(scope["path"]), Headers(scope=scope))
        if code:
            answer = JSONResponse({"error": code}, status_code=403)
            await answer(scope, receive, send)
            return

        async def send_guarded(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                assert isinstance(headers, list)
                own = {name for name, _ in headers}
                headers += [(name, value) for name, value in HEADERS if name not in own]
            await send(message)

        await self._app(scope, receive, send_guarded)  # type: ignore[arg-type]  # the same mapping, mutable

    def _refusal(self, method: str, path: str, headers: Headers) -> str:
        host = headers.get("host", "")
        if self._hosts and urlsplit(f"//{host}").hostname not in self._hosts:
            return "request.foreign_host"
        if method in SAFE_METHODS:
            return ""
        length = headers.get("content-length", "0")
        bytes_max = self._large.get(path, BODY_BYTES_MAX)
        if not length.isdigit() or int(length) > bytes_max or "transfer-encoding" in headers:
            return "request.too_large"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "request.foreign_page"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return "request.foreign_page"
        return ""
