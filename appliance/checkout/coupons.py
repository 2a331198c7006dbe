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
from retail.pricing.promotion import AnyPromotion, Conditions, FixedPrice, Limits, Scope

CouponKind = Literal["code", "coupon", "pass"]
COUPONS_MAX = 20
GOODS = "goods:"
"""Begins the id of the promotion that a coupon brings which is goods, redeemed for points."""
FIRST = 0
"""A pass, or goods that were redeemed, pay for their piece before coupons look at what is left to pay."""


class BasketCoupon(Struct, frozen=True, kw_only=True):
    """One thing shown at the till. `code` is unique within the basket; `names` are for screen and receipt.

    `promotion_id` is what it opens, empty for a public code, which opens every promotion that lists it.
    `id`, `auth_id` and `uses` (at most so many) belong to what HQ holds. `promotion` is one of its own,
    priced beside the shop's: `free_goods` of a pass (at most `uses` pieces) or of a coupon that is goods.
    """

    code: str
    names: Names
    promotion_id: str = ""
    kind: CouponKind = "code"
    id: str = ""
    auth_id: str = ""
    uses: int = 1
    promotion: AnyPromotion | None = None

    @property
    def is_goods(self) -> bool:
        """Whether it is goods redeemed for points, which `names` name."""
        return self.promotion_id.startswith(GOODS)


def free_goods(promotion_id: str, names: Names, covers: tuple[str, ...], pieces: int) -> FixedPrice:
    """So many pieces of what is covered cost nothing; nothing named is everything."""
    return FixedPrice(
        id=promotion_id,
        names=names,
        scope=Scope(products=covers),
        conditions=Conditions(coupon=True),
        limits=Limits(per_basket=pieces),
        priority=FIRST,
        price_minor=0,
    )


def is_goods(rule: str) -> bool:
    """Whether an adjustment's rule is goods that were redeemed for points."""
    return rule.startswith(f"coupon:{GOODS}")


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


class AskedBenefit(Struct, frozen=True, kw_only=True):
    """A coupon, or uses of a pass, that HQ was asked to hold for this basket and has not answered yet.

    `id` names one the member has, `code` a public one. `auth_id` is the question's id too.
    """

    auth_id: str
    kind: Literal["coupon", "pass"]
    names: Names
    id: str = ""
    code: str = ""
    uses: int = 1
