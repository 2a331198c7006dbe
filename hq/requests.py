"""Answers what appliances ask. A refusal is an answer too; only a silent payment gets none."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection

from hq import payments, refunds
from hq.journal import Sender
from hq.ledger import asking as money
from hq.ledger import holding, rewards, voiding
from hq.members import asked
from hq.members.keys import Keys
from retail.errors import ContractError, Refused
from retail.messages import Answer, PaymentNews, Request, asking


class _Attempt(msgspec.Struct, frozen=True):
    attempt_id: str


Handler = Callable[[Connection, Sender, Any, int], msgspec.Struct | None]
HANDLERS: dict[str, tuple[type[msgspec.Struct], Handler]] = {
    "payment.create": (payments.Create, payments.create),
    "payment.query": (_Attempt, lambda c, s, body, now_ms: payments.query(c, s, body.attempt_id, now_ms)),
    "payment.cancel": (_Attempt, lambda c, s, body, now_ms: payments.cancel(c, s, body.attempt_id, now_ms)),
    "payment.refund": (refunds.Ask, refunds.ask),
    "spend.authorise": (asking.SpendAsked, money.authorise),
    "spend.cancel": (asking.SpendNamed, money.cancel),
    "payout.quote": (asking.PayoutAsked, money.quote),
    "grant.void": (asking.VoidAsked, voiding.hold),
    "upgrade.quote": (asking.UpgradeAsked, money.quote_upgrade),
    "benefit.hold": (asking.BenefitAsked, holding.hold),
    "reward.redeem": (asking.RewardAsked, rewards.redeem),
    "prepaid.freeze": (asking.FreezeAsked, holding.freeze),
}
"""Kind of request: the type of its body, and who answers it. None is an empty answer; of a payment, none."""


def answer(
    connection: Connection, sender: Sender, request: Request, now_ms: int, keys: Keys | None = None
) -> Answer | None:
    """The answer to send after the commit, or None for no answer at all."""
    try:
        if request.kind in asked.KINDS:
            return Answer(id=request.id, body=asked.answer(connection, keys, request, now_ms))
        if request.kind not in HANDLERS:
            raise Refused("request.unknown_kind", kind=request.kind)
        kind, handle = HANDLERS[request.kind]
        said = handle(connection, sender, msgspec.convert(request.body, kind), now_ms)
    except Refused as refusal:
        body = {"code": refusal.code, **refusal.params}
        return Answer(id=request.id, body=body, error=refusal.code)
    except msgspec.ValidationError as error:
        return Answer(id=request.id, body={"why": str(error)}, error="request.malformed")
    except ContractError as error:
        return Answer(id=request.id, body={"code": error.code, **error.params}, error=error.code)
    if request.kind.startswith("payment."):
        if not isinstance(said, PaymentNews):
            return None
        payments.announced(connection, said)
        refunds.announced(connection, said)
    return Answer(id=request.id, body=msgspec.to_builtins(said) if said is not None else {})
