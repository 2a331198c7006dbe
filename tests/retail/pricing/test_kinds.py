"""Every kind of promotion, condition and limit once, with figures a person can check."""

from dataclasses import replace
from datetime import datetime

import pytest

from retail.errors import ContractError, InvariantBroken, Refused
from retail.pricing import (
    Coupon,
    Goods,
    ManualDiscount,
    MemberTerms,
    Offers,
    Override,
    PricedBasket,
    PriceRules,
    PromotionSet,
    TaxRate,
    Usage,
    price,
)
from retail.pricing import promotion as doc

RULES = PriceRules(taxes={"a": TaxRate(0)})
SILVER = MemberTerms("silver", {}, 0, birth_month=5)
MAY_DAY = datetime(2026, 5, 1, 10, 30)
LATTE, TEA, CAKE = ("latte", 3000), ("tea", 1800), ("cake", 2600)


def line(product: tuple[str, int], pieces: int = 1, **more: object) -> Goods:
    goods = Goods(product[0], product[0], "each", (), pieces * 1000, product[1], None, "a", True)
    return replace(goods, **more)  # type: ignore[arg-type]  # a test's own shorthand


def total(
    basket: list[Goods], *promotions: doc.AnyPromotion, member: MemberTerms | None = None, **more: object
) -> int:
    return ask(basket, *promotions, member=member, **more).total_minor


def ask(
    basket: list[Goods], *promotions: doc.AnyPromotion, member: MemberTerms | None = None, **more: object
) -> PricedBasket:
    offers = replace(Offers(PromotionSet(promotions, {"drinks": ("latte", "tea")}), at=MAY_DAY), **more)  # type: ignore[arg-type]
    answer = price(basket, member, RULES, offers)
    assert answer.search.exact
    return answer


DRINKS = doc.Scope(lists=("drinks",))
PARTS = (doc.Part(scope=doc.Scope(products=("latte",))), doc.Part(scope=doc.Scope(products=("cake",))))


@pytest.mark.parametrize(
    ("promotion", "expected"),
    [
        (doc.Percentage(id="p", names={}, scope=DRINKS, off_bp=1000), 6600 - 660 + 2600),
        (doc.AmountOff(id="p", names={}, scope=DRINKS, off_minor=2000), 1000 + 0 + 0 + 2600),
        (doc.FixedPrice(id="p", names={}, scope=DRINKS, price_minor=1500), 4500 + 2600),
        (doc.FlashSale(id="p", names={}, scope=DRINKS, price_minor=1000, quota=2), 1000 + 1000 + 1800 + 2600),
        (doc.NForPrice(id="p", names={}, scope=DRINKS, pieces=2, price_minor=2500), 2500 + 1800 + 2600),
        (doc.NForM(id="p", names={}, scope=DRINKS, pieces=3, paid=2), 6600 - 1800 + 2600),
        (doc.NthAtRate(id="p", names={}, scope=DRINKS), 6600 - 900 + 2600),
        (doc.NthAtRate(id="p", names={}, scope=DRINKS, same_product=True), 6600 - 900 + 2600),
        (doc.BuyXGetY(id="p", names={}, scope=DRINKS), 6600 - 1800 + 2600),
        (doc.BuyXGetY(id="p", names={}, scope=DRINKS, get=doc.Scope(products=("cake",))), 6600),
        (
            doc.BuyXGetY(
                id="p",
                names={},
                scope=doc.Scope(),
                get=doc.Scope(products=("cake",)),
                buy_pieces=2,
                off_bp=5000,
            ),
            9200 - 1300,
        ),
        (doc.Bundle(id="p", names={}, parts=PARTS, price_minor=4000), 4000 + 3600),
        (doc.Bundle(id="p", names={}, parts=PARTS, off_bp=1000), 5600 - 560 + 3600),
        (doc.ThresholdOff(id="p", names={}, threshold_minor=4000, off_minor=500), 9200 - 500),
        (doc.ThresholdOff(id="p", names={}, threshold_minor=4000, off_minor=500, repeats=True), 9200 - 1000),
        (doc.ThresholdOff(id="p", names={}, scope=DRINKS, threshold_minor=7000, off_minor=500), 9200),
        (doc.ThresholdPercentage(id="p", names={}, threshold_minor=9000, off_bp=1000), 9200 - 920),
        (
            doc.ThresholdGift(id="p", names={}, threshold_minor=6600, gifts=doc.Scope(products=("cake",))),
            6600,
        ),
        (
            doc.ThresholdGift(id="p", names={}, threshold_minor=6601, gifts=doc.Scope(products=("cake",))),
            9200,
        ),
    ],
)
def test_a_kind_s_figures(promotion: doc.AnyPromotion, expected: int) -> None:
    assert total([line(LATTE), line(TEA, 2), line(CAKE)], promotion) == expected


