"""Payments that customers were asked for: intents by attempt, and the simulator that decides them.

pending -> paid | declined | cancelled | expired; an end sticks. Asking twice is harmless. While an
intent is `silent` ("no answer"), HQ says nothing about it to the till, whatever happens to it.
Called within the caller's transaction; what was changed is announced from `unannounced`.
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from hq import catalogue
from hq.journal import Sender
from hq.tables import payment
from retail.emvco import Merchant, merchant_qr
from retail.errors import ContractError, Refused
from retail.messages import PaymentNews
from retail.money import AMOUNT_MINOR_MAX, currency

LIFE_MS_MAX = 24 * 3_600_000
SHOWN_MAX = 200
RETOLD_MS = 10 * 60_000
Decision = Literal["paid", "declined"]


class Create(Struct, frozen=True, kw_only=True):
    """What the till asks for; see `retail.messages.Request`."""

    attempt_id: str
    sale_id: str
    amount_minor: int
    currency: str
    expires_at_ms: int
    method: str = "qr"


@dataclass(frozen=True)
class Intent:
    """One intent as the pages show it; times are Unix milliseconds."""

    attempt_id: str
    appliance: str
    sale_id: str
    method: str
    amount_minor: int
    currency: str
    state: str
    silent: bool
    qr: str
    created_ms: int
    changed_ms: int
    expires_at_ms: int


def create(connection: Connection, sender: Sender, wanted: Create, now_ms: int) -> PaymentNews | None:
    """The intent of that attempt, made if it is new; None while it is silent."""
    row = _row(connection, wanted.attempt_id)
    if row is None:
        _insert(connection, sender, wanted, now_ms)
    else:
        same = (row.tenant, row.appliance, row.amount_minor, row.currency)
        if same != (sender.tenant, sender.appliance, wanted.amount_minor, wanted.currency):
            raise Refused("payment.attempt_differs", attempt_id=wanted.attempt_id)
    return query(connection, sender, wanted.attempt_id, now_ms)


def query(connection: Connection, sender: Sender, attempt_id: str, now_ms: int) -> PaymentNews | None:
    """How it stands; None while it is silent. `Refused` for one that this appliance never asked for."""
    expire(connection, now_ms)
    row = _row(connection, attempt_id)
    if row is None or (row.tenant, row.appliance) != (sender.tenant, sender.appliance):
        raise Refused("payment.unknown", attempt_id=attempt_id)
    return None if row.silent else _news(row)


def cancel(connection: Connection, sender: Sender, attempt_id: str, now_ms: int) -> PaymentNews | None:
    """Cancel what is pending; one that has ended answers how: after "paid" the till completes the sale."""
    standing = query(connection, sender, attempt_id, now_ms)
    if standing is not None and standing.state == "pending":
        _move(connection, attempt_id, "cancelled", now_ms)
        return query(connection, sender, attempt_id, now_ms)
    return standing


def decide(connection: Connection, attempt_id: str, state: Decision, now_ms: int) -> None:
    """The customer paid or was declined; ends a silence. `Refused` when it has ended otherwise."""
    expire(connection, now_ms)
    row = _row(connection, attempt_id)
    if row is None:
        raise Refused("payment.unknown", attempt_id=attempt_id)
    if row.state not in ("pending", state):
        raise Refused("payment.has_ended", attempt_id=attempt_id, state=row.state)
    if row.state == "pending":
        _move(connection, attempt_id, state, now_ms)
    release(connection, attempt_id, now_ms)


def silence(connection: Connection, attempt_id: str, now_ms: int) -> None:
    """Say nothing about this one any more. `Refused` when it has ended."""
    expire(connection, now_ms)
    row = _row(connection, attempt_id)
    if row is None:
        raise Refused("payment.unknown", attempt_id=attempt_id)
    if row.state != "pending":
        raise Refused("payment.has_ended", attempt_id=attempt_id, state=row.state)
    connection.execute(update(payment).where(payment.c.attempt_id == attempt_id).values(silent=1))


def release(connection: Connection, attempt_id: str, now_ms: int) -> None:
    """End a silence; the till hears how it stands."""
    if _row(connection, attempt_id) is None:
        raise Refused("payment.unknown", attempt_id=attempt_id)
    connection.execute(
        update(payment)
        .where(payment.c.attempt_id == attempt_id, payment.c.silent == 1)
        .values(silent=0, revision=payment.c.revision + 1, changed_ms=now_ms)
    )


def expire(connection: Connection, now_ms: int) -> int:
    """End what is pending beyond its time; returns how many."""
    return connection.execute(
        update(payment)
        .where(payment.c.state == "pending", payment.c.expires_at_ms <= now_ms)
        .values(state="expired", revision=payment.c.revision + 1, changed_ms=now_ms)
    ).rowcount


def any_to_expire(connection: Connection, now_ms: int) -> bool:
    """Whether `expire` would change anything; only reads."""
    due = select(payment.c.attempt_id).where(payment.c.state == "pending", payment.c.expires_at_ms <= now_ms)
    return connection.execute(due.limit(1)).first() is not None


def unannounced(connection: Connection) -> list[tuple[Sender, PaymentNews]]:
    """News the tills have not been sent yet."""
    rows = connection.execute(
        select(payment).where(payment.c.revision > payment.c.announced, payment.c.silent == 0)
    )
    return [(Sender(row.tenant, row.appliance), _news(row)) for row in rows]


def announced(connection: Connection, news: PaymentNews) -> None:
    """This revision has been sent."""
    connection.execute(
        update(payment)
        .where(payment.c.attempt_id == news.attempt_id, payment.c.announced < news.revision)
        .values(announced=news.revision)
    )


def recent_of(connection: Connection, to: Sender, now_ms: int) -> list[PaymentNews]:
    """What an appliance that has just connected may have missed."""
    rows = connection.execute(
        select(payment).where(
            payment.c.tenant == to.tenant,
            payment.c.appliance == to.appliance,
            payment.c.silent == 0,
            payment.c.changed_ms > now_ms - RETOLD_MS,
        )
    )
    return [_news(row) for row in rows]


def intents(connection: Connection) -> list[Intent]:
    """The latest first, at most `SHOWN_MAX`."""
    rows = connection.execute(select(payment).order_by(payment.c.created_ms.desc()).limit(SHOWN_MAX))
    names = Intent.__dataclass_fields__
    return [
        Intent(**{**{name: getattr(row, name) for name in names}, "silent": bool(row.silent)}) for row in rows
    ]


def _insert(connection: Connection, sender: Sender, wanted: Create, now_ms: int) -> None:
    if not 0 < wanted.amount_minor <= AMOUNT_MINOR_MAX:
        raise Refused("payment.amount", amount_minor=wanted.amount_minor)
    if not 0 < len(wanted.attempt_id) <= 64:
        raise Refused("payment.attempt_id", length=len(wanted.attempt_id))
    reference = wanted.attempt_id.replace("-", "")[-25:]
    values: dict[str, Any] = {
        **msgspec.structs.asdict(wanted),
        "tenant": sender.tenant,
        "appliance": sender.appliance,
        "state": "pending",
        "revision": 1,
        "announced": 1,  # the answer to the request carries it
        "qr": _qr(connection, wanted, reference),
        "provider_reference": reference,
        "created_ms": now_ms,
        "changed_ms": now_ms,
        "expires_at_ms": min(wanted.expires_at_ms, now_ms + LIFE_MS_MAX),
    }
    connection.execute(insert(payment).values(values))


def _qr(connection: Connection, wanted: Create, reference: str) -> str:
    shop = catalogue.shop(connection)
    if shop is None or not (shop.merchant_id and shop.merchant_name and shop.merchant_city):
        raise Refused("payment.no_merchant")
    merchant = Merchant(
        name=shop.merchant_name,
        city=shop.merchant_city,
        country=shop.country,
        category_code=shop.category_code,
        account=shop.merchant_id,
    )
    try:
        return merchant_qr(merchant, wanted.amount_minor, currency(wanted.currency), reference)
    except ContractError as error:
        raise Refused("payment.no_qr", why=error.code, path=error.path) from error


def _move(connection: Connection, attempt_id: str, state: str, now_ms: int) -> None:
    connection.execute(
        update(payment)
        .where(payment.c.attempt_id == attempt_id, payment.c.state == "pending")
        .values(state=state, revision=payment.c.revision + 1, changed_ms=now_ms)
    )


def _row(connection: Connection, attempt_id: str) -> Row[Any] | None:
    return connection.execute(select(payment).where(payment.c.attempt_id == attempt_id)).one_or_none()


def _news(row: Row[Any]) -> PaymentNews:
    return PaymentNews(
        **{name: getattr(row, name) for name in PaymentNews.__struct_fields__ if name in row._fields}
    )
