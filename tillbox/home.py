"""Makes a home ready to be used: folders, keys, HQ's catalogue and the till's copy of it.

Every step can be repeated and a kill between two of them is mended by the next call. Nothing that
is there is ever overwritten.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine

from appliance.runtime.clock import SystemClock
from appliance.runtime.paths import Home
from appliance.store.engine import create_key
from appliance.store.reference import apply_push, open_reference
from hq import catalogue
from hq.database import database_path, open_hq
from hq.ledger import telling as balances
from hq.ledger.moments import moment
from hq.members import rules
from hq.members.keys import load_keys
from hq.members.records import has_members
from hq.stock import keeping, telling
from retail.catalogue import Member
from retail.streams import STREAMS
from tillbox.demo_members import enrol_demo_members
from tillbox.demo_shop import benefits, birthday, documents, opening

DEMO_SHOP = "shanyu"


def ensure_home(home: Home) -> None:
    """Make whatever of a home is not there yet; a new one gets the demo shop."""
    for folder in (home.root, home.keys_dir, home.hq_dir, home.reference_db.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (home.config_dir, home.run_dir, home.log_dir):
        folder.mkdir(parents=True, exist_ok=True)
    create_key(home.database_key)
    create_key(home.lookup_key)
    hq_engine = open_hq(hq_database(home))
    reference = open_reference(home, writable=True)
    try:
        _fill_hq(hq_engine, home)
        _enrol_members(hq_engine, home)
        with reference.begin() as till, hq_engine.connect() as hq:
            if not versions_of(till):
                copy_catalogue(hq, till)
    finally:
        reference.dispose()
        hq_engine.dispose()


def hq_database(home: Home) -> Path:
    """Where HQ keeps its data when it runs on the same machine."""
    return database_path(home.root)


def copy_catalogue(hq: Connection, till: Connection) -> int:
    """Bring the till's copy to where HQ stands, in both callers' transactions; returns what changed.

    What HQ would push through the broker, taken straight from its database, so that a product can
    be sold the moment it is imported, with HQ stopped.
    """
    changed = 0
    ours = versions_of(till)
    for stream in STREAMS:
        push = catalogue.changes_since(hq, stream, ours.get(stream, 0))
        if push is not None:
            changed += apply_push(till, push).changed
    return changed


def overtake(hq: Connection, versions: dict[str, int]) -> None:
    """Lift streams of an HQ that was set back above what the till already has."""
    newest = catalogue.versions(hq)
    for stream, version in versions.items():
        if version > newest.get(stream, 0):
            catalogue.overtake(hq, stream, version)


def _fill_hq(engine: Engine, home: Home) -> None:
    with engine.connect() as connection:
        if catalogue.versions(connection):
            return
    made = documents(load_keys(home.keys_dir).lookup)
    with engine.begin() as connection:
        if not catalogue.versions(connection):
            # Members come with their records.
            catalogue.put(connection, [one for one in made if not isinstance(one, Member)])
            for counted, reorder_milli in opening():
                at_ms = counted.at >> keeping.CLOCK_BITS
                keeping.count(connection, counted, at_ms)
                keeping.set_reorder(connection, counted.product_id, reorder_milli, at_ms)
            telling.tell(connection)


def _enrol_members(engine: Engine, home: Home) -> None:
    """A demo shop's members, also in a home that an older program has made; and HQ's public keys."""
    keys = load_keys(home.keys_dir)
    with engine.begin() as connection:
        catalogue.put(connection, keys.documents())
        shop = catalogue.shop(connection)
        if shop is None or shop.id != DEMO_SHOP or has_members(connection):
            return
        missing = {one.id: one for one in benefits()} if not rules.all_of(connection, "coupon_kind") else {}
        catalogue.put(connection, missing.values())
        if rules.birthday_rule(connection) is None:
            rules.keep_birthday_rule(connection, birthday())
        now_ms = SystemClock().unix_ms()
        enrol_demo_members(connection, keys, now_ms)
        balances.tell(connection, moment(now_ms))


def versions_of(till: Connection) -> dict[str, int]:
    """Where each stream of the till's copy stands."""
    rows = till.exec_driver_sql("SELECT name, version FROM stream").all()
    return {str(name): int(version) for name, version in rows}
