"""Promotions as documents: what HQ writes, pushes and tries, and what the engine reads.

Every kind is one immutable struct told apart by `kind`. This module holds data only: whether a promotion
makes sense is `check_promotion`'s affair, whether it applies is the engine's. Amounts are minor units,
rates basis points of what comes **off** (`off_bp` 5000 is half price), pieces whole units of goods.
"""

from typing import Literal

from msgspec import Struct

from retail.catalogue import Document, Names

PRIORITY = 100


class Scope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which goods: any of products, categories, tags or named lists; none named means all goods."""

    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    except_products: tuple[str, ...] = ()
    except_categories: tuple[str, ...] = ()
    except_tags: tuple[str, ...] = ()

    def is_all(self) -> bool:
        """Whether no goods are named, which means all of them."""
        return not (self.products or self.categories or self.tags or self.lists)


class Hours(Struct, frozen=True, kw_only=True, rename={"from_": "from"}, forbid_unknown_fields=True):
    """Times of day ``HH:MM``, `until` not included. 22:00 until 02:00 belongs to the day it begins on."""

    from_: str
    until: str


class Calendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When, in the shop's own time; everything that is given must hold.

    `starts_at` and `ends_at` are ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM``; the end is not included, an end
    that is a date includes that day. `weekdays` are 1 (Monday) to 7. A day is right when `dates` or a list
    of `holidays` names it (if any are given) and no exception does. `days_of_month` is the members' day.
    """

    starts_at: str = ""
    ends_at: str = ""
    weekdays: tuple[int, ...] = ()
    hours: tuple[Hours, ...] = ()
    dates: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    except_dates: tuple[str, ...] = ()
    except_holidays: tuple[str, ...] = ()
    days_of_month: tuple[int, ...] = ()


class Conditions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What else must hold. `minimum_*` look at the base price and pieces of the goods in `goods`, which is
    the promotion's own scope unless given. `coupon` needs a code; `coupon_codes` are the public ones."""

    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    member: bool = False
    tiers: tuple[str, ...] = ()
    birthday_month: bool = False
    coupon: bool = False
    coupon_codes: tuple[str, ...] = ()
    goods: Scope | None = None
    minimum_minor: int = 0
    minimum_pieces: int = 0

    def needs_coupon(self) -> bool:
        """Whether somebody must show a code."""
        return self.coupon or bool(self.coupon_codes)

    def needs_member(self) -> bool:
        """Whether it is for members only."""
        return self.member or bool(self.tiers) or self.birthday_month


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often: pieces for line promotions, applications for all others; `budget_minor` is money."""

    per_basket: int | None = None
    per_member: int | None = None
    per_day: int | None = None
    in_all: int | None = None
    budget_minor: int | None = None


class Promotion(Document, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """What all kinds share. A smaller `priority` comes first. Of one stacking `group` only one applies to a
    unit of goods; unnamed, it is ``goods`` for what works on lines and multi-buys, ``basket`` else."""

    names: Names
    scope: Scope = Scope()
    conditions: Conditions = Conditions()
    calendar: Calendar = Calendar()
    limits: Limits = Limits()
    group: str = ""
    priority: int = PRIORITY


class Percentage(Promotion, frozen=True, kw_only=True, tag="percentage"):
    """`off_bp` off every merged line."""

    off_bp: int


class AmountOff(Promotion, frozen=True, kw_only=True, tag="amount_off"):
    """So much off every unit, at most its price."""

    off_minor: int


class FixedPrice(Promotion, frozen=True, kw_only=True, tag="fixed_price"):
    """A price for the unit; never a dearer one."""

    price_minor: int


class FlashSale(Promotion, frozen=True, kw_only=True, tag="flash_sale"):
    """A price for the unit while `quota` pieces last, in all."""

    price_minor: int
    quota: int


class NForPrice(Promotion, frozen=True, kw_only=True, tag="n_for_price"):
    """`pieces` units for one price; over several products it is mix and match."""

    pieces: int
    price_minor: int
    same_product: bool = False


class NForM(Promotion, frozen=True, kw_only=True, tag="n_for_m"):
    """Take `pieces`, pay for `paid`: the cheapest are free."""

    pieces: int
    paid: int
    same_product: bool = False


class NthAtRate(Promotion, frozen=True, kw_only=True, tag="nth_at_rate"):
    """Of every `nth` units the cheapest has `off_bp` off: 2 and 5000 is the second at half."""

    nth: int = 2
    off_bp: int = 5000
    same_product: bool = False


class BuyXGetY(Promotion, frozen=True, kw_only=True, tag="buy_x_get_y"):
    """Buy `buy_pieces` of the scope and get `get_pieces` of `get` with `off_bp` off (free, unless said).

    Without `get` it is the same product. Where a unit could be either, the cheapest is the one got.
    """

    buy_pieces: int = 1
    get_pieces: int = 1
    get: Scope | None = None
    off_bp: int = 10_000


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place of a bundle: so many units of these goods."""

    scope: Scope
    pieces: int = 1


