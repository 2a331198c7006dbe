"""Members page by page, as the tills know them: masked, with tier and balances."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hq import catalogue
from hq.members.records import LIVING
from hq.tables import ledger_member, member
from retail.catalogue import Member

PAGE_ROWS = 50


@dataclass(frozen=True)
class Listed:
    """A member on one row; `told` is their document, None until the ledger has told of them."""

    member_id: str
    number: str
    state: str
    joined_at: str
    name_masked: str
    phone_masked: str
    tier: str
    told: Member | None


@dataclass(frozen=True)
class ListPage:
    """`pages` is at least 1, `page` begins at 1."""

    rows: list[Listed]
    found: int
    page: int
    pages: int


def page(connection: Connection, ids: list[str] | None, tier: str, number: int) -> ListPage:
    """Those of `ids`, or all (None), of a tier if one is named; who joined last comes first."""
    tier_of = func.coalesce(ledger_member.c.tier, "")
    wanted = (
        select(member, tier_of.label("tier"))
        .join_from(member, ledger_member, ledger_member.c.member_id == member.c.member_id, isouter=True)
        .where(member.c.state.in_(LIVING))
    )
    if ids is not None:
        wanted = wanted.where(member.c.member_id.in_(ids))
    if tier:
        wanted = wanted.where(tier_of == tier)
    found = int(connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one())
    pages = max(1, -(-found // PAGE_ROWS))
    number = min(max(1, number), pages)
    ordered = wanted.order_by(member.c.joined_at.desc(), member.c.member_id.desc())
    rows = connection.execute(ordered.limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)).all()
    return ListPage([_listed(connection, row) for row in rows], found, number, pages)


def _listed(connection: Connection, row: object) -> Listed:
    values = {name: getattr(row, name) for name in Listed.__dataclass_fields__ if name != "told"}
    told = catalogue.document_of(connection, Member, values["member_id"])
    return Listed(**values, told=told if isinstance(told, Member) else None)
