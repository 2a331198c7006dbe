"""HQ's database for tests of the ledger, in memory."""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from sqlitebase import migrate


def hq_in_memory() -> Engine:
    """All of HQ's tables in one connection, with transactions as HQ has them."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False),
        module=dbapi2,
        poolclass=StaticPool,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    migrate(engine, "hq.schema")
    return engine
