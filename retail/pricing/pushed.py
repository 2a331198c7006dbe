"""Promotions as they travel to the tills, and how often they have been used: documents only."""

from retail.catalogue import Document, Names
from retail.pricing.promotion import AnyPromotion


class PushedPromotion(Document, frozen=True, kw_only=True, tag="promotion"):
    """A promotion that is on; `id` is the promotion's own."""

    promotion: AnyPromotion


class ProductList(Document, frozen=True, kw_only=True, tag="product_list"):
    """Products by name of a list, for `Scope.lists`."""

    names: Names
    products: tuple[str, ...]


class HolidayList(Document, frozen=True, kw_only=True, tag="holiday_list"):
    """Days (``YYYY-MM-DD``) by name of a list, for `Calendar.holidays`."""

    names: Names
    dates: tuple[str, ...]


class PromotionUse(Document, frozen=True, kw_only=True, tag="promotion_use"):
    """A promotion's counters by HQ's book: uses in all, uses on `day` (a business day), what it has cost."""

    in_all: int = 0
    day: str = ""
    today: int = 0
    discount_minor: int = 0


class PromotionMark(Document, frozen=True, kw_only=True, tag="promotion_mark"):
    """How much of a till's journal (its incarnation's id) the counters of this version contain."""

    upto: int
