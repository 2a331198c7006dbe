"""What HQ does with one message: one transaction, and what is to be said once it is committed.

Knows messages and the database, no broker. The same message twice, late or out of order leaves
the same state.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine

from hq import appliances, catalogue, journal, payments, pushes, refunds, requests
from hq.alarms import raise_alarm
from hq.journal import Sender
from hq.members.keys import Keys
from retail.errors import ContractError
from retail.messages import Ack, Downward, Hello, Push, Request, State, Topics, decode, parse_up

LEAVES = {"event", "request", "state"}


class Batch(Struct, frozen=True, kw_only=True, tag="events"):
    """Like `EventBatch`, but its events are read one by one: one odd event must not block the rest."""

    events: list[dict[str, Any]]


Upward = Batch | Hello | Request | State
Outgoing = tuple[Sender, Downward]


def topic_for(to: Sender, message: Downward) -> str:
    """Where a message goes."""
    topics = Topics(to.tenant, to.appliance)
    if isinstance(message, Ack):
        return topics.dn_ack
    if isinstance(message, Push):
        return topics.dn_push
    return topics.dn_response


def take(
    engine: Engine,
    plan: pushes.PushPlan,
    topic: str,
    payload: bytes,
    now_ms: int,
    keys: Keys | None = None,
) -> list[Outgoing]:
    """Handle a message and commit; what comes back may be sent, because it is true now.

    Without `keys` nothing that is about members' records is answered.
    """
    if not payload:
        return []
    place = parse_up(topic)
    if place is None or place[2] not in LEAVES:
        return []
    sender = Sender(place[0], place[1])
    try:
        message: Upward = decode(payload, Upward)  # type: ignore[arg-type]  # a union is a type to msgspec
        with engine.begin() as connection:
            return _handle(connection, plan, sender, message, now_ms, keys)
    except (ContractError, OverflowError) as problem:
        # An integer beyond 64 bits does not fit the database: the message is as wrong as a torn one.
        error = problem if isinstance(problem, ContractError) else ContractError("message.out_of_range")
        with engine.begin() as connection:
            params = {key: value for key, value in error.params.items() if key != "path"}
            raise_alarm(
                connection, sender.tenant, sender.appliance, error.code, now_ms, path=error.path, **params
            )
        return []


def _handle(
    connection: Connection,
    plan: pushes.PushPlan,
    sender: Sender,
    message: Upward,
    now_ms: int,
    keys: Keys | None,
) -> list[Outgoing]:
    if isinstance(message, Batch):
        return [(sender, ack) for ack in journal.accept(connection, sender, message.events, now_ms)]
    if isinstance(message, Request):
        answer = requests.answer(connection, sender, message, now_ms, keys)
        return [] if answer is None else [(sender, answer)]
    outgoing: list[Outgoing] = []
    if isinstance(message, Hello):
        came_back = appliances.greet(connection, sender, message, now_ms)
        outgoing.append((sender, appliances.place_of(connection, sender, message, now_ms)))
    else:
        came_back = appliances.report(connection, sender, message, now_ms)
    _overtake(connection, sender, message.versions, now_ms)
    if came_back:
        plan.forget(sender)
        outgoing += [(sender, news) for news in payments.recent_of(connection, sender, now_ms)]
        outgoing += [(sender, news) for news in refunds.recent_of(connection, sender, now_ms)]
    return outgoing


def _overtake(connection: Connection, sender: Sender, reported: dict[str, int], now_ms: int) -> None:
    """HQ came back from an older backup: its versions must grow past what the appliances have."""
    for name, version in pushes.ahead(connection, reported):
        now_at = catalogue.overtake(connection, name, version)
        raise_alarm(
            connection,
            sender.tenant,
            sender.appliance,
            "catalogue.was_ahead",
            now_ms,
            stream=name,
            version=version,
            now_at=now_at,
        )
