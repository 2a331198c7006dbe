"""An event over a real broker with mutual TLS: HQ holds it once and says so after its commit."""

import json
import queue
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from hq import catalogue
from hq.appliances import appliances
from hq.tables import alarm, event, sale
from mqttbase import Connected, Delivery, Incoming, Link, LinkOptions
from retail.catalogue import Product
from retail.messages import Ack, Hello, Push, State, Topics, decode, encode
from tests.support.broker import Broker
from tests.support.hq import Headquarters
from tests.support.journal import Chain
from tests.support.waiting import LONG_S, wait_for


class Till:
    """The other end of the wire, speaking raw messages."""

    def __init__(self, broker: Broker, name: str) -> None:
        self.topics = Topics("demo", name)
        self.inbox: queue.Queue[Delivery] = queue.Queue()
        self.connected = threading.Event()
        options = LinkOptions(f"tb-{name}", (self.topics.dn_all,))
        self.link = Link(broker.certificate_for(name), options, self._put)
        self.link.start()
        assert self.connected.wait(LONG_S)

    def _put(self, incoming: Incoming) -> None:
        if isinstance(incoming, Connected):
            self.connected.set()
        elif isinstance(incoming, Delivery):
            self.link.acknowledge(incoming)
            self.inbox.put(incoming)

    def publish(self, events: list[dict[str, object]]) -> None:
        payload = json.dumps({"type": "events", "events": events}).encode()
        assert self.link.publish(self.topics.up_event, payload)

    def ack(self) -> Ack:
        while True:
            delivery = self.inbox.get(timeout=LONG_S)
            if delivery.topic == self.topics.dn_ack:
                return decode(delivery.payload, Ack)

    def push(self, version: int) -> Push:
        """The push that leads to this version; one that the till is slow to confirm comes again."""
        while True:
            delivery = self.inbox.get(timeout=LONG_S)
            if delivery.topic == self.topics.dn_push:
                push = decode(delivery.payload, Push)
                if push.version == version:
                    return push


@pytest.fixture
def till(broker: Broker) -> Iterator[Till]:
    made = Till(broker, "till-1")
    yield made
    made.link.stop()


def test_an_event_is_held_once_and_acknowledged_after_the_commit(hq: Headquarters, till: Till) -> None:
    chain = Chain()
    sold = chain.add()
    till.publish([sold])
    assert till.ack() == Ack(incarnation="inc-1", upto=1, hash=chain.head)
    assert (hq.count(event), hq.count(sale)) == (1, 1)
    till.publish([sold])
    assert till.ack().upto == 1
    assert (hq.count(event), hq.count(sale), hq.count(alarm)) == (1, 1, 0)


def test_a_certificate_cannot_write_or_read_another_tills_branch(
    hq: Headquarters, broker: Broker, till: Till
) -> None:
    thief = Till(broker, "till-2")
    try:
        thief.topics = till.topics
        thief.publish([Chain().add()])
        chain = Chain("till-2")
        thief.topics = Topics("demo", "till-2")
        thief.publish([chain.add()])
        assert thief.ack().upto == 1
        with hq.reader.connect() as connection:
            assert connection.execute(select(event.c.appliance)).scalars().all() == ["till-2"]
    finally:
        thief.link.stop()


def test_a_changed_price_reaches_a_till_that_is_behind(hq: Headquarters, till: Till) -> None:
    latte = Product(id="latte", names={"en": "Latte"}, category="coffee", price_minor=2200)
    with hq.writer.begin() as connection:
        catalogue.put(connection, [latte])
    hello = Hello(incarnation="inc-1", last_seq=0, head_hash="0" * 64, versions={})
    till.link.publish(till.topics.up_request, encode(hello))
    assert till.push(1).base == 0
    state = State(online=True, versions={"catalogue": 1})
    till.link.publish(till.topics.up_state, encode(state), retain=True)
    wait_for(lambda: versions(hq) == {"catalogue": 1}, "HQ knows what the till has")
    with hq.writer.begin() as connection:
        assert catalogue.set_price(connection, "latte", 2500, 2300) == 2
    second = till.push(2)
    assert second.base == 1
    document = second.documents[0].document
    assert isinstance(document, Product)
    assert (document.price_minor, document.member_price_minor) == (2500, 2300)


def versions(hq: Headquarters) -> dict[str, int]:
    """What HQ believes the only till to have."""
    with hq.reader.connect() as connection:
        return appliances(connection)[0].versions
