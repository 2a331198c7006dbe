"""Opens what the worker owns: both databases and the checkout service over them."""

from dataclasses import dataclass

from sqlalchemy import Engine

from appliance.checkout.checkout import Checkout
from appliance.runtime.clock import Clock
from appliance.runtime.paths import Home
from appliance.runtime.settings import Settings
from appliance.store.engine import read_key
from appliance.store.reference import ReferenceReader, is_up_to_date, open_reference
from appliance.store.reference.mailbox import answer, payment
from appliance.store.trade import Identity, TradeStore, open_trade
from appliance.store.trade.lock import TradeLock
from appliance.ui.counter import Counter
from appliance.ui.state import DeskSnapshot, Goods, ShopSnapshot
from retail.catalogue import Operator
from retail.errors import Busy, ContractError
from retail.ids import IdSource
from retail.messages import Answer, PaymentNews
from retail.secrets import pin_matches


@dataclass(frozen=True, slots=True)
class Opened:
    """What the first screen needs to know. `operator` worked here a short while ago."""

    shop: ShopSnapshot
    desk: DeskSnapshot
    goods: Goods
    operator: Operator | None


def open_counter(home: Home, settings: Settings, clock: Clock, new_id: IdSource, language: str) -> Counter:
    """Open the databases, in the worker's thread.

    `ContractError` says what is missing where, `Busy` who else sells in this home, or that sync has
    not brought the reference database up to date yet.
    """
    if not home.reference_db.exists():
        raise ContractError("store.no_reference_database", path=str(home.reference_db))
    reference_engine = open_reference(home, writable=False)
    if not is_up_to_date(reference_engine):
        raise Busy("store.reference_not_ready", path=str(home.reference_db))
    lookup_key = bytes.fromhex(read_key(home.lookup_key))
    box = settings.appliance
    identity = Identity(box.tenant, box.id, new_id(), box.workstation)
    lock = TradeLock(home, "the till's screen")
    trade_engine = open_trade(home, identity)
    store = TradeStore(trade_engine, new_id)
    reference = ReferenceReader(reference_engine)
    checkout = Checkout(store, reference, new_id, pin_matches, box.workstation)
    checkout.desk.language = language
    checkout.desk.store = box.store

    def news_of(attempt_id: str) -> PaymentNews | None:
        with reference_engine.connect() as connection:
            return payment(connection, attempt_id)

    def answer_of(request_id: str) -> Answer | None:
        with reference_engine.connect() as connection:
            return answer(connection, request_id)

    def close() -> None:
        store.close()
        _dispose(trade_engine, reference_engine)
        lock.release()

    return Counter(checkout, reference, news_of, clock, lookup_key, close, answer_of)


def first_look(counter: Counter) -> Opened:
    """What lies on the counter after a start."""
    operator = counter.checkout.staff.resume(counter.moment())
    shop = counter.read_shop()
    desk = counter.snapshot()
    as_of = desk.basket.catalogue_version if desk.basket else int(shop.versions.get("catalogue", 0))
    return Opened(shop, desk, counter.shelf("", as_of), operator)


def _dispose(*engines: Engine) -> None:
    for engine in engines:
        engine.dispose()
