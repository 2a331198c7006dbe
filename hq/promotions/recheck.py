"""Whether a sale costs what HQ makes of it: the same engine, on the sale's lines and its promotions' version.

Only sales whose price HQ can know are checked. It does not know counters of the moment (limits over several
baskets), prices by hand, goods that come back, or what has changed at HQ since the sale's versions.
"""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, func, select

from hq import catalogue
from hq.promotions import use
from hq.tables import document, promotion_history
from retail.catalogue import Member, Product, Tier
from retail.errors import TillboxError
from retail.messages.events import SaleCompleted, SaleVoided, SoldLine
from retail.pricing import Coupon, Goods, MemberTerms, Offers, PriceRules, PromotionSet, TaxRate, price
from retail.pricing.promotion import LineKind
from retail.pricing.pushed import HolidayList, ProductList, PushedPromotion

Verdict = Literal["same", "otherwise", "unknown"]
OTHERWISE = "sale.priced_otherwise"
CHANNEL = "till"
KNOWN_RULES = (*use.RULES, "tier:", "member_price")
_documents = msgspec.json.Decoder(PushedPromotion | ProductList | HolidayList)
_encoded = msgspec.json.Decoder(Product | Member | Tier)


class _Unknown(Exception):
    """HQ does not know all that this sale's price depends on."""


def apply(connection: Connection, body: Any) -> list[str]:
    """The code of what is odd about a sale's prices, if anything."""
    if not isinstance(body, SaleCompleted) or not body.versions.get("promotions"):
        return []
    return [OTHERWISE] if verdict(connection, body) == "otherwise" else []


def verdict(connection: Connection, sale: SaleCompleted) -> Verdict:
    """Whether the engine gives this sale's lines the same cents."""
    try:
        return "same" if _is_same(connection, sale) else "otherwise"
    except (_Unknown, TillboxError):
        return "unknown"


def _is_same(connection: Connection, sale: SaleCompleted) -> bool:
    lines = [line for line in sale.lines if line.grant is None]
    rules = {change.rule for line in lines for change in line.adjustments}
    if isinstance(sale, SaleVoided) or sale.kind != "sale" or not lines or not sale.priced_at:
        raise _Unknown
    if any(not rule.startswith(KNOWN_RULES) for rule in rules):
        raise _Unknown
    # A batch of sales mostly has one version; the connection's own notes end with it.
    known = connection.info.setdefault("promotions_as_of", {})
    version = sale.versions["promotions"]
    if version not in known:
        known.clear()
        known[version] = _as_of(connection, version)
    promotions, holidays = known[version]
    goods = [_goods(connection, sale, line) for line in lines]
    _only_what_is_known(promotions, goods)
    member = _member(connection, sale, lines)
    taxes = {tax.tax_class: TaxRate(tax.rate_bp, sale.tax_added_minor == 0) for tax in sale.taxes}
    coupons = _coupons(sale, promotions)
    at = dt.datetime.fromisoformat(sale.priced_at)
    offers = Offers(promotions=promotions, at=at, channel=CHANNEL, coupons=coupons, holidays=holidays)
    priced = price(goods, member, PriceRules(taxes=taxes), offers)
    return [line.total_minor for line in priced.lines] == [line.total_minor for line in lines]


def _as_of(connection: Connection, version: int) -> tuple[PromotionSet, dict[str, frozenset[dt.date]]]:
    """The stream as a till had it at a version."""
    newest = (
        select(
            promotion_history.c.kind,
            promotion_history.c.id,
            func.max(promotion_history.c.version).label("at"),
        )
        .where(promotion_history.c.version <= version)
        .group_by(promotion_history.c.kind, promotion_history.c.id)
        .subquery()
    )
    rows = connection.execute(
        select(promotion_history.c.json)
        .join(
            newest,
            (promotion_history.c.kind == newest.c.kind)
            & (promotion_history.c.id == newest.c.id)
            & (promotion_history.c.version == newest.c["at"]),
        )
        .where(promotion_history.c.gone == 0)
        .order_by(promotion_history.c.kind, promotion_history.c.id)
    )
    return _ready(tuple(rows.scalars()))


