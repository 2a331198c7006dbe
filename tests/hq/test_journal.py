"""Taking journals: any order and doubling of delivery gives the same state; what is odd is kept and told."""

import copy
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from hq import reports, sales
from hq.alarms import alarms
from hq.database import open_hq
from hq.ingest import take
from hq.journal import Sender
from hq.pushes import PushPlan
from hq.tables import event, held_event, incarnation, quarantined_event, sale, sale_line, sale_tender
from retail.messages import Ack, Hello, Topics, encode
from tests.support.journal import Chain, RawEvent, sale_body

TILL = Sender("demo", "till-1")


class Inbox:
    """HQ's way of taking messages, without a broker; time stands still unless it is told."""

    def __init__(self, path: Path) -> None:
        self.engine: Engine = open_hq(path)
        self._plan = PushPlan()

    def events(self, events: list[RawEvent], appliance: str = "till-1", now_ms: int = 1) -> list[Ack]:
        return self.raw(json.dumps({"type": "events", "events": events}).encode(), appliance, now_ms)

    def raw(self, payload: bytes, appliance: str = "till-1", now_ms: int = 1) -> list[Ack]:
        topic = Topics("demo", appliance).up_event
        outgoing = take(self.engine, self._plan, topic, payload, now_ms)
        return [message for _, message in outgoing if isinstance(message, Ack)]

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that must not depend on the order of delivery."""
        tables = (event, incarnation, sale, sale_line, sale_tender, held_event)
        with self.engine.connect() as connection:
            return {
                table.name: sorted(tuple(row) for row in connection.execute(select(table)))
                for table in tables
            }

    def codes(self) -> list[str]:
        with self.engine.connect() as connection:
            return sorted(item.code for item in alarms(connection))


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    made = Inbox(tmp_path / "hq.db")
    yield made
    made.engine.dispose()


def chain_of(count: int, **identity: str) -> Chain:
    chain = Chain(**identity)
    for _ in range(count):
        chain.add()
    return chain


@pytest.mark.parametrize("seed", range(8))
def test_any_order_and_doubling_gives_the_same_state(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    chain = chain_of(20)
    straight, shuffled = Inbox(tmp_path / "a.db"), Inbox(tmp_path / "b.db")
    straight.events(chain.events)
    cuts = sorted(chance.sample(range(1, 20), 6))
    batches = [chain.events[start:end] for start, end in itertools.pairwise([0, *cuts, 20])]
    deliveries = batches * 2
    chance.shuffle(deliveries)
    acks = [ack for batch in deliveries for ack in shuffled.events(batch)]
    assert shuffled.state() == straight.state()
    assert shuffled.codes() == []
    assert max(ack.upto for ack in acks) == 20
    for ack in acks:
        assert ack.hash == (chain.events[ack.upto - 1]["hash"] if ack.upto else "0" * 64)


def test_an_event_beyond_a_gap_is_held_and_the_acknowledgement_asks_for_the_gap(inbox: Inbox) -> None:
    chain = chain_of(3)
    assert inbox.events(chain.events[1:])[0].upto == 0
    assert inbox.events(chain.events[:1])[0].upto == 3


def test_another_history_under_the_same_number_is_quarantined(inbox: Inbox) -> None:
    chain, clone = chain_of(3), chain_of(1)
    clone.add(body=sale_body(2, total_minor=1))
    inbox.events(chain.events)
    before = inbox.state()
    [ack] = inbox.events(clone.events)
    assert (ack.problem, ack.upto, ack.hash) == ("forked", 3, chain.head)
    assert inbox.state() == before
    assert inbox.codes() == ["journal.forked"]
    with inbox.engine.connect() as connection:
        assert connection.execute(select(quarantined_event.c.seq)).scalars().all() == [2]


def test_a_hello_with_another_head_is_a_fork(inbox: Inbox) -> None:
    inbox.events(chain_of(3).events)
    hello = Hello(incarnation="inc-1", last_seq=2, head_hash="f" * 64, versions={})
    outgoing = take(inbox.engine, PushPlan(), Topics("demo", "till-1").up_request, encode(hello), 1)
    [ack] = [message for _, message in outgoing if isinstance(message, Ack)]
    assert ack.problem == "forked"


def test_an_altered_event_does_not_enter(inbox: Inbox) -> None:
    chain = chain_of(2)
    altered = copy.deepcopy(chain.events[1])
    altered["body"]["total_minor"] = 1
    [ack] = inbox.events([chain.events[0], altered])
    assert (ack.problem, ack.upto) == ("broken", 1)
    assert inbox.codes() == ["journal.broken"]
    assert inbox.events([chain.events[1]])[0].upto == 2


def test_an_unknown_kind_of_event_is_kept_and_blocks_nothing(inbox: Inbox) -> None:
    chain = chain_of(1)
    chain.add("coffee.dreamt", {"about": "beans"})
    chain.add(mood="a field of a newer program")
    chain.add("sale.completed", {"sale_id": "half"})
    chain.add()
    assert inbox.events(chain.events)[0].upto == 5
    assert inbox.codes() == ["event.malformed", "event.unknown_type"]
    with inbox.engine.connect() as connection:
        stored = connection.execute(select(event.c.envelope).order_by(event.c.seq)).scalars().all()
        assert len(connection.execute(select(sale.c.sale_id)).all()) == 3
    assert [json.loads(text) for text in stored] == chain.events


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[1]", b'{"type":"events","events":[{"seq":1}]}', b"\xff\xfe"]
)
def test_nonsense_changes_nothing_and_is_told(inbox: Inbox, payload: bytes) -> None:
    before = inbox.state()
    assert inbox.raw(payload) == []
    assert inbox.state() == before
    assert len(inbox.codes()) == (1 if payload else 0)


def test_a_tills_events_in_another_tills_branch_are_refused(inbox: Inbox) -> None:
    assert inbox.events(chain_of(1).events, appliance="till-2") == []
    assert inbox.codes() == ["event.foreign"]
    assert inbox.state()["event"] == []


def test_a_new_incarnation_begins_its_own_chain_and_no_sale_counts_twice(inbox: Inbox) -> None:
    old = chain_of(2)
    new = Chain(incarnation="inc-2")
    new.add(body=old.events[1]["body"])
    new.add()
    inbox.events(old.events)
    assert inbox.events(new.events)[0].upto == 2
    assert inbox.codes() == ["sale.doubled"]
    assert len(inbox.state()["sale"]) == 3


def test_a_sale_that_does_not_add_up_is_told(inbox: Inbox) -> None:
    chain = Chain()
    chain.add(body=sale_body(1, total_minor=2200) | {"total_minor": 2300})
    assert inbox.events(chain.events)[0].upto == 1
    assert inbox.codes() == ["sale.does_not_add_up"]


def test_sales_made_again_from_the_events_are_the_same(inbox: Inbox) -> None:
    inbox.events(chain_of(5).events)
    before = inbox.state()
    with inbox.engine.begin() as connection:
        assert sales.rebuild(connection) == 5
    assert inbox.state() == before


def test_the_days_total_is_the_sum_of_its_sales(inbox: Inbox) -> None:
    chain = Chain()
    for number, total in enumerate((1000, 2001, -500), start=1):
        chain.add(body=sale_body(number, total_minor=total))
    inbox.events(chain.events)
    with inbox.engine.connect() as connection:
        [total_of_day] = reports.totals(connection, "2026-03-02")
    assert (total_of_day.count, total_of_day.total_minor, total_of_day.average_minor) == (3, 2501, 834)
    assert total_of_day.tenders == {"cash": 2501}
