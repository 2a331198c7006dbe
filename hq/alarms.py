"""Alarms: what a person at HQ should look at. The same one again only counts up."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from hq.tables import alarm

SHOWN_MAX = 200


@dataclass(frozen=True)
class Alarm:
    """`code` is ``noun.reason``; `params` say where; times are Unix milliseconds."""

    appliance: str
    code: str
    params: dict[str, Any]
    count: int
    first_ms: int
    last_ms: int


def raise_alarm(
    connection: Connection, tenant: str, appliance: str, code: str, now_ms: int, **params: Any
) -> None:
    """Record it within the caller's transaction."""
    statement = insert(alarm).values(
        tenant=tenant,
        appliance=appliance,
        code=code,
        params=json.dumps(params, sort_keys=True, ensure_ascii=False),
        first_ms=now_ms,
        last_ms=now_ms,
        count=1,
    )
    again = {"count": alarm.c.count + 1, "last_ms": now_ms}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["tenant", "appliance", "code", "params"], set_=again)
    )


def alarms(connection: Connection) -> list[Alarm]:
    """The latest first, at most `SHOWN_MAX`."""
    rows = connection.execute(select(alarm).order_by(alarm.c.last_ms.desc()).limit(SHOWN_MAX))
    return [
        Alarm(
            appliance=row.appliance,
            code=row.code,
            params=json.loads(row.params),
            count=row._mapping["count"],  # `row.count` is a tuple's method
            first_ms=row.first_ms,
            last_ms=row.last_ms,
        )
        for row in rows
    ]
