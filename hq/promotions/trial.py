"""Try a promotion on a basket before anybody meets it: HQ's documents as a price document, and the engine.

The other promotions of the stream are in play, planned ones as their calendars say at the asked instant.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from hq import catalogue
from hq.promotions import book, use
from retail.catalogue import OptionGroup, Product, TaxClass, Tier
from retail.errors import Refused
from retail.pricing.document import (
    PriceCoupon,
    PriceDocument,
    PriceLine,
    PriceMember,
    PriceProduct,
    PriceTax,
    PriceUsage,
)
from retail.pricing.promotion import AnyPromotion
from retail.pricing.trial import Trial, try_document


@dataclass(frozen=True)
class Asked:
    """A basket somebody thinks of. `lines` are (product id, quantity as text), `instant` is the shop's own
    time ``YYYY-MM-DDTHH:MM``, `coupons` (code, promotion id or empty). `member` may have no tier."""

    lines: tuple[tuple[str, str], ...]
    instant: str
    member: bool = False
    tier: str = ""
    birth_month: int = 0
    coupons: tuple[tuple[str, str], ...] = ()
    store: str = ""
    channel: str = ""


def compare(connection: Connection, asked: Asked, promotion: AnyPromotion) -> tuple[Trial, Trial]:
    """The basket without the promotion and with it, as it is given, pushed or not.

    `Refused` and `ContractError` say what the basket lacks.
    """
    others = [one for one in book.live(connection) if one.id != promotion.id]
    without = document_for(connection, asked, others)
    with_it = document_for(connection, asked, [*others, promotion])
    return try_document(without), try_document(with_it)


def document_for(connection: Connection, asked: Asked, promotions: list[AnyPromotion]) -> PriceDocument:
    """What HQ knows of this basket, as one self-contained document."""
    if not asked.lines:
        raise Refused("trial.empty_basket", field="try.lines")
    shop = catalogue.shop(connection)
    choices = _choices(connection)
    products = {}
    for product_id, _ in asked.lines:
        product = catalogue.product(connection, product_id)
        if product is None:
            raise Refused("product.unknown", field="try.lines", product_id=product_id)
        products[product_id] = _product(product, choices)
    return PriceDocument(
        currency=shop.currency if shop else "CNY",
        instant=asked.instant,
        products=tuple(products.values()),
        basket=tuple(PriceLine(product=product, quantity=quantity) for product, quantity in asked.lines),
        taxes={
            one.id: PriceTax(rate_bp=one.rate_bp, inclusive=one.inclusive) for one in _tax_classes(connection)
        },
        promotions=tuple(promotions),
        lists={one.id: one.products for one in book.product_lists(connection)},
        holidays={one.id: one.dates for one in book.holiday_lists(connection)},
        member=_member(connection, asked),
        coupons=tuple(PriceCoupon(code=code, promotion=promotion) for code, promotion in asked.coupons),
        usage=_usage(connection, promotions, asked.instant[:10]),
        store=asked.store,
        channel=asked.channel,
    )


def tiers(connection: Connection) -> list[Tier]:
    """The members' tiers in their order."""
    found = [held.document for held in catalogue.held(connection, Tier)]
    return sorted((one for one in found if isinstance(one, Tier)), key=lambda one: (one.order, one.id))


def _product(product: Product, choices: dict[str, dict[str, int]]) -> PriceProduct:
    added: dict[str, int] = {}
    for group in product.options:
        added |= choices.get(group, {})
    return PriceProduct(
        id=product.id,
        price_minor=product.price_minor,
        names=product.names,
        unit=product.unit,
        category=product.category,
        tags=product.tags,
        member_price_minor=product.member_price_minor,
        tax_class=product.tax_class,
        member_discount=product.member_discount,
        discount=product.discount,
        options=added,
    )


def _choices(connection: Connection) -> dict[str, dict[str, int]]:
    groups = [held.document for held in catalogue.held(connection, OptionGroup)]
    return {
        group.id: {choice.id: choice.price_delta_minor for choice in group.choices}
        for group in groups
        if isinstance(group, OptionGroup)
    }


def _tax_classes(connection: Connection) -> list[TaxClass]:
    found = [held.document for held in catalogue.held(connection, TaxClass)]
    return [one for one in found if isinstance(one, TaxClass)]


def _member(connection: Connection, asked: Asked) -> PriceMember | None:
    if not asked.member:
        return None
    known = {one.id: one for one in tiers(connection)}
    tier = known.get(asked.tier)
    return PriceMember(
        tier=asked.tier,
        names=tier.names if tier else {},
        discount_bp=tier.discount_bp if tier else 0,
        birth_month=asked.birth_month,
    )


def _usage(connection: Connection, promotions: list[AnyPromotion], day: str) -> dict[str, PriceUsage]:
    used = {}
    for promotion in promotions:
        if any(True for _ in use.quotas_of(promotion)):
            now = use.usage_of(connection, promotion.id, day)
            used[promotion.id] = PriceUsage(
                in_all=now.in_all, today=now.today, discount_minor=now.discount_minor
            )
    return used
