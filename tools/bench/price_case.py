"""A large shop's promotions and baskets to measure pricing with: made up, the same from the same seed.

Promotions are mixed as such a shop's are: mostly prices and percentages on products and categories, then
multi-buys, bundles, thresholds and coupons; five are about the whole basket. All are in force.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import Random

from retail.pricing import Coupon, Goods, MemberTerms, Offers, PriceRules, PromotionSet, TaxRate
from retail.pricing import promotion as doc
from retail.pricing.pricebook import PriceBook, PriceEntry

PRODUCTS = 100_000
PER_CATEGORY = 250
LINES = 20
AT = datetime(2026, 5, 20, 15, 30)
RULES = PriceRules(taxes={"standard": TaxRate(1300), "food": TaxRate(900)})
GOLD = MemberTerms("gold", {"en": "Gold"}, 500, birth_month=5)
HOLIDAYS = {"spring": frozenset({date(2026, 5, 20)})}
MEMBERS_DAY = {"conditions": doc.Conditions(member=True), "calendar": doc.Calendar(days_of_month=(20,))}
AFTERNOON = doc.Calendar(hours=(doc.Hours(from_="14:00", until="17:00"),))
WEDNESDAY = doc.Calendar(weekdays=(3,), starts_at="2026-05-01", ends_at="2026-06-30")


@dataclass(frozen=True, slots=True)
class Case:
    """Baskets, each with its member and offers."""

    promotions: list[doc.AnyPromotion]
    book: PriceBook
    baskets: list[tuple[list[Goods], MemberTerms | None, Offers]]


def make_case(count: int, baskets: int, goods: range = range(PRODUCTS), seed: int = 1) -> Case:
    """`count` promotions over the whole shop, and baskets of 20 lines bought among `goods`.

    Half of the lines are two each of goods that a promotion names, one basket in three is a member's, one in
    four comes with a coupon. The first promotions are the same whatever `count` is.
    """
    random = Random(seed)
    promotions = _whole_basket() + [_promotion(random, number) for number in range(count - 5)]
    book = price_book()
    shared = PromotionSet(promotions)
    ranges = [mine for one in promotions if (mine := _named(one, goods))]
    made = Case(promotions, book, [])
    random = Random(seed + 1)
    for _ in range(baskets):
        numbers = {number for mine in random.sample(ranges, 5) for number in random.choices(mine, k=2)}
        while len(numbers) < LINES:
            numbers.add(random.choice(goods))
        coupons = (Coupon(random.choice(("SPRING", "TEN", "CARD"))),) if random.random() < 1 / 4 else ()
        made.baskets.append(
            (
                [_goods(random, book, line, number) for line, number in enumerate(sorted(numbers))],
                GOLD if random.random() < 1 / 3 else None,
                Offers(shared, AT, coupons=coupons, holidays=HOLIDAYS),
            )
        )
    return made


@cache
def price_book() -> PriceBook:
    """A price between 1.00 and 100.50 for every product."""
    return PriceBook(
        PriceEntry(product=f"p{n}", price_minor=100 + Random(n).randrange(200) * 50) for n in range(PRODUCTS)
    )


def _named(one: doc.AnyPromotion, goods: range) -> list[int]:
    """The products it names, as numbers."""
    numbers = {int(name[1:]) for scope in doc.scopes_of(one) for name in scope.products}
    return sorted(number for number in numbers if number in goods)


def _goods(random: Random, book: PriceBook, line: int, number: int) -> Goods:
    entry = book.price(f"p{number}", "each", "", AT)
    assert entry is not None
    weighed = number % 10 == 0
    return Goods(
        line_id=str(line),
        product_id=entry.product,
        unit="kg" if weighed else "each",
        options=(),
        quantity_milli=random.randrange(50, 3000) if weighed else 1000 * random.choice((1, 1, 1, 2, 3)),
        unit_price_minor=entry.price_minor,
        member_price_minor=entry.price_minor * 9 // 10 if number % 17 == 0 else None,
        tax_class="food" if number % 3 else "standard",
        member_discount=True,
        category=f"c{number // PER_CATEGORY}",
    )


def _whole_basket() -> list[doc.AnyPromotion]:
    return [
        doc.ThresholdOff(id="w0", names={"en": "w0"}, threshold_minor=20_000, off_minor=1500, repeats=True),
        doc.ThresholdPercentage(id="w1", names={"en": "w1"}, threshold_minor=80_000, off_bp=1000),
        doc.ThresholdOff(id="w2", names={"en": "w2"}, threshold_minor=5000, off_minor=500, **_coded("CARD")),
        doc.Percentage(id="w3", names={"en": "w3"}, off_bp=1000, group="code", **_coded("TEN")),
        doc.ThresholdPercentage(
            id="w4",
            names={"en": "w4"},
            threshold_minor=10_000,
            off_bp=500,
            group="birthday",
            conditions=doc.Conditions(birthday_month=True),
        ),
    ]


def _coded(code: str) -> dict[str, doc.Conditions]:
    return {"conditions": doc.Conditions(coupon_codes=(code,))}


def _promotion(random: Random, number: int) -> doc.AnyPromotion:
    (make,) = random.choices([one for one, _ in MIX], [weight for _, weight in MIX])
    shared = {
        "id": f"p{number}",
        "names": {"en": f"p{number}"},
        "priority": random.choice((50, 100, 100, 100)),
    }
    return make(random, shared)


def _products(random: Random, most: int) -> doc.Scope:
    """Some of a maker's range of a hundred neighbours."""
    first = random.randrange(PRODUCTS - 100)
    chosen = random.sample(range(first, first + 100), random.randint(1, most))
    return doc.Scope(products=tuple(f"p{n}" for n in sorted(chosen)))