def test_one_and_a_half_gifts_are_given_as_far_as_they_are_in_the_basket() -> None:
    gift = doc.ThresholdGift(
        id="g", names={}, threshold_minor=3000, gifts=doc.Scope(products=("cake",)), repeats=True
    )
    assert total([line(LATTE, 2), line(CAKE, 3)], gift) == 6000 + 2600
    offered = ask([line(LATTE)], gift).near_misses[0]
    assert (offered.missing, offered.missing_pieces) == ("gift", 1)


def test_the_discount_falls_on_the_goods_that_earn_it() -> None:
    answer = ask([line(LATTE), line(TEA)], doc.NForM(id="p", names={}, pieces=2, paid=1))
    assert (answer.line("latte").total_minor, answer.line("tea").total_minor) == (3000, 0)
    answer = ask([line(LATTE), line(TEA)], doc.NForPrice(id="p", names={}, pieces=2, price_minor=2400))
    assert (answer.line("latte").total_minor, answer.line("tea").total_minor) == (1500, 900)


def test_a_multi_buy_that_costs_more_than_it_saves_is_left_out() -> None:
    """It would save 2.10 and cost an 8.00 threshold."""
    small = doc.NForPrice(
        id="small", names={}, scope=doc.Scope(products=("tea",)), pieces=2, price_minor=3390
    )
    large = doc.ThresholdOff(id="large", names={}, threshold_minor=8000, off_minor=800)
    basket = [line(("meal", 4500)), line(TEA, 2)]
    assert ask(basket, small, large).applied[0].rule == "promotion:large"
    assert total(basket, small, large) == 8100 - 800
    assert total(basket, small) == 8100 - 210


def test_a_group_lets_one_promotion_on_a_unit_and_other_groups_stack() -> None:
    tenth, half = doc.Percentage(id="a", names={}, off_bp=1000), doc.Percentage(id="b", names={}, off_bp=5000)
    assert total([line(LATTE)], tenth, half) == 1500
    other = doc.Percentage(id="b", names={}, off_bp=5000, group="other")
    assert total([line(LATTE)], tenth, other) == 1350
    assert [rule.amount_minor for rule in ask([line(LATTE)], tenth, other).applied] == [-300, -1350]


def test_ties_go_to_the_earlier_priority_then_to_the_id() -> None:
    def one(name: str, priority: int) -> doc.AnyPromotion:
        return doc.Percentage(id=name, names={}, off_bp=1000, priority=priority)

    assert ask([line(LATTE)], one("a", 2), one("b", 1)).applied[0].rule == "promotion:b"
    assert ask([line(LATTE)], one("b", 1), one("a", 1)).applied[0].rule == "promotion:a"


