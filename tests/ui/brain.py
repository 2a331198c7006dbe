"""The till's brain over real databases, without Kivy and without threads: jobs run when they are given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.checkout.ports import Effect
from appliance.store.engine import read_key
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer, keep_news, payment
from appliance.ui.acts import goods, paying, stock
from appliance.ui.acts.heard import heard
from appliance.ui.counter import Counter
from appliance.ui.i18n import Translator
from appliance.ui.intents import act
from appliance.ui.presenters import Presented, present
from appliance.ui.state import DeskSnapshot, Devices, DeviceState, Sync, TillState
from appliance.ui.till import Till
from appliance.ui.views.parts import ControlView, Intent
from appliance.ui.worker import Job, Reply
from retail.errors import TillboxError
from retail.messages import Answer, PaymentNews
from retail.messages.events import SaleCompleted
from retail.secrets import card_hash, phone_hash
from tests.support import desk as support

CARD, STAFF_CARD, MANAGER_CARD, NO_CARD = "04AA0001", "04AA0002", "04AA0003", "04AA00FF"
PHONE = "13800006207"
DEVICES = tuple(
    DeviceState(name, capability, "ready")
    for name, capability in (
        ("receipt", "printer"),
        ("drawer", "drawer"),
        ("scanner", "scanner"),
        ("reader", "card_reader"),
        ("customer", "customer_display"),
    )
)


@dataclass
class Clock:
    """The test's clock as the counter wants one."""

    ticks: support.Counter

    def unix_ms(self) -> int:
        return self.ticks.now().unix_ms

    def monotonic_ns(self) -> int:
        return self.ticks.at_ms * 1_000_000


