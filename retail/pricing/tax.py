"""Stage 7: tax, once per class over the whole basket, inclusive or added."""

from collections.abc import Mapping

from retail.errors import InvariantBroken
from retail.money import BASIS_POINTS, divide_half_up, share_of
from retail.pricing.basket import TaxRate
from retail.pricing.priced import TaxPart


def tax_parts(amounts: Mapping[str, int], taxes: Mapping[str, TaxRate]) -> tuple[tuple[TaxPart, ...], int]:
    """The tax of every class and what is added to the prices: inclusive tax = gross x r / (1 + r),
    exclusive = net x r."""
    parts: list[TaxPart] = []
    added = 0
    for tax_class in sorted(amounts):
        rate = taxes.get(tax_class)
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


def tax_added(amounts: Mapping[str, int], taxes: Mapping[str, TaxRate]) -> int:
    """Only what taxes add to these amounts by class; classes without a rate add nothing."""
    return sum(
        share_of(amount, rate.rate_bp)
        for tax_class, amount in amounts.items()
        if (rate := taxes.get(tax_class)) is not None and not rate.inclusive
    )
