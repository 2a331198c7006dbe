"""The agent: one thread that carries journal, requests and documents between the till and HQ.

It may die at any instruction and lose nothing: the journal and the requests stand in trade.db, what
HQ said in reference.db, and both ends repeat themselves until the other has confirmed.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from appliance.runtime.clock import Clock
from appliance.store.reference import mailbox
from appliance.store.trade.outbox import JournalHead
from appliance.sync.inbound import Activated, Inbound, PaymentTold
from appliance.sync.questions import OPEN_MAX, Questions
from appliance.sync.stores import Stores
from appliance.sync.tidying import Tidying
from appliance.sync.uploader import Uploader
from mqttbase import Connected, Delivery, Disconnected, Incoming, Link
from retail.errors import ContractError
from retail.messages import (
    GENESIS,
    Ack,
    Answer,
    Downward,
    Envelope,
    EventBatch,
    Hello,
    PaymentNews,
    Push,
    Request,
    State,
    Topics,
    decode,
    encode,
)

log = logging.getLogger(__name__)

TICK_S = 0.25
LOOK_MS = 500
HELLO_MS = 4_000
CALLING_MS = 1_000
"""How often HQ is called while it does not answer."""
ONLINE_MS = 10_000
"""HQ has said something within this time: two unanswered hellos and a bit."""
BATCH_BYTES_MAX = 256 * 1024
INBOX_MAX = 1_000
LOOKED_AT_MAX = 1_000
"""Requests whose answers are looked for: what was answered must not hide what is open."""


@dataclass(frozen=True)
class AgentState:
    """What the screen is told."""

    online: bool = False
    waiting: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    problem: str = ""


Told = AgentState | Activated | PaymentTold


class Agent:
    """`tell` is called on the agent's thread. `make_link` gets the listener for what arrives."""

    def __init__(
        self,
        topics: Topics,
        stores: Stores,
        make_link: Callable[[Callable[[Incoming], None]], Link | None],
        clock: Clock,
        app_version: str,
        tell: Callable[[Told], None],
    ) -> None:
        self.state = AgentState()
        self._topics = topics
        self._stores = stores
        self._clock = clock
        self._app_version = app_version
        self._tell = tell
        self._inbox: queue.Queue[Incoming | None] = queue.Queue(INBOX_MAX)
        self._stopping = threading.Event()
        self._link = make_link(self._put)
        self._questions = Questions()
        self._uploader: Uploader | None = None
        self._inbound: Inbound | None = None
        self._tidying: Tidying | None = None
        self._head = JournalHead(0, GENESIS)
        self._versions: dict[str, int] = {}
        self._greeted = False
        self._looked_ms = self._heard_ms = self._hello_ms = -ONLINE_MS
        self._wanted = True

    def wake(self) -> None:
        """The journal grew: look now."""
        self._wanted = True
        self._put(None)

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()
        self._put(None)

    def run(self) -> None:
        """Work until `stop`."""
        if self._link:
            self._link.start()
        try:
            while not self._stopping.is_set():
                self._turn()
        finally:
            self._say_goodbye()
            self._stores.close()

    def _say_goodbye(self) -> None:
        if self._link:
            self._link.publish(self._topics.up_state, encode(State(online=False)), retain=True, wait_s=1)
            self._link.stop()

    def _put(self, incoming: Incoming | None) -> None:
        try:
            self._inbox.put_nowait(incoming)
        except queue.Full:
            log.warning("more messages than can be taken; HQ will send them again")

    def _now_ms(self) -> int:
        return self._clock.monotonic_ns() // 1_000_000

    def _turn(self) -> None:
        try:
            incoming = self._inbox.get(timeout=TICK_S)
        except queue.Empty:
            incoming = None
        if isinstance(incoming, Connected):
            self._connected()
        elif isinstance(incoming, Disconnected):
            self._disconnected()
        elif isinstance(incoming, Delivery):
            self._take(incoming)
        if self._inbox.empty():
            self._look()
            self._send()
            self._tell_state()
            if self._tidying:
                self._tidying.turn(self._now_ms())

    def _connected(self) -> None:
        self._greeted = True
        self._hello_ms = -HELLO_MS
        self._report()

    def _disconnected(self) -> None:
        self._greeted = False
        self._heard_ms = -ONLINE_MS
        self._questions.disconnected()
        if self._uploader:
            self._uploader.disconnected()

    # What the till wrote

    def _look(self) -> None:
        """Read what is new, when the till has called or the time has come."""
        now_ms = self._now_ms()
        if not self._wanted and now_ms - self._looked_ms < LOOK_MS:
            return
        self._wanted, self._looked_ms = False, now_ms
        if self._inbound is None and self._stores.open_reference():
            self._inbound = Inbound(self._stores.reference)
            self._versions = self._inbound.versions()
            self._report()
        if self._inbound is None or not self._stores.open_trade():
            return
        outbox = self._stores.outbox
        if self._uploader is None:
            self._begin(now_ms)
        if outbox.changed():
            self._head = outbox.head()
            requests = outbox.requests(self._clock.unix_ms(), LOOKED_AT_MAX)
            with self._stores.reference.begin() as connection:
                done = mailbox.answered(connection, [one.request.id for one in requests])
            unanswered = [one for one in requests if one.request.id not in done]
            self._questions.replace(unanswered[-OPEN_MAX:])

    def _begin(self, now_ms: int) -> None:
        with self._stores.reference.begin() as connection:
            mailbox.forget_old_answers(connection, self._clock.unix_ms())
            at = mailbox.cursor(connection, self._stores.owner.incarnation)
        self._uploader = Uploader(at, now_ms)
        self._tidying = Tidying(self._stores.reference, self._stores.outbox.basket_versions, now_ms)

    # What goes up

    def _send(self) -> None:
        if not self._greeted or self._link is None:
            return
        now_ms = self._now_ms()
        if self._uploader:
            quiet_ms = now_ms - max(self._heard_ms, self._hello_ms)
            patience_ms = HELLO_MS if self.state.online else CALLING_MS
            if quiet_ms >= patience_ms or self._hello_ms < 0:
                self._hello(now_ms)
            self._upload(self._uploader, now_ms)
        self._questions.send_due(self._ask, self._clock.unix_ms())

    def _hello(self, now_ms: int) -> None:
        hello = Hello(
            incarnation=self._stores.owner.incarnation,
            last_seq=self._head.seq,
            head_hash=self._head.hash,
            versions=self._versions,
            app_version=self._app_version,
        )
        if self._publish(self._topics.up_request, encode(hello)):
            self._hello_ms = now_ms

    def _upload(self, uploader: Uploader, now_ms: int) -> None:
        while (room := uploader.room(now_ms)) is not None and room.seq < self._head.seq:
            events = self._stores.outbox.after(room.seq, room.limit)
            if not events:
                return
            chosen: list[Envelope] = []
            bytes_left = BATCH_BYTES_MAX
            for event in events:
                bytes_left -= len(encode(EventBatch(events=(event,))))
                if chosen and bytes_left < 0:
                    break
                chosen.append(event)
            if not self._publish(self._topics.up_event, encode(EventBatch(events=tuple(chosen)))):
                return
            uploader.sent(chosen[-1].seq, now_ms)

    def _ask(self, request: Request) -> bool:
        return self._publish(self._topics.up_request, encode(request))

    def _report(self) -> None:
        state = State(online=True, versions=self._versions, app_version=self._app_version)
        self._publish(self._topics.up_state, encode(state), retain=True)

    def _publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        return self._greeted and self._link is not None and self._link.publish(topic, payload, retain=retain)

    # What comes down

    def _take(self, delivery: Delivery) -> None:
        """Write it down, then let the broker forget it."""
        try:
            message: Downward = decode(delivery.payload, Downward)  # type: ignore[arg-type]  # msgspec takes unions
        except ContractError as error:
            log.error("HQ's message on %s cannot be read: %s", delivery.topic, error)
        else:
            if self._greeted:
                self._heard_ms = self._now_ms()
            for told in self._handle(message):
                self._tell(told)
        if self._link:
            self._link.acknowledge(delivery)

    def _handle(self, message: Downward) -> list[Any]:
        if isinstance(message, Ack):
            self._acknowledged(message)
            return []
        if self._inbound is None:
            return []
        if isinstance(message, Push):
            activated = self._inbound.push(message)
            self._versions = self._inbound.versions()
            self._report()
            return [activated] if activated else []
        if isinstance(message, Answer):
            told = self._inbound.answer(message, self._clock.unix_ms())
            self._questions.answered(message.id)
            return list(told)
        if isinstance(message, PaymentNews):
            return list(self._inbound.news(message))
        return []

    def _acknowledged(self, ack: Ack) -> None:
        uploader = self._uploader
        if uploader is None or ack.incarnation != self._stores.owner.incarnation or uploader.problem:
            return
        own_hash = self._stores.outbox.hash_at(ack.upto)
        if uploader.acknowledged(ack, own_hash, self._now_ms()):
            with self._stores.reference.begin() as connection:
                mailbox.keep_cursor(connection, ack.incarnation, uploader.cursor)
        if uploader.problem:
            log.error("%s at %d: nothing is sent to HQ any more; selling goes on", uploader.problem, ack.upto)
            self._send_evidence(ack.upto)

    def _send_evidence(self, seq: int) -> None:
        """HQ sees only from our own event that we have another history; it quarantines it and alarms."""
        events = self._stores.outbox.after(seq - 1, 1) if seq else []
        if events:
            self._publish(self._topics.up_event, encode(EventBatch(events=tuple(events))))

    def _tell_state(self) -> None:
        upto = self._uploader.cursor.upto if self._uploader else 0
        state = AgentState(
            online=self._greeted and self._now_ms() - self._heard_ms < ONLINE_MS,
            waiting=max(0, self._head.seq - upto),
            versions=self._versions,
            problem=(self._uploader.problem if self._uploader else "") or self._stores.problem,
        )
        if state != self.state:
            self.state = state
            self._tell(state)