@dataclass
class Brain:
    """A till and everything it told the rest of the process."""

    home: support.Home
    ticks: support.Counter = field(default_factory=support.Counter)
    effects: list[Effect] = field(default_factory=list)
    shown: list[Presented] = field(default_factory=list)
    drawer_pulses: int = 0
    looks: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk = support.open_till(self.home, self.ticks, signed_in=False)
        self.trade, self.desk = desk.trade, desk
        engine = open_reference(self.home, writable=True)
        self.engine = engine

        def news_of(attempt_id: str) -> PaymentNews | None:
            with engine.connect() as connection:
                return payment(connection, attempt_id)

        def answer_of(request_id: str) -> Answer | None:
            with engine.connect() as connection:
                return answer(connection, request_id)

        key = bytes.fromhex(read_key(self.home.lookup_key))
        clock = Clock(self.ticks)
        self.counter = Counter(desk.checkout, desk.reference, news_of, clock, key, desk.close, answer_of)
        operator = desk.checkout.staff.resume(self.counter.moment())
        state = TillState(
            shop=self.counter.read_shop(),
            desk=self.counter.snapshot(),
            devices=Devices(True, DEVICES),
            sync=Sync(True, True, 0),
            place="sale" if operator else "sign_in",
            now_ms=self.ticks.at_ms,
        )
        self.till = Till(state, self, clock.monotonic_ns)
        self.till.listen(act)
        self.tick()
        self.till.settle_place()

    # Outside

    def submit(self, job: Job, on_reply: Callable[[Reply], None]) -> None:
        answer: Any = None
        refused: TillboxError | None = None
        try:
            answer = job(self.counter)
        except TillboxError as error:
            refused = error
        on_reply(Reply(answer, refused, self.counter.snapshot()))

    def show(self, presented: Presented) -> None:
        self.shown.append(presented)

    def words(self, language: str) -> Translator:
        return Translator(language, strict=True)

    def run_effects(self, sale: SaleCompleted, effects: tuple[Effect, ...]) -> None:
        self.effects.extend(effects)

    def open_drawer(self) -> None:
        self.drawer_pulses += 1

    def test_device(self, device: str) -> None:
        pass

    def something_for_hq(self) -> None:
        pass

    def use_look(self, theme: str, language: str) -> None:
        self.looks.append((theme, language))

    def dim(self, dimmed: bool) -> None:
        pass

    # What a test does

    @property
    def state(self) -> TillState:
        return self.till.state

    @property
    def desk_now(self) -> DeskSnapshot:
        return self.till.state.desk

    def tick(self, later_ms: int = 0) -> None:
        """Time passes on the screen."""
        self.ticks.at_ms += later_ms
        local = datetime.fromtimestamp(self.ticks.at_ms / 1000, support.SHANGHAI)
        self.till.clock(self.ticks.at_ms, local)

    def do(self, intent: str, **args: Any) -> None:
        """A person wants this."""
        self.till.intent(Intent(intent, args))

    def touch(self, name: str) -> None:
        """Touch the control of that name, which must be shown and enabled."""
        control = self.control(name)
        assert control.enabled and not control.busy, f"{name} can't be touched: {control}"
        self.till.intent(control.intent)

    def control(self, name: str) -> ControlView:
        """The shown control of that name."""
        found = [one for one in controls_of(self.presented()) if one.name == name]
        assert found, f"no {name} among {sorted({one.name for one in controls_of(self.presented())})}"
        return found[0]

    def has_control(self, name: str) -> bool:
        return any(one.name == name for one in controls_of(self.presented()))

    def keys(self, text: str) -> None:
        """Keys of the number pad."""
        for key in text:
            self.do("keypad.key", key=key)

    def scan(self, data: str, symbology: str = "") -> None:
        """The scanner read this."""
        if goods.wants_card(self.till):
            goods.card_scanned(self.till, data)
            return
        if stock.is_open(self.till):
            self.submit(stock.scan_job(data, symbology), lambda reply: stock.scanned(self.till, reply, 0))
            return
        self.submit(goods.scan_job(data, symbology), lambda reply: goods.scanned(self.till, reply, 0))

    def sign_in(self, operator_id: str = "wang", pin: str = "246810") -> None:
        """By PIN, as a person does."""
        self.do("operator.choose", id=operator_id)
        self.keys(pin)

    def hq_says(self, state: Any, qr: str = "", reference: str = "") -> None:
        """News of the newest payment asked for, and the till looks at it."""
        basket = self.desk_now.basket or self.desk_now.suspended[-1]
        attempt = basket.attempt
        assert attempt is not None
        news = PaymentNews(
            attempt_id=attempt.attempt_id,
            state=state,
            revision=self.ticks.at_ms,
            amount_minor=attempt.amount_minor,
            currency="CNY",
            qr=qr,
            provider_reference=reference,
        )
        with self.engine.begin() as connection:
            keep_news(connection, [news])
        self.follow()

    def follow(self) -> None:
        """What the screen does twice a second while a payment is under way."""

        def told(reply: Reply) -> None:
            self.till.replied(Reply(None, reply.error, reply.desk))
            paying.followed(self.till, reply.answer)
            self.till.settle_place()

        self.submit(lambda counter: counter.follow(), told)

    def hear(self) -> None:
        """What the screen does while HQ owes an answer: look whether it has come, and what HQ pushed."""

        def told(reply: Reply) -> None:
            self.till.replied(Reply(None, reply.error, reply.desk))
            heard(self.till, reply.answer)

        def look(counter: Counter) -> Any:
            counter.changed_shop()
            return counter.hear()

        self.submit(look, told)

    def presented(self) -> Presented:
        """What is shown now."""
        return present(self.state, self.words(self.state.language))


def controls_of(value: Any) -> list[ControlView]:
    """All controls anywhere in a view."""
    if isinstance(value, ControlView):
        return [value]
    if isinstance(value, tuple | list):
        return [control for part in value for control in controls_of(part)]
    slots = getattr(type(value), "__dataclass_fields__", None)
    return [control for name in slots or () for control in controls_of(getattr(value, name))]


def texts_of(value: Any) -> list[str]:
    """All texts anywhere in a view."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple | list):
        return [text for part in value for text in texts_of(part)]
    slots = getattr(type(value), "__dataclass_fields__", None)
    return [text for name in slots or () for text in texts_of(getattr(value, name))]


def new_brain(folder: Path) -> Brain:
    """A till on a new home, whose people have cards."""
    home = support.new_home(folder)
    key = bytes.fromhex(read_key(home.lookup_key))
    people = {"wang": STAFF_CARD, "li": MANAGER_CARD}
    operators, members = [], []
    for document in support.DOCUMENTS:
        if isinstance(document, support.Operator):
            operators.append(_with(document, card_hash=card_hash(key, people[document.id])))
        elif isinstance(document, support.Member):
            hashes = (card_hash(key, CARD),)
            members.append(_with(document, card_hashes=hashes, phone_hash=phone_hash(key, PHONE)))
    support.push(home, "staff", 1, 2, tuple(operators))
    support.push(home, "members", 1, 2, tuple(members))
    return Brain(home)


def _with(document: Any, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(document, **changes)
