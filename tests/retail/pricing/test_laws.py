"""Laws 1 to 4 and 6 of docs/pricing.md with promotions of every kind at once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

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

RULES = PriceRules(taxes={"a": TaxRate(1300), "b": TaxRate(600), "x": TaxRate(825, inclusive=False)})
GOLD = MemberTerms("gold", {"en": "Gold"}, 500)
KEEN = MemberTerms("gold", {"en": "Gold"}, 500, on_promoted=True)
BUNDLE = (doc.Part(scope=doc.Scope(products=("p0",))), doc.Part(scope=doc.Scope(tags=("t",))))
CODE = doc.Conditions(coupon_codes=("CODE",))


def scope(*products: str) -> doc.Scope:
    return doc.Scope(products=products)


PROMOTIONS: list[doc.AnyPromotion] = [
    doc.Percentage(id="pct", names={}, scope=scope("p0", "p3"), off_bp=1000),
    doc.AmountOff(id="off", names={}, scope=scope("p1"), off_minor=50, limits=doc.Limits(per_basket=2)),
    doc.FixedPrice(id="fixed", names={}, scope=scope("p2"), price_minor=1700, group="own"),
    doc.FlashSale(id="flash", names={}, scope=scope("p3"), price_minor=1500, quota=3),
    doc.NForPrice(id="nfp", names={}, scope=scope("p2", "p3"), pieces=2, price_minor=3500),
    doc.NForM(id="nfm", names={}, scope=scope("p0", "p1", "p2"), pieces=3, paid=2),
    doc.NthAtRate(id="nth", names={}, scope=scope("p4"), same_product=True),
    doc.BuyXGetY(id="bxgy", names={}, scope=scope("p4"), get=scope("p1"), buy_pieces=2),
    doc.Bundle(id="bundle", names={}, parts=BUNDLE, price_minor=1999),
    doc.GroupBuy(
        id="voucher", names={}, parts=BUNDLE, price_minor=1500, conditions=doc.Conditions(coupon=True)
    ),
    doc.ThresholdOff(id="every", names={}, threshold_minor=4000, off_minor=500, repeats=True),
    doc.ThresholdPercentage(id="tpct", names={}, scope=scope("p2", "p4"), threshold_minor=5000, off_bp=800),
    doc.ThresholdGift(id="gift", names={}, threshold_minor=9000, gifts=scope("p0"), group="gift"),
    doc.Percentage(id="code", names={}, off_bp=500, conditions=CODE, group="code"),
]
SILENT: list[doc.AnyPromotion] = [
    doc.Percentage(id="over", names={}, off_bp=5000, calendar=doc.Calendar(ends_at="2026-01-01")),
    doc.Percentage(id="store", names={}, off_bp=5000, conditions=doc.Conditions(stores=("other",))),
    doc.Percentage(id="web", names={}, off_bp=5000, conditions=doc.Conditions(channels=("web",))),
    doc.Percentage(id="else", names={}, off_bp=5000, scope=scope("nothing")),
    doc.Percentage(id="tag", names={}, off_bp=5000, scope=doc.Scope(except_tags=("t", "u"))),
    doc.Percentage(id="used", names={}, off_bp=5000, limits=doc.Limits(in_all=0)),
]
OFFERS = Offers(
    PromotionSet(PROMOTIONS),
    at=datetime(2026, 5, 1, 10),
    coupons=(Coupon("CODE"), Coupon("V", "voucher")),
    steps_max=400,
)


@st.composite
def goods(draw: st.DrawFn) -> Goods:
    product = draw(st.integers(0, 5))
    weighed = product == 5
    return Goods(
        line_id="",
        product_id=f"p{product}",
        unit="kg" if weighed else "each",
        options=(),
        quantity_milli=draw(st.integers(1, 3000)) if weighed else draw(st.integers(1, 4)) * 1000,
        unit_price_minor=[1, 333, 1999, 2200, 4007, 8800][product],
        member_price_minor=[None, None, 1500, None, None, None][product],
        tax_class=["a", "b", "a", "b", "x", "a"][product],
        member_discount=product != 1,
        tags=("t",) if product % 2 else ("u",),
    )


def numbered(lines: list[Goods]) -> list[Goods]:
    return [replace(line, line_id=f"l{place}") for place, line in enumerate(lines)]


baskets = st.lists(goods(), max_size=7).map(numbered)
members = st.sampled_from([None, GOLD, KEEN])
some = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def paid(basket: list[Goods], member: MemberTerms | None, offers: Offers = OFFERS) -> PricedBasket:
    return price(basket, member, RULES, offers)


@some
@given(baskets, members, st.randoms())
def test_the_order_of_scanning_does_not_change_the_total(basket, member, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(basket)
    random.shuffle(shuffled)
    one, other = paid(basket, member), paid(shuffled, member)
    assert one.total_minor == other.total_minor
    assert one.applied == other.applied
    assert one.near_misses == other.near_misses


@some
@given(baskets, members)
def test_everything_adds_up_and_nothing_is_negative(basket, member) -> None:  # type: ignore[no-untyped-def]
    answer = paid(basket, member)
    for line in answer.lines:
        assert line.base_minor + sum(a.amount_minor for a in line.adjustments) == line.total_minor
        assert line.total_minor >= 0
    assert sum(line.total_minor for line in answer.lines) + answer.tax_added_minor == answer.total_minor
    assert sum(tax.net_minor + tax.tax_minor for tax in answer.taxes) == answer.total_minor
    assert sum(rule.amount_minor for rule in answer.applied) == -answer.saved_minor()
    assert answer.search.exact or answer.search.bound_minor > 0


@some
@given(baskets, goods(), st.integers(2, 4), members)
def test_one_line_of_three_is_three_lines_of_one(basket, line, pieces, member) -> None:  # type: ignore[no-untyped-def]
    line = replace(
        line,
        product_id="p4",
        unit="each",
        unit_price_minor=4007,
        tax_class="x",
        member_price_minor=None,
        member_discount=True,
        tags=("u",),
    )
    whole = [*basket, replace(line, line_id="w", quantity_milli=pieces * 1000)]
    parts = [*basket, *(replace(line, line_id=f"w{n}", quantity_milli=1000) for n in range(pieces))]
    assert paid(whole, member).total_minor == paid(parts, member).total_minor


@some
@given(baskets, goods(), members)
def test_removing_what_was_added_restores_the_former_price(basket, extra, member) -> None:  # type: ignore[no-untyped-def]
    before = paid(basket, member)
    paid([*basket, replace(extra, line_id="extra")], member)
    assert paid(basket, member) == before


@some
@given(baskets, members)
def test_promotions_outside_their_time_place_or_goods_change_nothing(basket, member) -> None:  # type: ignore[no-untyped-def]
    alone = replace(OFFERS, promotions=PromotionSet(SILENT), coupons=())
    assert paid(basket, member, alone).total_minor == price(basket, member, RULES).total_minor


@some
@given(baskets, members)
def test_promotions_never_make_it_dearer_and_the_bound_holds(basket, member) -> None:  # type: ignore[no-untyped-def]
    few, many = (
        paid(basket, member, replace(OFFERS, steps_max=20)),
        paid(basket, member, replace(OFFERS, steps_max=20_000)),
    )
    assert many.total_minor <= price(basket, member, RULES).total_minor
    assert many.total_minor <= few.total_minor
    assert few.total_minor - few.search.bound_minor <= many.total_minor


@some
@given(baskets)
def test_goods_taken_back_are_the_mirror_of_goods_sold(basket) -> None:  # type: ignore[no-untyped-def]
    plain = replace(OFFERS, coupons=())
    back = [replace(line, quantity_milli=-line.quantity_milli) for line in basket]
    assert paid(back, GOLD, plain).total_minor == -paid(basket, GOLD, plain).total_minor


def test_a_long_search_that_is_cut_short_is_no_dearer_than_a_short_one() -> None:
    """Found by the law above: the long search spent its steps on plans far from the one that lay near."""

    def goods(line: str, product: str, milli: int, minor: int, tag: str, **more: Any) -> Goods:
        unit = "kg" if milli % 1000 else "each"
        terms = {"member_price_minor": None, "tax_class": "a", "member_discount": True} | more
        return Goods(line, product, unit, (), milli, minor, tags=(tag,), **terms)

    basket = [
        goods("l0", "p0", 1000, 1, "u"),
        goods("l1", "p0", 1000, 1, "u"),
        goods("l2", "p1", 1000, 333, "t", tax_class="b", member_discount=False),
        goods("l3", "p2", 2000, 1999, "u", member_price_minor=1500),
        goods("l4", "p5", 80, 8800, "t"),
    ]
    short, long = (paid(basket, GOLD, replace(OFFERS, steps_max=steps)) for steps in (20, 20_000))
    assert long.total_minor <= short.total_minor
