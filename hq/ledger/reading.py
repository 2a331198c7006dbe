"""Questions about the ledger: what the shop owes its members, what moved, what tills hold. Only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hq.ledger import reserving
from hq.ledger.moments import moment, to_ms
from hq.ledger.sweeping import STALE

KINDS = ("principal", "bonus", "gift_cards", "passes", "memberships", "points", "debt")
_OWED = """
    SELECT CASE
        WHEN account GLOB '*/debt' THEN 'debt'
        WHEN account GLOB 'member/*/principal/*' THEN 'principal'
        WHEN account GLOB 'member/*/bonus/*' THEN 'bonus'
        WHEN account GLOB 'member/*/points/*' THEN 'points'
        WHEN account GLOB 'card/*' THEN 'gift_cards'
        WHEN account GLOB 'owed/pass/*' THEN 'passes'
        WHEN account GLOB 'owed/membership/*' THEN 'memberships'
    END AS kind, unit, -sum(amount) AS held
    FROM ledger_balance WHERE amount <> 0 GROUP BY kind, unit HAVING kind IS NOT NULL"""
_MOVED = """
    SELECT e.kind, p.unit, count(DISTINCT e.entry) AS entries, -sum(CASE WHEN
        p.account GLOB 'member/*' OR p.account GLOB 'card/*' OR p.account GLOB 'pass/*'
        OR p.account GLOB 'membership/*' THEN p.amount ELSE 0 END) AS change
    FROM ledger_entry e JOIN posting p ON p.entry = e.entry
    WHERE e.at_ms >= :begin AND e.at_ms < :end AND e.kind <> 'sale'
    GROUP BY e.kind, p.unit HAVING change <> 0 OR p.unit NOT GLOB '*:*' ORDER BY e.kind, p.unit"""


@dataclass(frozen=True)
class Owed:
    """What the shop owes of one kind (`KINDS`) in one unit; a member's debt counts below zero."""

    kind: str
    unit: str
    amount: int


@dataclass(frozen=True)
class Moved:
    """Entries of a kind in a time, and by how much what is held has changed in one unit."""

    kind: str
    unit: str
    entries: int
    change: int


@dataclass(frozen=True)
class OpenHold:
    """A reservation that no sale and no till has ended. `stale`: it is older than a day."""

    auth_id: str
    appliance: str
    at: datetime
    asks: tuple[tuple[str, str, int], ...]
    stale: bool


def owed(connection: Connection) -> list[Owed]:
    """What the shop owes, by kind and unit, in the order of `KINDS`."""
    rows = [Owed(*row) for row in connection.exec_driver_sql(_OWED)]
    return sorted((row for row in rows if row.amount), key=lambda row: (KINDS.index(row.kind), row.unit))


def moved(connection: Connection, begin: datetime, end: datetime) -> list[Moved]:
    """What moved from one moment to another, sales of goods left out."""
    params: dict[str, Any] = {"begin": to_ms(begin), "end": to_ms(end)}
    rows = [Moved(*row) for row in connection.exec_driver_sql(_MOVED, params)]
    return [row for row in rows if row.change or not any(r.kind == row.kind and r.change for r in rows)]


def holds(connection: Connection, now_ms: int) -> list[OpenHold]:
    """Everything that tills hold, the oldest first."""
    at = moment(now_ms)
    return [
        OpenHold(
            kept.auth_id,
            kept.reservation.request.appliance,
            kept.at,
            tuple((ask.purse, ask.unit, ask.amount) for ask in kept.reservation.request.asks),
            kept.at <= at - STALE,
        )
        for kept in reserving.open_ones(connection)
    ]
