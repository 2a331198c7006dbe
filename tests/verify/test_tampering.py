"""Every kind of row, changed behind the till's back, is found at its place."""

import json
from collections import Counter

import pytest

from appliance.runtime.paths import Home
from appliance.store.trade import read_trade
from retail.messages import canonical, event_hash
from tests.verify.conftest import Tamper, seen
from tillbox.verify import verify
from tillbox.verify.sentences import advice, of_finding

FIRST, SECOND, LAST = 2, 3, 5
"""seq of the three sales: a sign-in comes first, a removed line before the last."""


def test_an_untouched_home_is_whole(home: Home) -> None:
    verdict = verify(home)
    assert verdict.whole
    assert (verdict.events, verdict.sales, verdict.head_seq) == (5, 3, 5)
    assert verdict.balances["till/cash", "CNY"] == 2500 + 5000
    assert verdict.balances["clearing/card", "CNY"] == 300
    assert sum(verdict.balances.values()) == 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE journal SET body = replace(body, '\"Latte\"', '\"Mocha\"') WHERE seq = 2",
         ("journal.hash_mismatch", FIRST, None, None)),
        ("UPDATE journal SET body = body || ' ' WHERE seq = 2", ("journal.hash_mismatch", FIRST, None, None)),
        ("UPDATE journal SET type = 'drawer.opened' WHERE seq = 1", ("journal.hash_mismatch", 1, None, None)),
        ("UPDATE journal SET business_day = '2020-01-01' WHERE seq = 3",
         ("journal.hash_mismatch", SECOND, None, None)),
        ("UPDATE journal SET wall = '2020' WHERE seq = 3", ("journal.hash_mismatch", SECOND, None, None)),
        ("UPDATE journal SET id = 'x' WHERE seq = 3", ("journal.hash_mismatch", SECOND, None, None)),
        ("UPDATE journal SET time_trust = 'floor' WHERE seq = 3",
         ("journal.hash_mismatch", SECOND, None, None)),
        ("UPDATE journal SET hlc = 1 WHERE seq = 4", ("journal.clock_back", 4, None, "hlc")),
        ("UPDATE journal SET prev = hash WHERE seq = 4", ("journal.unlinked", 4, None, "prev")),
        ("UPDATE journal SET hash = prev WHERE seq = 4", ("journal.unlinked", 5, None, "prev")),
        ("DELETE FROM journal WHERE seq = 4", ("journal.gap", 4, None, None)),
        ("DELETE FROM journal WHERE seq = 3", ("sale.without_event", None, 2, "event_seq")),
        ("UPDATE journal SET seq = 9 WHERE seq = 5", ("journal.gap", 5, None, None)),
        ("UPDATE journal SET body = 'no json' WHERE seq = 3",
         ("journal.body_malformed", SECOND, None, "body")),
        ("UPDATE sale SET total_minor = total_minor + 1 WHERE number = 2",
         ("sale.field_differs", SECOND, 2, "total_minor")),
        ("UPDATE sale SET business_day = '2020-01-01' WHERE number = 2",
         ("sale.field_differs", SECOND, 2, "business_day")),
        ("UPDATE sale SET shift = 'x' WHERE number = 3", ("sale.field_differs", LAST, 3, "shift")),
        ("UPDATE sale SET currency = 'USD' WHERE number = 3", ("sale.field_differs", LAST, 3, "currency")),
        ("UPDATE sale SET sale_id = 'x' WHERE number = 3", ("sale.field_differs", LAST, 3, "sale_id")),
        ("UPDATE sale SET number = 7 WHERE number = 3", ("sale.gap", None, 3, None)),
        ("UPDATE sale SET event_seq = 3 WHERE number = 3", ("sale.event_twice", None, 3, "event_seq")),
        ("UPDATE sale SET event_seq = 1 WHERE number = 3", ("sale.without_event", None, 3, "event_seq")),
        ("DELETE FROM sale WHERE number = 3", ("sale.missing", LAST, 3, None)),
        ("INSERT INTO sale SELECT 4, 5, sale_id, business_day, shift, currency, total_minor FROM sale"
         " WHERE number = 3",
         ("sale.twice", None, 4, "sale_id")),
        ("UPDATE journal SET entry = json_set(entry, '$.cause', 'x') WHERE seq = 3",
         ("ledger.without_cause", None, 3, "cause")),
        ("UPDATE journal SET entry = (SELECT entry FROM journal WHERE seq = 2) WHERE seq = 3",
         ("ledger.twice", None, 1, None)),
        ("UPDATE journal SET entry = NULL WHERE seq = 3", ("ledger.missing", None, 2, None)),
        ("UPDATE journal SET entry = 'no json' WHERE seq = 3", ("ledger.missing", None, 2, None)),
        ("UPDATE journal SET entry = json_set(entry, '$.postings', json('[1, {}]')) WHERE seq = 3",
         ("ledger.empty", None, 3, None)),
        ("UPDATE journal SET entry = json_set(entry, '$.postings[0].amount_minor', 1) WHERE seq = 2",
         ("ledger.unbalanced", None, 2, "CNY")),
        ("UPDATE journal SET entry = replace(entry, 'clearing/card', 'till/cash') WHERE seq = 3",
         ("ledger.posting_differs", None, 2, "clearing/card CNY")),
        ("UPDATE journal SET entry = replace(entry, 'clearing/card', 'till/cash') WHERE seq = 3",
         ("ledger.balance_differs", None, None, "till/cash CNY")),
        ("UPDATE effect SET sale_number = 99 WHERE kind = 'receipt' AND sale_number = 1",
         ("effect.without_sale", None, None, "sale_number")),
        ("UPDATE identity SET incarnation = 'another'", ("identity.changed", None, None, "identity")),
    ],
)  # fmt: skip
def test_a_changed_row_is_found_at_its_place(
    home: Home, tamper: Tamper, statement: str, expected: tuple[object, ...]
) -> None:
    tamper(statement)
    assert expected in seen(home)
    for finding in verify(home).findings.kept:
        for tongue in ("en", "zh"):
            assert of_finding(finding, tongue) != finding.code  # type: ignore[arg-type]
            assert advice(finding, tongue)  # type: ignore[arg-type]


