"""The till's requests: each is sent until it has an answer or its time is over."""

from collections.abc import Callable

from appliance.store.trade.outbox import OpenRequest
from retail.messages import Request

RESEND_MS = 2_000
OPEN_MAX = 64


class Questions:
    """Remembers what was sent when; which requests are open is read from the databases."""

    def __init__(self) -> None:
        self._open: dict[str, OpenRequest] = {}
        self._sent_ms: dict[str, int] = {}

    def replace(self, requests: list[OpenRequest]) -> None:
        """These are open now."""
        self._open = {one.request.id: one for one in requests}
        self._sent_ms = {key: at for key, at in self._sent_ms.items() if key in self._open}

    def answered(self, request_id: str) -> None:
        """This one has its answer."""
        self._open.pop(request_id, None)
        self._sent_ms.pop(request_id, None)

    def disconnected(self) -> None:
        """What was sent may be lost: the next connection sends it at once."""
        self._sent_ms.clear()

    def send_due(self, send: Callable[[Request], bool], now_ms: int) -> None:
        """Send what was never sent or stands unanswered for 2 s; stop when nothing can be sent."""
        for key, one in list(self._open.items()):
            if one.expires_ms <= now_ms:
                self.answered(key)
            elif now_ms - self._sent_ms.get(key, -RESEND_MS) >= RESEND_MS:
                if not send(one.request):
                    return
                self._sent_ms[key] = now_ms
