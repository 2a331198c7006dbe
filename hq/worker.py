"""The one thread that takes messages, commits, answers, and notices what others wrote to hq.db.

Everything it remembers between two messages may be lost: pushes and payment news are found again
in the database, acknowledgements are asked for again by the appliances.
"""

import logging
import queue
import threading
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from hq import ingest, payments, refunds
from hq.ledger import sweeping
from hq.ledger import telling as members_telling
from hq.ledger.moments import moment
from hq.members import birthdays
from hq.members.keys import Keys
from hq.promotions import telling as promotion_telling
from hq.pushes import PushPlan
from hq.signals import Changes
from hq.stock import telling as stock_telling
from mqttbase import BrokerAddress, Connected, Delivery, Disconnected, Incoming, Link, LinkOptions
from retail.messages import Topics, encode, parse_up

log = logging.getLogger(__name__)

TICK_S = 0.25
INBOX_MAX = 2_000
CLIENT_ID = "hq"
TELLERS = (stock_telling, promotion_telling)
"""What counts something that the tills need: `PAUSE_MS`, `anything_to_tell`, `tell`."""


class Worker:
    """`writer` takes the write lock, `reader` never does. `now_ms` is Unix time in milliseconds."""

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        broker: BrokerAddress,
        changes: Changes,
        now_ms: Callable[[], int],
        keys: Keys | None = None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._changes = changes
        self._now_ms = now_ms
        self._keys = keys
        self._plan = PushPlan()
        self._inbox: queue.Queue[Incoming | None] = queue.Queue(INBOX_MAX)
        self._link = Link(broker, LinkOptions(CLIENT_ID, (Topics.hq_up_all(),)), self._put)
        self._stopping = threading.Event()
        self._data_version = -1
        self._told_ms = dict.fromkeys(TELLERS, 0)
        self._members_told_ms = 0
        self._members_may_wait = True
        self._swept_ms = 0

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._link.connected

    def look(self) -> None:
        """Another part of this process has written something: look at once."""
        self._put(None)

    def stop(self) -> None:
        """End `run` after the message at hand."""
        self._stopping.set()
        self._put(None)

    def run(self) -> None:
        """Work until `stop`."""
        self._link.start()
        try:
            with self._reader.connect() as watching:
                while not self._stopping.is_set():
                    self._turn(watching)
        finally:
            self._link.stop()

    def _put(self, incoming: Incoming | None) -> None:
        """Never blocks the network: what does not fit is sent again by whoever sent it."""
        try:
            self._inbox.put_nowait(incoming)
        except queue.Full:
            log.warning("more messages than can be taken; dropping one")

    def _turn(self, watching: Connection) -> None:
        try:
            incoming = self._inbox.get(timeout=TICK_S)
        except queue.Empty:
            incoming = None
        if isinstance(incoming, Delivery):
            self._take(incoming)
        elif isinstance(incoming, Connected | Disconnected):
            self._changes.tell()
        if self._inbox.empty():
            self._look_around(watching)

    def _take(self, delivery: Delivery) -> None:
        """Commit first, then say so, to the appliance and to the broker."""
        outgoing = ingest.take(
            self._writer, self._plan, delivery.topic, delivery.payload, self._now_ms(), self._keys
        )
        for to, message in outgoing:
            self._link.publish(ingest.topic_for(to, message), encode(message))
        self._link.acknowledge(delivery)
        if parse_up(delivery.topic) is None:
            log.warning("a message on a topic that is not ours: %s", delivery.topic)

    def _look_around(self, watching: Connection) -> None:
        """Whatever anybody wrote: tell the pages, the tills that are behind, and payments' news."""
        now_ms = self._now_ms()
        version = int(watching.exec_driver_sql("PRAGMA data_version").scalar_one())
        expired = payments.any_to_expire(watching, now_ms)
        watching.rollback()
        if expired:
            with self._writer.begin() as connection:
                payments.expire(connection, now_ms)
        if version != self._data_version or expired:
            self._data_version = version
            self._members_may_wait = True
            self._changes.tell()
        self._sweep(now_ms)
        self._tell_counters(watching, now_ms)
        self._tell_members(watching, now_ms)
        if self._link.connected:
            self._send_news(watching)
            self._send_pushes(watching, now_ms)

    def _tell_counters(self, watching: Connection, now_ms: int) -> None:
        """Levels and counters go to the tills, but a busy shop must not push with each sale."""
        for teller, told_ms in self._told_ms.items():
            if now_ms - told_ms < teller.PAUSE_MS:
                continue
            waiting = teller.anything_to_tell(watching)
            watching.rollback()
            if waiting:
                self._told_ms[teller] = now_ms
                with self._writer.begin() as connection:
                    teller.tell(connection)

    def _tell_members(self, watching: Connection, now_ms: int) -> None:
        """Members' balances go to the tills, many at once when a shop is busy."""
        if not self._members_may_wait or now_ms - self._members_told_ms < members_telling.PAUSE_MS:
            return
        waiting = members_telling.anything_to_tell(watching)
        watching.rollback()
        self._members_may_wait = waiting
        if waiting:
            self._members_told_ms = now_ms
            with self._writer.begin() as connection:
                members_telling.tell(connection, moment(now_ms))

    def _sweep(self, now_ms: int) -> None:
        """What the calendar does to members' money, each hour; at once again while there is more."""
        if now_ms - self._swept_ms < sweeping.EACH_MS:
            return
        with self._writer.begin() as connection:
            done = sweeping.sweep(connection, now_ms)
            if self._keys is not None:
                birthdays.give(connection, self._keys, now_ms)
        if not done.more:
            self._swept_ms = now_ms

    def _send_news(self, watching: Connection) -> None:
        waiting = payments.unannounced(watching) + refunds.unannounced(watching)
        watching.rollback()
        for to, news in waiting:
            if self._link.publish(ingest.topic_for(to, news), encode(news)):
                with self._writer.begin() as connection:
                    payments.announced(connection, news)
                    refunds.announced(connection, news)

    def _send_pushes(self, watching: Connection, now_ms: int) -> None:
        for planned in self._plan.due(watching, now_ms):
            self._link.publish(ingest.topic_for(planned.to, planned.push), encode(planned.push))
            log.info(
                "%s: %s %d -> %d, %d documents",
                planned.to.appliance,
                planned.push.stream,
                planned.push.base,
                planned.push.version,
                len(planned.push.documents),
            )
        watching.rollback()
