"""Money given back to whoever paid by code: asked for by tills, decided by the simulator's buttons.

pending -> paid (the customer has it) | declined; an end sticks. Asking twice under one id is harmless, and
all refunds of a payment together never exceed it. A refund that can't be is declined, so that the till
hears it. Called within the caller's transaction; what was changed is announced from `unannounced`.
"""

from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, insert, select, update

from hq.journal import Sender
from hq.payments import RETOLD_MS, SHOWN_MAX, Decision
from hq.tables import payment, refund
from retail.errors import Refused
from retail.messages import PaymentNews


class Ask(Struct, frozen=True, kw_only=True):
    """What the till asks for; see `retail.messages.Request`."""

    attempt_id: str
    refunds: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class Refund:
    """One refund as the pages show it; times are Unix milliseconds."""

    attempt_id: str
    refunds: str
    appliance: str
    amount_minor: int
    currency: str
    state: str
    silent: bool
    created_ms: int
    changed_ms: int


def ask(connection: Connection, sender: Sender, wanted: Ask, now_ms: int) -> PaymentNews | None:
    """How the refund of that id stands, begun if it is new; None while it is silent."""
    row = _row(connection, wanted.attempt_id)
    if row is None:
        if not 0 < len(wanted.attempt_id) <= 64 or not _is_covered(connection, sender, wanted):
            return _declined(wanted)
        values: dict[str, Any] = {
            "attempt_id": wanted.attempt_id,
            "refunds": wanted.refunds,
            "tenant": sender.tenant,
            "appliance": sender.appliance,
            "amount_minor": wanted.amount_minor,
            "currency": wanted.currency,
            "state": "pending",
            "revision": 1,
            "announced": 1,  # the answer to the request carries it
            "silent": 0,
            "provider_reference": "R" + wanted.attempt_id.replace("-", "")[-24:],
            "created_ms": now_ms,
            "changed_ms": now_ms,
        }
        connection.execute(insert(refund).values(values))
        row = _row(connection, wanted.attempt_id)
        assert row is not None  # it was just put there
    same = (row.tenant, row.appliance, row.refunds, row.amount_minor, row.currency)
    if same != (sender.tenant, sender.appliance, wanted.refunds, wanted.amount_minor, wanted.currency):
        raise Refused("payment.attempt_differs", attempt_id=wanted.attempt_id)
    return None if row.silent else _news(row)


def _is_covered(connection: Connection, sender: Sender, wanted: Ask) -> bool:
    """Whether that payment was made at this appliance and still holds so much."""
    paid = connection.execute(select(payment).where(payment.c.attempt_id == wanted.refunds)).one_or_none()
    if paid is None or paid.state != "paid" or paid.currency != wanted.currency:
        return False
    if (paid.tenant, paid.appliance) != (sender.tenant, sender.appliance):
        return False
    taken = sum_of(connection, wanted.refunds, with_pending=True)
    return 0 < wanted.amount_minor <= int(paid.amount_minor) - taken


def sum_of(connection: Connection, payment_id: str, with_pending: bool = False) -> int:
    """How much of a payment went back, in minor units."""
    states = ("paid", "pending") if with_pending else ("paid",)
    total = select(func.coalesce(func.sum(refund.c.amount_minor), 0)).where(
        refund.c.refunds == payment_id, refund.c.state.in_(states)
    )
    return int(connection.execute(total).scalar_one())


def decide(connection: Connection, attempt_id: str, state: Decision, now_ms: int) -> None:
    """The provider gave it back, or would not; ends a silence. `Refused` when it has ended otherwise."""
    row = _known(connection, attempt_id)
    if row.state not in ("pending", state):
        raise Refused("payment.has_ended", attempt_id=attempt_id, state=row.state)
    if row.state == "pending":
        _change(connection, attempt_id, now_ms, state=state)
    release(connection, attempt_id, now_ms)


def silence(connection: Connection, attempt_id: str, now_ms: int) -> None:
    """Say nothing about this one any more. `Refused` when it has ended."""
    row = _known(connection, attempt_id)
    if row.state != "pending":
        raise Refused("payment.has_ended", attempt_id=attempt_id, state=row.state)
    connection.execute(update(refund).where(refund.c.attempt_id == attempt_id).values(silent=1))


def release(connection: Connection, attempt_id: str, now_ms: int) -> None:
    """End a silence; the till hears how it stands."""
    if _known(connection, attempt_id).silent:
        _change(connection, attempt_id, now_ms, silent=0)


def is_refund(connection: Connection, attempt_id: str) -> bool:
    """Whether the id is a refund's."""
    return _row(connection, attempt_id) is not None


def unannounced(connection: Connection) -> list[tuple[Sender, PaymentNews]]:
    """News the tills have not been sent yet."""
    waiting = select(refund).where(refund.c.revision > refund.c.announced, refund.c.silent == 0)
    return [(Sender(row.tenant, row.appliance), _news(row)) for row in connection.execute(waiting)]


def announced(connection: Connection, news: PaymentNews) -> None:
    """This revision has been sent."""
    connection.execute(
        update(refund)
        .where(refund.c.attempt_id == news.attempt_id, refund.c.announced < news.revision)
        .values(announced=news.revision)
    )


def recent_of(connection: Connection, to: Sender, now_ms: int) -> list[PaymentNews]:
    """What an appliance that has just connected may have missed."""
    rows = select(refund).where(
        refund.c.tenant == to.tenant,
        refund.c.appliance == to.appliance,
        refund.c.silent == 0,
        refund.c.changed_ms > now_ms - RETOLD_MS,
    )
    return [_news(row) for row in connection.execute(rows)]


def refunds(connection: Connection) -> list[Refund]:
    """The latest first, at most `SHOWN_MAX`."""
    rows = connection.execute(select(refund).order_by(refund.c.created_ms.desc()).limit(SHOWN_MAX))
    names = [name for name in Refund.__dataclass_fields__ if name != "silent"]
    return [Refund(silent=bool(row.silent), **{name: getattr(row, name) for name in names}) for row in rows]


def _known(connection: Connection, attempt_id: str) -> Row[Any]:
    row = _row(connection, attempt_id)
    if row is None:
        raise Refused("payment.unknown", attempt_id=attempt_id)
    return row


def _row(connection: Connection, attempt_id: str) -> Row[Any] | None:
    return connection.execute(select(refund).where(refund.c.attempt_id == attempt_id)).one_or_none()


def _change(connection: Connection, attempt_id: str, now_ms: int, **values: Any) -> None:
    connection.execute(
        update(refund)
        .where(refund.c.attempt_id == attempt_id)
        .values(revision=refund.c.revision + 1, changed_ms=now_ms, **values)
    )


def _news(row: Row[Any]) -> PaymentNews:
    return PaymentNews(
        attempt_id=row.attempt_id,
        state=row.state,
        revision=row.revision,
        amount_minor=row.amount_minor,
        currency=row.currency,
        provider_reference=row.provider_reference,
    )


def _declined(wanted: Ask) -> PaymentNews:
    return PaymentNews(
        attempt_id=wanted.attempt_id,
        state="declined",
        revision=1,
        amount_minor=wanted.amount_minor,
        currency=wanted.currency,
    )
