"""Prices by hand through the checkout: limits, reasons, a manager's word, and what the sale says of them."""

from pathlib import Path

import pytest

from retail.catalogue import Operator
from retail.errors import Refused
from tests.checkout.test_promotions import SECOND, add, sell, till_with, total
from tests.support.desk import DOCUMENTS, Counter, Till, new_home, open_till, push


@pytest.fixture
def home(tmp_path: Path):
    return new_home(tmp_path)


def limited_till(home, limit_bp: int) -> Till:
    cashier = next(one for one in DOCUMENTS if isinstance(one, Operator) and one.id == "wang")
    changed = Operator(id="wang", names=cashier.names, pin_hash=cashier.pin_hash, discount_limit_bp=limit_bp)
    push(home, "staff", 1, 2, (changed,))
    return open_till(home, Counter())


def test_money_off_by_hand_within_the_limit_needs_a_reason_only_and_stands_on_the_sale(home):
    till = limited_till(home, 1000)
    add(till, "latte")
    with pytest.raises(Refused, match="reason_needed"):
        till.checkout.discounting.take_off("because", off_bp=1000)
    till.checkout.discounting.take_off("regular", off_bp=1000)
    assert total(till) == 1980
    (decision,) = sell(till).decisions
    assert (decision.kind, decision.amount_minor, decision.reason, decision.approver_id) == (
        "manual",
        -220,
        "regular",
        "",
    )


def test_more_than_the_limit_needs_a_manager(home):
    till = limited_till(home, 1000)
    add(till, "latte")
    for params in ({"off_bp": 1100}, {"off_minor": 221}):
        with pytest.raises(Refused) as refused:
            till.checkout.discounting.take_off("regular", **params)
        assert refused.value.code == "pricing.manual_over_limit"
    with pytest.raises(Refused, match="manager_needed"):
        till.checkout.discounting.take_off("regular", off_bp=5000, approver_id="wang")
    till.checkout.discounting.take_off("regular", off_bp=5000, approver_id="li")
    assert total(till) == 1100
    assert sell(till).decisions[0].approver_id == "li"


def test_money_off_shrinks_to_the_limit_when_goods_leave(home):
    till = limited_till(home, 1000)
    basket = add(till, "latte", "water")
    till.checkout.discounting.take_off("regular", off_minor=250)
    assert total(till) == 2250
    till.checkout.selling.remove(basket.lines[0].line_id, till.clock.now())
    assert total(till) == 270


def test_another_price_needs_a_manager_and_keeps_promotions_away(home):
    till = till_with(home, SECOND)
    line_id = add(till, "latte", "latte").lines[0].line_id
    with pytest.raises(Refused) as refused:
        till.checkout.discounting.set_price(line_id, 2000, "damaged")
    assert refused.value.code == "pricing.override_needs_approval"
    till.checkout.discounting.set_price(line_id, 2000, "damaged", "li")
    assert total(till) == 4000
    add(till, "latte")
    assert total(till) == 6200
    (decision,) = sell(till).decisions
    assert (decision.kind, decision.amount_minor, decision.approver_id) == ("override", -400, "li")
