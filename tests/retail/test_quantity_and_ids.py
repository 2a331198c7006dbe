"""Quantities in thousandths, and identifiers that order by time."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError
from retail.ids import uuid7
from retail.quantity import extend, format_quantity, parse_quantity


@given(st.integers(-(10**9), 10**9))
def test_a_written_quantity_reads_back(quantity_milli: int) -> None:
    assert parse_quantity(format_quantity(quantity_milli).replace("−", "-")) == quantity_milli


@given(st.integers(0, 10**6), st.integers(-(10**6), 10**6))
def test_taking_back_costs_exactly_what_selling_did(price: int, quantity: int) -> None:
    assert extend(price, -quantity) == -extend(price, quantity)


def test_loose_goods_cost_their_weight() -> None:
    assert extend(8800, 125) == 1100


@pytest.mark.parametrize("text", ["", "x", "0.0001", "2000000", "nan"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ContractError):
        parse_quantity(text)


@given(st.integers(0, 2**47), st.binary(min_size=10, max_size=10))
def test_uuid7_is_one_by_the_book(unix_ms: int, random: bytes) -> None:
    made = UUID(uuid7(unix_ms, random))
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == unix_ms


@given(st.integers(0, 2**46), st.integers(1, 2**40), st.binary(min_size=10, max_size=10))
def test_uuid7_orders_by_time(unix_ms: int, later: int, random: bytes) -> None:
    assert uuid7(unix_ms, b"\xff" * 10) < uuid7(unix_ms + later, random)
