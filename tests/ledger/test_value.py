"""Stored value: principal and bonus apart, spent in the shop's order, given back exactly, clawed back."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError, InvariantBroken, Refused
from retail.ledger import Purse, accounts, balances, sale_entry
from retail.ledger.entry import received
from retail.ledger.value import expire_bonus, return_spend, top_up
from retail.ledger.value_refund import balance_refund
from retail.ledger.value_rules import TopUpStep, ValueRules, check_value_rules, top_up_terms
from tests.ledger.shop import GENEROUS, START, Shop

M = "m1"


def shop_that(**changes: object) -> Shop:
    return Shop(msgspec.structs.replace(GENEROUS, **changes))


def test_a_top_up_brings_bonus_as_an_expense_and_principal_as_a_debt_of_the_shop() -> None:
    shop = Shop()
    shop.top_up(M, 50_000)
    value = shop.value(M)
    assert (value.principal.total, value.bonus.total, value.available(shop.at)) == (50_000, 10_000, 60_000)
    assert shop.book.balance("till/cash", "CNY") == 50_000
    assert shop.book.balance(accounts.BONUS_EXPENSE, "CNY") == 10_000


@pytest.mark.parametrize(
    ("repeat", "paid_minor", "bonus_minor", "coupons"),
    [
        (False, 49_999, 0, ()),
        (False, 50_000, 10_000, ()),
        (False, 250_000, 25_000, ("c",)),
        (True, 250_000, 60_000, ("c", "c")),
        (True, 99_999, 10_000, ()),
    ],
)
def test_the_steps_of_a_top_up(
    repeat: bool, paid_minor: int, bonus_minor: int, coupons: tuple[str, ...]
) -> None:
    steps = (
        TopUpStep(paid_minor=50_000, bonus_minor=10_000),
        TopUpStep(paid_minor=100_000, bonus_minor=25_000, coupons=("c",)),
    )
    rules = ValueRules(id="v", steps=steps, repeat=repeat)
    assert check_value_rules(rules) == ()
    terms = top_up_terms(rules, paid_minor)
    assert (terms.bonus_minor, terms.coupons) == (bonus_minor, coupons)


@pytest.mark.parametrize(
    ("spend_first", "principal_minor", "bonus_minor"),
    [("principal", 20_000, 10_000), ("bonus", 30_000, 0), ("proportional", 25_000, 5_000)],
)
def test_the_shop_says_what_is_spent_first(spend_first: str, principal_minor: int, bonus_minor: int) -> None:
    shop = shop_that(spend_first=spend_first)
    shop.top_up(M, 50_000)
    shop.spend(M, 30_000)
    value = shop.value(M)
    assert (value.principal.total, value.bonus.total) == (principal_minor, bonus_minor)


def test_a_spend_clears_the_tender_that_the_till_s_sale_booked() -> None:
    shop = Shop()
    shop.top_up(M, 50_000)
    shop.book.post(sale_entry("s", "s", "CNY", [("stored_value", 1_800)], {"standard": 100}))
    shop.spend(M, 1_800)
    assert shop.book.balance("clearing/stored_value", "CNY") == 0


def test_a_top_up_sold_at_a_till_is_deferred_there_and_cleared_by_hq() -> None:
    shop = Shop()
    sold = sale_entry("s", "s", "CNY", [("cash", 51_800)], {}, {"clearing/sold": 50_000})
    shop.book.post(sold)
    shop.book.post(top_up("t", "s", shop.value(M), GENEROUS, [("sold", 50_000)], START))
    assert shop.book.sums()["till/cash", "CNY"] == 51_800
    assert shop.book.sums()["income/sales", "CNY"] == -1_800
    assert ("clearing/sold", "CNY") not in shop.book.sums()


@given(
    st.sampled_from(["principal", "bonus", "proportional"]),
    st.lists(st.integers(1_000, 60_000), min_size=1, max_size=4),
    st.data(),
)
def test_refunds_in_parts_give_back_the_whole_and_principal_before_bonus(
    spend_first: str, top_ups: list[int], data: st.DataObject
) -> None:
    shop = shop_that(spend_first=spend_first)
    for paid_minor in top_ups:
        shop.top_up(M, paid_minor)
    before = shop.book.sums()
    spent = shop.spend(M, data.draw(st.integers(1, shop.value(M).available(shop.at))))
    amount_minor = -balances(spent.postings)["clearing/stored_value", "CNY"]
    with pytest.raises(Refused) as too_much:
        shop.return_spend(M, spent, 0, amount_minor + 1)
    assert too_much.value.params == {"amount": amount_minor + 1, "left": amount_minor}
    from_principal = sum(p.amount_minor for p in spent.postings if "/principal/" in p.account)
    low = shop.value(M)
    returned_minor = 0
    while returned_minor < amount_minor:
        part_minor = data.draw(st.integers(1, amount_minor - returned_minor))
        shop.return_spend(M, spent, returned_minor, part_minor)
        returned_minor += part_minor
        now = shop.value(M)
        assert now.principal.total - low.principal.total == min(returned_minor, from_principal)
        assert now.total - low.total == returned_minor
    assert shop.book.sums() == before
    with pytest.raises(Refused) as refused:
        shop.return_spend(M, spent, returned_minor, 1)
    assert refused.value.code == "refund.exceeds"


def test_parts_come_back_lot_by_lot_the_last_taken_first() -> None:
    shop = shop_that(spend_first="bonus", refund_deducts="all")
    first, second = shop.top_up(M, 50_000), shop.top_up(M, 60_000)
    spent = shop.spend(M, 75_000)  # bonus 10,000 + 10,000, principal 50,000 + 5,000

    def left() -> list[tuple[int, int]]:
        value = shop.value(M)
        purses = (value.principal, value.bonus)
        return [tuple(h.left for p in purses if (h := p.find(top_up))) for top_up in (first, second)]

    assert left() == [(0, 0), (55_000, 0)]
    shop.return_spend(M, spent, 0, 6_000)
    assert left() == [(1_000, 0), (60_000, 0)]
    shop.return_spend(M, spent, 6_000, 52_000)
    assert left() == [(50_000, 0), (60_000, 3_000)]
    shop.return_spend(M, spent, 58_000, 17_000)
    assert left() == [(50_000, 10_000), (60_000, 10_000)]


def test_bonus_whose_lot_has_ended_comes_back_for_a_while() -> None:
    shop = shop_that(spend_first="bonus")
    shop.top_up(M, 50_000)
    spent = shop.spend(M, 12_000)
    shop.later(91)
    shop.return_spend(M, spent, 0, 12_000)
    value = shop.value(M)
    assert (value.principal.total, value.bonus.total, value.available(shop.at)) == (50_000, 10_000, 60_000)
    shop.later(10)
    assert shop.value(M).available(shop.at) == 50_000
    shop.post(expire_bonus("x", shop.value(M), shop.at))
    assert shop.value(M).bonus.total == 0
    assert expire_bonus("y", shop.value(M), shop.at) is None
    assert shop.book.balance(accounts.BONUS_EXPENSE, "CNY") == 0


@pytest.mark.parametrize(
    ("rule", "spend_first", "spend_minor", "paid_minor"),
    [
        ("none", "bonus", 30_000, 30_000),
        ("share", "bonus", 30_000, 24_000),  # 200 of 500 spent: 40 of the 100 bonus are kept
        ("all", "bonus", 30_000, 20_000),
        ("share", "principal", 30_000, 20_000),  # no bonus was spent: nothing to deduct
        ("all", "principal", 30_000, 20_000),
        ("all", "bonus", 59_000, 0),  # 10 left, 100 to deduct: never below zero
    ],
)
def test_a_refunded_balance_claws_back_bonus_by_the_rule(
    rule: str, spend_first: str, spend_minor: int, paid_minor: int
) -> None:
    shop = shop_that(refund_deducts=rule, spend_first=spend_first)
    shop.top_up(M, 50_000)
    shop.spend(M, spend_minor)
    refund = shop.refund(M)
    assert refund.paid_minor == paid_minor
    assert refund.paid_minor == refund.principal_minor - refund.deducted_minor
    assert shop.value(M).total == 0
    assert shop.book.balance("till/cash", "CNY") == 50_000 - paid_minor


def test_a_top_up_just_made_is_voided_without_a_trace() -> None:
    shop = Shop()
    first = shop.top_up(M, 1_000)
    before = shop.book.sums()
    second = shop.top_up(M, 50_000)
    assert shop.refund(M, [second]).voided_minor == 10_000
    assert shop.book.sums() == before
    assert shop.refund(M, [first]).paid_minor == 1_000
    with pytest.raises(Refused) as refused:
        shop.refund(M)
    assert refused.value.code == "stored_value.nothing_to_refund"


def test_bonus_that_ended_by_itself_is_not_deducted() -> None:
    shop = shop_that(refund_deducts="all")
    shop.top_up(M, 50_000)
    shop.later(90)
    shop.post(expire_bonus("x", shop.value(M), shop.at))
    assert shop.refund(M).paid_minor == 50_000


def test_standing_in_makes_debt_up_to_the_bound_and_the_next_top_up_repays_it() -> None:
    shop = shop_that(overdraft_max_minor=3_000)
    shop.top_up(M, 1_000)
    with pytest.raises(Refused):
        shop.spend(M, 2_000)
    spent = shop.spend(M, 2_000, stood_in=True)
    assert shop.value(M).total == -1_000 and shop.value(M).available(shop.at) == 0
    with pytest.raises(Refused):
        shop.spend(M, 2_001, stood_in=True)
    with pytest.raises(Refused) as refused:
        balance_refund(shop.value(M), shop.value_rules)
    assert refused.value.code == "stored_value.owes"
    again = shop.spend(M, 2_000, stood_in=True)
    shop.return_spend(M, again, 0, 2_000)
    assert (shop.value(M).principal.debt, shop.value(M).principal.usable(shop.at)) == (1_000, [])
    shop.top_up(M, 50_000)
    assert shop.value(M).principal.total == 49_000
    shop.return_spend(M, spent, 0, 2_000)
    assert shop.value(M).principal.total == 51_000
    assert shop.refund(M).paid_minor == 51_000


def test_what_cannot_be_is_refused_with_the_reason() -> None:
    shop = Shop()
    for paid_minor, code in ((600_000, "top_up.outside_limits"), (500_000, "top_up.balance_too_large")):
        with pytest.raises(Refused) as refused:
            shop.top_up(M, paid_minor)
        assert refused.value.code == code
    with pytest.raises(ContractError):
        shop.top_up(M, 0)
    shop.top_up(M, 1_000)
    for amount_minor, code in (
        (1_001, "stored_value.not_enough"),
        (0, "amount.not_positive"),
        (10**16, "amount.too_large"),
    ):
        with pytest.raises(Refused) as refused:
            shop.spend(M, amount_minor)
        assert refused.value.code == code
    with pytest.raises(ContractError):
        top_up("t", "c", shop.value(M), ValueRules(id="v", currency="EUR"), [("cash", 5)], START)
    (entry,) = shop.book.entries.values()
    with pytest.raises(InvariantBroken):
        return_spend("r", "c", shop.value(M), shop.value_rules, entry, 0, 1, START)
    with pytest.raises(ContractError) as wrong:
        received([("cash", 1), ("qr", -1)], "CNY")
    assert wrong.value.path == "$.tenders[1]"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"steps": (TopUpStep(paid_minor=0),)}, "$.steps[0]"),
        ({"steps": (TopUpStep(paid_minor=2), TopUpStep(paid_minor=1))}, "$.steps"),
        ({"paid_min_minor": 5, "paid_max_minor": 4}, "$.paid_min_minor"),
        ({"balance_max_minor": 0}, "$.balance_max_minor"),
        ({"overdraft_max_minor": -1}, "$.overdraft_max_minor"),
        ({"bonus_days": 0}, "$.bonus_days"),
        ({"returned_days": 10**6}, "$.returned_days"),
    ],
)
def test_rules_that_cannot_be_meant_say_where(changes: dict[str, object], path: str) -> None:
    with pytest.raises(ContractError) as wrong:
        check_value_rules(msgspec.structs.replace(GENEROUS, **changes))
    assert wrong.value.path == path


def test_rules_that_give_money_away_are_warned_of() -> None:
    steps = (TopUpStep(paid_minor=100, bonus_minor=100), TopUpStep(paid_minor=10**8))
    assert check_value_rules(msgspec.structs.replace(GENEROUS, steps=steps)) == (
        "top_up.bonus_as_large_as_paid",
        "top_up.unreachable",
    )


def test_a_purse_s_time_is_the_moment_it_is_asked_for() -> None:
    shop = Shop()
    shop.top_up(M, 50_000)
    end = START + timedelta(days=90)
    assert shop.value(M).bonus.available(end - timedelta(microseconds=1)) == 10_000
    assert shop.value(M).bonus.available(end) == 0
    assert isinstance(shop.value(M).bonus, Purse)
