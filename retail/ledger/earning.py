"""How many points a purchase earns and what points are worth: sums only, nothing is booked here.

``points = round(eligible / total * sum(line * product rate * tier rate) * points / per_minor)``,
one exact fraction rounded once for the whole sale. `eligible` is what was paid by tenders that
earn. Because a refund asks for the points of what is kept, partial refunds add up to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from msgspec import field

from retail.catalogue import Document
from retail.errors import ContractError, Refused
from retail.ledger.units import DAYS_MAX, after_days, check_amount
from retail.money import AMOUNT_MINOR_MAX, BASIS_POINTS

Rounding = Literal["down", "half_up", "up"]
FACTOR_BP_MAX = 100 * BASIS_POINTS
Factors = dict[str, int]


class PointsRules(Document, frozen=True, kw_only=True, tag="points_rules"):
    """The shop's rules of points.

    `points` for every `per_minor` paid: 1 per 100 is "1 yuan = 1 point", 1 per 10000 is "100 yuan
    = 1 point". Factors in basis points by product, else by category, else 10000; 0 excludes.
    `without`: tenders that earn nothing. A lot ends after `days`, or with `year_ends` at the end
    of the so-manieth calendar year (0 = this one), else never. `redeem_points` are worth
    `redeem_minor` as money off, in whole steps, from `redeem_points_min` points on and up to
    `redeem_share_bp` of the basket. `debt_max`: how far a member's points may fall below zero when
    goods are returned whose points are spent. `returned_days`: how long points live that come back
    after their lot has ended.
    """

    points: int = 1
    per_minor: int = 100
    rounding: Rounding = "down"
    product_factor_bp: Factors = field(default_factory=dict)
    category_factor_bp: Factors = field(default_factory=dict)
    tier_factor_bp: Factors = field(default_factory=dict)
    without: tuple[str, ...] = ("points",)
    sale_points_max: int | None = None
    days: int | None = None
    year_ends: int | None = None
    redeem_points: int = 100
    redeem_minor: int = 100
    redeem_points_min: int = 0
    redeem_share_bp: int = BASIS_POINTS
    debt_max: int = 10_000
    returned_days: int = 30


class Reward(Document, frozen=True, kw_only=True, tag="reward"):
    """What points are redeemed for: a product, or a coupon of a kind.

    A product comes as a coupon too, which makes one unit of it free; it is good for `days`, None is without
    end.
    """

    points: int
    product: str = ""
    coupon: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class EarningLine:
    """A line as sold and kept. `total_minor` after every discount; `earns` is the product's flag."""

    product_id: str
    category: str
    total_minor: int
    earns: bool = True


def check_points_rules(rules: PointsRules) -> tuple[str, ...]:
    """Codes of what is generous; `ContractError` with its path for what cannot be meant.

    ``points.worth_the_price``: points give back as much as was paid for them, or more.
    """
    positive = (
        ("points", rules.points),
        ("per_minor", rules.per_minor),
        ("redeem_points", rules.redeem_points),
        ("redeem_minor", rules.redeem_minor),
        ("returned_days", rules.returned_days),
    )
    for name, value in positive:
        if not 0 < value <= AMOUNT_MINOR_MAX:
            raise ContractError("points.out_of_range", path=f"$.{name}", found=value)
    for name in ("product_factor_bp", "category_factor_bp", "tier_factor_bp"):
        for key, factor_bp in getattr(rules, name).items():
            if not 0 <= factor_bp <= FACTOR_BP_MAX:
                raise ContractError("points.out_of_range", path=f"$.{name}.{key}", found=factor_bp)
    if rules.days is not None and rules.year_ends is not None:
        raise ContractError("points.two_expiries", path="$.year_ends")
    if rules.days is not None and not 0 < rules.days <= DAYS_MAX:
        raise ContractError("points.out_of_range", path="$.days", found=rules.days)
    if rules.year_ends is not None and not 0 <= rules.year_ends <= 100:
        raise ContractError("points.out_of_range", path="$.year_ends", found=rules.year_ends)
    if not 0 <= rules.redeem_share_bp <= BASIS_POINTS or rules.debt_max < 0 or rules.redeem_points_min < 0:
        raise ContractError("points.out_of_range", path="$.redeem_share_bp", found=rules.redeem_share_bp)
    back = Fraction(rules.points * rules.redeem_minor, rules.per_minor * rules.redeem_points)
    return ("points.worth_the_price",) if back >= 1 else ()


def points_of(
    rules: PointsRules, lines: Sequence[EarningLine], tenders: Sequence[tuple[str, int]], tier: str = ""
) -> int:
    """Points that lines paid by tenders (type, amount) earn; never negative.

    For a refund, give the lines that are kept and the tenders less what was given back.
    """
    paid_minor = sum(amount for _, amount in tenders)
    eligible_minor = sum(amount for kind, amount in tenders if kind not in rules.without)
    if paid_minor <= 0 or eligible_minor <= 0:
        return 0
    tier_bp = rules.tier_factor_bp.get(tier, BASIS_POINTS)
    weighted = sum(line.total_minor * _factor_bp(rules, line) for line in lines) * tier_bp
    exact = Fraction(weighted * eligible_minor * rules.points, paid_minor * rules.per_minor * BASIS_POINTS**2)
    points = max(0, _rounded(exact, rules.rounding))
    return points if rules.sale_points_max is None else min(points, rules.sale_points_max)


def _factor_bp(rules: PointsRules, line: EarningLine) -> int:
    if not line.earns:
        return 0
    by_category = rules.category_factor_bp.get(line.category, BASIS_POINTS)
    return rules.product_factor_bp.get(line.product_id, by_category)


def _rounded(exact: Fraction, rounding: Rounding) -> int:
    if rounding == "down":
        return floor(exact)
    return ceil(exact) if rounding == "up" else floor(exact + Fraction(1, 2))


def expiry_of(rules: PointsRules, at: datetime) -> datetime | None:
    """When a lot earned at a moment ends, in that moment's time zone; None is never."""
    if rules.year_ends is not None:
        day = at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
        return day.replace(year=at.year + rules.year_ends + 1)
    return after_days(at, rules.days)


def money_off_minor(rules: PointsRules, points: int) -> int:
    """What points are worth as money off; `Refused` unless they are whole steps above the minimum."""
    check_amount(points, "points")
    if points % rules.redeem_points or points < rules.redeem_points_min:
        raise Refused(
            "points.not_in_steps",
            points=points,
            step=rules.redeem_points,
            points_min=rules.redeem_points_min,
        )
    return points // rules.redeem_points * rules.redeem_minor


def redeemable(rules: PointsRules, available: int, total_minor: int) -> int:
    """The most points that may be used on a basket of that total: whole steps, 0 below the minimum."""
    allowed_minor = total_minor * rules.redeem_share_bp // BASIS_POINTS
    steps = min(available // rules.redeem_points, allowed_minor // rules.redeem_minor)
    points = max(0, steps) * rules.redeem_points
    return points if points >= rules.redeem_points_min else 0