def _rehash(home: Home, tamper: Tamper, seq: int, **changes: object) -> None:
    """Change a sale's body and make its hash fit again, as somebody who knows the chain would."""
    engine = read_trade(home)
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM journal WHERE seq = ?", (seq,)).one()
        owner = connection.exec_driver_sql("SELECT tenant, appliance, incarnation FROM identity").one()
    engine.dispose()
    body = {**json.loads(row.body), **changes}
    content = {name: value for name, value in row._mapping.items() if name not in ("hash", "body", "entry")}
    digest = event_hash(row.prev, {**content, **owner._mapping, "v": 1, "body": body})
    tamper(
        "UPDATE journal SET body = :body, hash = :hash WHERE seq = :seq",
        body=canonical(body).decode(),
        hash=digest,
        seq=seq,
    )


@pytest.mark.parametrize("changes", [{"total_minor": 1}, {"base_minor": 1}, {"tenders": []}, {"taxes": []}])
def test_a_sale_that_does_not_add_up_is_found_even_when_its_hash_fits(
    home: Home, tamper: Tamper, changes: dict[str, object]
) -> None:
    _rehash(home, tamper, LAST, **changes)
    found = {(code, seq, sale) for code, seq, sale, _field in seen(home)}
    assert ("sale.does_not_add_up", LAST, 3) in found
    assert not any(code == "journal.hash_mismatch" for code, _, _ in found)


def test_a_line_that_does_not_add_up(home: Home, tamper: Tamper) -> None:
    engine = read_trade(home)
    with engine.connect() as connection:
        body = json.loads(connection.exec_driver_sql("SELECT body FROM journal WHERE seq = 2").scalar_one())
    engine.dispose()
    first, second = body["lines"]
    first["total_minor"] += 100
    second["total_minor"] -= 100
    _rehash(home, tamper, FIRST, lines=[first, second])
    assert ("sale.does_not_add_up", FIRST, 1, "lines.total_minor") in seen(home)


def test_thousands_of_faults_stay_readable(home: Home, tamper: Tamper) -> None:
    tamper(
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
        " INSERT INTO journal SELECT i, i, 'x', '{}', '', '', i, '', '', '',"
        " json_object('entry_id', 'e' || i, 'kind', 'sale', 'cause', 'none') FROM n"
    )
    findings = verify(home).findings
    assert findings.counts["ledger.without_cause"] == 2991
    assert max(Counter(one.code for one in findings.kept).values()) == 100
    assert findings.left_out == findings.counts.total() - len(findings.kept)
