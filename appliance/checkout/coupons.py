"""Codes, coupons and passes in a basket: what was shown, what it opens, and what a sale used up of it.

A ``code`` is public and lives in its promotion's document; a ``coupon`` or a ``pass`` is held at HQ for this
basket under `auth_id`, and whoever asked HQ puts it here. Pricing treats all three alike.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from retail.catalogue import Names
from retail.messages.events import UsedBenefit
from retail.pricing import AppliedRule, Coupon
from retail.pricing.promotion import AnyPromotion

CouponKind = Literal["code", "coupon", "pass"]
COUPONS_MAX = 20


class BasketCoupon(Struct, frozen=True, kw_only=True):
    """One thing shown at the till. `code` is unique within the basket; `names` are for screen and receipt.

    `promotion_id` is what it opens, empty for a public code, which opens every promotion that lists it.
    `id`, `auth_id` and `uses` (at most so many) belong to what HQ holds. `promotion` is one of its own,
    priced beside the shop's: a pass's ``FixedPrice`` of nothing on what it covers, at most `uses` pieces.
    """

    code: str
    names: Names
    promotion_id: str = ""
    kind: CouponKind = "code"
    id: str = ""
    auth_id: str = ""
    uses: int = 1
    promotion: AnyPromotion | None = None


def engine_coupons(coupons: Sequence[BasketCoupon]) -> tuple[Coupon, ...]:
    """The same as the engine knows them."""
    return tuple(Coupon(one.code, one.promotion_id) for one in coupons)


def own_promotions(coupons: Sequence[BasketCoupon]) -> tuple[AnyPromotion, ...]:
    """What they bring along besides the shop's promotions."""
    return tuple(one.promotion for one in coupons if one.promotion is not None)


def used_benefits(coupons: Sequence[BasketCoupon], applied: Sequence[AppliedRule]) -> tuple[UsedBenefit, ...]:
    """What HQ holds and this basket really uses: a coupon whole, of a pass as many uses as were applied."""
    by_code = {code: rule for rule in applied for code in rule.codes}
    return tuple(
        UsedBenefit(
            auth_id=one.auth_id,
            kind=one.kind,
            id=one.id,
            amount=min(one.uses, rule.times) if one.kind == "pass" else 1,
            promotion=rule.rule.partition(":")[2],
        )
        for one in coupons
        if one.kind != "code" and (rule := by_code.get(one.code)) is not None
    )
