"""What the engine answers: every line with what came off it and why, and the taxes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from retail.catalogue import Names

RuleKind = Literal["member", "promotion", "coupon", "manual", "override"]

Missing = Literal["amount", "pieces", "member", "tier", "coupon", "gift"]


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
class AppliedRule:
    """What one rule did to the whole basket.

    `times` counts applications (pieces for line promotions): what a limit's counter grows by, as the budget's
    does by -`amount_minor`. `lines` says how many merged lines it touched, `codes` which coupons it used up.
    `reason`, `operator_id` and `approver_id` are those of a manual discount or an override.
    """

    rule: str
    kind: RuleKind
    names: Names
    amount_minor: int
    times: int
    lines: int
    codes: tuple[str, ...] = ()
    reason: str = ""
    operator_id: str = ""
    approver_id: str = ""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A promotion that nearly applied, or would apply once more: what is missing, and what it would bring.

    `missing` is ``amount`` (minor units), ``pieces``, ``member``, ``tier``, ``coupon`` or ``gift`` (pieces of
    the gift that may be taken); `gain_minor` is the discount it would give at least, 0 when that depends.
    """

    promotion_id: str
    names: Names
    missing: Missing
    missing_minor: int = 0
    missing_pieces: int = 0
    gain_minor: int = 0
    applied_times: int = 0


@dataclass(frozen=True, slots=True)
class UnusedCoupon:
    """A code that was given and not used, and why; `params` are for the sentence."""

    code: str
    promotion_id: str
    reason: str
    params: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchReport:
    """How sure the answer is: the best there is if `exact`, else at most `bound_minor` above it."""

    exact: bool = True
    bound_minor: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """Lines in the basket's order. total = sum of the lines + `tax_added_minor` (exclusive taxes)."""

    lines: tuple[PricedLine, ...]
    base_minor: int
    tax_added_minor: int
    total_minor: int
    taxes: tuple[TaxPart, ...]
    applied: tuple[AppliedRule, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    unused_coupons: tuple[UnusedCoupon, ...] = ()
    search: SearchReport = SearchReport()

    def line(self, line_id: str) -> PricedLine:
        """The priced line of that id."""
        return next(line for line in self.lines if line.line_id == line_id)

    def saved_minor(self) -> int:
        """How much came off in all, as a positive number."""
        return -sum(a.amount_minor for line in self.lines for a in line.adjustments)
