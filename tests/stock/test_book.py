"""The book of stock: every interleaving gives the same level, and a count settles what came before it."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import Refused
from retail.stock import (
    REASONS,
    Count,
    Movement,
    StockBook,
    balances,
    is_low,
    movement,
    post,
    serial_state,
    sold_movement,
    store_place,
    take_count,
)

HERE = store_place("main")
PRODUCTS = ("latte", "mug")
Fact = Movement | Count


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """Sales, returns, goods moved and counts of two products at a few instants, many of them the same."""
    made: list[Fact] = []
    for number in range(draw(st.integers(0, 14))):
        at, product = draw(st.integers(1, 6)), draw(st.sampled_from(PRODUCTS))
        quantity = draw(st.integers(1, 9)) * 1000
        what = draw(st.sampled_from(("sold", "returned", "count", *REASONS)))
        if what == "count":
            made.append(Count(count_id=f"c{number}", product_id=product, counted_milli=quantity, at=at))
        elif what in ("sold", "returned"):
            signed = quantity if what == "sold" else -quantity
            made.append(sold_movement(f"m{number}", product, signed, at, "main", cause=f"s{number}"))
        else:
            other = "second" if what.startswith("transfer") else ""
            made.append(movement(f"m{number}", what, product, quantity, at, "main", other_store=other))  # type: ignore[arg-type]  # one of the kinds
    return made


def keep(facts: list[Fact]) -> StockBook:
    book = StockBook("main")
    for fact in facts:
        if isinstance(fact, Count):
            take_count(book, fact)
        else:
            post(book, fact)
    return book


def expected(facts: list[Fact], product: str) -> int:
    """What a level is, said in another way: the last count, and what moved after it."""
    mine = [fact for fact in facts if fact.product_id == product]
    counts = sorted((fact for fact in mine if isinstance(fact, Count)), key=lambda one: one.key)
    after = counts[-1].at if counts else 0
    moved = sum(one.change_milli(HERE) for one in mine if isinstance(one, Movement) and one.at > after)
    return (counts[-1].counted_milli if counts else 0) + moved


@given(facts(), st.randoms(use_true_random=False))
def test_any_order_and_doubling_gives_counted_plus_what_moved_since(
    known: list[Fact], chance: random.Random
) -> None:
    shuffled = known * 2
    chance.shuffle(shuffled)
    for book in (keep(known), keep(shuffled)):
        sums = balances(book.movements)
        for product in PRODUCTS:
            assert book.level(product) == sums.get((HERE, product), 0) == expected(known, product)


@given(facts())
def test_all_places_together_are_always_zero_and_nothing_is_edited(known: list[Fact]) -> None:
    book, before = StockBook("main"), []
    for fact in known:
        if isinstance(fact, Count):
            take_count(book, fact)
        else:
            post(book, fact)
        assert book.movements[: len(before)] == before
        before = list(book.movements)
        for product in PRODUCTS:
            assert sum(v for (_, one), v in balances(book.movements).items() if one == product) == 0


@given(facts(), st.integers(1, 6))
def test_the_book_says_at_each_count_what_was_counted(known: list[Fact], late: int) -> None:
    book = keep(known)
    post(book, sold_movement("late", "mug", 2000, late, "main", cause="s"))
    for count in book.counts:
        after = msgspec.structs.replace(count, count_id=f"{count.count_id}~")  # the very next place
        assert book.level_at(count.product_id, after) == count.counted_milli


def test_counting_while_selling_goes_on() -> None:
    book = StockBook("main")
    post(book, movement("in", "received", "mug", 10_000, 1, "main"))
    post(book, sold_movement("s1", "mug", 2_000, 2, "main", cause="s1"))
    (adjusted,) = take_count(book, Count(count_id="c", product_id="mug", counted_milli=7_000, at=3))
    assert (adjusted.reason, adjusted.change_milli(HERE)) == ("count", -1_000)
    post(book, sold_movement("s2", "mug", 1_000, 4, "main", cause="s2"))
    assert book.level("mug") == 6_000
    # A till that was offline sold two before the count: they were missing from the shelf already.
    (_, late) = post(book, sold_movement("s3", "mug", 2_000, 2, "main", cause="s3"))
    assert (late.reason, late.change_milli(HERE), late.cause) == ("late", 2_000, "c")
    assert book.level("mug") == 6_000


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"quantity_milli": 0}, "stock.quantity"),
        ({"quantity_milli": -1000}, "stock.quantity"),
        ({"quantity_milli": 10**9 + 1}, "stock.quantity"),
        ({"kind": "stolen"}, "stock.unknown_kind"),
        ({"reason": "boredom"}, "stock.reason"),
        ({"kind": "transfer_out", "other_store": "  "}, "stock.no_other_store"),
        ({"serial": "S1", "quantity_milli": 2000}, "stock.serial_is_one"),
        ({"note": "x" * 81}, "stock.text_too_long"),
        ({"expires": "2026-02-30"}, "stock.date"),
        ({"expires": "20260228"}, "stock.date"),
    ],
)
def test_what_nobody_can_mean_is_refused_with_its_reason(wrong: dict[str, object], code: str) -> None:
    given = {"kind": "received", "product_id": "mug", "quantity_milli": 1000, "at": 1, "store": "main"}
    with pytest.raises(Refused) as caught:
        movement("m", **{**given, **wrong})  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.code == code


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(Refused, match=r"stock\.quantity"):
        take_count(StockBook("main"), Count(count_id="c", product_id="mug", counted_milli=-1, at=1))


@given(st.integers(-5, 5), st.none() | st.integers(0, 5))
def test_low_is_at_the_reorder_point_or_below(level: int, reorder: int | None) -> None:
    assert is_low(level, reorder) == (reorder is not None and not level > reorder)


@given(st.lists(st.sampled_from(("received", "sold", "returned", "waste")), max_size=8))
def test_a_serial_number_is_one_piece(story: list[str]) -> None:
    made, here, sold = [], 0, 0
    for number, what in enumerate(story):
        if what in ("sold", "returned"):
            sign = 1 if what == "sold" else -1
            made.append(sold_movement(f"{number}", "tv", 1000 * sign, number, "main", cause="s", serial="S1"))
            here, sold = here - sign, sold + sign
        else:
            made.append(movement(f"{number}", what, "tv", 1000, number, "main", serial="S1"))  # type: ignore[arg-type]  # one of the kinds
            here += 1 if what == "received" else -1
    state = serial_state(reversed(made), "main")
    if not story:
        assert state == "unknown"
    elif sold > 0:
        assert state == ("sold" if sold == 1 else "sold_twice")
    else:
        assert state == ("here" if here > 0 else "gone")
