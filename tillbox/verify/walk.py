"""One look at everything of a home, in one snapshot of its trade.db."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from appliance.runtime.paths import Home
from appliance.store.trade import read_trade
from retail.errors import ContractError
from tillbox.verify.copies import check_cursor, check_hq
from tillbox.verify.files import check_file, check_references, damaged
from tillbox.verify.findings import Findings
from tillbox.verify.journal import Journal, Owner, walk_journal
from tillbox.verify.ledger import Amounts, check_ledger
from tillbox.verify.returns import check_returns
from tillbox.verify.sales import check_sales


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what is wrong with it. `hq_upto` is None where HQ is not in this home."""

    findings: Findings
    owner: Owner
    events: int = 0
    sales: int = 0
    head_seq: int = 0
    head_hash: str = ""
    balances: Amounts = field(default_factory=dict)
    cursor_upto: int = 0
    hq_upto: int | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings.counts


def verify(home: Home) -> Verdict:
    """Look at everything. `ContractError` when there is no trade database or its key does not fit."""
    engine = read_trade(home)
    verdict = Verdict(Findings(), Owner("", "", ""))
    try:
        with engine.connect() as connection:
            journal = _look(connection, verdict)
    except DatabaseError as error:
        damaged(error, verdict.findings)
        return verdict
    finally:
        engine.dispose()
    _try(lambda: _set_cursor(home, verdict, journal), "cursor.unreadable", verdict.findings)
    verdict.hq_upto = check_hq(home, verdict.owner, journal, verdict.findings)
    return verdict


def _look(connection: Connection, verdict: Verdict) -> Journal:
    findings = verdict.findings
    check_file(connection, findings)
    row = connection.exec_driver_sql("SELECT tenant, appliance, incarnation FROM identity").first()
    if row is None:
        raise ContractError("verify.no_identity", path="identity")
    verdict.owner = Owner(*row)
    journal = walk_journal(connection, verdict.owner, findings)
    verdict.events = len(journal.hashes)
    verdict.head_seq, verdict.head_hash = journal.head_seq, journal.head_hash
    verdict.sales = check_sales(connection, journal, findings)
    check_returns(connection, journal, findings)
    verdict.balances = check_ledger(connection, journal, findings)
    check_references(connection, findings)
    return journal


def _set_cursor(home: Home, verdict: Verdict, journal: Journal) -> None:
    verdict.cursor_upto = check_cursor(home, verdict.owner, journal, verdict.findings)


def _try(look: Callable[[], None], code: str, findings: Findings) -> None:
    """Run one look at another file; that file's damage is a finding, not the end."""
    try:
        look()
    except (DatabaseError, ContractError) as error:
        findings.add(code, "", error)
