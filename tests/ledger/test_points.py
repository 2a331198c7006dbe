"""Points: earned by rules, redeemed in the order of their ends, taken back and given back."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError, InvariantBroken, Refused
from retail.ledger import Book, Entry, Posting, Purse, accounts, points
from retail.ledger.earning import (
    EarningLine,
    PointsRules,
    check_points_rules,
    expiry_of,
    money_off_minor,
    points_of,
    redeemable,
)
from retail.ledger.lots import checked_purse
from retail.ledger.points import expire_points, return_redeemed, to_take_back
from tests.ledger.shop import START, Shop

M = "m1"
RULES = PointsRules(id="p")


def line(total_minor: int, product: str = "tea", category: str = "drinks", earns: bool = True) -> EarningLine:
    return EarningLine(product, category, total_minor, earns)


@pytest.mark.parametrize(
    ("changes", "total_minor", "tier", "earned"),
    [
        ({}, 1_899, "", 18),
        ({"rounding": "half_up"}, 1_850, "", 19),
        ({"rounding": "up"}, 1_801, "", 19),
        ({"points": 10}, 1_899, "", 189),
        ({"per_minor": 10_000}, 25_000, "", 2),
        ({"tier_factor_bp": {"gold": 15_000}}, 2_000, "gold", 30),
        ({"product_factor_bp": {"tea": 30_000}, "category_factor_bp": {"drinks": 0}}, 2_000, "", 60),
        ({"category_factor_bp": {"drinks": 0}}, 2_000, "", 0),
        ({"sale_points_max": 5}, 2_000, "", 5),
    ],
)
def test_the_earn_rate(changes: dict[str, object], total_minor: int, tier: str, earned: int) -> None:
    rules = msgspec.structs.replace(RULES, **changes)
    assert points_of(rules, [line(total_minor)], [("cash", total_minor)], tier) == earned


def test_points_round_once_a_sale_and_not_once_a_line() -> None:
    assert points_of(RULES, [line(50), line(50)], [("cash", 100)]) == 1


def test_what_was_paid_with_points_and_excluded_goods_earn_nothing() -> None:
    assert points_of(RULES, [line(1_000)], [("points", 400), ("cash", 600)]) == 6
    assert points_of(RULES, [line(1_000)], [("points", 1_000)]) == 0
    assert points_of(RULES, [line(1_000, earns=False), line(300)], [("cash", 1_300)]) == 3
    assert points_of(RULES, [], []) == 0


@given(
    st.lists(st.integers(0, 5_000), min_size=1, max_size=6),
    st.integers(1, 3),
    st.integers(1, 500),
    st.sampled_from(["down", "half_up", "up"]),
)
def test_returns_line_by_line_take_back_exactly_what_was_earned(
    totals: list[int], rate: int, per_minor: int, rounding: str
) -> None:
    rules = msgspec.structs.replace(RULES, points=rate, per_minor=per_minor, rounding=rounding)
    lines = [line(total) for total in totals]
    earned = points_of(rules, lines, [("cash", sum(totals))])
    taken = 0
    while lines:
        lines.pop()
        kept_minor = sum(kept.total_minor for kept in lines)
        deserved = points_of(rules, lines, [("cash", kept_minor)])
        taken += to_take_back(earned, taken, deserved)
        assert earned - taken == deserved
    assert taken == earned


def test_when_points_end() -> None:
    china = timezone(timedelta(hours=8))
    at = datetime(2026, 12, 31, 20, tzinfo=china)
    assert expiry_of(RULES, at) is None
    assert expiry_of(msgspec.structs.replace(RULES, days=2), at) == at + timedelta(days=2)
    this_year = expiry_of(msgspec.structs.replace(RULES, year_ends=0), at)
    assert this_year == datetime(2026, 12, 31, 16, tzinfo=UTC)
    next_year = expiry_of(msgspec.structs.replace(RULES, year_ends=1), at)
    assert next_year == datetime(2028, 1, 1, tzinfo=china)


def test_what_ends_first_is_redeemed_first_and_comes_back_to_its_lot() -> None:
    shop = Shop()
    first = shop.earn(M, 30)
    shop.later(10)
    second = shop.earn(M, 30)
    before = shop.book.sums()
    redeemed = shop.redeem(M, 40, tender_minor=401)
    left = {h.lot_id: h.left for h in shop.points(M).holdings}
    assert left == {first.entry_id: 0, second.entry_id: 20}
    assert shop.book.balance("clearing/points", "CNY") == -401
    shop.return_redeemed(M, redeemed, 0, 7)
    shop.return_redeemed(M, redeemed, 7, 5)
    left = {h.lot_id: h.left for h in shop.points(M).holdings}
    assert left == {first.entry_id: 2, second.entry_id: 30}
    shop.return_redeemed(M, redeemed, 12, 28)
    assert shop.book.sums() == before
    with pytest.raises(Refused):
        shop.return_redeemed(M, redeemed, 40, 1)


def test_points_of_an_ended_lot_come_back_in_one_that_lives_a_little() -> None:
    shop = Shop()
    shop.earn(M, 30)
    redeemed = shop.redeem(M, 30)
    shop.later(100)
    assert expire_points("none", shop.points(M), shop.at) is None
    shop.return_redeemed(M, redeemed, 0, 30)
    assert shop.points(M).available(shop.at) == 30
    shop.later(7)
    assert shop.points(M).available(shop.at) == 0
    shop.post(expire_points("x", shop.points(M), shop.at))
    assert shop.points(M).total == 0
    assert shop.book.balance(accounts.POINTS_EXPIRED, "PTS") == -30


def test_buy_earn_spend_and_return_leaves_debt_that_the_next_points_repay() -> None:
    shop = Shop()
    earned = shop.earn(M, 40)
    shop.redeem(M, 30)
    taken = shop.take_back(M, earned, 40)
    assert (taken.missing, taken.owed, taken.forgiven) == (30, 30, 0)
    assert shop.points(M).total == -30
    before = shop.book.sums()
    next_sale = shop.earn(M, 50)
    assert (shop.points(M).total, shop.points(M).debt) == (20, 0)
    shop.take_back(M, next_sale, 50)
    assert shop.book.sums() == before


def test_debt_has_a_bound_and_what_is_beyond_is_said_and_booked() -> None:
    shop = Shop()
    earned = shop.earn(M, 80)
    shop.redeem(M, 80)
    taken = shop.take_back(M, earned, 80)
    assert (taken.missing, taken.owed, taken.forgiven) == (80, 50, 30)
    assert shop.points(M).total == -50
    assert shop.book.balance(accounts.POINTS_FORGIVEN, "PTS") == 30
    assert shop.book.balance(accounts.POINTS_ISSUED, "PTS") == 0


def test_points_given_back_repay_debt_before_they_can_be_used_again() -> None:
    shop = Shop()
    first, second = shop.earn(M, 30), shop.earn(M, 30)
    redeemed = shop.redeem(M, 60)
    shop.take_back(M, second, 25)
    shop.take_back(M, first, 20)
    assert shop.points(M).debt == 45
    shop.return_redeemed(M, redeemed, 0, 60)
    assert (shop.points(M).debt, shop.points(M).available(shop.at)) == (0, 15)
    assert {h.lot_id: h.left for h in shop.points(M).holdings} == {first.entry_id: 15, second.entry_id: 0}


def test_other_points_go_before_debt() -> None:
    shop = Shop()
    earned = shop.earn(M, 40)
    shop.redeem(M, 40)
    shop.earn(M, 25)
    taken = shop.take_back(M, earned, 40)
    assert (taken.owed, shop.points(M).available(shop.at)) == (15, 0)


def test_money_off_goes_in_steps() -> None:
    rules = msgspec.structs.replace(RULES, redeem_points_min=200, redeem_share_bp=5_000)
    assert money_off_minor(rules, 300) == 300
    for wrong in (100, 250):
        with pytest.raises(Refused) as refused:
            money_off_minor(rules, wrong)
        assert refused.value.code == "points.not_in_steps"
    assert redeemable(rules, 1_050, 800) == 400
    assert redeemable(rules, 150, 80_000) == 0
    assert redeemable(rules, 10**6, 10**6) == 500_000


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"per_minor": 0}, "$.per_minor"),
        ({"tier_factor_bp": {"gold": -1}}, "$.tier_factor_bp.gold"),
        ({"days": 1, "year_ends": 1}, "$.year_ends"),
        ({"days": -1}, "$.days"),
        ({"year_ends": 101}, "$.year_ends"),
        ({"redeem_share_bp": 10_001}, "$.redeem_share_bp"),
    ],
)
def test_rules_that_cannot_be_meant_say_where(changes: dict[str, object], path: str) -> None:
    with pytest.raises(ContractError) as wrong:
        check_points_rules(msgspec.structs.replace(RULES, **changes))
    assert wrong.value.path == path


def test_points_worth_what_was_paid_are_warned_of() -> None:
    assert check_points_rules(RULES) == ()
    rich = msgspec.structs.replace(RULES, redeem_points=1)
    assert check_points_rules(rich) == ("points.worth_the_price",)
    poor = msgspec.structs.replace(RULES, redeem_points=1_000)
    assert check_points_rules(poor) == ()


def test_only_a_redemption_is_given_back_and_only_points_that_are_there_are_redeemed() -> None:
    shop = Shop()
    earned = shop.earn(M, 40)
    with pytest.raises(InvariantBroken):
        return_redeemed("r", "c", shop.points(M), shop.points_rules, earned, 0, 1, START)
    with pytest.raises(Refused) as refused:
        shop.redeem(M, 41)
    assert refused.value.code == "points.not_enough"
    assert refused.value.params["available"] == 40
    assert points.redeem("r", "c", shop.points(M), 40, START).entry.kind == "points.redeemed"


def test_the_book_refuses_what_the_database_refuses() -> None:
    shop = Shop()
    booking = points.earn("e", "s", shop.points(M), shop.points_rules, 5, START)
    assert shop.book.post(booking)
    assert not shop.book.post(booking)
    again = points.redeem("r", "s", shop.points(M), 5, START)
    assert shop.book.post(again)
    with pytest.raises(InvariantBroken) as broken:
        Book().post(again)
    overpaid = (Posting(f"{shop.points(M).path}/debt", "PTS", -1), Posting("points/issued", "PTS", 1))
    with pytest.raises(InvariantBroken) as over:
        Book().post(Entry("o", "points.earned", "s", overpaid))
    assert over.value.code == "ledger.debt_below_zero"
    with pytest.raises(InvariantBroken):
        checked_purse(Purse("member/m1/points", "PTS", debt=-1))
    assert broken.value.code == "ledger.below_zero"
    with pytest.raises(InvariantBroken) as broken:
        shop.book.post(points.earn("e", "s", shop.points(M), shop.points_rules, 6, START))
    assert broken.value.code == "ledger.other_entry"
