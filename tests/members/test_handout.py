"""Coupons for many at once: within the kind's limits, and nothing twice under one cause."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.members.coupons import Coupon, CouponKind, issue
from retail.members.handout import Shares, shares

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KIND = CouponKind(id="k", names={"en": "k"}, promotion="p")
NAMES = ["a", "b", "c", "d"]
LIMIT = st.none() | st.integers(1, 6)
HELD = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["issued", "used", "void", "expired"]), st.booleans()),
    max_size=12,
)


def coupon(number: int, member_id: str, state: str = "issued", cause: str = "other") -> Coupon:
    made = Coupon(id=f"c{number}", kind="k", member_id=member_id, issued_at=NOW, from_at=NOW, cause=cause)
    return msgspec.structs.replace(made, state=state)


def given_out(kind: CouponKind, before: list[Coupon], found: Shares) -> list[Coupon]:
    """All coupons after the handout, made as one by one they would be."""
    after = list(before)
    for member_id, number in found.due.items():
        for _ in range(number):
            made = issue(kind, f"n{len(after)}", member_id, after, NOW, "mine")
            after.append(made)
    return after


@given(HELD, LIMIT, LIMIT, st.integers(1, 4))
def test_what_is_planned_is_what_the_limits_allow_and_is_given_once(
    held: list[tuple[str, str, bool]], per_member: int | None, in_all: int | None, each: int
) -> None:
    kind = msgspec.structs.replace(KIND, per_member=per_member, in_all=in_all)
    before = [
        coupon(number, who, state, "mine" if mine else "other")
        for number, (who, state, mine) in enumerate(held)
    ]
    found = shares(kind, NAMES, before, "mine", each)
    after = given_out(kind, before, found)  # `issue` refuses whatever is beyond a limit
    again = shares(kind, NAMES, after, "mine", each)
    assert not again.due
    assert set(again.given) == {one.member_id for one in after if one.cause == "mine"}
    assert sum(found.refused.values()) + len(found.due) == sum(
        1 for who in NAMES if sum(one.member_id == who and one.cause == "mine" for one in before) < each
    )


@pytest.mark.parametrize(
    ("per_member", "in_all", "due", "refused"),
    [
        (None, None, {"a": 2, "b": 2, "c": 2}, {}),
        (1, None, {"b": 1, "c": 1}, {"coupon.member_limit": 1}),
        (None, 4, {"a": 2, "b": 1}, {"coupon.all_gone": 1}),
    ],
)
def test_who_gets_how_many(
    per_member: int | None, in_all: int | None, due: dict[str, int], refused: dict[str, int]
) -> None:
    kind = msgspec.structs.replace(KIND, per_member=per_member, in_all=in_all)
    found = shares(kind, NAMES[:3], [coupon(0, "a"), coupon(1, "b", "void")], "mine", 2)
    assert (dict(found.due), dict(found.refused)) == (due, refused)
    assert found.holding == (1 if "a" in due else 0)


def test_a_coupon_that_was_taken_back_is_not_given_again_by_the_same_form() -> None:
    assert shares(KIND, ["a"], [coupon(0, "a", "void", "mine")], "mine", 1).due == {}
