"""What an entry balances in: currencies, points, uses of a pass, days of a membership.

Owns the names of units. A unit of money is its ISO 4217 code; the others have no value in money
until a rule gives them one, so nothing ever adds two units up.
"""

from datetime import datetime, timedelta

from retail.errors import ContractError, Refused
from retail.money import AMOUNT_MINOR_MAX, CURRENCIES

POINTS = "PTS"
DAY = timedelta(days=1)
DAYS_MAX = 36_500
"""A hundred years: no validity is longer, and no sum of dates overflows."""


def uses_of(pass_kind: str) -> str:
    """The unit of one use of a kind of count pass."""
    return f"USE:{pass_kind}"


def days_of(membership_kind: str) -> str:
    """The unit of one day of a kind of time membership."""
    return f"DAY:{membership_kind}"


def is_money(unit: str) -> bool:
    """Whether a unit is a currency."""
    return unit in CURRENCIES


def check_amount(amount: int, what: str = "amount") -> None:
    """`Refused` unless an amount that a person asked for is positive and below the house's limit."""
    if amount <= 0:
        raise Refused("amount.not_positive", what=what, amount=amount)
    if amount > AMOUNT_MINOR_MAX:
        raise Refused("amount.too_large", what=what, amount=amount, amount_max=AMOUNT_MINOR_MAX)


def after_days(at: datetime, days: int | None) -> datetime | None:
    """The end of a validity of so many days from a moment; None is without end."""
    if days is None:
        return None
    if not 0 < days <= DAYS_MAX:
        raise ContractError("days.out_of_range", path="$.days", days=days, days_max=DAYS_MAX)
    return at + days * DAY


def has_ended(ends_at: datetime | None, at: datetime) -> bool:
    """Whether a validity is over: it does not hold at its end any more."""
    return ends_at is not None and ends_at <= at
