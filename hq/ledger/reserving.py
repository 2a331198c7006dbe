"""Reservations as rows: what tills have been promised, and how each promise ended."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from hq.ledger.moments import moment, to_ms
from hq.tables import reservation, reservation_ask
from retail.errors import Refused
from retail.ledger import reservations as rules
from retail.ledger.reservations import Ask, Reservation, SpendRequest

Q = TypeVar("Q")


@dataclass(frozen=True, slots=True)
class Kept:
    """A reservation with what HQ answers about it. `quote`: JSON of a payout's or upgrade's figures."""

    reservation: Reservation
    amount_minor: int
    currency: str
    quote: str = ""
    reason: str = ""
    sale_id: str = ""
    params: dict[str, Any] | None = None

    @property
    def auth_id(self) -> str:
        """Its id."""
        return self.reservation.request.auth_id

    @property
    def at(self) -> datetime:
        """When it was granted."""
        return self.reservation.at


def find(connection: Connection, auth_id: str) -> Kept | None:
    """A reservation by its id."""
    return next(iter(_kept(connection, reservation.c.auth_id == auth_id)), None)


def quote_of(kept: Kept, kind: type[Q]) -> Q | None:
    """What HQ reckoned when it granted this; None when that was nothing, or something else."""
    try:
        return msgspec.json.decode(kept.quote, type=kind) if kept.quote else None
    except msgspec.ValidationError:
        return None


def open_ones(connection: Connection, *purses: str) -> list[Kept]:
    """Those still open that hold something of these purses, the oldest first; of any if none is named."""
    where = reservation.c.state == "open"
    if purses:
        asking = select(reservation_ask.c.auth_id).where(reservation_ask.c.purse.in_(purses))
        where = where & reservation.c.auth_id.in_(asking)
    return _kept(connection, where)


def open_of_member(connection: Connection, member_id: str) -> list[Kept]:
    """Those open on a member's stored value and points."""
    asking = select(reservation_ask.c.auth_id).where(
        reservation_ask.c.purse > f"member/{member_id}/", reservation_ask.c.purse < f"member/{member_id}0"
    )
    return _kept(connection, (reservation.c.state == "open") & reservation.c.auth_id.in_(asking))


def reserved(connection: Connection, purse: str, unit: str) -> int:
    """How much of a purse is promised to tills."""
    return int(
        connection.execute(
            select(func.coalesce(func.sum(reservation_ask.c.amount - reservation_ask.c.spent), 0))
            .join_from(reservation_ask, reservation, reservation.c.auth_id == reservation_ask.c.auth_id)
            .where(
                reservation.c.state == "open",
                reservation_ask.c.purse == purse,
                reservation_ask.c.unit == unit,
            )
        ).scalar_one()
    )


def authorise(
    connection: Connection,
    request: SpendRequest,
    available: dict[tuple[str, str], int],
    at: datetime,
    amount_minor: int = 0,
    currency: str = "",
    quote: str = "",
    sale_id: str = "",
) -> Kept:
    """Reserve or refuse (`retail.ledger.reservations.authorise`), and keep it."""
    known = find(connection, request.auth_id)
    near = {
        kept.auth_id: kept.reservation for kept in open_ones(connection, *(purse for purse, _ in available))
    }
    if known is not None:
        near[known.auth_id] = known.reservation
    if request.card_jti:
        shown = _kept(connection, reservation.c.card_jti == request.card_jti)
        near |= {kept.auth_id: kept.reservation for kept in shown}
    granted = rules.authorise(available, near, request, at)
    if known is not None:
        return known
    kept = Kept(granted, amount_minor, currency, quote, sale_id=sale_id)
    _insert(connection, kept)
    return kept


def opened_by_card(connection: Connection, card_jti: str, appliance: str, sale_id: str) -> bool:
    """Whether a virtual card has opened a spend of this very sale: a sale may take money and points by it."""
    shown = _kept(connection, reservation.c.card_jti == card_jti)
    return any(
        sale_id and (kept.reservation.request.appliance, kept.sale_id) == (appliance, sale_id)
        for kept in shown
    )


