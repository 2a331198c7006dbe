"""Laws of money: parts make the whole, halves go away from zero, nothing is rounded silently."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError, InvariantBroken
from retail.money import (
    currency,
    divide_half_up,
    format_amount,
    format_plain,
    format_price,
    parse_amount,
    share_of,
    split,
)

amounts = st.integers(-(10**12), 10**12)
CNY, JPY = currency("CNY"), currency("JPY")


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_split_parts_sum_to_the_whole(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert len(parts) == len(weights)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_split_is_never_a_whole_unit_away_from_the_exact_share(amount: int, weights: list[int]) -> None:
    total = sum(weights)
    if total:
        for part, weight in zip(split(amount, weights), weights, strict=True):
            assert abs(part - Fraction(amount * weight, total)) < 1


def test_split_gives_the_remainder_to_the_largest_then_the_earliest() -> None:
    assert split(-500, [2700, 2280]) == [-271, -229]
    assert split(100, [1, 1, 1]) == [34, 33, 33]


def test_split_refuses_what_has_no_answer() -> None:
    for weights in ([], [-1, 2]):
        with pytest.raises(InvariantBroken):
            split(1, weights)


@given(amounts, st.integers(1, 10**6))
def test_half_up_is_the_nearest_and_mirrored_at_zero(numerator: int, denominator: int) -> None:
    rounded = divide_half_up(numerator, denominator)
    assert abs(Fraction(numerator, denominator) - rounded) <= Fraction(1, 2)
    assert divide_half_up(-numerator, denominator) == -rounded


def test_halves_go_away_from_zero() -> None:
    assert [divide_half_up(n, 2) for n in (-3, -1, 1, 3)] == [-2, -1, 1, 2]
    assert share_of(1250, 500) == 63
    with pytest.raises(InvariantBroken):
        divide_half_up(1, 0)


@given(amounts, st.sampled_from([CNY, JPY]))
def test_a_written_amount_reads_back(amount: int, unit: object) -> None:
    from retail.money import Currency

    assert isinstance(unit, Currency)
    assert parse_amount(format_plain(amount, unit), unit) == amount


@pytest.mark.parametrize("text", ["", "abc", "1.005", "1e20", "NaN", "inf", "--1", "1.2.3"])
def test_what_is_not_an_amount_is_refused_not_guessed(text: str) -> None:
    with pytest.raises(ContractError):
        parse_amount(text, CNY)


@pytest.mark.parametrize(
    ("text", "minor"), [("12.50", 1250), ("¥12", 1200), ("￥1,234.5", 123450), ("3元", 300), ("-0.01", -1)]
)
def test_amounts_as_people_write_them(text: str, minor: int) -> None:
    assert parse_amount(text, CNY) == minor


def test_amounts_as_people_read_them() -> None:
    assert format_amount(-123456, CNY) == "−1,234.56"
    assert format_price(-500, CNY) == "−¥5.00"
    assert format_price(850, JPY) == "¥850"
    assert format_plain(5, CNY) == "0.05"


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(ContractError, match="XXX"):
        currency("XXX")