@lru_cache(maxsize=8)
def _ready(texts: tuple[str, ...]) -> tuple[PromotionSet, dict[str, frozenset[dt.date]]]:
    """Indexed once for all sales of a version."""
    found = [_documents.decode(text) for text in texts]
    lists = {one.id: one.products for one in found if isinstance(one, ProductList)}
    holidays = {
        one.id: frozenset(dt.date.fromisoformat(day) for day in one.dates)
        for one in found
        if isinstance(one, HolidayList)
    }
    promotions = [one.promotion for one in found if isinstance(one, PushedPromotion)]
    return PromotionSet(promotions, lists), holidays


def _only_what_is_known(promotions: PromotionSet, goods: Sequence[Goods]) -> None:
    """Counters of the moment and the till's store are not known here."""
    for compiled, _ in promotions.touching(goods):
        promotion = compiled.promotion
        counted = any(True for _ in use.quotas_of(promotion)) or promotion.limits.per_member is not None
        if counted or promotion.conditions.stores:
            raise _Unknown


def _goods(connection: Connection, sale: SaleCompleted, line: SoldLine) -> Goods:
    product = _unchanged(connection, "product", line.product_id, sale.versions.get("catalogue", 0))
    if not isinstance(product, Product) or line.quantity_milli <= 0 or line.refers_to is not None:
        raise _Unknown
    listed = line.price_source == "catalogue"
    added = line.unit_price_minor - product.price_minor
    member_price = product.member_price_minor if listed else None
    return Goods(
        line_id=line.line_id,
        product_id=line.product_id,
        unit=line.unit,
        options=line.options,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        member_price_minor=None if member_price is None else member_price + added,
        tax_class=line.tax_class,
        member_discount=product.member_discount and listed,
        category=product.category,
        tags=product.tags,
        promotable=product.discount and line.price_source != "record",
    )


def _member(connection: Connection, sale: SaleCompleted, lines: Sequence[SoldLine]) -> MemberTerms | None:
    if not sale.member_id:
        return None
    version = sale.versions.get("members", 0)
    member = _unchanged(connection, "member", sale.member_id, version)
    if not isinstance(member, Member):
        raise _Unknown
    tier = _unchanged(connection, "tier", member.tier, version) if member.tier else None
    if member.tier and not isinstance(tier, Tier):
        raise _Unknown
    discount_bp = tier.discount_bp if isinstance(tier, Tier) else 0
    names = tier.names if isinstance(tier, Tier) else {}
    return MemberTerms(member.tier, names, discount_bp, birth_month=member.birth_month)


def _coupons(sale: SaleCompleted, promotions: PromotionSet) -> tuple[Coupon, ...]:
    """One for each time a coupon was used; which code it was does not matter to the price."""
    times = {use.promotion_id(one.promotion): one.times for one in sale.promotions}
    coupons: list[Coupon] = []
    for rule in {change.rule for line in sale.lines for change in line.adjustments}:
        promotion_id = use.promotion_id(rule)
        if rule.startswith(use.RULES) and promotion_id not in promotions.by_id:
            raise _Unknown  # a promotion of the coupon's own
        if rule.startswith("coupon:"):
            lines_only = isinstance(promotions.by_id[promotion_id].promotion, LineKind)
            count = 1 if lines_only else max(1, times.get(promotion_id, 1))
            coupons += [Coupon(f"{promotion_id}/{number}", promotion_id) for number in range(count)]
    return tuple(sorted(coupons, key=lambda one: one.code))


def _unchanged(connection: Connection, kind: str, document_id: str, version: int) -> Any:
    """A document that is still as it was at a version of its stream."""
    row = connection.execute(
        select(document.c.json, document.c.version).where(
            document.c.stream == catalogue.STREAM_OF[kind],
            document.c.kind == kind,
            document.c.id == document_id,
            document.c.gone == 0,
        )
    ).one_or_none()
    if row is None or row.version > version:
        raise _Unknown
    return _encoded.decode(row.json)
