"""Tells the tills how often limited promotions were used: the stream ``promotion_use``, now and then."""

from sqlalchemy import Connection, select

from hq import catalogue
from hq.appliances import heads
from hq.promotions import use
from hq.tables import promotion_total
from retail.pricing.pushed import PromotionMark, PromotionUse
from retail.streams import AnyDocument

PAUSE_MS = 3_000


def anything_to_tell(connection: Connection) -> bool:
    """Whether a counter has moved since the tills were told."""
    dirty = select(promotion_total.c.promotion_id).where(promotion_total.c.dirty == 1).limit(1)
    return connection.execute(dirty).first() is not None


def tell(connection: Connection) -> int:
    """Put the counters that moved into the stream, with how much of each journal they contain; how many.

    In one transaction with what it reads, so counters and marks belong together.
    """
    moved = list(
        connection.execute(
            select(promotion_total.c.promotion_id).where(promotion_total.c.dirty == 1)
        ).scalars()
    )
    documents: list[AnyDocument] = []
    for promotion_id in moved:
        promotion = use.pushed(connection, promotion_id)
        if promotion is None or not any(True for _ in use.quotas_of(promotion)):
            continue
        day = use.latest_day(connection, promotion_id)
        usage = use.usage_of(connection, promotion_id, day)
        documents.append(
            PromotionUse(
                id=promotion_id,
                in_all=usage.in_all,
                day=day,
                today=usage.today,
                discount_minor=usage.discount_minor,
            )
        )
    if documents:
        documents += [PromotionMark(id=name, upto=upto) for name, upto in heads(connection)]
        catalogue.put(connection, documents)
    use.clear_told(connection, moved)
    return len(documents)
