"""What else may change a basket's price: promotions, coupons, what a person decided. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from retail.pricing.index import PromotionSet

STEPS_MAX = 300
"""How far the search for the best total goes, counted in steps so that every machine stops alike."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that was shown. A personal code names the promotion it stands for; a public one need not."""

    code: str
    promotion_id: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a promotion was applied before (pieces for line promotions) and what it has cost."""

    in_all: int = 0
    today: int = 0
    by_member: int = 0
    discount_minor: int = 0


@dataclass(frozen=True, slots=True)
class ManualDiscount:
    """Money or a percentage off by hand, on one line or, without `line_id`, on the basket.

    `limit_bp` is what the operator may give by themselves, of what is left; more needs `approver_id`.
    """

    discount_id: str
    operator_id: str
    reason: str
    limit_bp: int
    line_id: str = ""
    off_minor: int = 0
    off_bp: int = 0
    approver_id: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """Another unit price for one line, set by a person with a reason; it needs an approver."""

    line_id: str
    unit_price_minor: int
    operator_id: str
    reason: str
    approver_id: str


@dataclass(frozen=True)
class Offers:
    """Everything besides the goods that `price` looks at, at one instant of the shop's own time."""

    promotions: PromotionSet = field(default_factory=PromotionSet)
    at: datetime = datetime(1970, 1, 1)
    store: str = ""
    channel: str = ""
    coupons: tuple[Coupon, ...] = ()
    usage: Mapping[str, Usage] = field(default_factory=dict)
    holidays: Mapping[str, frozenset[date]] = field(default_factory=dict)
    manual: tuple[ManualDiscount, ...] = ()
    overrides: tuple[Override, ...] = ()
    steps_max: int = STEPS_MAX
