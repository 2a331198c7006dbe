"""Reads of trade.db what is for HQ, the journal and the till's requests, and what baskets are priced with.

Writes nothing.
"""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Engine

from retail.messages import GENESIS, Envelope, Request


@dataclass(frozen=True)
class JournalOwner:
    """Whose journal it is."""

    tenant: str
    appliance: str
    incarnation: str


@dataclass(frozen=True)
class JournalHead:
    """The last event; seq 0 and the genesis hash before the first."""

    seq: int
    hash: str


@dataclass(frozen=True)
class OpenRequest:
    """A question to HQ and until when (Unix milliseconds) its answer is of use."""

    request: Request
    expires_ms: int


class OutboxReader:
    """Answers from one engine, in the one thread that owns it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._data_version = -1
        self._owner: JournalOwner | None = None

    def changed(self) -> bool:
        """Whether another connection has written since this was asked last; true the first time."""
        before = self._data_version
        with self._engine.connect() as connection:
            self._data_version = int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
        return self._data_version != before

    def identity(self) -> JournalOwner | None:
        """Whose journal it is; None while the till has not made it yet."""
        if self._owner is None:
            with self._engine.connect() as connection:
                tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'identity'")
                if tables.first() is None:
                    return None
                row = connection.exec_driver_sql(
                    "SELECT tenant, appliance, incarnation FROM identity"
                ).first()
                self._owner = JournalOwner(*row) if row else None
        return self._owner

    def head(self) -> JournalHead:
        """Where the journal ends."""
        with self._engine.connect() as connection:
            row = connection.exec_driver_sql(
                "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
            ).first()
        return JournalHead(row.seq, row.hash) if row else JournalHead(0, GENESIS)

    def hash_at(self, seq: int) -> str | None:
        """The hash of an event; the genesis hash for 0; None beyond the head."""
        if seq == 0:
            return GENESIS
        with self._engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT hash FROM journal WHERE seq = ?", (seq,)).first()
        return str(row.hash) if row else None

    def basket_versions(self) -> list[dict[str, int]]:
        """The reference versions that each basket is priced with, the open one and those put aside."""
        with self._engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT body ->> 'versions' FROM basket WHERE part = 0").all()
        return [msgspec.json.decode(row[0], type=dict[str, int]) for row in rows]

    def after(self, seq: int, limit: int) -> list[Envelope]:
        """At most `limit` events that follow a seq, in order."""
        owner = self.identity()
        if owner is None:
            return []
        with self._engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT seq, id, type, body, prev, hash, hlc, wall, time_trust, business_day"
                " FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
                (seq, limit),
            ).all()
        return [
            Envelope(
                tenant=owner.tenant,
                appliance=owner.appliance,
                incarnation=owner.incarnation,
                **{**row._mapping, "body": msgspec.json.decode(row.body)},
            )
            for row in rows
        ]

    def requests(self, now_ms: int, limit: int) -> list[OpenRequest]:
        """Requests whose answer is still of use, the newest `limit` in the order they were made."""
        with self._engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, kind, body, expires_ms FROM hq_request WHERE expires_ms > ?"
                " ORDER BY created_ms DESC LIMIT ?",
                (now_ms, limit),
            ).all()
        return [
            OpenRequest(Request(id=row.id, kind=row.kind, body=msgspec.json.decode(row.body)), row.expires_ms)
            for row in reversed(rows)
        ]
