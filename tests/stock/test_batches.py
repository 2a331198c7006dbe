"""First expired, first out; nothing expired is chosen, and no piece is counted twice."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from retail.stock import Batch, BatchLevel, choose, remaining

batches = st.builds(
    Batch, st.sampled_from(("", "2026-01-31", "2026-02-28", "2026-12-01")), st.sampled_from("ABC")
)
moved = st.dictionaries(batches, st.integers(-20, 20), max_size=8)


@given(moved, st.integers(-60, 20))
def test_what_is_left_adds_up(known: dict[Batch, int], unnamed: int) -> None:
    left = remaining(known, unnamed)
    named = sum(one.quantity_milli for one in left)
    total = sum(known.values()) + unnamed
    assert all(0 < one.quantity_milli <= known[one.batch] for one in left)
    assert named >= min(total, named)
    if total <= 0:
        assert named == 0 or named <= sum(v for v in known.values() if v > 0)
    assert [one.batch.until for one in left] == sorted(one.batch.until for one in left)
    missing = max(0, -unnamed) + sum(-v for v in known.values() if v < 0) - max(0, unnamed)
    assert named == max(0, sum(v for v in known.values() if v > 0) - max(0, missing))


@given(moved, st.integers(-60, 0))
def test_unnamed_sales_empty_the_first_batch_first(known: dict[Batch, int], unnamed: int) -> None:
    left = {one.batch: one.quantity_milli for one in remaining(known, unnamed)}
    touched = [one for one in known if known[one] > 0 and left.get(one, 0) < known[one]]
    kept = [one for one in left if left[one] == known[one]]
    for late in touched:
        assert all(late.until <= one.until or left.get(late) is not None for one in kept)
    assert sum(1 for one in touched if left.get(one)) <= 1


@given(moved, st.integers(1, 60), st.sampled_from(("2026-01-31", "2026-02-01", "2027-01-01")))
def test_the_choice_is_first_to_expire_and_never_expired(
    known: dict[Batch, int], wanted: int, today: str
) -> None:
    levels = [BatchLevel(batch, milli) for batch, milli in known.items()]
    chosen = choose(levels, wanted, today)
    fit = sum(one.quantity_milli for one in levels if one.quantity_milli > 0 and one.batch.until >= today)
    assert sum(one.quantity_milli for one in chosen) == min(wanted, fit)
    assert all(one.batch.until >= today for one in chosen)
    for one, after in itertools.pairwise(chosen):
        assert one.batch.until <= after.batch.until
        assert one.quantity_milli == known[one.batch]