class Bundle(Promotion, frozen=True, kw_only=True, tag="bundle"):
    """All parts together for `price_minor`, or with `off_bp` off. The promotion's own scope is not used."""

    parts: tuple[Part, ...]
    price_minor: int | None = None
    off_bp: int | None = None


class GroupBuy(Promotion, frozen=True, kw_only=True, tag="group_buy"):
    """A voucher bought elsewhere: its goods for the price it stands for; one code for each application."""

    parts: tuple[Part, ...]
    price_minor: int


class ThresholdOff(Promotion, frozen=True, kw_only=True, tag="threshold_off"):
    """`off_minor` off when the scope reaches the threshold; with `repeats`, for every multiple of it."""

    threshold_minor: int
    off_minor: int
    repeats: bool = False


class ThresholdPercentage(Promotion, frozen=True, kw_only=True, tag="threshold_percentage"):
    """`off_bp` off the scope when it reaches the threshold."""

    threshold_minor: int
    off_bp: int


class ThresholdGift(Promotion, frozen=True, kw_only=True, tag="threshold_gift"):
    """`pieces` of the gifts cost nothing when the scope, gifts not counted, reaches the threshold."""

    threshold_minor: int
    gifts: Scope
    pieces: int = 1
    repeats: bool = False


LineKind = Percentage | AmountOff | FixedPrice | FlashSale
MultiKind = NForPrice | NForM | NthAtRate | BuyXGetY | Bundle | GroupBuy
BasketKind = ThresholdOff | ThresholdPercentage | ThresholdGift
AnyPromotion = (
    Percentage
    | AmountOff
    | FixedPrice
    | FlashSale
    | NForPrice
    | NForM
    | NthAtRate
    | BuyXGetY
    | Bundle
    | GroupBuy
    | ThresholdOff
    | ThresholdPercentage
    | ThresholdGift
)
Stage = Literal["line", "multi", "basket", "coupon"]


def stage_of(promotion: AnyPromotion) -> Stage:
    """Which stage of pricing.md's order it belongs to. A code moves lines and thresholds to the coupons'
    stage; a multi-buy with a code stays among the multi-buys, because it competes for their goods."""
    if isinstance(promotion, MultiKind):
        return "multi"
    if promotion.conditions.needs_coupon():
        return "coupon"
    return "line" if isinstance(promotion, LineKind) else "basket"


def needs_coupon(promotion: AnyPromotion) -> bool:
    """Whether a code must be shown; a group-buy always needs its voucher."""
    return isinstance(promotion, GroupBuy) or promotion.conditions.needs_coupon()


def group_of(promotion: AnyPromotion) -> str:
    """Its stacking group, or the one its kind has unless it is told."""
    return promotion.group or ("basket" if isinstance(promotion, BasketKind) else "goods")


def scopes_of(promotion: AnyPromotion) -> tuple[Scope, ...]:
    """Every scope whose goods it may take or count."""
    if isinstance(promotion, Bundle | GroupBuy):
        return tuple(part.scope for part in promotion.parts)
    if isinstance(promotion, BuyXGetY) and promotion.get is not None:
        return (promotion.scope, promotion.get)
    if isinstance(promotion, ThresholdGift):
        return (promotion.scope, promotion.gifts)
    return (promotion.scope,)
