"""What the engine is given: goods with their base prices, the member's terms, the shop's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from retail.catalogue import Names


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of a basket. Prices are per unit, in minor units, options included.

    A negative quantity is goods taken back; they are priced by the same rules, mirrored.
    `member_discount` is False for goods the tier's percentage leaves alone, `promotable` for goods that
    promotions of stages 3 and 4 leave alone (a price on record, a price a person has set).
    """

    line_id: str
    product_id: str
    unit: str
    options: tuple[str, ...]
    quantity_milli: int
    unit_price_minor: int
    member_price_minor: int | None
    tax_class: str
    member_discount: bool
    category: str = ""
    tags: tuple[str, ...] = ()
    promotable: bool = True

    def sameness(self) -> tuple[object, ...]:
        """Equal goods are one line for pricing, however they were scanned."""
        return (
            self.product_id or self.line_id,
            self.unit,
            self.options,
            self.unit_price_minor,
            self.member_price_minor,
            self.quantity_milli >= 0,
            self.tax_class,
            self.member_discount,
            self.promotable,
        )


@dataclass(frozen=True, slots=True)
class MemberTerms:
    """What the member's tier gives: a percentage in basis points, and its names.

    `on_promoted` says whether the percentage also applies to goods that a promotion has taken (stages 3 and
    4); a product's own member price always does. `birth_month` is 1 to 12, 0 when it is not known.
    """

    tier_id: str
    tier_names: Names
    discount_bp: int
    on_promoted: bool = False
    birth_month: int = 0


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax class's rate in basis points; `inclusive` means prices already contain it."""

    rate_bp: int
    inclusive: bool = True


@dataclass(frozen=True)
class PriceRules:
    """The rules in force at the basket's business instant, as of its catalogue version."""

    taxes: Mapping[str, TaxRate] = field(default_factory=dict)
