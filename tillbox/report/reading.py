"""Reads a home's journal for the report: as it stands, beside a till that goes on selling."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from appliance.checkout.sale import business_day_of
from appliance.runtime.clock import Clock
from appliance.runtime.paths import Home
from appliance.store.reference import ReferenceReader, open_reference
from appliance.store.trade import read_trade
from retail.catalogue import Names
from retail.messages.events import EVENT_TYPES
from tillbox.report.day import Day, days_of
from tillbox.till import local_of, zone_of

_COLUMNS = "SELECT type, business_day, body FROM journal"


def read_days(home: Home, day: str | None) -> dict[str, Day]:
    """The figures of one business day, of all of them for None."""
    engine = read_trade(home)
    try:
        with engine.connect() as connection:
            return days_of(_events(connection, day))
    finally:
        engine.dispose()


def current_day(home: Home, clock: Clock) -> str:
    """The business day that it is at the shop now."""
    engine = open_reference(home, writable=False)
    try:
        shop = ReferenceReader(engine).shop()
    finally:
        engine.dispose()
    return business_day_of(local_of(clock.unix_ms(), zone_of(shop)), shop.business_day_starts)


def operator_names(home: Home) -> dict[str, Names]:
    """Who the operators are, by id."""
    engine = open_reference(home, writable=False)
    try:
        return {operator.id: operator.names for operator in ReferenceReader(engine).operators()}
    finally:
        engine.dispose()


def _events(connection: Connection, day: str | None) -> Iterator[tuple[str, Struct]]:
    where, params = (" WHERE business_day = ?", (day,)) if day is not None else ("", ())
    rows = connection.exec_driver_sql(f"{_COLUMNS}{where} ORDER BY seq", params)
    for row in rows.yield_per(1_000):
        form = EVENT_TYPES.get(row.type)
        if form is not None:
            yield row.business_day, msgspec.json.decode(row.body, type=form)