def test_limits_favour_the_dearest_and_count_what_was_used_before() -> None:
    def half(**limits: int) -> doc.AnyPromotion:
        return doc.Percentage(id="p", names={}, off_bp=5000, limits=doc.Limits(**limits))

    basket = [line(TEA), line(LATTE)]
    assert total(basket, half(per_basket=1)) == 4800 - 1500
    assert total(basket, half(in_all=5), usage={"p": Usage(in_all=4)}) == 4800 - 1500
    assert total(basket, half(per_day=5), usage={"p": Usage(today=5)}) == 4800
    assert total(basket, half(per_member=1), member=SILVER) == 4800 - 1500
    assert total(basket, half(per_member=1), member=SILVER, usage={"p": Usage(by_member=1)}) == 4800
    assert ask(basket, half(per_member=1)).near_misses[0].missing == "member"
    assert total(basket, half(budget_minor=1500)) == 4800 - 1500
    assert total(basket, half(budget_minor=1000), usage={"p": Usage(discount_minor=100)}) == 4800 - 900
    assert total(basket, half(budget_minor=100), usage={"p": Usage(discount_minor=100)}) == 4800


def test_limits_of_multi_buys_thresholds_and_coupons() -> None:
    three = doc.NForPrice(id="p", names={}, pieces=1, price_minor=1000, limits=doc.Limits(per_basket=1))
    assert total([line(TEA, 2), line(LATTE)], three) == 1000 + 3600
    every = doc.ThresholdOff(
        id="p",
        names={},
        threshold_minor=1000,
        off_minor=100,
        repeats=True,
        limits=doc.Limits(budget_minor=250),
    )
    assert total([line(LATTE)], every) == 2800
    percent = doc.ThresholdPercentage(
        id="p", names={}, threshold_minor=1000, off_bp=5000, limits=doc.Limits(budget_minor=250)
    )
    assert total([line(LATTE)], percent) == 2750
    gift = doc.ThresholdGift(
        id="p",
        names={},
        threshold_minor=1000,
        gifts=doc.Scope(products=("cake",)),
        limits=doc.Limits(budget_minor=2000),
    )
    assert total([line(LATTE), line(CAKE)], gift) == 5600
    code = doc.Conditions(coupon_codes=("C",))
    off = doc.AmountOff(
        id="p", names={}, off_minor=800, conditions=code, limits=doc.Limits(per_basket=1, budget_minor=700)
    )
    assert total([line(LATTE, 2)], off, coupons=(Coupon("C"),)) == 5300


def test_a_member_s_promotion_without_a_member_is_nearly_there() -> None:
    promotion = doc.Percentage(
        id="p", names={}, off_bp=1000, conditions=doc.Conditions(member=True, stores=("x",))
    )
    assert ask([line(LATTE)], promotion).near_misses == ()
    assert ask([line(LATTE)], promotion, store="x").near_misses[0].missing == "member"


def test_pieces_that_are_missing_for_a_bundle_are_told() -> None:
    bundle = doc.Bundle(id="b", names={}, parts=PARTS, price_minor=4000)
    near = ask([line(LATTE)], bundle).near_misses[0]
    assert (near.missing, near.missing_pieces) == ("pieces", 1)
    three = doc.NForM(id="n", names={}, pieces=3, paid=2)
    assert ask([line(LATTE)], three).near_misses[0].missing_pieces == 2


VOUCHER = doc.GroupBuy(id="v", names={}, parts=PARTS, price_minor=3900)


def test_a_voucher_is_used_once_for_each_code() -> None:
    basket = [line(LATTE, 2), line(CAKE, 2)]
    answer = ask(basket, VOUCHER, coupons=(Coupon("V1", "v"), Coupon("V1", "v")))
    assert answer.total_minor == 3900 + 5600
    assert answer.applied[0].codes == ("V1",)
    assert total(basket, VOUCHER, coupons=(Coupon("V1", "v"), Coupon("V2", "v"))) == 7800
    assert total(basket, VOUCHER) == 11_200


