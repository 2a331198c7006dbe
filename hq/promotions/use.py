"""How often promotions were used and what they cost, from the tills' sales; made again at any time.

Refunds and voids carry the same with the signs turned, so that sums come out right by themselves.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from hq import catalogue
from hq.alarms import raise_alarm
from hq.tables import document, event, promotion_day, promotion_member, promotion_total
from retail.messages import Envelope
from retail.messages.events import EVENT_TYPES, SaleCompleted, SaleVoided, UsedPromotion
from retail.pricing import Usage
from retail.pricing.promotion import AnyPromotion, FlashSale, Limits
from retail.pricing.pushed import PushedPromotion

RULES = ("promotion:", "coupon:")
_pushed = msgspec.json.Decoder(PushedPromotion)


def apply(connection: Connection, envelope: Envelope, body: Any, now_ms: int) -> None:
    """Count what a sale, a refund or a void says; raise an alarm where a limit is reached."""
    for used in _count(connection, body):
        promotion = pushed(connection, used.promotion)
        if promotion is not None:
            _watch(connection, envelope, body.business_day, promotion, used, now_ms)


def rebuild(connection: Connection) -> int:
    """Count again from the events; how many sales used a promotion. The tills are told anew."""
    for table in (promotion_member, promotion_day, promotion_total):
        connection.execute(delete(table))
    stored = select(event.c.envelope).where(
        event.c.type.in_(("sale.completed", "sale.voided")), event.c.understood == 1
    )
    known: set[tuple[str, str]] = set()
    count = 0
    for text in connection.execute(
        stored.order_by(event.c.stored_ms, event.c.tenant, event.c.appliance, event.c.seq)
    ).scalars():
        envelope = msgspec.json.decode(text, type=Envelope)
        body = msgspec.convert(envelope.body, EVENT_TYPES[envelope.type])
        key = (envelope.tenant, str(envelope.body["sale_id"]))
        if key not in known:
            known.add(key)
            count += bool(_count(connection, body))
    return count


def uses_of_member(connection: Connection, member_id: str) -> dict[str, int]:
    """How often a member used the promotions that are on and limited for each member."""
    rows = connection.execute(
        select(promotion_member.c.promotion_id, promotion_member.c.times, document.c.json)
        .join_from(
            promotion_member,
            document,
            (document.c.stream == "promotions")
            & (document.c.kind == "promotion")
            & (document.c.id == promotion_member.c.promotion_id),
        )
        .where(promotion_member.c.member_id == member_id, document.c.gone == 0)
    )
    return {
        row.promotion_id: row.times
        for row in rows
        if row.times and _pushed.decode(row.json).promotion.limits.per_member is not None
    }


def usage_of(connection: Connection, promotion_id: str, day: str = "") -> Usage:
    """A promotion's counters: in all, on a business day (else on its latest), what it has cost."""
    total = connection.execute(
        select(promotion_total).where(promotion_total.c.promotion_id == promotion_id)
    ).one_or_none()
    if total is None:
        return Usage()
    today = connection.execute(
        select(promotion_day.c.times).where(
            promotion_day.c.promotion_id == promotion_id,
            promotion_day.c.business_day == (day or latest_day(connection, promotion_id)),
        )
    ).scalar_one_or_none()
    return Usage(in_all=total.times, today=today or 0, discount_minor=total.cost_minor)


def totals(connection: Connection) -> dict[str, Usage]:
    """What every promotion that was used has come to, by id."""
    rows = connection.execute(select(promotion_total).where(promotion_total.c.times != 0))
    return {row.promotion_id: Usage(in_all=row.times, discount_minor=row.cost_minor) for row in rows}


def latest_day(connection: Connection, promotion_id: str) -> str:
    """The last business day on which it was used, or empty."""
    latest = select(func.max(promotion_day.c.business_day)).where(
        promotion_day.c.promotion_id == promotion_id
    )
    return str(connection.execute(latest).scalar_one() or "")


def to_tell(connection: Connection, promotion_id: str) -> None:
    """Its limits may be new: the tills must hear how often it was used already."""
    connection.execute(
        insert(promotion_total)
        .values(promotion_id=promotion_id, dirty=1)
        .on_conflict_do_update(index_elements=["promotion_id"], set_={"dirty": 1})
    )


def pushed(connection: Connection, promotion_id: str) -> AnyPromotion | None:
    """The promotion of that id as the tills have it, or None."""
    text = connection.execute(
        select(document.c.json).where(
            document.c.stream == catalogue.STREAM_OF["promotion"],
            document.c.kind == "promotion",
            document.c.id == promotion_id,
            document.c.gone == 0,
        )
    ).scalar_one_or_none()
    return None if text is None else _pushed.decode(text).promotion


