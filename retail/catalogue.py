"""What a shop sells and who works and buys there: the documents HQ pushes to its tills.

Every document is immutable, has an `id`, and belongs to one stream. Names are given in the
languages of the shop as ``{"zh-Hans": ..., "zh-Hant": ..., "en": ...}``.
"""

from typing import Literal

from msgspec import Struct

Names = dict[str, str]
Language = Literal["zh-Hans", "zh-Hant", "en"]
PastDate = Literal["refuse", "manager", "sell"]
LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")


def name_in(names: Names, language: str) -> str:
    """The name in a language, else in the other Chinese for a Chinese one, else in the first there is."""
    near = names.get("zh-Hans") or names.get("zh-Hant") if language.startswith("zh") else None
    return names.get(language) or near or next(iter(names.values()), "")


class Document(Struct, frozen=True, kw_only=True):
    """Anything HQ pushes; `id` is unique within its kind."""

    id: str


class Category(Document, frozen=True, kw_only=True, tag="category"):
    """A rail entry on the till; `icon` is a Lucide name; products show in `order`."""

    names: Names
    icon: str = "package"
    order: int = 0


class Choice(Struct, frozen=True, kw_only=True):
    """One answer to an option group, with what it adds to the unit price."""

    id: str
    names: Names
    price_delta_minor: int = 0
    detail: str = ""


class OptionGroup(Document, frozen=True, kw_only=True, tag="option_group"):
    """A question about a product (size, sugar, milk): exactly one choice is taken."""

    names: Names
    choices: tuple[Choice, ...]
    default: str
    order: int = 0


class Product(Document, frozen=True, kw_only=True, tag="product"):
    """One thing that can be sold. Prices are per unit, tax included, in minor units.

    `unit` is ``each`` or a unit of weight (``kg``); `by_weight` goods need a quantity in
    thousandths of it. `member_price_minor` wins over the tier's percentage, which applies
    only where `member_discount` allows it. `gtins` are barcodes as scanned (EAN-8, EAN-13,
    UPC-A, or a shop's own number). `tags` group goods across categories, for promotions; `discount` False
    keeps every promotion away.
    """

    names: Names
    category: str
    price_minor: int
    plu: str = ""
    gtins: tuple[str, ...] = ()
    unit: str = "each"
    by_weight: bool = False
    member_price_minor: int | None = None
    price_min_minor: int | None = None
    tax_class: str = "standard"
    options: tuple[str, ...] = ()
    art: str = ""
    mnemonic: str = ""
    tags: tuple[str, ...] = ()
    order: int = 0
    favourite: int = 0
    sold_out: bool = False
    member_discount: bool = True
    discount: bool = True
    points: bool = True
    haggle: bool = False
    shelf_life_days: int | None = None


class TaxClass(Document, frozen=True, kw_only=True, tag="tax_class"):
    """A rate in basis points, already contained in the price when `inclusive`."""

    names: Names
    rate_bp: int
    inclusive: bool = True


class Tier(Document, frozen=True, kw_only=True, tag="tier"):
    """A member tier and its percentage off, in basis points (500 = 9.5 折)."""

    names: Names
    discount_bp: int = 0
    order: int = 0


class Shop(Document, frozen=True, kw_only=True, tag="shop"):
    """The chain's and the store's own words and numbers, for screens and receipts.

    `past_expiry` and `past_best_before` say what the till does with goods whose code has such a date in
    the past: refuse them, sell them if a manager agrees, or sell them.
    """

    names: Names
    store_names: Names
    workstation_names: Names
    currency: str = "CNY"
    merchant_name: str = ""
    merchant_city: str = ""
    merchant_id: str = ""
    category_code: str = "5814"
    country: str = "CN"
    address: Names = {}
    phone: str = ""
    footer: Names = {}
    business_day_starts: str = "04:00"
    time_zone: str = "Asia/Shanghai"
    past_expiry: PastDate = "manager"
    past_best_before: PastDate = "manager"


class Operator(Document, frozen=True, kw_only=True, tag="operator"):
    """Who may sign in. `pin_hash` and `card_hash` never hold the number itself.

    `discount_limit_bp` is what they may take off by hand without a manager, in basis points.
    """

    names: Names
    role: Literal["cashier", "manager", "finance"] = "cashier"
    pin_hash: str = ""
    card_hash: str = ""
    shift: str = ""
    shift_starts: str = ""
    discount_limit_bp: int = 0


class HeldCoupon(Struct, frozen=True, kw_only=True):
    """A coupon a member can use; `promotion` says what it does, `until` (ISO 8601, or empty) its end.

    Without a promotion it makes one unit of one of the products it `covers` free.
    """

    id: str
    kind: str
    promotion: str
    names: Names
    until: str = ""
    covers: tuple[str, ...] = ()


class HeldPass(Struct, frozen=True, kw_only=True):
    """A member's count pass; `covers` are products it pays for, none named means all."""

    id: str
    kind: str
    names: Names
    left: int
    covers: tuple[str, ...] = ()
    ends_at: str = ""
    state: Literal["active", "frozen"] = "active"


class HeldMembership(Struct, frozen=True, kw_only=True):
    """A member's time membership and until when (ISO 8601) it lasts."""

    id: str
    kind: str
    names: Names
    ends_at: str
    state: Literal["active", "frozen"] = "active"


class TierTerm(Struct, frozen=True, kw_only=True):
    """How long a member's tier holds (ISO dates; empty: it was never reached, it never ends), and what the
    window lacks for the next one: spend or visits, with `both` the two; a part of 0 is not asked for.

    As of HQ's word: the window moves with the days.
    """

    since: str = ""
    until: str = ""
    next_tier: str = ""
    spend_missing_minor: int = 0
    visits_missing: int = 0
    both: bool = False


class Member(Document, frozen=True, kw_only=True, tag="member"):
    """A member as a till may know one: masked name and phone, keyed hashes of cards, phone and number.

    Balances are HQ's as of the stream's version: `value_minor` is stored value that can be spent
    (principal and bonus), `promotion_uses` how often limited promotions were used by this member.
    `birth_month` is 1 to 12, 0 when it is not known. `aliases` are ids under which tills knew this member
    before: enrolled twice, or merged. Without a `tier_term` the shop has no rules of tiers.
    """

    names: Names
    phone_masked: str = ""
    tier: str = ""
    card_hashes: tuple[str, ...] = ()
    phone_hash: str = ""
    points: int = 0
    number_hash: str = ""
    state: Literal["active", "frozen"] = "active"
    value_minor: int = 0
    birth_month: int = 0
    coupons: tuple[HeldCoupon, ...] = ()
    passes: tuple[HeldPass, ...] = ()
    memberships: tuple[HeldMembership, ...] = ()
    promotion_uses: dict[str, int] = {}
    aliases: tuple[str, ...] = ()
    tier_term: TierTerm | None = None


class StockLevel(Document, frozen=True, kw_only=True, tag="stock_level"):
    """How much of a product (its id) the store has, by HQ's book, in thousandths; may be below zero.

    At `reorder_milli` or below it is time to order, and tills show what is left.
    """

    level_milli: int
    reorder_milli: int | None = None


class StockMark(Document, frozen=True, kw_only=True, tag="stock_mark"):
    """How much of a till's journal (its incarnation's id) the levels of this version contain."""

    upto: int


class SoldSerial(Document, frozen=True, kw_only=True, tag="sold_serial"):
    """A serial number that is sold, as ``<product id>/<serial>``; gone when the piece came back."""
