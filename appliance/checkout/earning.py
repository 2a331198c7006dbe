"""How many points the open basket will earn, as far as the till can tell before HQ books it."""

from appliance.checkout.basket import Basket
from appliance.checkout.desk import Desk
from retail.catalogue import Product
from retail.ledger.earning import EarningLine, PointsRules, points_of
from retail.pricing import PricedBasket


def points_to_earn(desk: Desk, basket: Basket, priced: PricedBasket) -> int:
    """Points for the member of this basket if the rest is paid with a tender that earns; 0 without rules."""
    rules = next(iter(desk.reference.documents(PointsRules)), None)
    if rules is None or basket.member is None or not basket.lines:
        return 0
    products: dict[str, Product | None] = {}
    lines = []
    for line, part in zip(basket.lines, priced.lines, strict=True):
        if line.product_id not in products:
            products[line.product_id] = desk.reference.product(line.product_id, basket.catalogue_version)
        product = products[line.product_id]
        lines.append(
            EarningLine(
                product_id=line.product_id,
                category=product.category if product else "",
                total_minor=part.total_minor,
                earns=product.points if product else True,
            )
        )
    tenders = [(tender.type, tender.amount_minor) for tender in basket.tenders]
    due_minor = priced.total_minor - sum(amount for _, amount in tenders)
    return points_of(rules, lines, [*tenders, ("", due_minor)], basket.member.tier_id)
