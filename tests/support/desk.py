"""A till's desk on real, encrypted databases in a folder of the test's own."""

import itertools
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from appliance.checkout.checkout import Checkout
from appliance.checkout.ports import Moment
from appliance.runtime.paths import Home
from appliance.store.engine import create_key
from appliance.store.reference import ReferenceReader, apply_push, open_reference
from appliance.store.trade import Identity, TradeStore, open_trade
from retail.catalogue import Choice, Member, Operator, OptionGroup, Product, Shop, TaxClass, Tier
from retail.ids import uuid7
from retail.messages import Push, PushDocument
from retail.streams import STREAMS, AnyDocument

SHANGHAI = timezone(timedelta(hours=8))
NOON_MS = 1_760_000_000_000


def named(text: str) -> dict[str, str]:
    """The same name in all three languages."""
    return {"zh-Hans": text, "zh-Hant": text, "en": text}


SIZE = OptionGroup(
    id="size",
    names=named("size"),
    choices=(
        Choice(id="size.medium", names=named("medium")),
        Choice(id="size.large", names=named("large"), price_delta_minor=300),
    ),
    default="size.medium",
)
DOCUMENTS: tuple[AnyDocument, ...] = (
    TaxClass(id="standard", names=named("13%"), rate_bp=1300),
    TaxClass(id="service", names=named("6%"), rate_bp=600),
    SIZE,
    Product(
        id="latte",
        names=named("Latte"),
        category="coffee",
        price_minor=2200,
        plu="101",
        tax_class="service",
        options=("size",),
    ),
    Product(
        id="water",
        names=named("Water"),
        category="snacks",
        price_minor=300,
        gtins=("6901234567892",),
        member_discount=False,
    ),
    Product(
        id="beans",
        names=named("Beans"),
        category="goods",
        price_minor=7800,
        gtins=("6901234567885",),
        member_price_minor=7000,
    ),
    Product(
        id="biscuit", names=named("Biscuit"), category="snacks", price_minor=8800, unit="kg", by_weight=True
    ),
    Product(id="cake", names=named("Cake"), category="cakes", price_minor=2600, sold_out=True),
    Tier(id="gold", names=named("Gold"), discount_bp=500),
    Member(
        id="m1", names=named("C*"), phone_masked="138****6207", tier="gold", card_hashes=("c1",), points=10
    ),
    Operator(id="wang", names=named("Wang"), pin_hash="246810", card_hash="s1", shift="morning"),
    Operator(id="li", names=named("Li"), role="manager", pin_hash="135790"),
    Shop(id="shop", names=named("Shop"), store_names=named("Store"), workstation_names=named("1")),
)


def pin_is(pin: str, stored: str) -> bool:
    """Tests store the PIN itself: the slow hash has tests of its own."""
    return pin == stored


@dataclass
class Counter:
    """Time and ids of a test: every call is a millisecond later, every id is new."""

    at_ms: int = NOON_MS
    ids: itertools.count = None  # type: ignore[type-arg,assignment]  # set below, so that each is its own

    def __post_init__(self) -> None:
        self.ids = itertools.count(1)

    def now(self, later_ms: int = 1) -> Moment:
        """The next moment."""
        self.at_ms += later_ms
        return Moment(self.at_ms, datetime.fromtimestamp(self.at_ms / 1000, SHANGHAI))

    def new_id(self) -> str:
        """An id that orders by its making."""
        return uuid7(self.at_ms, next(self.ids).to_bytes(10, "big"))


@dataclass
class Till:
    """Everything a test of selling needs."""

    home: Home
    clock: Counter
    trade: TradeStore
    reference: ReferenceReader
    checkout: Checkout

    def close(self) -> None:
        """Let go of the databases, as a process that ends does."""
        self.trade.close()


def push(home: Home, stream: str, base: int, version: int, documents: tuple[AnyDocument, ...]) -> None:
    """Apply a push to the reference database, as sync would."""
    engine = open_reference(home, writable=True)
    with engine.begin() as connection:
        made = tuple(PushDocument(document=document) for document in documents)
        apply_push(connection, Push(stream=stream, base=base, version=version, documents=made))
    engine.dispose()


def new_home(folder: Path, documents: tuple[AnyDocument, ...] = DOCUMENTS) -> Home:
    """A home whose reference database holds these documents at version 1: made once, then copied."""
    pattern = Path(_patterns.name) / sha256(msgspec.json.encode(documents)).hexdigest()
    if not pattern.exists():
        _fill(Home(pattern), documents)
    return Home(shutil.copytree(pattern, folder, dirs_exist_ok=True))


_patterns = TemporaryDirectory(prefix="tillbox-test-homes-")


def _fill(home: Home, documents: tuple[AnyDocument, ...]) -> None:
    create_key(home.database_key)
    create_key(home.lookup_key)
    for stream, kinds in STREAMS.items():
        push(home, stream, 0, 1, tuple(x for x in documents if isinstance(x, kinds)))


def open_till(home: Home, clock: Counter | None = None, signed_in: bool = True) -> Till:
    """A till on this home, as after a start; works on after a restart too."""
    clock = clock or Counter()
    engine = open_trade(home, Identity("demo", "till-1", "incarnation-1", "T1"))
    trade = TradeStore(engine, clock.new_id)
    reference = ReferenceReader(open_reference(home, writable=False))
    checkout = Checkout(trade, reference, clock.new_id, pin_is, "T1")
    if signed_in and checkout.desk.session is None:
        checkout.staff.sign_in("wang", "246810", clock.now())
    return Till(home, clock, trade, reference, checkout)
