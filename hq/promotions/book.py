"""The promotions HQ knows: drafts, those in the stream ``promotions``, those that were stopped.

Within the caller's transaction. A promotion that is saved travels at once, also one that begins next month:
its calendar goes with it and the tills look at the clock. Stopped means gone from the stream.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from hq import catalogue
from hq.promotions import use
from hq.promotions.checking import findings, is_id
from hq.tables import document, promotion_draft
from retail.errors import Refused
from retail.pricing.calendar import parse_instant
from retail.pricing.check import Finding
from retail.pricing.promotion import AnyPromotion
from retail.pricing.pushed import HolidayList, ProductList, PushedPromotion

State = Literal["draft", "planned", "on", "over", "stopped"]
STATES: tuple[State, ...] = ("on", "planned", "draft", "over", "stopped")
_pushed = msgspec.json.Decoder(PushedPromotion)
_draft = msgspec.json.Decoder(AnyPromotion)


@dataclass(frozen=True)
class Written:
    """A promotion and where it stands; `version` is the stream's that brought it, 0 for a draft."""

    promotion: AnyPromotion
    state: State
    version: int = 0


def written(connection: Connection, now: datetime) -> list[Written]:
    """All of them by state (`STATES`), priority and id; `now` is the shop's own time."""
    drafts = [
        Written(_draft.decode(text), "draft")
        for text in connection.execute(select(promotion_draft.c.json)).scalars()
    ]
    known = {one.promotion.id for one in drafts}
    rows = connection.execute(select(document).where(document.c.kind == "promotion"))
    pushed = [_written(row.json, row.version, bool(row.gone), now) for row in rows]
    found = [*drafts, *(one for one in pushed if one.state != "stopped" or one.promotion.id not in known)]
    return sorted(found, key=lambda one: (STATES.index(one.state), one.promotion.priority, one.promotion.id))


def one(connection: Connection, promotion_id: str, now: datetime) -> Written | None:
    """A promotion by its id, or None; a draft goes before what was stopped under the same id."""
    draft = connection.execute(
        select(promotion_draft.c.json).where(promotion_draft.c.promotion_id == promotion_id)
    ).scalar_one_or_none()
    if draft is not None:
        return Written(_draft.decode(draft), "draft")
    row = connection.execute(
        select(document).where(document.c.kind == "promotion", document.c.id == promotion_id)
    ).one_or_none()
    return _written(row.json, row.version, bool(row.gone), now) if row is not None else None


def as_json(connection: Connection, found: Written) -> dict[str, Any]:
    """A promotion as machines are told of it, with how often it was used and what it cost."""
    usage = use.usage_of(connection, found.promotion.id)
    return {
        "promotion": msgspec.to_builtins(found.promotion),
        "state": found.state,
        "version": found.version,
        "times": usage.in_all,
        "cost_minor": usage.discount_minor,
    }


def live(connection: Connection) -> list[AnyPromotion]:
    """All that are in the stream, planned ones too."""
    held = [item.document for item in catalogue.held(connection, PushedPromotion)]
    return [item.promotion for item in held if isinstance(item, PushedPromotion)]


def product_lists(connection: Connection) -> list[ProductList]:
    """Named lists of products, by id."""
    held = [item.document for item in catalogue.held(connection, ProductList)]
    return [item for item in held if isinstance(item, ProductList)]


def holiday_lists(connection: Connection) -> list[HolidayList]:
    """Named lists of days, by id."""
    held = [item.document for item in catalogue.held(connection, HolidayList)]
    return [item for item in held if isinstance(item, HolidayList)]


def put(
    connection: Connection, promotion: AnyPromotion, confirmed: bool = False, now: datetime | None = None
) -> list[Finding]:
    """Push it, unless something is wrong with it, or strange and nobody has `confirmed` it; the findings.

    It was pushed unless they are `refused`.
    """
    found = findings(connection, promotion, now)
    if not refused(found, confirmed):
        connection.execute(delete(promotion_draft).where(promotion_draft.c.promotion_id == promotion.id))
        catalogue.put(connection, [PushedPromotion(id=promotion.id, promotion=promotion)])
        use.to_tell(connection, promotion.id)
    return found


def refused(found: list[Finding], confirmed: bool) -> bool:
    """Whether these findings keep a promotion from being pushed."""
    return any(finding.severity == "error" or not confirmed for finding in found)


def keep_draft(connection: Connection, promotion: AnyPromotion, now_ms: int) -> None:
    """Keep what somebody has written so far. `Refused`: it is on already, or its id is none."""
    if not is_id(promotion.id):
        raise Refused("promotion.bad_id", field="id")
    if any(one.id == promotion.id for one in live(connection)):
        raise Refused("promotion.is_on", field="form")
    values = {"json": msgspec.json.encode(promotion).decode(), "changed_ms": now_ms}
    connection.execute(
        insert(promotion_draft)
        .values(promotion_id=promotion.id, **values)
        .on_conflict_do_update(index_elements=["promotion_id"], set_=values)
    )


def stop(connection: Connection, promotion_id: str) -> None:
    """End it at every till, or throw its draft away. `Refused` when there is neither."""
    thrown = connection.execute(
        delete(promotion_draft).where(promotion_draft.c.promotion_id == promotion_id)
    ).rowcount
    gone = catalogue.remove(connection, "promotion", [promotion_id])
    catalogue.remove(connection, "promotion_use", [promotion_id])
    if not thrown and gone is None:
        raise Refused("promotion.unknown", promotion_id=promotion_id)


def state_of(promotion: AnyPromotion, now: datetime) -> State:
    """Where its calendar stands at the shop's own time: weekdays and hours do not count, days do."""
    first, last = span_of(promotion)
    if first is not None and now < first:
        return "planned"
    return "over" if last is not None and now >= last else "on"


def span_of(promotion: AnyPromotion) -> tuple[datetime | None, datetime | None]:
    """From when until when at most, None for open; `ContractError` where the calendar is no calendar."""
    calendar = promotion.calendar
    first = parse_instant(calendar.starts_at) if calendar.starts_at else None
    last = parse_instant(calendar.ends_at, end=True) if calendar.ends_at else None
    if calendar.dates and not calendar.holidays:
        days = sorted(date.fromisoformat(day) for day in calendar.dates)
        begin, end = parse_instant(days[0].isoformat()), parse_instant(days[-1].isoformat(), end=True)
        first, last = max(first or begin, begin), min(last or end, end)
    return first, last


def _written(text: str, version: int, gone: bool, now: datetime) -> Written:
    promotion = _pushed.decode(text).promotion
    return Written(promotion, "stopped" if gone else state_of(promotion, now), version)