def quotas_of(promotion: AnyPromotion) -> Iterator[tuple[str, int]]:
    """What bounds it over all customers: ``in_all``, ``quota``, ``per_day``, ``budget_minor``."""
    limits: Limits = promotion.limits
    for name in ("in_all", "per_day", "budget_minor"):
        value = getattr(limits, name)
        if value is not None:
            yield name, value
    if isinstance(promotion, FlashSale):
        yield "quota", promotion.quota


def is_used_up(promotion: AnyPromotion, usage: Usage) -> bool:
    """Whether a limit or budget over all customers and days has come to its end."""
    done = {"in_all": usage.in_all, "quota": usage.in_all, "budget_minor": usage.discount_minor}
    return any(name in done and done[name] >= limit for name, limit in quotas_of(promotion))


def _count(connection: Connection, body: Any) -> list[UsedPromotion]:
    """Add a sale's uses to the counters; what was used, by the promotion's own id."""
    if not isinstance(body, SaleCompleted):
        return []
    uses = [msgspec.structs.replace(one, promotion=promotion_id(one.promotion)) for one in body.promotions]
    for one in uses:
        _add(
            connection,
            promotion_total,
            {"promotion_id": one.promotion},
            {"times": one.times, "cost_minor": -one.amount_minor},
            dirty=1,
        )
        goods_milli, goods_minor = _goods(body, one.promotion)
        _add(
            connection,
            promotion_day,
            {"promotion_id": one.promotion, "business_day": body.business_day},
            {
                "times": one.times,
                "cost_minor": -one.amount_minor,
                "sales": _sales(body, one),
                "goods_milli": goods_milli,
                "goods_minor": goods_minor,
                "turnover_minor": body.total_minor,
            },
        )
        if body.member_id:
            key = {"member_id": body.member_id, "promotion_id": one.promotion}
            _add(connection, promotion_member, key, {"times": one.times})
    return uses


def _goods(body: SaleCompleted, promotion_id: str) -> tuple[int, int]:
    """Quantity and what was paid of the lines it touched."""
    rules = {f"{prefix}{promotion_id}" for prefix in RULES}
    lines = [line for line in body.lines if any(change.rule in rules for change in line.adjustments)]
    return sum(line.quantity_milli for line in lines), sum(line.total_minor for line in lines)


def _sales(body: SaleCompleted, used: UsedPromotion) -> int:
    """A sale with it counts, and no more once it is voided; goods that come back later leave it a sale."""
    if isinstance(body, SaleVoided):
        return -1 if used.times < 0 else 0
    return 1 if used.times > 0 else 0


def _add(connection: Connection, table: Any, key: dict[str, str], more: dict[str, int], **told: int) -> None:
    statement = _adding(table, tuple(key), tuple(more), tuple(told))
    connection.execute(statement, {**key, **more, **told})


@lru_cache(maxsize=8)
def _adding(table: Any, key: tuple[str, ...], more: tuple[str, ...], told: tuple[str, ...]) -> Any:
    """Made once: building a statement costs more than running it."""
    statement = insert(table)
    grown = {name: table.c[name] + statement.excluded[name] for name in more}
    same = {name: statement.excluded[name] for name in told}
    return statement.on_conflict_do_update(index_elements=list(key), set_={**grown, **same})


def promotion_id(name: str) -> str:
    """A promotion's own id, also where a rule's name was given."""
    for prefix in RULES:
        name = name.removeprefix(prefix)
    return name


def _watch(
    connection: Connection,
    envelope: Envelope,
    day: str,
    promotion: AnyPromotion,
    used: UsedPromotion,
    now_ms: int,
) -> None:
    """Say it once when a quota or budget is used up, and when tills that were apart went past it."""
    quotas = list(quotas_of(promotion))
    if not quotas:
        return
    usage = usage_of(connection, promotion.id, day)
    counters = {
        "in_all": (usage.in_all, used.times),
        "quota": (usage.in_all, used.times),
        "per_day": (usage.today, used.times),
        "budget_minor": (usage.discount_minor, -used.amount_minor),
    }
    for what, limit in quotas:
        after, grown = counters[what]
        before = after - grown
        for code, reached in (("promotion.used_up", limit), ("promotion.overrun", limit + 1)):
            if before < reached <= after:
                on = {"day": day} if what == "per_day" else {}
                raise_alarm(
                    connection,
                    envelope.tenant,
                    envelope.appliance,
                    code,
                    now_ms,
                    promotion_id=promotion.id,
                    promotion=promotion.names,
                    limit=what,
                    **on,
                )


def clear_told(connection: Connection, promotion_ids: list[str]) -> None:
    """The tills have been told about these."""
    connection.execute(
        update(promotion_total).where(promotion_total.c.promotion_id.in_(promotion_ids)).values(dirty=0)
    )
