"""The example of pricing.md and the basket of the till's screen, to the cent."""

from retail.pricing import (
    Coupon,
    Goods,
    MemberTerms,
    Offers,
    PricedBasket,
    PriceRules,
    PromotionSet,
    TaxRate,
    price,
)
from retail.pricing.promotion import (
    AmountOff,
    AnyPromotion,
    Conditions,
    Limits,
    NthAtRate,
    Scope,
    ThresholdOff,
)

RULES = PriceRules(taxes={"a": TaxRate(600)})
GOLD = MemberTerms("gold", {"zh-Hans": "金卡 9.5 折"}, 500)
SECOND = NthAtRate(id="second", names={"zh-Hans": "第二杯半价"}, scope=Scope(products=("tea",)))
ONCE = ThresholdOff(id="once", names={"zh-Hans": "满40减5"}, threshold_minor=4000, off_minor=500)
EVERY = ThresholdOff(
    id="every", names={"zh-Hans": "每满40减5"}, threshold_minor=4000, off_minor=500, repeats=True
)
HUNDRED = ThresholdOff(
    id="hundred",
    names={"zh-Hans": "满100减6"},
    threshold_minor=10_000,
    off_minor=600,
    conditions=Conditions(coupon=True),
)
CAKE = AmountOff(
    id="cake",
    names={"zh-Hans": "蛋糕立减8元"},
    off_minor=800,
    scope=Scope(categories=("cake",)),
    conditions=Conditions(coupon=True, birthday_month=True),
    limits=Limits(per_basket=1),
)


def goods(product: str, price_minor: int, milli: int = 1000, tier: bool = True, unit: str = "each") -> Goods:
    return Goods(product, product, unit, (), milli, price_minor, None, "a", tier)


def priced(
    basket: list[Goods],
    promotions: list[AnyPromotion],
    member: MemberTerms | None = GOLD,
    coupons: tuple[Coupon, ...] = (),
) -> PricedBasket:
    return price(basket, member, RULES, Offers(PromotionSet(promotions), coupons=coupons))


def test_the_worked_example_stays_below_the_threshold() -> None:
    answer = priced([goods("tea", 1800, 2000), goods("cookie", 1200)], [SECOND, ONCE])
    assert answer.base_minor == 4800
    assert answer.total_minor == 3840
    assert [(a.rule, a.amount_minor) for a in answer.line("tea").adjustments] == [("promotion:second", -900)]
    assert [(a.rule, a.amount_minor) for a in answer.line("cookie").adjustments] == [("tier:gold", -60)]
    near = answer.near_misses[0]
    assert (near.promotion_id, near.missing, near.missing_minor, near.gain_minor) == (
        "once",
        "amount",
        160,
        500,
    )


def test_one_more_cookie_reaches_it_and_the_discount_is_shared_by_largest_remainder() -> None:
    answer = priced([goods("tea", 1800, 2000), goods("cookie", 1200, 2000)], [SECOND, ONCE])
    assert answer.total_minor == 4480
    assert answer.line("tea").adjustments[-1].amount_minor == -271
    assert answer.line("cookie").adjustments[-1].amount_minor == -229


def test_the_basket_of_the_till_s_screen() -> None:
    basket = [
        goods("latte", 2900),
        goods("tea", 1800, 2000),
        goods("americano", 1600),
        goods("croissant", 1200, 2000),
        goods("cookie", 1200),
        goods("biscuit", 8800, 125, unit="kg"),
        goods("water", 300, tier=False),
        goods("bag", 100, tier=False),
    ]
    coupons = (Coupon("C1", "hundred"), Coupon("C2", "cake"))
    member = MemberTerms("gold", GOLD.tier_names, 500, birth_month=1)
    answer = priced(basket, [SECOND, EVERY, HUNDRED, CAKE], member, coupons)
    assert answer.base_minor == 13_200
    assert {rule.rule: (rule.amount_minor, rule.times, rule.lines) for rule in answer.applied} == {
        "tier:gold": (-460, 5, 5),
        "promotion:second": (-900, 1, 1),
        "promotion:every": (-1000, 2, 8),
    }
    assert answer.total_minor == 10_840
    assert answer.saved_minor() == 2360
    near = answer.near_misses[0]
    assert (near.promotion_id, near.missing_minor, near.applied_times) == ("every", 160, 2)
    assert [(u.code, u.reason, dict(u.params)) for u in answer.unused_coupons] == [
        ("C1", "better_without", {"more_minor": 400}),
        ("C2", "no_goods", {}),
    ]
    assert answer.search.exact
