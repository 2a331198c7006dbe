"""Open trade.db, make its tables, and give a new one its identity."""

from dataclasses import dataclass

from sqlalchemy import Engine

from appliance.runtime.paths import Home
from appliance.store.engine import migrate, open_engine, read_key
from retail.errors import ContractError
from retail.ids import IdSource


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this till is to HQ. A restored image is a new incarnation."""

    tenant: str
    appliance: str
    incarnation: str
    workstation: str


def open_trade(home: Home, identity: Identity) -> Engine:
    """The writer's engine. A new database takes this identity; an old one must be of this appliance."""
    engine = open_engine(home.trade_db, read_key(home.database_key), synchronous="FULL")
    migrate(engine, "appliance.store.trade")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO identity VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (identity.tenant, identity.appliance, identity.incarnation, identity.workstation),
        )
        found = connection.exec_driver_sql("SELECT tenant, appliance FROM identity").one()
    if tuple(found) != (identity.tenant, identity.appliance):
        raise ContractError(
            "store.other_appliance",
            path=str(home.trade_db),
            belongs_to=found.appliance,
            asked=identity.appliance,
        )
    return engine


def read_trade(home: Home) -> Engine:
    """A reader's engine on an existing trade.db; every connection is its own."""
    if not home.trade_db.exists():
        raise ContractError("store.no_trade_database", path=str(home.trade_db))
    return open_engine(
        home.trade_db, read_key(home.database_key), synchronous="FULL", read_only=True, shared=True
    )


def new_identity(tenant: str, appliance: str, workstation: str, new_id: IdSource) -> Identity:
    """An identity with a fresh incarnation, used only if the database is new."""
    return Identity(tenant, appliance, new_id(), workstation)
