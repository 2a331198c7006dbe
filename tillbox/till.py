"""A home's till without its screen: the checkout service on this home's trade.db, for the command line.

Holds the trade lock for as long as it is open, so it never writes beside the till's screen.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from sqlalchemy import Engine

from appliance.checkout.checkout import Checkout
from appliance.checkout.ports import Moment
from appliance.runtime.clock import Clock
from appliance.runtime.paths import Home
from appliance.runtime.settings import load_settings
from appliance.store.reference import ReferenceReader, open_reference
from appliance.store.trade import TradeStore, open_trade
from appliance.store.trade.lock import TradeLock
from appliance.store.trade.opening import new_identity
from retail.catalogue import Shop
from retail.errors import ContractError
from retail.ids import uuid7
from retail.messages.events import SaleCompleted


@dataclass(frozen=True, slots=True)
class Till:
    """What a command sells with."""

    checkout: Checkout
    store: TradeStore
    reference: ReferenceReader
    shop: Shop
    zone: ZoneInfo


@contextlib.contextmanager
def open_till(home: Home, who: str, clock: Clock) -> Iterator[Till]:
    """The till of a home that is ready (`ensure_home`). `Busy` while somebody else sells there."""
    settings = load_settings(home.config_dir).appliance

    def new_id() -> str:
        return uuid7(clock.unix_ms(), os.urandom(10))

    with contextlib.ExitStack() as stack:
        stack.enter_context(TradeLock(home, who))
        identity = new_identity(settings.tenant, settings.id, settings.workstation, new_id)
        engine = open_trade(home, identity)
        stack.callback(engine.dispose)
        reference_engine = open_reference(home, writable=False)
        stack.callback(reference_engine.dispose)
        store = TradeStore(engine, new_id)
        stack.callback(store.close)
        reference = ReferenceReader(reference_engine)
        shop = reference.shop()
        checkout = Checkout(store, reference, new_id, _no_pins, store.identity.workstation)
        checkout.desk.store = settings.store
        yield Till(checkout, store, reference, shop, zone_of(shop))


def sale_of_receipt(engine: Engine, receipt: str) -> SaleCompleted | None:
    """The sale that a receipt's number names, read beside whoever sells."""
    with engine.connect() as connection:
        row = connection.exec_driver_sql(
            "SELECT j.body FROM sale s JOIN journal j ON j.seq = s.event_seq WHERE s.number = ?",
            (int(receipt.rpartition("-")[2]),),
        ).first()
    return msgspec.json.decode(row.body, type=SaleCompleted) if row else None


def zone_of(shop: Shop) -> ZoneInfo:
    """The shop's time zone; `ContractError` for a name that this machine does not know."""
    try:
        return ZoneInfo(shop.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ContractError("shop.unknown_time_zone", path="time_zone", value=shop.time_zone) from error


def local_of(unix_ms: int, zone: ZoneInfo) -> datetime:
    """An instant in the shop's time."""
    return datetime.fromtimestamp(unix_ms / 1000, zone)


def moment_of(local: datetime) -> Moment:
    """The moment of a time that knows its zone."""
    return Moment(round(local.astimezone(UTC).timestamp() * 1000), local)


def _no_pins(_pin: str, _hash: str) -> bool:
    """The command line signs nobody in by PIN."""
    return False
