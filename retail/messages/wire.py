"""The messages themselves and their JSON form."""

from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from retail.errors import ContractError
from retail.messages.chain import event_hash
from retail.streams import AnyDocument

MESSAGE_BYTES_MAX = 64 * 1024 * 1024
"""Larger than a snapshot of 100,000 products; anything beyond is not ours."""


class Envelope(Struct, frozen=True, kw_only=True):
    """One journal event. `wall` is ISO 8601 UTC; `hlc` is milliseconds*2^16 + counter and only grows."""

    id: str
    tenant: str
    appliance: str
    incarnation: str
    seq: int
    prev: str
    hash: str
    type: str
    hlc: int
    wall: str
    time_trust: Literal["synced", "floor"]
    business_day: str
    body: dict[str, Any]
    v: int = 1

    def content(self) -> dict[str, Any]:
        """What the hash covers: everything but the hash itself."""
        content = {name: getattr(self, name) for name in self.__struct_fields__}
        del content["hash"]
        return content

    def computed_hash(self) -> str:
        """The hash this envelope should carry."""
        return event_hash(self.prev, self.content())


class EventBatch(Struct, frozen=True, kw_only=True, tag="events"):
    """Consecutive events of one incarnation."""

    events: tuple[Envelope, ...]


class Hello(Struct, frozen=True, kw_only=True, tag="hello"):
    """Sent on every connection: where the appliance stands. HQ answers with `Ack` and pushes."""

    incarnation: str
    last_seq: int
    head_hash: str
    versions: dict[str, int]
    app_version: str = ""


class Ack(Struct, frozen=True, kw_only=True, tag="ack"):
    """HQ holds the journal up to and including `upto`, whose hash is `hash`; it is committed.

    `problem` is set when HQ refuses to go on: ``forked`` (same seq, other hash) or ``broken``
    (an event does not link); the appliance then keeps everything and raises an alarm.
    """

    incarnation: str
    upto: int
    hash: str
    problem: str = ""


class PushDocument(Struct, frozen=True, kw_only=True):
    """One document as of a version; `gone` says that it is no longer sold, employed or a member."""

    document: AnyDocument
    gone: bool = False


class Push(Struct, frozen=True, kw_only=True, tag="push"):
    """What changed in a stream after `base` up to `version`; base 0 is a snapshot.

    Applied only by an appliance that stands exactly at `base` (or at any version for base 0).
    """

    stream: str
    base: int
    version: int
    documents: tuple[PushDocument, ...]


class Request(Struct, frozen=True, kw_only=True, tag="request"):
    """Something the appliance asks of HQ; `id` makes asking again harmless.

    Members' money, benefits and records: `retail.messages.asking`. Kinds for payments:
    ``payment.create`` {attempt_id, sale_id, amount_minor, currency, method, expires_at_ms},
    ``payment.query`` {attempt_id}, ``payment.cancel`` {attempt_id}, ``payment.refund`` {attempt_id, refunds,
    amount_minor, currency}: `attempt_id` is the refund's own, `refunds` the payment's.
    """

    id: str
    kind: str
    body: dict[str, Any]


class Answer(Struct, frozen=True, kw_only=True, tag="answer"):
    """HQ's answer to the `Request` of that id; `error` is a code or empty."""

    id: str
    body: dict[str, Any]
    error: str = ""


PaymentState = Literal["pending", "paid", "declined", "cancelled", "expired"]


class PaymentNews(Struct, frozen=True, kw_only=True, tag="payment"):
    """How a payment stands; `revision` grows, so that late news never overwrites newer. Of a refund ``paid``
    means that the customer has the money back, of a spend of our own money that HQ has reserved it.
    `reason` is the code of a refusal when it was declined, `params` its parameters. Of our own money that was
    reserved they say what is left besides: ``balance_minor``, of points ``balance``."""

    attempt_id: str
    state: PaymentState
    revision: int
    amount_minor: int
    currency: str
    qr: str = ""
    provider_reference: str = ""
    reason: str = ""
    params: dict[str, int | str] = {}


class State(Struct, frozen=True, kw_only=True, tag="state"):
    """Retained birth and last will: whether the appliance is connected and what it has active."""

    online: bool
    versions: dict[str, int] = {}
    app_version: str = ""


Upward = EventBatch | Hello | Request | State
Downward = Ack | Push | Answer | PaymentNews
Message = TypeVar("Message")

_encoder = msgspec.json.Encoder()


def encode(message: Upward | Downward) -> bytes:
    """The JSON bytes of a message."""
    return _encoder.encode(message)


def decode(data: bytes, kind: type[Message]) -> Message:
    """The message in these bytes; `kind` may be a union such as `Upward`.

    `ContractError` says what is wrong and at which path.
    """
    if len(data) > MESSAGE_BYTES_MAX:
        raise ContractError("message.too_large", bytes=len(data))
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        text, _, path = str(error).partition(" - at `")
        raise ContractError("message.malformed", path=path.rstrip("`") or "$", why=text) from error
