"""Calendars and conditions: when a promotion applies, where and for whom."""

from datetime import date, datetime

import pytest

from retail.pricing import Goods, MemberTerms, Offers, PricedBasket, PriceRules, PromotionSet, TaxRate, price
from retail.pricing import promotion as doc

LATTE = Goods("latte", "latte", "each", (), 1000, 3000, None, "a", True)
SILVER = MemberTerms("silver", {}, 0, birth_month=5)
MAY_DAY = datetime(2026, 5, 1, 10, 30)


def ask(promotion: doc.AnyPromotion, member: MemberTerms | None = None) -> PricedBasket:
    holidays = {"labour": frozenset({date(2026, 5, 1)})}
    offers = Offers(PromotionSet([promotion]), at=MAY_DAY, store="s1", channel="till", holidays=holidays)
    return price([LATTE], member, PriceRules({"a": TaxRate(0)}), offers)


CALENDARS = [
    (doc.Calendar(starts_at="2026-05-01", ends_at="2026-05-01"), True),
    (doc.Calendar(starts_at="2026-05-01T10:31"), False),
    (doc.Calendar(ends_at="2026-05-01T10:30"), False),
    (doc.Calendar(weekdays=(5,)), True),
    (doc.Calendar(weekdays=(1, 2)), False),
    (doc.Calendar(hours=(doc.Hours(from_="10:00", until="11:00"),)), True),
    (doc.Calendar(hours=(doc.Hours(from_="14:00", until="17:00"),)), False),
    (doc.Calendar(hours=(doc.Hours(from_="22:00", until="10:31"),), weekdays=(4,)), True),
    (doc.Calendar(hours=(doc.Hours(from_="09:00", until="02:00"),), weekdays=(5,)), True),
    (doc.Calendar(hours=(doc.Hours(from_="22:00", until="24:00"),)), False),
    (doc.Calendar(days_of_month=(1,)), True),
    (doc.Calendar(days_of_month=(8, 18)), False),
    (doc.Calendar(dates=("2026-05-01",)), True),
    (doc.Calendar(dates=("2026-05-02",)), False),
    (doc.Calendar(holidays=("labour",)), True),
    (doc.Calendar(holidays=("spring",)), False),
    (doc.Calendar(except_holidays=("labour",)), False),
    (doc.Calendar(except_dates=("2026-05-01",)), False),
]


@pytest.mark.parametrize(("calendar", "open_now"), CALENDARS)
def test_calendars(calendar: doc.Calendar, open_now: bool) -> None:
    promotion = doc.Percentage(id="p", names={}, off_bp=1000, calendar=calendar)
    assert (ask(promotion).total_minor == 2700) is open_now


CONDITIONS = [
    (doc.Conditions(stores=("s1",)), True, ""),
    (doc.Conditions(stores=("s2",)), False, ""),
    (doc.Conditions(channels=("till",)), True, ""),
    (doc.Conditions(channels=("web",)), False, ""),
    (doc.Conditions(member=True), True, ""),
    (doc.Conditions(tiers=("silver", "gold")), True, ""),
    (doc.Conditions(tiers=("gold",)), False, "tier"),
    (doc.Conditions(birthday_month=True), True, ""),
    (doc.Conditions(coupon=True), False, "coupon"),
    (doc.Conditions(minimum_minor=3000), True, ""),
    (doc.Conditions(minimum_minor=3160), False, "amount"),
    (doc.Conditions(minimum_pieces=3), False, "pieces"),
    (doc.Conditions(minimum_pieces=1, goods=doc.Scope(products=("tea",))), False, "pieces"),
]


@pytest.mark.parametrize(("conditions", "holds", "missing"), CONDITIONS)
def test_conditions(conditions: doc.Conditions, holds: bool, missing: str) -> None:
    promotion = doc.Percentage(id="p", names={}, off_bp=1000, conditions=conditions)
    answer = ask(promotion, SILVER)
    assert (answer.total_minor == 2700) is holds
    assert [near.missing for near in answer.near_misses] == ([missing] if missing else [])
    if missing == "amount":
        assert answer.near_misses[0].missing_minor == 160
