"""Two tills, one balance: one wins, the other gets a clear refusal; nothing is reserved twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError, Refused
from retail.ledger.accounts import checked_id, coupon, lot, may_be_below_zero, stored_value
from retail.ledger.reservations import (
    Ask,
    Reservation,
    SpendRequest,
    StandIn,
    authorise,
    cancel,
    post,
    stand_in,
    worst_loss_minor,
    write_off,
)
from retail.ledger.units import after_days, is_money
from tests.ledger.shop import START

VALUE = stored_value("m1")


def request(auth_id: str, *asks: Ask, till: str = "till-1", allowance: bool = False) -> SpendRequest:
    return SpendRequest(auth_id, till, f"{till}/1", asks, allowance)


def test_the_same_coupon_at_the_same_moment_on_two_tills() -> None:
    purse = coupon("c1")
    available = {(purse, "COUPON"): 1}
    ask = Ask(purse, "COUPON", 1)
    first = authorise(available, {}, request("a", ask), START)
    with pytest.raises(Refused) as refused:
        authorise(available, {"a": first}, request("b", ask, till="till-2"), START)
    assert refused.value.code == "coupon.taken"
    gone = cancel(first, "a", "till-1", "till-1/1", START)
    assert authorise(available, {"a": gone}, request("b", ask), START).state == "open"
    with pytest.raises(Refused) as refused:
        authorise({(purse, "COUPON"): 0}, {}, request("b", ask), START)
    assert refused.value.code == "coupon.not_usable"


@pytest.mark.parametrize(
    ("purse", "unit", "code"),
    [
        (VALUE, "CNY", "stored_value.not_enough"),
        ("member/m1/points", "PTS", "points.not_enough"),
        ("pass/p1/uses", "USE:ten", "pass.not_enough"),
        ("card/c1/value", "CNY", "gift_card.not_enough"),
        ("other", "CNY", "purse.not_enough"),
    ],
)
def test_a_refusal_says_what_is_missing(purse: str, unit: str, code: str) -> None:
    first = authorise({(purse, unit): 10}, {}, request("a", Ask(purse, unit, 7)), START)
    with pytest.raises(Refused) as refused:
        authorise(
            {(purse, unit): 10}, {"a": first}, request("b", Ask(purse, unit, 2), Ask(purse, unit, 2)), START
        )
    assert refused.value.code == code
    assert refused.value.params == {"needed": 4, "available": 3, "reserved": 7}


def test_a_request_asked_again_is_answered_again_and_another_under_its_id_is_an_error() -> None:
    available = {(VALUE, "CNY"): 10}
    first = authorise(available, {}, request("a", Ask(VALUE, "CNY", 10)), START)
    assert authorise(available, {"a": first}, request("a", Ask(VALUE, "CNY", 10)), START) is first
    with pytest.raises(ContractError):
        authorise(available, {"a": first}, request("a", Ask(VALUE, "CNY", 9)), START)
    with pytest.raises(ContractError):
        authorise(available, {}, request("b"), START)


def test_a_virtual_card_opens_one_spend_in_the_whole_fleet() -> None:
    available = {(VALUE, "CNY"): 10}
    shown = replace(request("a", Ask(VALUE, "CNY", 1)), card_jti="j")
    first = authorise(available, {}, shown, START)
    assert authorise(available, {"a": first}, shown, START) is first
    with pytest.raises(Refused) as refused:
        authorise(available, {"a": first}, replace(shown, auth_id="b", appliance="till-2"), START)
    assert refused.value.code == "card_token.replayed"


def test_a_cancel_that_overtakes_its_request_still_counts() -> None:
    tomb = cancel(None, "a", "till-1", "till-1/1", START)
    with pytest.raises(Refused) as refused:
        authorise({(VALUE, "CNY"): 10}, {"a": tomb}, request("a", Ask(VALUE, "CNY", 1)), START)
    assert refused.value.code == "authorisation.cancelled"
    assert cancel(tomb, "a", "till-1", "till-1/1", START) == tomb


def test_a_spend_resolves_once() -> None:
    ask = Ask(VALUE, "CNY", 5)
    held = authorise({(VALUE, "CNY"): 10}, {}, request("a", ask), START)
    posted = post(held, [Ask(VALUE, "CNY", 3)], "till-1/1")
    assert posted.state == "posted" and posted.held(VALUE, "CNY") == 0
    for again in (lambda: post(posted, [ask], "till-1/1"), lambda: write_off(posted)):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.code == "authorisation.posted"
    with pytest.raises(Refused):
        cancel(posted, "a", "till-1", "till-1/1", START)
    gone = write_off(held)
    assert gone.held(VALUE, "CNY") == 0
    with pytest.raises(Refused):
        post(gone, [ask], "till-1/1")


def test_an_allowance_is_spent_in_parts_by_the_life_it_was_given_to() -> None:
    asked = request("a", Ask(VALUE, "CNY", 10), allowance=True)
    held = authorise({(VALUE, "CNY"): 10}, {}, asked, START)
    held = post(held, [Ask(VALUE, "CNY", 4)], "till-1/1")
    assert held.state == "open" and held.held(VALUE, "CNY") == 6
    for spent, life, code in (
        (7, "till-1/1", "authorisation.exceeded"),
        (-1, "till-1/1", "authorisation.exceeded"),
        (1, "till-1/2", "authorisation.other_incarnation"),
    ):
        with pytest.raises(Refused) as refused:
            post(held, [Ask(VALUE, "CNY", spent)], life)
        assert refused.value.code == code
    returned = cancel(held, "a", "till-1", "till-1/1", START)
    assert returned.held(VALUE, "CNY") == 0


@given(
    st.integers(0, 100),
    st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(0, 60), st.booleans()), max_size=12),
)
def test_whatever_the_order_nothing_is_reserved_or_spent_beyond_the_balance(
    balance: int, steps: list[tuple[int, bool, int, bool]]
) -> None:
    open_: dict[str, Reservation] = {}
    start = balance
    spent_in_all = 0
    for index, (amount, allowance, spent, cancels) in enumerate(steps):
        auth_id = str(index)
        try:
            asked = request(auth_id, Ask(VALUE, "CNY", amount), allowance=allowance)
            open_[auth_id] = authorise({(VALUE, "CNY"): balance}, open_, asked, START)
        except Refused:
            continue
        if spent:
            try:
                open_[auth_id] = post(open_[auth_id], [Ask(VALUE, "CNY", spent)], "till-1/1")
                balance -= spent
                spent_in_all += spent
            except Refused:
                assert spent > amount
        if cancels and open_[auth_id].state == "open":
            open_[auth_id] = cancel(open_[auth_id], auth_id, "till-1", "till-1/1", START)
        assert 0 <= sum(r.held(VALUE, "CNY") for r in open_.values()) <= balance
    assert spent_in_all <= start and balance == start - spent_in_all


def test_standing_in_is_bounded_and_the_bound_is_a_number() -> None:
    caps = StandIn(per_sale_minor=50, per_member_minor=80, per_appliance_minor=200)
    stand_in(caps, 30, 0, 50)
    for member_minor, appliance_minor, amount_minor in ((31, 0, 50), (0, 151, 50), (0, 0, 51)):
        with pytest.raises(Refused):
            stand_in(caps, member_minor, appliance_minor, amount_minor)
    with pytest.raises(Refused):
        stand_in(StandIn(), 0, 0, 1)
    assert worst_loss_minor(caps, 3) == 600
    assert worst_loss_minor(StandIn(per_appliance_minor=200), 3) == 0


def test_paths_cannot_be_forged_by_ids() -> None:
    for bad in ("", "a/b", "a b", "陈", "x" * 81):
        with pytest.raises(ContractError):
            checked_id(bad, "member")
    with pytest.raises(ContractError):
        lot("member/m1/points", "debt")
    assert may_be_below_zero("member/m1/points/debt")
    assert not may_be_below_zero("member/m1/points/e1")
    assert is_money("CNY") and not is_money("PTS")
    with pytest.raises(ContractError):
        after_days(START, 0)