def _category(random: Random) -> doc.Scope:
    return doc.Scope(categories=(f"c{random.randrange(PRODUCTS // PER_CATEGORY)}",))


def _part(random: Random) -> doc.Part:
    return doc.Part(scope=_products(random, 5))


def _rate(random: Random) -> int:
    return 500 * random.randint(1, 8)


def _price(random: Random) -> int:
    return 90 + 100 * random.randint(1, 60)


Maker = Callable[[Random, dict], doc.AnyPromotion]
MIX: Sequence[tuple[Maker, int]] = (
    (lambda r, s: doc.Percentage(scope=_products(r, 30), off_bp=_rate(r), **s), 22),
    (lambda r, s: doc.Percentage(scope=_category(r), off_bp=_rate(r), **s), 10),
    (lambda r, s: doc.Percentage(scope=_category(r), off_bp=_rate(r), calendar=AFTERNOON, **s), 4),
    (lambda r, s: doc.Percentage(scope=_category(r), off_bp=_rate(r), **MEMBERS_DAY, **s), 6),
    (lambda r, s: doc.FixedPrice(scope=_products(r, 5), price_minor=_price(r), calendar=WEDNESDAY, **s), 14),
    (lambda r, s: doc.AmountOff(scope=_products(r, 20), off_minor=_price(r) // 10, **s), 5),
    (lambda r, s: doc.FlashSale(scope=_products(r, 2), price_minor=_price(r), quota=50, **s), 3),
    (lambda r, s: doc.NthAtRate(scope=_products(r, 30), **s), 8),
    (lambda r, s: doc.NForM(scope=_products(r, 30), pieces=3, paid=2, **s), 8),
    (lambda r, s: doc.NForPrice(scope=_products(r, 20), pieces=2, price_minor=_price(r), **s), 4),
    (lambda r, s: doc.BuyXGetY(scope=_products(r, 10), get=_products(r, 3), **s), 2),
    (lambda r, s: doc.Bundle(parts=(_part(r), _part(r)), off_bp=2000, **s), 4),
    (lambda r, s: doc.ThresholdOff(scope=_category(r), threshold_minor=5000, off_minor=800, **s), 4),
    (lambda r, s: doc.ThresholdPercentage(scope=_category(r), threshold_minor=3000, off_bp=1000, **s), 3),
    (lambda r, s: doc.ThresholdGift(threshold_minor=6000, scope=_category(r), gifts=_products(r, 3), **s), 1),
    (lambda r, s: doc.AmountOff(scope=_category(r), off_minor=300, **_coded("SPRING"), **s), 2),
)
