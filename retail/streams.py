"""Every kind of document HQ pushes, and in which stream it travels, versioned with its fellows."""

from retail.catalogue import (
    Category,
    Document,
    Member,
    Operator,
    OptionGroup,
    Product,
    Shop,
    SoldSerial,
    StockLevel,
    StockMark,
    TaxClass,
    Tier,
)
from retail.ledger.earning import PointsRules, Reward
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import ValueRules
from retail.members.coupons import CouponKind
from retail.members.pushed import CardKey, GiftCardKind, SealingKey
from retail.members.tiers import TierRules
from retail.pricing.pushed import HolidayList, ProductList, PromotionMark, PromotionUse, PushedPromotion

AnyDocument = (
    Category
    | OptionGroup
    | Product
    | TaxClass
    | Tier
    | Shop
    | Operator
    | Member
    | StockLevel
    | StockMark
    | SoldSerial
    | PushedPromotion
    | ProductList
    | HolidayList
    | PromotionUse
    | PromotionMark
    | ValueRules
    | PointsRules
    | TierRules
    | Reward
    | CouponKind
    | PassKind
    | MembershipKind
    | GiftCardKind
    | SealingKey
    | CardKey
)

STREAMS: dict[str, tuple[type[Document], ...]] = {
    "catalogue": (Category, OptionGroup, Product, TaxClass),
    "promotions": (PushedPromotion, ProductList, HolidayList),
    "promotion_use": (PromotionUse, PromotionMark),
    "members": (Tier, Member),
    "benefits": (
        ValueRules,
        PointsRules,
        TierRules,
        Reward,
        CouponKind,
        PassKind,
        MembershipKind,
        GiftCardKind,
        SealingKey,
        CardKey,
    ),
    "staff": (Operator,),
    "shop": (Shop,),
    "stock": (StockLevel, StockMark, SoldSerial),
}
"""Which kinds of documents travel together, versioned as one."""