def decline(connection: Connection, request: SpendRequest, refusal: Refused, at: datetime) -> None:
    """Remember a refusal, so that the same question asked again is not granted behind the till's back."""
    made = rules.cancel(None, request.auth_id, request.appliance, request.incarnation, at)
    if find(connection, request.auth_id) is None:
        _insert(connection, Kept(made, 0, "", reason=refusal.code, params=dict(refusal.params)))


def cancel(connection: Connection, auth_id: str, appliance: str, incarnation: str, at: datetime) -> Kept:
    """Give it up; one never heard of is refused when it comes. `Refused` ``authorisation.other_appliance``,
    ``.posted``, ``.written_off``."""
    known = find(connection, auth_id)
    if known is not None and known.reservation.request.appliance != appliance:
        raise Refused("authorisation.other_appliance", auth_id=auth_id)
    made = rules.cancel(known.reservation if known else None, auth_id, appliance, incarnation, at)
    if known is None:
        _insert(connection, Kept(made, 0, ""))
        return Kept(made, 0, "")
    _end(connection, auth_id, made.state)
    return replace(known, reservation=made)


def post(connection: Connection, kept: Kept, spent: Sequence[Ask], incarnation: str) -> None:
    """A sale used it (`retail.ledger.reservations.post`)."""
    made = rules.post(kept.reservation, spent, incarnation)
    for ask in spent:
        connection.execute(
            update(reservation_ask)
            .where(
                reservation_ask.c.auth_id == kept.auth_id,
                reservation_ask.c.purse == ask.purse,
                reservation_ask.c.unit == ask.unit,
            )
            .values(spent=reservation_ask.c.spent + ask.amount)
        )
    _end(connection, kept.auth_id, made.state)


def write_off(connection: Connection, auth_id: str) -> Kept:
    """A person decides that the till will never answer. `Refused` ``authorisation.unknown`` or its end."""
    known = find(connection, auth_id)
    if known is None:
        raise Refused("authorisation.unknown", auth_id=auth_id)
    made = rules.write_off(known.reservation)
    _end(connection, auth_id, made.state)
    return replace(known, reservation=made)


def _end(connection: Connection, auth_id: str, state: str) -> None:
    connection.execute(update(reservation).where(reservation.c.auth_id == auth_id).values(state=state))


def _insert(connection: Connection, kept: Kept) -> None:
    request = kept.reservation.request
    connection.execute(
        insert(reservation),
        {
            "auth_id": request.auth_id,
            "appliance": request.appliance,
            "incarnation": request.incarnation,
            "state": kept.reservation.state,
            "allowance": int(request.allowance),
            "card_jti": request.card_jti,
            "at_ms": to_ms(kept.at),
            "amount_minor": kept.amount_minor,
            "currency": kept.currency,
            "quote": kept.quote,
            "reason": kept.reason,
            "sale_id": kept.sale_id,
            "params": json.dumps(kept.params or {}, default=str),
        },
    )
    asks = [
        {"auth_id": request.auth_id, "purse": ask.purse, "unit": ask.unit, "amount": ask.amount, "spent": 0}
        for ask in request.asks
    ]
    if asks:
        connection.execute(insert(reservation_ask), asks)


def _kept(connection: Connection, where: Any) -> list[Kept]:
    rows = connection.execute(
        select(reservation).where(where).order_by(reservation.c.at_ms, reservation.c.auth_id)
    ).all()
    asks = connection.execute(
        select(reservation_ask)
        .where(reservation_ask.c.auth_id.in_([row.auth_id for row in rows]))
        .order_by(reservation_ask.c.purse)
    ).all()
    return [_of(row, [ask for ask in asks if ask.auth_id == row.auth_id]) for row in rows]


def _of(row: Any, asks: Iterable[Any]) -> Kept:
    found = list(asks)
    request = SpendRequest(
        row.auth_id,
        row.appliance,
        row.incarnation,
        tuple(Ask(ask.purse, ask.unit, ask.amount) for ask in found),
        bool(row.allowance),
        row.card_jti,
    )
    spent = tuple(Ask(ask.purse, ask.unit, ask.spent) for ask in found if ask.spent)
    kept = Reservation(request, moment(row.at_ms), row.state, spent)
    return Kept(
        kept, row.amount_minor, row.currency, row.quote, row.reason, row.sale_id, json.loads(row.params)
    )
