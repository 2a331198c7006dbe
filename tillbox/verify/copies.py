"""What others hold of the journal: how far HQ said it was, and HQ's own database if it is in this home."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from appliance.runtime.paths import Home
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import cursor
from hq.database import open_to_read
from retail.errors import ContractError
from retail.messages.events import SaleCompleted
from tillbox.home import hq_database
from tillbox.verify.findings import Findings
from tillbox.verify.hq_ledger import check_hq_ledger
from tillbox.verify.journal import Journal, Owner

BATCH_ROWS = 1_000


def check_cursor(home: Home, owner: Owner, journal: Journal, findings: Findings) -> int:
    """HQ can't have acknowledged what the till does not have; returns how far it is."""
    if not home.reference_db.exists():
        return 0
    with _reading(open_reference(home, writable=False)) as connection:
        held = cursor(connection, owner.incarnation)
    if held.upto > journal.head_seq:
        findings.add("cursor.beyond_head", journal.head_seq, held.upto, seq=held.upto, file="reference.db")
    elif held.upto and journal.hashes.get(held.upto) != held.hash:
        found = journal.hashes.get(held.upto)
        findings.add("cursor.hash_differs", held.hash, found, seq=held.upto, file="reference.db")
    return held.upto


def check_hq(home: Home, owner: Owner, journal: Journal, findings: Findings) -> int | None:
    """HQ's events must be a prefix of the journal, and its sales the same to the cent; how far it is."""
    path = hq_database(home)
    if not path.exists():
        return None
    try:
        with _reading(open_to_read(path)) as connection:
            upto = _check_prefix(connection, owner, journal, findings)
            _check_sales(connection, owner, journal, findings)
            check_hq_ledger(connection, findings)
            return upto
    except (DatabaseError, ContractError) as error:
        findings.add("hq.unreadable", "", error, file="hq.db")
        return None


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _check_prefix(connection: Connection, owner: Owner, journal: Journal, findings: Findings) -> int:
    expected = 1
    key = (owner.tenant, owner.appliance, owner.incarnation)
    rows = connection.exec_driver_sql(
        "SELECT seq, hash FROM event WHERE tenant = ? AND appliance = ? AND incarnation = ? ORDER BY seq", key
    ).yield_per(BATCH_ROWS)
    for row in rows:
        if row.seq != expected:
            findings.add("hq.gap", expected, row.seq, seq=expected, file="hq.db")
        expected = row.seq + 1
        if row.seq > journal.head_seq:
            findings.add("hq.beyond_head", journal.head_seq, row.seq, seq=row.seq, file="hq.db")
        elif row.hash != journal.hashes.get(row.seq):
            found = journal.hashes.get(row.seq, "")
            findings.add("hq.hash_differs", row.hash, found, seq=row.seq, file="hq.db", field="hash")
    return expected - 1


def _check_sales(connection: Connection, owner: Owner, journal: Journal, findings: Findings) -> None:
    ours: dict[str, SaleCompleted] = {
        sale.sale_id: sale for sale in (*journal.sales.values(), *journal.voids.values())
    }
    rows = connection.exec_driver_sql(
        "SELECT sale_id, seq, business_day, currency, total_minor FROM sale"
        " WHERE tenant = ? AND appliance = ? AND incarnation = ?",
        (owner.tenant, owner.appliance, owner.incarnation),
    ).yield_per(BATCH_ROWS)
    for row in rows:
        sale = ours.get(row.sale_id)
        if sale is None:
            findings.add("hq.sale_unknown", "", row.sale_id, seq=row.seq, file="hq.db")
            continue
        for name in ("business_day", "currency", "total_minor"):
            told, found = getattr(sale, name), getattr(row, name)
            if told != found:
                findings.add(
                    "hq.sale_differs", told, found, seq=row.seq, sale=sale.number, field=name, file="hq.db"
                )