def reason(
    basket: list[Goods], promotion: doc.AnyPromotion, *more: doc.AnyPromotion, **terms: object
) -> tuple[str, dict[str, object]]:
    unused = ask(basket, promotion, *more, coupons=(Coupon("C", promotion.id),), **terms).unused_coupons
    return unused[0].reason, dict(unused[0].params)


def test_why_a_coupon_was_not_used() -> None:
    code = doc.Conditions(coupon=True)
    off = doc.ThresholdOff(id="c", names={}, threshold_minor=5000, off_minor=600, conditions=code)
    better = doc.ThresholdOff(id="d", names={}, threshold_minor=5000, off_minor=700)
    assert reason([line(LATTE)], off) == ("amount", {"missing": 2000})
    assert reason([line(LATTE, 2)], off, better) == ("better_without", {"more_minor": 100})
    assert reason([line(LATTE, 2)], off, better, steps_max=1)[0] == "better_without"
    assert reason([line(LATTE)], VOUCHER) == ("pieces", {})
    assert reason([line(TEA)], VOUCHER) == ("no_goods", {})
    cheap = doc.Bundle(id="cheap", names={}, parts=PARTS, price_minor=100)
    assert reason([line(LATTE), line(CAKE)], VOUCHER, cheap) == ("better_without", {})
    late = doc.Percentage(id="c", names={}, off_bp=100, conditions=code, calendar=doc.Calendar(weekdays=(1,)))
    assert reason([line(LATTE)], late) == ("calendar", {})
    answer = ask([line(LATTE)], coupons=(Coupon("X"),))
    assert [(one.code, one.reason) for one in answer.unused_coupons] == [("X", "unknown")]
    percent = doc.Percentage(id="c", names={}, off_bp=100, conditions=code)
    twice = ask([line(LATTE)], percent, coupons=(Coupon("A", "c"), Coupon("B", "c")))
    assert [(one.code, one.reason) for one in twice.unused_coupons] == [("B", "one_is_enough")]


def test_the_tier_also_on_promoted_goods_where_the_shop_says_so() -> None:
    keen = MemberTerms("gold", {}, 1000, on_promoted=True)
    second = doc.NthAtRate(id="s", names={})
    assert total([line(LATTE, 2)], second, member=keen) == 5400 - 1350
    assert total([line(("odd", 333), 3)], second, member=keen) == 999 - 100 - 150


def test_weighed_goods_take_line_promotions_but_no_multi_buys() -> None:
    nuts = line(("nuts", 8800), unit="kg", quantity_milli=125)
    assert total([nuts], doc.AmountOff(id="p", names={}, off_minor=800)) == 1000
    assert total([nuts], doc.FixedPrice(id="p", names={}, price_minor=8000)) == 1000
    assert total([nuts], doc.NForM(id="p", names={}, pieces=1, paid=0)) == 1100


def test_goods_without_discount_take_none_and_do_not_count() -> None:
    plain = line(CAKE, promotable=False)
    every = doc.ThresholdOff(id="p", names={}, threshold_minor=3000, off_minor=500)
    assert total([plain, line(TEA)], every, doc.Percentage(id="q", names={}, off_bp=5000)) == 2600 + 900


def test_manual_discounts_within_the_limit_or_approved() -> None:
    def by_hand(**more: object) -> ManualDiscount:
        return replace(ManualDiscount("m", "op1", "late", 1000), **more)  # type: ignore[arg-type]

    basket = [line(LATTE), line(TEA)]
    assert total(basket, manual=(by_hand(off_bp=1000),)) == 4320
    answer = ask(basket, manual=(by_hand(off_minor=5000, approver_id="boss", line_id="tea"),))
    assert (answer.total_minor, answer.line("tea").total_minor) == (3000, 0)
    assert (answer.applied[0].reason, answer.applied[0].approver_id) == ("late", "boss")
    assert total(basket, manual=(by_hand(),)) == 4800
    with pytest.raises(Refused, match="manual_over_limit") as refused:
        total(basket, manual=(by_hand(off_bp=1100),))
    assert refused.value.may_override == "manager"
    with pytest.raises(Refused, match="manual_unknown_line"):
        total(basket, manual=(by_hand(off_bp=1, line_id="x"),))
    with pytest.raises(ContractError, match="manual_out_of_range"):
        total(basket, manual=(by_hand(off_bp=10_001),))


