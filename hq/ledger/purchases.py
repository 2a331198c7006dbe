"""Members' sales as points, tiers and refunds need them: what was sold, and what of it came back."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, insert, update

from hq import catalogue
from hq.ledger import members, rules
from hq.ledger.event import Sold
from hq.ledger.moments import derived_id, moment, to_ms
from hq.tables import ledger_sale
from retail.ledger import accounts
from retail.ledger import points as booking_points
from retail.ledger.earning import EarningLine, PointsRules, points_of
from retail.ledger.units import POINTS
from retail.members.tiers import Purchase as TierPurchase
from retail.messages.events import SaleVoided, SoldLine, UsedBenefit

POINTS_PART = "points"
_ONE = "SELECT member_id, body FROM ledger_sale WHERE sale_id = ?"
_OF_MEMBER = """
    SELECT at_ms, business_day, goods_minor - back_minor AS kept_minor FROM ledger_sale
    WHERE member_id = ? ORDER BY at_ms, sale_id"""


class GoodsLine(Struct, frozen=True, kw_only=True):
    """Goods as sold, with what decided their points."""

    line_id: str
    product_id: str
    category: str
    quantity_milli: int
    total_minor: int
    earns: bool


class Purchase(Struct, frozen=True, kw_only=True):
    """A sale and what came back of it, by line and by kind of tender. `promises` are the lines with a grant.

    Rules and tier are those of the sale: a refund asks what the goods kept would have earned then.
    """

    goods: tuple[GoodsLine, ...]
    tenders: tuple[tuple[str, int], ...]
    promises: tuple[str, ...] = ()
    benefits: tuple[UsedBenefit, ...] = ()
    tier: str = ""
    rules: PointsRules | None = None
    back_milli: dict[str, int] = {}
    back_minor: dict[str, int] = {}
    back_tenders: dict[str, int] = {}

    @property
    def all_back(self) -> bool:
        """Whether everything that was sold has come back."""
        return all(self.back_milli.get(line.line_id, 0) >= line.quantity_milli for line in self.goods)

    def deserved(self) -> int:
        """The points of what is kept."""
        if self.rules is None or self.all_back:
            return 0
        kept = [
            EarningLine(
                line.product_id,
                line.category,
                line.total_minor - self.back_minor.get(line.line_id, 0),
                line.earns,
            )
            for line in self.goods
        ]
        left = dict(self.back_tenders)
        tenders = []
        for kind, amount_minor in self.tenders:
            gone = min(amount_minor, left.get(kind, 0))
            left[kind] = left.get(kind, 0) - gone
            tenders.append((kind, amount_minor - gone))
        return points_of(self.rules, kept, tenders, self.tier)


def find(connection: Connection, sale_id: str) -> tuple[str, Purchase] | None:
    """A sale's member and what is known of it."""
    row = connection.exec_driver_sql(_ONE, (sale_id,)).one_or_none()
    return None if row is None else (row.member_id, msgspec.json.decode(row.body, type=Purchase))


def keep(sold: Sold) -> None:
    """Remember a sale that somebody may want back, or that counts for a member."""
    lines = [line for line in sold.body.lines if line.quantity_milli > 0]
    promises = tuple(line.line_id for line in lines if line.grant)
    goods = [line for line in lines if not line.grant]
    is_wanted = bool(lines) and bool(sold.member or sold.body.benefits or promises)
    if not is_wanted or find(sold.connection, sold.sale_id) is not None:
        return
    made = Purchase(
        goods=tuple(_goods(sold.connection, line) for line in goods),
        tenders=tuple(_tenders(sold)),
        promises=promises,
        benefits=sold.body.benefits,
        tier=members.tier_of(sold.connection, sold.member),
        rules=rules.points_rules(sold.connection) if _earns(sold) else None,
    )
    sold.connection.execute(
        insert(ledger_sale),
        {
            "sale_id": sold.sale_id,
            "member_id": sold.member,
            "at_ms": to_ms(sold.at),
            "business_day": sold.body.business_day,
            "goods_minor": sum(line.total_minor for line in goods),
            "back_minor": 0,
            "body": msgspec.json.encode(made).decode(),
        },
    )


def _earns(sold: Sold) -> bool:
    return bool(sold.member) and not members.is_frozen(sold.connection, sold.member)


def _goods(connection: Connection, line: SoldLine) -> GoodsLine:
    product = catalogue.product(connection, line.product_id)
    return GoodsLine(
        line_id=line.line_id,
        product_id=line.product_id,
        category=product.category if product else "",
        quantity_milli=line.quantity_milli,
        total_minor=line.total_minor,
        earns=product.points if product else True,
    )


