"""Whether a promotion's calendar holds at an instant of the shop's own time. Knows no time zone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from retail.errors import ContractError
from retail.pricing.promotion import Calendar, Hours

ALWAYS = Calendar()
Holidays = Mapping[str, frozenset[date]]
"""Named lists of days."""


def holds(calendar: Calendar, at: datetime, holidays: Holidays) -> bool:
    """Whether every part of the calendar allows `at` (local time, without zone)."""
    if calendar == ALWAYS:
        return True
    begin, end = _window(calendar.starts_at, calendar.ends_at)
    if (begin is not None and at < begin) or (end is not None and at >= end):
        return False
    if not calendar.hours:
        return _day_is_right(calendar, at.date(), holidays)
    return any(_day_is_right(calendar, day, holidays) for day in _days_in_hours(calendar.hours, at))


def _days_in_hours(hours: Sequence[Hours], at: datetime) -> list[date]:
    """The days whose hours `at` falls in: today's, or yesterday's that run past midnight."""
    days: list[date] = []
    for span in hours:
        begin, end, now = parse_time(span.from_), parse_time(span.until), at.time()
        if begin < end:
            if begin <= now < end:
                days.append(at.date())
        elif now >= begin:
            days.append(at.date())
        elif now < end:
            days.append(at.date() - timedelta(days=1))
    return days


def _day_is_right(calendar: Calendar, day: date, holidays: Holidays) -> bool:
    if calendar.weekdays and day.isoweekday() not in calendar.weekdays:
        return False
    if calendar.days_of_month and day.day not in calendar.days_of_month:
        return False
    text = day.isoformat()
    if text in calendar.except_dates or _in_lists(calendar.except_holidays, day, holidays):
        return False
    if calendar.dates or calendar.holidays:
        return text in calendar.dates or _in_lists(calendar.holidays, day, holidays)
    return True


def _in_lists(names: Sequence[str], day: date, holidays: Holidays) -> bool:
    return any(day in holidays.get(name, frozenset()) for name in names)


@lru_cache(maxsize=4096)
def _window(starts_at: str, ends_at: str) -> tuple[datetime | None, datetime | None]:
    return (
        parse_instant(starts_at) if starts_at else None,
        parse_instant(ends_at, end=True) if ends_at else None,
    )


def parse_instant(text: str, end: bool = False) -> datetime:
    """Local time of ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM[:SS]``; as an `end`, a date means the day after."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise ContractError("calendar.not_an_instant", path="calendar", text=text) from None
    if value.tzinfo is not None:
        raise ContractError("calendar.has_a_zone", path="calendar", text=text)
    return value + timedelta(days=1) if end and len(text) == 10 else value


@lru_cache(maxsize=1024)
def parse_time(text: str) -> time:
    """A time of day ``HH:MM``; 24:00 is midnight."""
    try:
        return time() if text == "24:00" else time.fromisoformat(text)
    except ValueError:
        raise ContractError("calendar.not_a_time", path="calendar.hours", text=text) from None
