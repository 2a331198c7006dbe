"""Answers what appliances ask. A refusal is an answer too; only a silent payment gets none."""

import msgspec
from sqlalchemy import Connection

from hq import payments, refunds
from hq.journal import Sender
from hq.members import asked
from hq.members.keys import Keys
from retail.errors import Refused
from retail.messages import Answer, PaymentNews, Request


class _Attempt(msgspec.Struct, frozen=True):
    attempt_id: str


def answer(
    connection: Connection, sender: Sender, request: Request, now_ms: int, keys: Keys | None = None
) -> Answer | None:
    """The answer to send after the commit, or None for no answer at all."""
    try:
        if request.kind in asked.KINDS:
            return Answer(id=request.id, body=asked.answer(connection, keys, request, now_ms))
        news = _payment(connection, sender, request, now_ms)
    except Refused as refusal:
        body = {"code": refusal.code, **refusal.params}
        return Answer(id=request.id, body=body, error=refusal.code)
    except msgspec.ValidationError as error:
        return Answer(id=request.id, body={"why": str(error)}, error="request.malformed")
    if news is None:
        return None
    payments.announced(connection, news)
    refunds.announced(connection, news)
    return Answer(id=request.id, body=msgspec.structs.asdict(news))


def _payment(connection: Connection, sender: Sender, request: Request, now_ms: int) -> PaymentNews | None:
    if request.kind == "payment.create":
        return payments.create(connection, sender, msgspec.convert(request.body, payments.Create), now_ms)
    if request.kind == "payment.query":
        attempt = msgspec.convert(request.body, _Attempt)
        return payments.query(connection, sender, attempt.attempt_id, now_ms)
    if request.kind == "payment.cancel":
        attempt = msgspec.convert(request.body, _Attempt)
        return payments.cancel(connection, sender, attempt.attempt_id, now_ms)
    if request.kind == "payment.refund":
        return refunds.ask(connection, sender, msgspec.convert(request.body, refunds.Ask), now_ms)
    raise Refused("request.unknown_kind", kind=request.kind)
