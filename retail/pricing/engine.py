"""price(): base price, member price, tax. See docs/pricing.md for the order and the policies.

Discounts are computed and rounded, half up, once per merged line, and shared over its parts by
largest remainder; taxes once per rate over the whole basket.
"""

from collections.abc import Sequence

from retail.errors import InvariantBroken
from retail.money import BASIS_POINTS, divide_half_up, share_of, split
from retail.pricing.basket import Goods, MemberTerms, PriceRules
from retail.pricing.priced import Adjustment, PricedBasket, PricedLine, TaxPart
from retail.quantity import extend

MEMBER_PRICE_NAMES = {"zh-Hans": "会员价", "zh-Hant": "會員價", "en": "Member price"}


def price(basket: Sequence[Goods], member: MemberTerms | None, rules: PriceRules) -> PricedBasket:
    """Price a basket; the order of its lines changes nothing but the order of the answer."""
    merged: dict[tuple[object, ...], list[Goods]] = {}
    for goods in basket:
        merged.setdefault(goods.sameness(), []).append(goods)
    priced = {line.line_id: line for group in merged.values() for line in _price_group(group, member)}
    lines = tuple(priced[goods.line_id] for goods in basket)
    taxes, added = _taxes(basket, lines, rules)
    return PricedBasket(
        lines=lines,
        base_minor=sum(line.base_minor for line in lines),
        tax_added_minor=added,
        total_minor=sum(line.total_minor for line in lines) + added,
        taxes=taxes,
    )


def _price_group(group: list[Goods], member: MemberTerms | None) -> list[PricedLine]:
    first = group[0]
    quantity_milli = sum(goods.quantity_milli for goods in group)
    weights = [abs(goods.quantity_milli) for goods in group]
    base_minor = extend(first.unit_price_minor, quantity_milli)
    bases = split(base_minor, weights)
    discount = _member_discount(first, quantity_milli, base_minor, member) if member else None
    if discount is None:
        return [PricedLine(goods.line_id, part, (), part) for goods, part in zip(group, bases, strict=True)]
    parts = split(discount.amount_minor, weights)
    return [
        PricedLine(
            goods.line_id,
            base,
            (
                Adjustment(
                    rule=discount.rule, names=discount.names, amount_minor=part, rate_bp=discount.rate_bp
                ),
            )
            if part
            else (),
            base + part,
        )
        for goods, base, part in zip(group, bases, parts, strict=True)
    ]


def _member_discount(
    goods: Goods, quantity_milli: int, base_minor: int, member: MemberTerms
) -> Adjustment | None:
    """The product's own member price, else the tier's percentage unless the goods are excluded."""
    if goods.member_price_minor is not None:
        if goods.member_price_minor >= goods.unit_price_minor:
            return None
        amount_minor = extend(goods.member_price_minor, quantity_milli) - base_minor
        return Adjustment(rule="member_price", names=MEMBER_PRICE_NAMES, amount_minor=amount_minor)
    if not goods.member_discount or member.discount_bp == 0:
        return None
    return Adjustment(
        rule=f"tier:{member.tier_id}",
        names=member.tier_names,
        amount_minor=-share_of(base_minor, member.discount_bp),
        rate_bp=member.discount_bp,
    )


def _taxes(
    basket: Sequence[Goods], lines: Sequence[PricedLine], rules: PriceRules
) -> tuple[tuple[TaxPart, ...], int]:
    """Per tax class over the basket: inclusive tax = gross x r / (1 + r), exclusive = net x r."""
    amounts: dict[str, int] = {}
    for goods, line in zip(basket, lines, strict=True):
        amounts[goods.tax_class] = amounts.get(goods.tax_class, 0) + line.total_minor
    parts: list[TaxPart] = []
    added = 0
    for tax_class in sorted(amounts):
        rate = rules.taxes.get(tax_class)
        if rate is None:
            raise InvariantBroken("pricing.unknown_tax_class", tax_class=tax_class)
        amount = amounts[tax_class]
        if rate.inclusive:
            tax = divide_half_up(amount * rate.rate_bp, BASIS_POINTS + rate.rate_bp)
            parts.append(TaxPart(tax_class, rate.rate_bp, amount - tax, tax))
        else:
            tax = share_of(amount, rate.rate_bp)
            added += tax
            parts.append(TaxPart(tax_class, rate.rate_bp, amount, tax))
    return tuple(parts), added
