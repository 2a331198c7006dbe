"""From an open basket to the pricing engine and back."""

from collections.abc import Mapping

from appliance.checkout.basket import Basket, Line
from retail.catalogue import TaxClass
from retail.pricing import Goods, MemberTerms, PricedBasket, PriceRules, TaxRate, price


def rules_of(tax_classes: Mapping[str, TaxClass]) -> PriceRules:
    """The engine's rules from the catalogue's documents."""
    return PriceRules(taxes={key: TaxRate(tax.rate_bp, tax.inclusive) for key, tax in tax_classes.items()})


def price_basket(basket: Basket, rules: PriceRules) -> PricedBasket:
    """What the basket costs its customer. Prices on record are charged as recorded."""
    member = None
    if basket.member is not None:
        member = MemberTerms(basket.member.tier_id, basket.member.tier_names, basket.member.discount_bp)
    return price([_goods(line) for line in basket.lines], member, rules)


def _goods(line: Line) -> Goods:
    listed = line.price_source == "catalogue"
    return Goods(
        line_id=line.line_id,
        product_id=line.product_id,
        unit=line.unit,
        options=tuple(option.choice_id for option in line.options),
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        member_price_minor=line.member_price_minor if listed else None,
        tax_class=line.tax_class,
        member_discount=line.member_discount and listed,
    )
