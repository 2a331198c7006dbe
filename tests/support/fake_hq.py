"""HQ as a till hears it: takes the questions that stand in trade.db and answers them by the contract.

Each kind of question has a function from its body to the answer's; a `Refused` becomes the answer's error. It
answers a question as often as it is asked, so losing and doubling can be tried.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Engine

from appliance.checkout.ports import HqRequest
from appliance.store.reference.mailbox import keep_answer
from appliance.store.trade import TradeStore
from retail.errors import Refused
from retail.messages import Answer, PaymentNews

Answering = Callable[[dict[str, Any]], Struct | dict[str, Any]]


class FakeHq:
    """`answers` by kind; kinds without one stay unanswered. `asked` is all that ever arrived, by kind."""

    def __init__(self, trade: TradeStore, reference: Engine, answers: Mapping[str, Answering]) -> None:
        self._trade = trade
        self._reference = reference
        self.answers: dict[str, Answering] = {"spend.cancel": cancelled, **answers}
        self.asked: dict[str, list[dict[str, Any]]] = {}

    def requests(self) -> list[HqRequest]:
        """What stands in the outbox, oldest first."""
        rows = self._trade._rows("SELECT DISTINCT kind FROM hq_request")
        return list(self._trade.requests([str(kind) for (kind,) in rows])) if rows else []

    def turn(self) -> int:
        """Answer what is open, once each; how many were answered."""
        count = 0
        for request in self.requests():
            self.asked.setdefault(request.kind, []).append(request.body)
            answering = self.answers.get(request.kind)
            if answering is None:
                continue
            count += 1
            try:
                body = msgspec.to_builtins(answering(request.body))
                answer = Answer(id=request.id, body=body)
            except Refused as refusal:
                answer = Answer(
                    id=request.id, body={"code": refusal.code, **refusal.params}, error=refusal.code
                )
            with self._reference.begin() as connection:
                keep_answer(connection, answer, request.created_ms)
        return count


def cancelled(body: dict[str, Any]) -> PaymentNews:
    """What HQ says to a spend or hold that is given up."""
    return PaymentNews(
        attempt_id=body["auth_id"], state="cancelled", revision=2, amount_minor=0, currency="CNY"
    )