def _tenders(sold: Sold) -> list[tuple[str, int]]:
    """How it was paid; in an exchange, goods given in part exchange count as money that earns."""
    paid = [(tender.type, tender.amount_minor) for tender in sold.body.tenders if tender.amount_minor > 0]
    given = -sum(line.total_minor for line in sold.body.lines if line.quantity_milli < 0)
    return [*paid, ("returned", given)] if given > 0 else paid


def take_back(sold: Sold) -> list[tuple[str, str, Purchase]]:
    """Note what comes back of earlier sales, once per event: id, member, and the sale as it is now."""
    changed = []
    for origin in sold.origins:
        known = find(sold.connection, origin)
        if known is None:
            continue
        purchase = _less(known[1], sold, origin)
        goods = {line.line_id for line in purchase.goods}
        back_minor = sum(amount for line_id, amount in purchase.back_minor.items() if line_id in goods)
        sold.connection.execute(
            update(ledger_sale)
            .where(ledger_sale.c.sale_id == origin)
            .values(body=msgspec.json.encode(purchase).decode(), back_minor=back_minor)
        )
        changed.append((origin, known[0], purchase))
    return changed


def _less(purchase: Purchase, sold: Sold, origin: str) -> Purchase:
    lines = [
        line for line in sold.body.lines if line.refers_to is not None and line.refers_to.sale_id == origin
    ]
    milli, minor = dict(purchase.back_milli), dict(purchase.back_minor)
    for line in lines:
        line_id = line.refers_to.line_id if line.refers_to else ""
        milli[line_id] = milli.get(line_id, 0) - line.quantity_milli
        minor[line_id] = minor.get(line_id, 0) - line.total_minor
    if isinstance(sold.body, SaleVoided):
        milli |= {line.line_id: line.quantity_milli for line in purchase.goods}
        minor |= {line.line_id: line.total_minor for line in purchase.goods}
    tenders = dict(purchase.back_tenders)
    for tender in sold.body.tenders:
        if tender.amount_minor < 0:
            tenders[tender.type] = tenders.get(tender.type, 0) - tender.amount_minor
    return msgspec.structs.replace(purchase, back_milli=milli, back_minor=minor, back_tenders=tenders)


def earn(sold: Sold) -> None:
    """The points of a sale, once."""
    known = find(sold.connection, sold.sale_id)
    if known is None or known[1].rules is None or not sold.member:
        return
    _, purchase = known
    amount = points_of(
        purchase.rules or PointsRules(id=""), _as_sold(purchase.goods), purchase.tenders, purchase.tier
    )
    if amount <= 0:
        return
    entry_id = sold.entry_id(POINTS_PART)
    earning = purchase.rules or PointsRules(id="")

    def book() -> None:
        purse = sold.book.points(sold.member)
        sold.post(booking_points.earn(entry_id, sold.sale_id, purse, earning, amount, sold.at))

    sold.once(entry_id, book)


def _as_sold(goods: Sequence[GoodsLine]) -> list[EarningLine]:
    return [EarningLine(g.product_id, g.category, g.total_minor, g.earns) for g in goods]


def unearn(sold: Sold, origin: str, purchase: Purchase) -> None:
    """Take back the points of what came back of an earlier sale."""
    earned = sold.book.entry(derived_id(origin, POINTS_PART))
    if earned is None or purchase.rules is None:
        return
    whole = sum(p.amount_minor for p in earned.postings if p.account == accounts.POINTS_ISSUED)
    already = -moved_by(sold, earned.entry_id, "points.taken_back", accounts.POINTS_ISSUED, POINTS)
    amount = booking_points.to_take_back(whole, already, purchase.deserved())
    if amount <= 0:
        return
    entry_id = derived_id(sold.sale_id, "less", origin)
    earning = purchase.rules
    owner = members.resolve(sold.connection, owner_in(earned.postings))

    def book() -> None:
        purse = sold.book.points(owner)
        taken = booking_points.take_back(entry_id, earned.entry_id, purse, earning, earned, amount, sold.at)
        sold.post(taken.booking)

    sold.once(entry_id, book)


def moved_by(sold: Sold, cause: str, kind: str, account: str, unit: str) -> int:
    """What entries of a kind with a cause have moved on an account so far."""
    entries = sold.book.caused_by(cause)
    return sum(
        p.amount_minor
        for entry in entries
        if entry.kind == kind
        for p in entry.postings
        if (p.account, p.currency) == (account, unit)
    )


def owner_in(postings: Sequence[Any]) -> str:
    """The member whose accounts an entry moved."""
    return next((p.account.split("/")[1] for p in postings if p.account.startswith("member/")), "")


def of_member(connection: Connection, member_id: str) -> list[TierPurchase]:
    """A member's purchases, net of what came back, the first first."""
    rows = connection.exec_driver_sql(_OF_MEMBER, (member_id,))
    return [TierPurchase(moment(row.at_ms), row.business_day, row.kept_minor) for row in rows]
