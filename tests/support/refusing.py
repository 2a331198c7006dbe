"""A till that refuses: nothing on the counter or in the database changes when it does."""

from collections.abc import Callable

import pytest

from retail.errors import Refused
from retail.messages.events import SaleCompleted
from tests.support.desk import Till

WATER, BEANS = "6901234567892", "6901234567885"
MANAGER, CASHIER = "li", "wang"


def refuses(till: Till, code: str, call: Callable[..., object], *args: object, **more: object) -> None:
    """The call is refused with that code; basket, baskets put aside and journal stay as they were."""
    before = state(till)
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    assert caught.value.code == code
    assert state(till) == before


def state(till: Till) -> tuple[object, ...]:
    """What must be as before when something is refused."""
    trade = till.checkout.desk.trade
    return (
        till.checkout.desk.basket, trade.open_basket(), list(trade.suspended_baskets()), trade.head_seq()
    )  # fmt: skip


def scan(till: Till, *codes: str) -> None:
    """Goods by their codes."""
    for code in codes:
        till.checkout.selling.scan(code, "", till.clock.now())


def sell(till: Till, *codes: str, by: str = "cash") -> SaleCompleted:
    """A sale of these, paid in one tender."""
    scan(till, *codes)
    sale = till.checkout.paying.exact(by, till.clock.now()).sale
    assert sale is not None
    return sale


def all_of(sale: SaleCompleted) -> dict[str, int]:
    """Everything that was sold, by line."""
    return {line.line_id: line.quantity_milli for line in sale.lines}


def take_back(till: Till, sale: SaleCompleted) -> None:
    """All of a sale into the basket that gives it back."""
    till.checkout.refunding.take_back(sale.number, all_of(sale), "damaged", till.clock.now())
