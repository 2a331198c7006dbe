"""The laws of docs/pricing.md that hold of base price, member price and tax."""

from hypothesis import given
from hypothesis import strategies as st

from retail.pricing import Goods, MemberTerms, PricedBasket, PriceRules, TaxRate, price

RULES = PriceRules(taxes={"a": TaxRate(1300), "b": TaxRate(600), "x": TaxRate(825, inclusive=False)})
GOLD = MemberTerms("gold", {"en": "Gold"}, 500)


@st.composite
def goods(draw: st.DrawFn) -> Goods:
    product = draw(st.integers(0, 4))
    return Goods(
        line_id="",
        product_id=f"p{product}",
        unit="each",
        options=(),
        quantity_milli=draw(st.integers(1, 9)) * 1000,
        unit_price_minor=[1, 333, 1999, 2200, 10007][product],
        member_price_minor=[None, None, 1500, None, None][product],
        tax_class=["a", "b", "a", "b", "x"][product],
        member_discount=product != 1,
    )


def numbered(lines: list[Goods]) -> list[Goods]:
    return [_with(line, line_id=f"l{place}") for place, line in enumerate(lines)]


def _with(line: Goods, **changes: object) -> Goods:
    from dataclasses import replace

    return replace(line, **changes)  # type: ignore[arg-type]  # a test's own shorthand


baskets = st.lists(goods(), max_size=12).map(numbered)
members = st.sampled_from([None, GOLD])


@given(baskets, members, st.randoms())
def test_the_order_of_scanning_does_not_change_the_total(basket, member, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(basket)
    random.shuffle(shuffled)
    assert price(shuffled, member, RULES).total_minor == price(basket, member, RULES).total_minor


@given(baskets, members)
def test_everything_adds_up(basket, member) -> None:  # type: ignore[no-untyped-def]
    priced = price(basket, member, RULES)
    for line in priced.lines:
        assert line.base_minor + sum(a.amount_minor for a in line.adjustments) == line.total_minor
        assert line.total_minor >= 0
    assert sum(line.total_minor for line in priced.lines) + priced.tax_added_minor == priced.total_minor
    assert sum(tax.net_minor + tax.tax_minor for tax in priced.taxes) == priced.total_minor
    assert priced.base_minor - priced.saved_minor() + priced.tax_added_minor == priced.total_minor


@given(goods(), st.integers(2, 6), members)
def test_one_line_of_three_is_three_lines_of_one(line, pieces, member) -> None:  # type: ignore[no-untyped-def]
    whole = [_with(line, line_id="w", quantity_milli=pieces * 1000)]
    parts = numbered([_with(line, quantity_milli=1000)] * pieces)
    assert price(whole, member, RULES).total_minor == price(parts, member, RULES).total_minor


@given(baskets, goods(), members)
def test_removing_what_was_added_restores_the_former_price(basket, extra, member) -> None:  # type: ignore[no-untyped-def]
    before = price(basket, member, RULES)
    price([*basket, _with(extra, line_id="extra")], member, RULES)
    assert price(basket, member, RULES) == before


@given(baskets, members)
def test_taking_everything_back_is_the_exact_mirror(basket, member) -> None:  # type: ignore[no-untyped-def]
    back = [_with(line, quantity_milli=-line.quantity_milli) for line in basket]
    sold, returned = price(basket, member, RULES), price(back, member, RULES)
    assert returned.total_minor == -sold.total_minor
    assert [t.tax_minor for t in returned.taxes] == [-t.tax_minor for t in sold.taxes]


def test_the_worked_example_s_tier_discount() -> None:
    cookie = Goods("c", "cookie", "each", (), 1000, 1200, None, "a", True)
    assert price([cookie], GOLD, RULES).line("c").total_minor == 1140


def test_a_member_price_wins_over_the_tier_and_never_raises_the_price() -> None:
    cheaper = Goods("a", "a", "each", (), 2000, 1999, 1500, "a", True)
    dearer = Goods("b", "b", "each", (), 1000, 1000, 1200, "a", True)
    priced: PricedBasket = price([cheaper, dearer], GOLD, RULES)
    assert priced.line("a").total_minor == 3000
    assert priced.line("b").total_minor == 1000
