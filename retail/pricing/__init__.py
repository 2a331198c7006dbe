"""What a basket costs, and why: one pure function, the same on every appliance and at HQ."""

from retail.pricing.basket import Goods, MemberTerms, PriceRules, TaxRate
from retail.pricing.engine import price
from retail.pricing.priced import Adjustment, PricedBasket, PricedLine, TaxPart

__all__ = [
    "Adjustment",
    "Goods",
    "MemberTerms",
    "PriceRules",
    "PricedBasket",
    "PricedLine",
    "TaxPart",
    "TaxRate",
    "price",
]
