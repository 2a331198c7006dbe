"""The database itself refuses what must never happen, whoever asks."""

import json
from pathlib import Path

import msgspec
import pytest

from retail.errors import InvariantBroken
from retail.ledger import Entry, Posting
from tests.support.desk import Till, new_home, open_till

WATER = "6901234567892"
REST = "hash, hlc, wall, time_trust, business_day, NULL FROM journal LIMIT 1"
SOLD = "sale_id, business_day, shift, currency"


@pytest.fixture
def till(tmp_path: Path) -> Till:
    till = open_till(new_home(tmp_path))
    till.checkout.selling.scan(WATER, "", till.clock.now())
    till.checkout.paying.cash(1000, till.clock.now())
    return till


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = '{}' WHERE seq = 1",
        "DELETE FROM journal WHERE seq = 1",
        f"INSERT INTO journal SELECT 99, id, type, body, prev, {REST}",
        f"INSERT INTO journal SELECT 3, 'x', type, body, 'f', {REST}",
        "UPDATE sale SET total_minor = 1",
        "DELETE FROM sale",
        f"INSERT INTO sale SELECT 2, event_seq, {SOLD}, total_minor + 1 FROM sale",
        f"INSERT INTO sale SELECT 7, event_seq, {SOLD}, total_minor FROM sale",
        f"INSERT INTO sale SELECT 2, 1, {SOLD}, total_minor FROM sale",
        "UPDATE journal SET entry = NULL",
    ],
)
def test_a_completed_fact_can_not_be_changed(till: Till, statement: str) -> None:
    before = till.trade._rows("SELECT * FROM journal")
    with pytest.raises(Exception, match=r"immutable|gap|unlinked|add_up|UNIQUE"), till.trade.unit() as unit:
        unit._sql(statement)
    assert till.trade._rows("SELECT * FROM journal") == before


@pytest.mark.parametrize(
    "postings",
    [
        [],
        [("till/cash", "CNY", 5)],
        [("a", "CNY", 5), ("b", "USD", -5)],
        [("a", "CNY", 0.5), ("b", "CNY", -0.5)],
        [("a", "CNY", None)],
    ],
)
def test_an_unbalanced_entry_is_not_taken(till: Till, postings: list[tuple[str, str, object]]) -> None:
    entry = {"postings": [{"account": a, "currency": b, "amount_minor": c} for a, b, c in postings]}
    with pytest.raises(Exception, match="unbalanced"), till.trade.unit() as unit:
        unit._sql(
            "INSERT INTO journal SELECT seq + 1, 'x', type, body, hash, 'h', hlc, wall, time_trust,"
            " business_day, ? FROM journal ORDER BY seq DESC LIMIT 1",
            (json.dumps(entry),),
        )


def test_an_unbalanced_entry_is_not_even_written(till: Till) -> None:
    sale = till.trade.last_sale()
    assert sale is not None
    with pytest.raises(InvariantBroken, match="unbalanced"), till.trade.unit() as unit:
        entry = Entry("e", "sale", "s", (Posting("a", "CNY", 1),))
        unit.append("sale.completed", sale, sale.business_day, till.clock.now(), entry)


def test_a_sale_that_moves_nothing_in_the_ledger_is_not_taken(till: Till) -> None:
    sale = till.trade.last_sale()
    assert sale is not None
    again = msgspec.structs.replace(sale, number=2)
    with pytest.raises(Exception, match="add_up"), till.trade.unit() as unit:
        unit.add_sale(again, unit.append("sale.completed", again, sale.business_day, till.clock.now()))


def test_an_event_written_before_the_failure_is_undone_with_it(till: Till) -> None:
    head = till.trade.head_seq()
    sale = till.trade.last_sale()
    assert sale is not None
    with pytest.raises(RuntimeError), till.trade.unit() as unit:
        unit.append("sale.completed", sale, sale.business_day, till.clock.now())
        raise RuntimeError("the power went")
    assert till.trade.head_seq() == head
    till.checkout.selling.scan(WATER, "", till.clock.now())
    till.checkout.paying.cash(300, till.clock.now())
    assert till.trade.head_seq() == head + 1


def test_the_clock_may_go_back_but_the_journal_s_does_not(till: Till) -> None:
    till.clock.at_ms -= 10_000_000
    till.checkout.selling.scan(WATER, "", till.clock.now())
    till.checkout.paying.cash(300, till.clock.now())
    clocks = [int(row[0]) for row in till.trade._rows("SELECT hlc FROM journal ORDER BY seq")]
    assert clocks == sorted(set(clocks))
