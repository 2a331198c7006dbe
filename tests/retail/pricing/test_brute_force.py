"""Law 5: for baskets small enough to try everything, the engine's total is the best of all."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from retail.pricing import promotion as doc
from tests.support.naive_pricing import best_total

RULES = PriceRules(taxes={"a": TaxRate(600)})
PRODUCTS = ("a", "b", "c", "d")
COUPON = doc.Conditions(coupon_codes=("CODE",))

scopes = st.lists(st.sampled_from(PRODUCTS), min_size=0, max_size=3, unique=True).map(
    lambda names: doc.Scope(products=tuple(sorted(names)))
)
named = st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=2, unique=True).map(
    lambda names: doc.Scope(products=tuple(sorted(names)))
)
rates = st.sampled_from([500, 1000, 3333, 5000, 10_000])
money = st.sampled_from([1, 99, 250, 500, 1000])
limits = st.sampled_from([doc.Limits(), doc.Limits(), doc.Limits(), doc.Limits(per_basket=1)])


@st.composite
def promotions(
    draw: st.DrawFn, groups: tuple[str, ...] = ("",), later: bool = True
) -> list[doc.AnyPromotion]:
    found: list[doc.AnyPromotion] = []
    for number in range(draw(st.integers(1, 3))):
        common = {
            "id": f"p{number}",
            "names": {},
            "priority": draw(st.integers(1, 2)),
            "group": draw(st.sampled_from(groups)),
        }
        found.append(draw(kinds(common)))
    for number in range(draw(st.integers(0, 2)) if later else 0):
        common = {"id": f"t{number}", "names": {}, "priority": draw(st.integers(1, 2))}
        found.append(draw(later_kinds(common)))
    return found


def kinds(common: dict) -> st.SearchStrategy[doc.AnyPromotion]:  # type: ignore[type-arg]
    built = st.builds
    return st.one_of(
        built(doc.Percentage, scope=scopes, off_bp=rates, limits=limits, **fixed(common)),
        built(doc.AmountOff, scope=scopes, off_minor=money, limits=limits, **fixed(common)),
        built(doc.FixedPrice, scope=scopes, price_minor=money, **fixed(common)),
        built(doc.FlashSale, scope=scopes, price_minor=money, quota=st.integers(1, 2), **fixed(common)),
        built(
            doc.NForPrice,
            scope=scopes,
            pieces=st.integers(2, 3),
            price_minor=money,
            limits=limits,
            **fixed(common),
        ),
        built(
            doc.NForM,
            scope=scopes,
            pieces=st.just(3),
            paid=st.integers(1, 2),
            limits=limits,
            same_product=st.booleans(),
            **fixed(common),
        ),
        built(
            doc.NthAtRate,
            scope=scopes,
            off_bp=rates,
            limits=limits,
            same_product=st.booleans(),
            **fixed(common),
        ),
        built(
            doc.BuyXGetY,
            scope=scopes,
            get=st.none() | named,
            off_bp=rates,
            buy_pieces=st.integers(1, 2),
            limits=limits,
            **fixed(common),
        ),
        built(
            doc.Bundle,
            parts=st.tuples(st.builds(doc.Part, scope=named), st.builds(doc.Part, scope=named)),
            price_minor=money,
            limits=limits,
            **fixed(common),
        ),
        built(
            doc.Bundle,
            parts=st.tuples(st.builds(doc.Part, scope=named, pieces=st.just(2))),
            off_bp=rates,
            **fixed(common),
        ),
    )


def later_kinds(common: dict) -> st.SearchStrategy[doc.AnyPromotion]:  # type: ignore[type-arg]
    threshold = st.sampled_from([500, 1000, 1500, 2200])
    conditions = st.sampled_from([doc.Conditions(), doc.Conditions(), COUPON])
    return st.one_of(
        st.builds(
            doc.ThresholdOff,
            scope=scopes,
            threshold_minor=threshold,
            off_minor=money,
            repeats=st.booleans(),
            conditions=conditions,
            **fixed(common),
        ),
        st.builds(
            doc.ThresholdPercentage,
            scope=scopes,
            threshold_minor=threshold,
            off_bp=rates,
            conditions=conditions,
            **fixed(common),
        ),
        st.builds(doc.Percentage, scope=scopes, off_bp=rates, conditions=st.just(COUPON), **fixed(common)),
        st.builds(doc.AmountOff, scope=scopes, off_minor=money, conditions=st.just(COUPON), **fixed(common)),
    )


def fixed(common: dict) -> dict:  # type: ignore[type-arg]
    return {key: st.just(value) for key, value in common.items()}


def baskets(pieces_max: int) -> st.SearchStrategy[dict[str, tuple[int, int]]]:
    prices = st.sampled_from([333, 500, 750, 801, 1000, 1800])
    return st.dictionaries(
        st.sampled_from(PRODUCTS), st.tuples(prices, st.integers(1, 3)), min_size=1, max_size=4
    ).filter(lambda basket: sum(pieces for _, pieces in basket.values()) <= pieces_max)


def priced(basket: dict[str, tuple[int, int]], found: list[doc.AnyPromotion], tier_bp: int) -> PricedBasket:
    goods = [
        Goods(name, name, "each", (), pieces * 1000, price_minor, None, "a", True)
        for name, (price_minor, pieces) in basket.items()
    ]
    member = MemberTerms("gold", {}, tier_bp) if tier_bp else None
    return price(
        goods, member, RULES, Offers(PromotionSet(found), coupons=(Coupon("CODE"),), steps_max=10**9)
    )


slow = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(baskets(6), promotions(), st.sampled_from([0, 500, 1000]))
def test_the_best_total_within_one_group(basket, found, tier_bp) -> None:  # type: ignore[no-untyped-def]
    answer = priced(basket, found, tier_bp)
    assert answer.search.exact
    assert answer.total_minor == best_total(basket, found, tier_bp)


@slow
@given(baskets(4), promotions(groups=("", "other")), st.sampled_from([0, 500]))
def test_the_best_total_across_groups(basket, found, tier_bp) -> None:  # type: ignore[no-untyped-def]
    answer = priced(basket, found, tier_bp)
    assert answer.search.exact
    assert answer.total_minor == best_total(basket, found, tier_bp)


@st.composite
def mostly_later(draw: st.DrawFn) -> list[doc.AnyPromotion]:
    """Rivals of stages 5 and 6, a rate of everything among them, and perhaps one that changes the goods."""
    found: list[doc.AnyPromotion] = []
    for number in range(draw(st.integers(2, 3))):
        found.append(
            draw(later_kinds({"id": f"t{number}", "names": {}, "priority": draw(st.integers(1, 2))}))
        )
    rate = {"id": "rate", "names": {}, "priority": draw(st.integers(1, 2)), "group": "rate"}
    found.append(
        draw(st.builds(doc.ThresholdPercentage, threshold_minor=st.just(1), off_bp=rates, **fixed(rate)))
    )
    if draw(st.booleans()):
        found.append(draw(kinds({"id": "p", "names": {}, "priority": 1, "group": ""})))
    return found


@slow
@given(baskets(4), mostly_later())
def test_the_best_total_of_rivals_after_the_goods(
    basket: dict[str, tuple[int, int]], found: list[doc.AnyPromotion]
) -> None:
    answer = priced(basket, found, 0)
    assert answer.search.exact
    assert answer.total_minor == best_total(basket, found, 0)
