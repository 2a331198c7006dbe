"""The two databases as the agent uses them, opened as soon as they are there.

On a first start the till makes trade.db and its key may come even later: the agent waits, and
brings the documents from HQ meanwhile.
"""

import logging

from sqlalchemy import Engine

from appliance.runtime.paths import Home
from appliance.store.engine import open_engine, read_key
from appliance.store.reference.opening import open_reference
from appliance.store.trade.outbox import JournalOwner, OutboxReader
from retail.errors import ContractError, InvariantBroken

log = logging.getLogger(__name__)


class Stores:
    """`problem` says why a database that is there cannot be used; empty otherwise."""

    def __init__(self, home: Home, tenant: str, appliance: str) -> None:
        self.problem = ""
        self._home = home
        self._expected = (tenant, appliance)
        self._reference: Engine | None = None
        self._trade: Engine | None = None
        self._outbox: OutboxReader | None = None

    @property
    def reference(self) -> Engine:
        """The writable reference database, after `open_reference` said yes."""
        if self._reference is None:
            raise InvariantBroken("sync.reference_not_open")
        return self._reference

    @property
    def outbox(self) -> OutboxReader:
        """The journal and requests, after `open_trade` said yes."""
        if self._outbox is None:
            raise InvariantBroken("sync.trade_not_open")
        return self._outbox

    @property
    def owner(self) -> JournalOwner:
        """Whose journal it is, after `open_trade` said yes."""
        owner = self.outbox.identity()
        if owner is None:
            raise InvariantBroken("sync.no_identity")
        return owner

    def open_reference(self) -> bool:
        """Whether the reference database is open now; made if only the key was there."""
        if self._reference is None and self._home.database_key.exists():
            self._reference = open_reference(self._home, writable=True)
        return self._reference is not None

    def open_trade(self) -> bool:
        """Whether trade.db is open and is this appliance's."""
        if self._outbox is not None:
            return True
        if not self._home.trade_db.exists() or not self._home.database_key.exists():
            return False
        if self._trade is None:
            self._trade = self._open_to_read()
            if self._trade is None:
                return False
        outbox = OutboxReader(self._trade)
        owner = outbox.identity()
        if owner is None:
            return False
        if (owner.tenant, owner.appliance) != self._expected:
            self._say_once("identity.other_appliance")
            return False
        self.problem = ""
        self._outbox = outbox
        return True

    def close(self) -> None:
        """Close what is open."""
        for engine in (self._reference, self._trade):
            if engine is not None:
                engine.dispose()

    def _open_to_read(self) -> Engine | None:
        """None while the till is still making the file; a wrong key stays and is told."""
        try:
            engine = open_engine(
                self._home.trade_db, read_key(self._home.database_key), synchronous="FULL", read_only=True
            )
            engine.connect().close()
        except ContractError as error:
            self._say_once(error.code)
            return None
        return engine

    def _say_once(self, code: str) -> None:
        if self.problem != code:
            self.problem = code
            log.warning("trade.db cannot be used: %s", code)
