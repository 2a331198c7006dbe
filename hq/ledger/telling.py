"""Tells the tills what members have: the balances in the documents ``member``, at most every second."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from hq import catalogue
from hq.ledger import members, rules, tiering
from hq.promotions.use import uses_of_member
from hq.tables import ledger_member
from retail.catalogue import Member, TierTerm
from retail.streams import AnyDocument

PAUSE_MS = 1_000
BATCH_MAX = 100
"""Members told of in one transaction: tills' questions must not wait long for it."""


def anything_to_tell(connection: Connection) -> bool:
    """Whether a member's balances have changed since the tills were told, or a member is new."""
    dirty = select(ledger_member.c.member_id).where(ledger_member.c.dirty == 1).limit(1)
    if connection.execute(dirty).first() is not None:
        return True
    return connection.exec_driver_sql(f"{members.UNMET} LIMIT 1").first() is not None


def tell(connection: Connection, at: datetime) -> int:
    """Put what changed into the stream; how many members were looked at.

    In one transaction with what it reads, so that no till hears of a balance that never was.
    """
    members.meet_new(connection, at)
    rows = connection.execute(
        select(ledger_member.c.member_id)
        .where(ledger_member.c.dirty == 1)
        .order_by(ledger_member.c.member_id)
        .limit(BATCH_MAX)
    )
    changed = list(rows.scalars())
    documents: list[AnyDocument] = []
    for member_id in changed:
        told = rules.document(connection, Member, member_id)
        if told is not None:
            documents.append(as_told(connection, told, at))
    catalogue.put(connection, documents)
    connection.execute(update(ledger_member).where(ledger_member.c.member_id.in_(changed)).values(dirty=0))
    return len(changed)


def as_told(connection: Connection, told: Member, at: datetime) -> Member:
    """A member's document with the balances as they are now."""
    balances = members.balances_of(connection, told.id, at)
    tier = balances.tier or told.tier
    return msgspec.structs.replace(
        told,
        points=balances.points,
        value_minor=balances.value_minor,
        coupons=balances.coupons,
        passes=balances.passes,
        memberships=balances.memberships,
        tier=tier,
        tier_term=_term(connection, told.id, tier, at),
        promotion_uses=_uses(connection, told),
    )


def _term(connection: Connection, member_id: str, tier: str, at: datetime) -> TierTerm | None:
    """How long the tier holds and what is missing; nothing while new rules wait for the next purchase."""
    standing = tiering.standing_of(connection, member_id, at)
    if standing is None or (tier and standing.tier != tier):
        return None
    return standing.term(members.zone_of(connection))


def _uses(connection: Connection, told: Member) -> dict[str, int]:
    """How often the member used limited promotions, under all their ids."""
    sums: dict[str, int] = {}
    for member_id in (told.id, *told.aliases):
        for promotion, times in uses_of_member(connection, member_id).items():
            sums[promotion] = sums.get(promotion, 0) + times
    return sums
