"""What the engine answers: every line with what came off it and why, and the taxes."""

from dataclasses import dataclass

from msgspec import Struct

from retail.catalogue import Names


class Adjustment(Struct, frozen=True, kw_only=True):
    """What one rule changed on one line. `amount_minor` is negative for a discount."""

    rule: str
    names: Names
    amount_minor: int
    rate_bp: int = 0


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`total_minor` = `base_minor` + the adjustments."""

    line_id: str
    base_minor: int
    adjustments: tuple[Adjustment, ...]
    total_minor: int


@dataclass(frozen=True, slots=True)
class TaxPart:
    """Tax of one class over the whole basket; net + tax is what its goods cost."""

    tax_class: str
    rate_bp: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """Lines in the basket's order. total = sum of the lines + `tax_added_minor` (exclusive taxes)."""

    lines: tuple[PricedLine, ...]
    base_minor: int
    tax_added_minor: int
    total_minor: int
    taxes: tuple[TaxPart, ...]

    def line(self, line_id: str) -> PricedLine:
        """The priced line of that id."""
        return next(line for line in self.lines if line.line_id == line_id)

    def saved_minor(self) -> int:
        """How much came off in all, as a positive number."""
        return -sum(a.amount_minor for line in self.lines for a in line.adjustments)
