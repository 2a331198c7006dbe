"""A till's home with a real trade.db, written as the till would, and the sync process of that home."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine

from appliance.runtime.paths import Home
from appliance.store.engine import create_key, open_engine, read_key
from appliance.store.reference import is_up_to_date, mailbox
from appliance.store.trade.opening import Identity, open_trade
from retail.messages import GENESIS
from tests.support.broker import Broker
from tests.support.journal import Chain, RawEvent

T = TypeVar("T")


class TillHome:
    """One till's home beside its broker's; its journal grows by `sell`."""

    def __init__(self, root: Path, broker: Broker, appliance: str = "till-1", broker_port: int = 0) -> None:
        self.home = Home(root)
        self.appliance = appliance
        self.chain = Chain(appliance, incarnation=f"inc-{appliance}")
        address = broker.certificate_for(appliance)
        create_key(self.home.database_key)
        self.home.config_dir.mkdir(parents=True)
        self.home.config_dir.joinpath("10-sync.toml").write_text(
            f'[appliance]\nid = "{appliance}"\ntenant = "demo"\n'
            f'[sync]\nbroker_host = "127.0.0.1"\nbroker_port = {broker_port or broker.port}\n'
            f'ca = "{address.ca}"\ncertificate = "{address.certificate}"\nkey = "{address.key}"\n'
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._engine: Engine | None = None

    @property
    def trade(self) -> Engine:
        """The writer, opened as the till opens it."""
        if self._engine is None:
            identity = Identity("demo", self.appliance, self.chain.incarnation, "1")
            self._engine = open_trade(self.home, identity)
        return self._engine

    def sell(self, count: int = 1) -> RawEvent:
        """Commit events of sales to the journal, one transaction each; the last one."""
        for _ in range(count):
            self.write(self.chain.add())
        return self.chain.events[-1]

    def write(self, event: RawEvent) -> None:
        """Put an event into the journal's table as it is."""
        columns = "seq, id, type, body, prev, hash, hlc, wall, time_trust, business_day"
        body = msgspec.json.encode(event["body"], order="sorted").decode()
        values = tuple({**event, "body": body}[name] for name in columns.split(", "))
        with self.trade.begin() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO journal ({columns}) VALUES ({', '.join('?' * len(values))})", values
            )

    def ask(
        self, request_id: str, kind: str, body: dict[str, Any], now_ms: int, life_ms: int = 60_000
    ) -> None:
        """Put a request into the outbox."""
        with self.trade.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO hq_request VALUES (?, ?, ?, ?, ?)",
                (request_id, kind, msgspec.json.encode(body).decode(), now_ms, now_ms + life_ms),
            )

    def reference(self, read: Callable[[Connection], T], otherwise: T) -> T:
        """What sync wrote, by a function that reads; `otherwise` while sync has not made its tables."""
        if not self.home.reference_db.exists():
            return otherwise
        key_hex = read_key(self.home.database_key)
        engine = open_engine(self.home.reference_db, key_hex, synchronous="NORMAL", read_only=True)
        try:
            if not is_up_to_date(engine):
                return otherwise
            with engine.connect() as connection:
                return read(connection)
        finally:
            engine.dispose()

    def cursor(self) -> tuple[int, str]:
        """How far HQ was when sync heard last; (0, genesis) before it wrote anything."""

        def read(connection: Connection) -> tuple[int, str]:
            at = mailbox.cursor(connection, self.chain.incarnation)
            return (at.upto, at.hash)

        return self.reference(read, (0, GENESIS))

    def start(self) -> None:
        """Run `python -m appliance.sync` on this home."""
        environment = {**os.environ, "TILLBOX_HOME": str(self.home.root)}
        self.home.log_dir.mkdir(parents=True, exist_ok=True)
        with (self.home.log_dir / "sync.out").open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "appliance.sync"], env=environment, stdout=out, stderr=out
            )

    def kill(self) -> None:
        """kill -9."""
        if self._process:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process
        self._process.terminate()
        code = self._process.wait(30)
        self._process = None
        return code

    def close(self) -> None:
        """End everything of this home."""
        self.kill()
        if self._engine:
            self._engine.dispose()
