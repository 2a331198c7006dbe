"""What a basket costs, and why: one pure function, the same on every appliance and at HQ."""

from retail.pricing.basket import Goods, MemberTerms, PriceRules, TaxRate
from retail.pricing.engine import price
from retail.pricing.index import PromotionSet
from retail.pricing.offers import Coupon, ManualDiscount, Offers, Override, Usage
from retail.pricing.priced import (
    Adjustment,
    AppliedRule,
    NearMiss,
    PricedBasket,
    PricedLine,
    SearchReport,
    TaxPart,
    UnusedCoupon,
)

__all__ = [
    "Adjustment",
    "AppliedRule",
    "Coupon",
    "Goods",
    "ManualDiscount",
    "MemberTerms",
    "NearMiss",
    "Offers",
    "Override",
    "PriceRules",
    "PricedBasket",
    "PricedLine",
    "PromotionSet",
    "SearchReport",
    "TaxPart",
    "TaxRate",
    "UnusedCoupon",
    "Usage",
    "price",
]
