"""What the shop rules and sells of members' money, and what a basket will earn by it: pure, no store.

HQ books all of this by the same documents (`retail.ledger`); what a till says beforehand is what to expect.
"""

from dataclasses import dataclass
from typing import Protocol

from appliance.checkout.basket import Basket
from appliance.checkout.tender import paid_minor
from retail.catalogue import Product
from retail.ledger.earning import EarningLine, PointsRules, points_of
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import ValueRules
from retail.members.pushed import GiftCardKind
from retail.pricing import PricedBasket

LATER = "cash"
"""What is not paid yet will probably be paid in something that earns."""


@dataclass(frozen=True, slots=True)
class Benefits:
    """The documents of the stream ``benefits`` that a till sells and takes money by."""

    value: ValueRules | None = None
    points: PointsRules | None = None
    passes: tuple[PassKind, ...] = ()
    memberships: tuple[MembershipKind, ...] = ()
    gift_cards: tuple[GiftCardKind, ...] = ()

    @property
    def sells(self) -> bool:
        """Whether there is anything to sell besides goods."""
        return bool(self.value or self.passes or self.memberships or self.gift_cards)


class Products(Protocol):
    """Where a product's category and its flag of points are looked up."""

    def product(self, product_id: str, as_of: int) -> Product | None: ...


def points_for(basket: Basket, priced: PricedBasket, rules: PointsRules | None, products: Products) -> int:
    """The points a member's basket will earn; 0 without a member, for refunds, and for what is promised."""
    if rules is None or basket.member is None or basket.refund is not None:
        return 0
    lines = []
    for line, part in zip(basket.lines, priced.lines, strict=True):
        if line.promise is None:
            product = products.product(line.product_id, basket.catalogue_version) if line.product_id else None
            category = product.category if product else ""
            earns = product.points if product else True
            lines.append(EarningLine(line.product_id, category, part.total_minor, earns))
    tenders = [(tender.type, tender.amount_minor) for tender in basket.tenders]
    left_minor = priced.total_minor - paid_minor(basket)
    if left_minor > 0:
        tenders.append((LATER, left_minor))
    return points_of(rules, lines, tenders, basket.member.tier_id)
