"""Opens reference.db of a home. Decides who may write, and nothing else."""

from sqlalchemy import Engine

from appliance.runtime.paths import Home
from appliance.store.engine import migrate, newest_version, open_engine, read_key, version_of
from retail.errors import ContractError

PACKAGE = "appliance.store.reference"


def open_reference(home: Home, writable: bool) -> Engine:
    """An engine on the home's reference.db, for one thread.

    A writable one creates the file and brings its tables up to date; a read-only one needs both
    to be there. `ContractError` when the key is missing, does not fit, or there is no database.
    """
    if not writable and not home.reference_db.exists():
        raise ContractError("reference.no_database", path=str(home.reference_db))
    key_hex = read_key(home.database_key)
    engine = open_engine(home.reference_db, key_hex, synchronous="NORMAL", read_only=not writable)
    if writable:
        migrate(engine, PACKAGE)
    return engine


def is_up_to_date(engine: Engine) -> bool:
    """Whether its writer has brought the tables to what this program reads."""
    with engine.connect() as connection:
        return version_of(connection) >= newest_version(PACKAGE)
