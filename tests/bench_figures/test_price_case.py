"""The case that pricing is measured with is the same every time, and not an empty one."""

from statistics import mean

from bench.price_case import RULES, make_case
from retail.pricing import price


def test_the_same_seed_makes_the_same_case() -> None:
    one, other = make_case(60, 3), make_case(60, 3)
    assert one.promotions == other.promotions
    assert [basket for basket, _, _ in one.baskets] == [basket for basket, _, _ in other.baskets]


def test_baskets_have_twenty_lines_that_many_kinds_of_promotions_concern() -> None:
    case = make_case(500, 10)
    assert {len(basket) for basket, _, _ in case.baskets} == {20}
    assert len({type(one) for one in case.promotions}) >= 12
    answers = [price(basket, member, RULES, offers) for basket, member, offers in case.baskets]
    assert mean(len(one.applied) for one in answers) > 5
    assert mean(len(offers.promotions.touching(basket)) for basket, _, offers in case.baskets) > 10
