"""Birthday benefits: when one is due, and that it is given once a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import Struct

from retail.errors import ContractError

GAP_DAYS_MIN = 300
"""Two benefits are at least so far apart, so that correcting a birthday does not bring a second one."""


class BirthdayRule(Struct, frozen=True, kw_only=True):
    """A coupon of this kind, from `days_before` the birthday to `days_after` it."""

    coupon: str
    days_before: int = 7
    days_after: int = 7


@dataclass(frozen=True, slots=True)
class BirthdayBenefit:
    """What is due: `cause` (``birthday:2026``) makes it unique; good until the end of `last_day`."""

    coupon: str
    cause: str
    year: int
    last_day: date


def check_birthday_rule(rule: BirthdayRule) -> None:
    """`ContractError` unless the window is shorter than a year and does not run backwards."""
    if min(rule.days_before, rule.days_after) < 0 or rule.days_before + rule.days_after >= 180:
        raise ContractError("birthday.bad_window", path="$.days_before", found=rule.days_before)


def birthday_in(birthday: date, year: int) -> date:
    """The birthday in a year; 29 February is kept on the 28th in common years."""
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def is_birthday_month(birthday: date | None, today: date) -> bool:
    """Whether a promotion for the birthday's month is for this member today."""
    return birthday is not None and birthday.month == today.month


def birthday_due(
    rule: BirthdayRule, birthday: date | None, issued: Mapping[int, date], today: date
) -> BirthdayBenefit | None:
    """The benefit to issue today, if any. `issued`: the birthdays' years to the days they were issued on.

    The year is the birthday's own: a window over New Year belongs to the birthday inside it.
    """
    if birthday is None or birthday > today:
        return None
    for year in (today.year - 1, today.year, today.year + 1):
        day = birthday_in(birthday, year)
        first, last = day - timedelta(days=rule.days_before), day + timedelta(days=rule.days_after)
        if first <= today <= last and year not in issued:
            if any(abs((today - given).days) < GAP_DAYS_MIN for given in issued.values()):
                return None
            return BirthdayBenefit(rule.coupon, f"birthday:{year}", year, last)
    return None