def test_an_override_needs_an_approver_and_a_reason_and_takes_no_promotion() -> None:
    good = Override("latte", 2000, "op1", "damaged", "boss")
    half = doc.Percentage(id="p", names={}, off_bp=5000)
    answer = ask([line(LATTE), line(LATTE, line_id="second"), line(TEA)], half, overrides=(good,))
    assert answer.total_minor == 2000 + 1500 + 900
    rule = answer.applied[0]
    assert (rule.kind, rule.amount_minor, rule.reason, rule.approver_id) == (
        "override",
        -1000,
        "damaged",
        "boss",
    )
    for bad, code in (
        (replace(good, approver_id=""), "override_needs_approval"),
        (replace(good, unit_price_minor=-1), "override_below_nothing"),
        (replace(good, line_id="x"), "override_unknown_line"),
    ):
        with pytest.raises(Refused, match=code):
            total([line(LATTE)], overrides=(bad,))


def test_the_member_s_prices_are_summed_by_rule() -> None:
    gold = MemberTerms("gold", {}, 1000)
    own = line(TEA, member_price_minor=1500)
    answer = price([own, line(LATTE), line(CAKE)], gold, RULES)
    assert {(rule.rule, rule.amount_minor, rule.lines) for rule in answer.applied} == {
        ("member_price", -300, 1),
        ("tier:gold", -560, 2),
    }


def test_the_final_total_counts_added_taxes() -> None:
    """The same money off two goods is worth more where tax is added."""
    rules = PriceRules(taxes={"a": TaxRate(0), "x": TaxRate(1000, inclusive=False)})
    basket = [line(LATTE), replace(line(("juice", 3000)), tax_class="x")]
    once = doc.AmountOff(id="p", names={}, off_minor=1000, limits=doc.Limits(per_basket=1))
    assert price(basket, None, rules, Offers(PromotionSet([once]))).total_minor == 3000 + 2200


def test_amounts_beyond_all_sense_and_unknown_taxes_are_refused() -> None:
    with pytest.raises(Refused, match="amount_too_large"):
        total([line(("yacht", 2**40), 10**6)])
    assert total([line(("yacht", 2**33), 3)], doc.NForM(id="p", names={}, pieces=3, paid=2)) == 2**34
    with pytest.raises(InvariantBroken, match="unknown_tax_class"):
        price([replace(line(TEA), tax_class="?")], None, RULES)


def test_a_million_pieces_and_a_thousand_lines_are_priced() -> None:
    second = doc.NthAtRate(id="s", names={})
    offers = Offers(
        PromotionSet(
            [second, doc.ThresholdOff(id="t", names={}, threshold_minor=4000, off_minor=500, repeats=True)]
        )
    )
    many = price([line(TEA, 10**6)], None, RULES, offers)
    assert many.total_minor == 1_350_000_000 - 1_350_000_000 // 4000 * 500
    assert many.search.exact or many.search.bound_minor < 10**6
    lines = [line((f"p{n}", 100 + n)) for n in range(1000)]
    answer = price(lines, None, RULES, offers)
    assert 0 < answer.total_minor < sum(goods.unit_price_minor for goods in lines)
    assert answer.search.exact or answer.search.bound_minor > 0


def test_promotions_of_one_id_are_refused() -> None:
    with pytest.raises(ContractError, match=r"promotion\.twice"):
        PromotionSet([doc.NthAtRate(id="s", names={}), doc.NthAtRate(id="s", names={})])
    assert len(PromotionSet([doc.NthAtRate(id="s", names={})])) == 1
