"""The appliances as HQ knows them: connected or not, what they have active, where they stand."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from hq import journal
from hq.alarms import raise_alarm
from hq.journal import Sender
from hq.tables import appliance, incarnation
from retail.messages import Ack, Hello, State

SEEN_STEP_MS = 30_000
"""An idle appliance's sign of life is written no more often: a commit each would cost more than it tells."""


@dataclass(frozen=True)
class Appliance:
    """`lag` is how many events it says it has beyond those that HQ holds."""

    tenant: str
    appliance: str
    online: bool
    versions: dict[str, int]
    app_version: str
    incarnation: str
    last_seq: int
    lag: int
    last_seen_ms: int


def greet(connection: Connection, sender: Sender, hello: Hello, now_ms: int) -> bool:
    """Note who says hello; whether it was away before."""
    came_back = _note(
        connection,
        sender,
        now_ms,
        versions=hello.versions,
        app_version=hello.app_version,
        current_incarnation=hello.incarnation,
        online=1,
    )
    journal.report_head(connection, sender, hello.incarnation, hello.last_seq, now_ms)
    return came_back


def place_of(connection: Connection, sender: Sender, hello: Hello, now_ms: int) -> Ack:
    """Where HQ stands in its journal; ``forked`` when its head is not the one HQ holds there."""
    held = journal.hash_at(connection, sender, hello.incarnation, hello.last_seq)
    if held is None or held == hello.head_hash:
        return journal.standing(connection, sender, hello.incarnation)
    where = {"incarnation": hello.incarnation, "seq": hello.last_seq}
    raise_alarm(connection, sender.tenant, sender.appliance, "journal.forked", now_ms, **where)
    return journal.standing(connection, sender, hello.incarnation, "forked")


def report(connection: Connection, sender: Sender, state: State, now_ms: int) -> bool:
    """A birth, a change of versions, or the last will, which knows no versions; as `greet`."""
    if state.online:
        return _note(
            connection, sender, now_ms, versions=state.versions, app_version=state.app_version, online=1
        )
    _note(connection, sender, now_ms, online=0)
    return False


def appliances(connection: Connection) -> list[Appliance]:
    """All that ever reported, by name."""
    rows = connection.execute(
        select(appliance, incarnation.c.last_seq, incarnation.c.reported_seq)
        .join(
            incarnation,
            (incarnation.c.tenant == appliance.c.tenant)
            & (incarnation.c.appliance == appliance.c.appliance)
            & (incarnation.c.incarnation == appliance.c.current_incarnation),
            isouter=True,
        )
        .order_by(appliance.c.tenant, appliance.c.appliance)
    )
    return [
        Appliance(
            tenant=row.tenant,
            appliance=row.appliance,
            online=bool(row.online),
            versions=json.loads(row.versions),
            app_version=row.app_version,
            incarnation=row.current_incarnation,
            last_seq=row.last_seq or 0,
            lag=max(0, (row.reported_seq or 0) - (row.last_seq or 0)),
            last_seen_ms=row.last_seen_ms,
        )
        for row in rows
    ]


def heads(connection: Connection) -> list[tuple[str, int]]:
    """How much HQ holds of each appliance's journal now, (incarnation, last seq): marks beside counters."""
    rows = connection.execute(
        select(incarnation.c.incarnation, incarnation.c.last_seq).join_from(
            incarnation,
            appliance,
            (incarnation.c.tenant == appliance.c.tenant)
            & (incarnation.c.appliance == appliance.c.appliance)
            & (incarnation.c.incarnation == appliance.c.current_incarnation),
        )
    )
    return [(row.incarnation, row.last_seq) for row in rows if row.last_seq]


def _note(
    connection: Connection,
    sender: Sender,
    now_ms: int,
    *,
    versions: dict[str, int] | None = None,
    **values: str | int,
) -> bool:
    """Write what changed, and nothing when an idle appliance only says that it lives.

    Whether it was unknown or not connected before.
    """
    if versions is not None:
        values["versions"] = json.dumps(versions, sort_keys=True)
    mine = (appliance.c.tenant == sender.tenant, appliance.c.appliance == sender.appliance)
    row = connection.execute(select(appliance).where(*mine)).one_or_none()
    if row is None:
        first = {"tenant": sender.tenant, "appliance": sender.appliance, "first_seen_ms": now_ms}
        defaults = {"online": 0, "versions": "{}", "app_version": "", "current_incarnation": ""}
        connection.execute(insert(appliance).values({**defaults, **first, "last_seen_ms": now_ms, **values}))
        return True
    changed = any(getattr(row, name) != value for name, value in values.items())
    if changed or now_ms - row.last_seen_ms > SEEN_STEP_MS:
        connection.execute(update(appliance).where(*mine).values(last_seen_ms=now_ms, **values))
    return not row.online
