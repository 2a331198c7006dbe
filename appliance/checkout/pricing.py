"""From an open basket to the pricing engine and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.checkout.basket import Basket, Line
from appliance.checkout.by_hand import ByHand
from retail.catalogue import TaxClass
from retail.errors import Refused
from retail.messages.events import LineTax
from retail.money import BASIS_POINTS, divide_half_up, share_of, split
from retail.pricing import (
    Goods,
    ManualDiscount,
    MemberTerms,
    Offers,
    Override,
    PricedBasket,
    PricedLine,
    PriceRules,
    TaxPart,
    TaxRate,
    price,
)

NO_OFFERS = Offers()
UNTAXED = "none"
"""The tax class of top-ups, cards, passes and memberships: what they are used for is taxed, not they."""


def rules_of(tax_classes: Mapping[str, TaxClass]) -> PriceRules:
    """The engine's rules from the catalogue's documents, and that what is only promised is not taxed."""
    taxes = {key: TaxRate(tax.rate_bp, tax.inclusive) for key, tax in tax_classes.items()}
    return PriceRules(taxes={**taxes, UNTAXED: TaxRate(0)})


def price_basket(
    basket: Basket, rules: PriceRules, offers: Offers = NO_OFFERS, must_hold: str = ""
) -> PricedBasket:
    """What the basket costs its customer. Prices on record are charged as recorded.

    `offers` are the shop's; what people decided is the basket's own. Goods that come back with their receipt
    are worth what their sale says, and what is promised (top-ups, cards, passes) costs what it costs; no rule
    sees either. A discount by hand that has come to exceed its limit shrinks to it, but the one named
    `must_hold` is refused.
    """
    member = None
    if basket.member is not None:
        one = basket.member
        member = MemberTerms(one.tier_id, one.tier_names, one.discount_bp, birth_month=one.birth_month)
    goods = [_goods(line) for line in basket.lines if _is_priced(line)]
    mine = replace(offers, manual=_by_hand(basket), overrides=_new_prices(basket))
    priced = _within_limits(goods, member, rules, mine, must_hold)
    return _with_returned(priced, basket.lines) if len(priced.lines) < len(basket.lines) else priced


def _with_returned(priced: PricedBasket, lines: Sequence[Line]) -> PricedBasket:
    """The same with the lines that come back in their places, and their taxes off."""
    bought = iter(priced.lines)
    merged = tuple(next(bought) if _is_priced(line) else _fixed_part(line) for line in lines)
    taxes = {(tax.tax_class, tax.rate_bp): [tax.net_minor, tax.tax_minor] for tax in priced.taxes}
    added = priced.tax_added_minor
    for line in lines:
        if line.returned is None:
            if line.promise is not None:
                taxes.setdefault((UNTAXED, 0), [0, 0])[0] += promised_minor(line)
            continue
        tax = line.returned.tax
        sums = taxes.setdefault((line.tax_class, tax.rate_bp), [0, 0])
        sums[0] += line.returned.total_minor - (tax.tax_minor if tax.included else 0)
        sums[1] += tax.tax_minor
        added += 0 if tax.included else tax.tax_minor
    return replace(
        priced,
        lines=merged,
        base_minor=sum(line.base_minor for line in merged),
        tax_added_minor=added,
        total_minor=sum(line.total_minor for line in merged) + added,
        taxes=tuple(TaxPart(*key, *sums) for key, sums in sorted(taxes.items())),
    )


def promised_minor(line: Line) -> int:
    """What a promise costs, or what one pays that is given back; 0 for goods."""
    if line.promise is None:
        return 0
    return line.unit_price_minor if line.quantity_milli > 0 else -line.unit_price_minor


def _is_priced(line: Line) -> bool:
    return line.returned is None and line.promise is None


def _fixed_part(line: Line) -> PricedLine:
    worth = line.returned
    if worth is None:
        return PricedLine(line.line_id, promised_minor(line), (), promised_minor(line))
    return PricedLine(line.line_id, worth.base_minor, worth.adjustments, worth.total_minor)


def line_taxes(basket: Basket, priced: PricedBasket, rules: PriceRules) -> dict[str, LineTax]:
    """Each line's share of the tax on its class: what a later return of it gives back.

    Goods sold share by largest remainder; goods taken back beside them have the rest.
    """
    found: dict[str, LineTax] = {}
    classes: dict[str, list[tuple[str, int]]] = {}
    sold_minor = {(tax.tax_class, tax.rate_bp): tax.tax_minor for tax in priced.taxes}
    for line, part in zip(basket.lines, priced.lines, strict=True):
        if line.returned is None:
            classes.setdefault(line.tax_class, []).append((line.line_id, part.total_minor))
        else:
            found[line.line_id] = tax = line.returned.tax
            sold_minor[line.tax_class, tax.rate_bp] -= tax.tax_minor
    for tax_class, lines in classes.items():
        rate = rules.taxes[tax_class]
        found.update(_shared(rate, sold_minor.get((tax_class, rate.rate_bp), 0), lines))
    return found


def _shared(rate: TaxRate, tax_minor: int, lines: Sequence[tuple[str, int]]) -> dict[str, LineTax]:
    totals = [total for _, total in lines]
    parts = split(tax_minor, totals) if min(totals) >= 0 else _split_both_ways(rate, tax_minor, totals)
    return {
        line_id: LineTax(rate_bp=rate.rate_bp, tax_minor=part, included=rate.inclusive)
        for (line_id, _), part in zip(lines, parts, strict=True)
    }


def _split_both_ways(rate: TaxRate, tax_minor: int, totals: Sequence[int]) -> list[int]:
    sold = [max(0, total) for total in totals]
    on_sold = _tax_on(rate, sum(sold))
    back = split(tax_minor - on_sold, [max(0, -total) for total in totals])
    return [part + less for part, less in zip(split(on_sold, sold), back, strict=True)]


def _tax_on(rate: TaxRate, amount_minor: int) -> int:
    if rate.inclusive:
        return divide_half_up(amount_minor * rate.rate_bp, BASIS_POINTS + rate.rate_bp)
    return share_of(amount_minor, rate.rate_bp)


def _within_limits(
    goods: Sequence[Goods], member: MemberTerms | None, rules: PriceRules, offers: Offers, must_hold: str
) -> PricedBasket:
    """The price with what operators took off by hand, never beyond what they may give of these goods.

    Money off was within the limit when it was given; when goods leave, it shrinks to the limit with them.
    """
    while True:
        try:
            return price(goods, member, rules, offers)
        except Refused as refused:
            too_much = refused.params.get("discount")
            if refused.code != "pricing.manual_over_limit" or too_much == must_hold:
                raise
            capped = [
                replace(one, off_minor=0, off_bp=one.limit_bp) if one.discount_id == too_much else one
                for one in offers.manual
            ]
            offers = replace(offers, manual=tuple(capped))


def _by_hand(basket: Basket) -> tuple[ManualDiscount, ...]:
    sold = [line for line in basket.lines if line.quantity_milli > 0]
    given = [(line.by_hand, line.line_id) for line in sold]
    given += [(basket.by_hand, "")] if sold else []
    return tuple(manual_discount(one, line_id) for one, line_id in given if one is not None)


def manual_discount(one: ByHand, line_id: str) -> ManualDiscount:
    """What a person took off, as the engine knows it."""
    return ManualDiscount(
        discount_id=one.discount_id,
        operator_id=one.operator_id,
        reason=one.reason,
        limit_bp=one.limit_bp,
        line_id=line_id,
        off_minor=one.off_minor,
        off_bp=one.off_bp,
        approver_id=one.approver_id,
    )


def _new_prices(basket: Basket) -> tuple[Override, ...]:
    return tuple(
        Override(line.line_id, one.unit_price_minor, one.operator_id, one.reason, one.approver_id)
        for line in basket.lines
        if (one := line.new_price) is not None and line.quantity_milli > 0
    )


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
        category=line.category,
        tags=line.tags,
        promotable=line.promotable and line.price_source != "record",
    )
