"""What is said about a promotion when it is written."""

import pytest

from retail.catalogue import Names
from retail.pricing import promotion as doc
from retail.pricing.check import check_promotion

N: Names = {"en": "x"}
CAKE = doc.Scope(products=("cake",))
PART = (doc.Part(scope=CAKE),)


def once(**more: object) -> doc.AnyPromotion:
    return doc.Percentage(id="p", names=N, off_bp=1000, **more)  # type: ignore[arg-type]


def on(**calendar: object) -> doc.AnyPromotion:
    return once(calendar=doc.Calendar(**calendar))  # type: ignore[arg-type]


SOUND: list[doc.AnyPromotion] = [
    once(),
    on(starts_at="2026-05-18", ends_at="2026-05-19", weekdays=(2,), except_dates=("2026-05-18",)),
    on(starts_at="2026-05-18", ends_at="2027-12-31", weekdays=(2,), days_of_month=(31,)),
    on(starts_at="2026-05-18", ends_at="2026-05-18", weekdays=(2,), holidays=("may",)),
    on(
        starts_at="2026-05-01",
        ends_at="2026-05-01",
        dates=("2026-05-01",),
        hours=(doc.Hours(from_="22:00", until="02:00"),),
    ),
    doc.NForM(id="p", names=N, pieces=3, paid=2),
    doc.BuyXGetY(id="p", names=N, get=CAKE),
    doc.Bundle(id="p", names=N, parts=PART, price_minor=100),
    doc.GroupBuy(id="p", names=N, parts=PART, price_minor=0),
    doc.ThresholdGift(id="p", names=N, threshold_minor=100, gifts=CAKE),
    doc.FlashSale(id="p", names=N, price_minor=1, quota=1),
]
WRONG: list[tuple[doc.AnyPromotion, str, str, str]] = [
    (doc.Percentage(id="", names=N, off_bp=1), "promotion.no_id", "error", "id"),
    (doc.Percentage(id="p", names={}, off_bp=1), "promotion.no_name", "warning", "names"),
    (
        once(conditions=doc.Conditions(minimum_minor=-1)),
        "promotion.below_nothing",
        "error",
        "conditions.minimum_minor",
    ),
    (
        once(conditions=doc.Conditions(minimum_pieces=-1)),
        "promotion.below_nothing",
        "error",
        "conditions.minimum_pieces",
    ),
    (
        once(conditions=doc.Conditions(coupon_codes=(" ",))),
        "promotion.empty_code",
        "error",
        "conditions.coupon_codes",
    ),
    (
        on(starts_at="2026-05-02", ends_at="2026-05-01"),
        "calendar.ends_before_it_begins",
        "error",
        "calendar.ends_at",
    ),
    (on(starts_at="soon"), "calendar.not_an_instant", "error", "calendar.starts_at"),
    (on(ends_at="2026-05-01T10:00+08:00"), "calendar.has_a_zone", "error", "calendar.ends_at"),
    (on(hours=(doc.Hours(from_="10:00", until="10:00"),)), "calendar.no_time", "error", "calendar.hours[0]"),
    (on(hours=(doc.Hours(from_="10", until="99:00"),)), "calendar.not_a_time", "error", "calendar.hours[0]"),
    (on(weekdays=(0,)), "calendar.weekday", "error", "calendar.weekdays"),
    (on(days_of_month=(32,)), "calendar.day_of_month", "error", "calendar.days_of_month"),
    (on(except_dates=("x",)), "calendar.not_a_date", "error", "calendar.except_dates"),
    (
        on(starts_at="2026-05-01", ends_at="2026-05-02", dates=("x",)),
        "calendar.not_a_date",
        "error",
        "calendar.dates",
    ),
    (
        on(dates=("2026-05-01",), except_dates=("2026-05-01",)),
        "promotion.never",
        "error",
        "calendar.except_dates",
    ),
    (
        on(starts_at="2026-05-01", ends_at="2026-05-02", dates=("2026-06-01",)),
        "promotion.never",
        "error",
        "calendar.dates",
    ),
    (
        on(starts_at="2026-05-18", ends_at="2026-05-19", weekdays=(6, 7)),
        "promotion.never",
        "error",
        "calendar.weekdays",
    ),
    (
        on(starts_at="2026-05-18", ends_at="2026-05-20T00:00", days_of_month=(20,)),
        "promotion.never",
        "error",
        "calendar.weekdays",
    ),
    (on(dates=("2026-05-18",), weekdays=(2,)), "promotion.never", "error", "calendar.dates"),
    (
        once(conditions=doc.Conditions(minimum_pieces=1001)),
        "promotion.pieces",
        "error",
        "conditions.minimum_pieces",
    ),
    (once(limits=doc.Limits(per_member=1)), "promotion.limit_of_members", "warning", "limits.per_member"),
    (once(limits=doc.Limits(per_member=0)), "promotion.limit_of_nothing", "error", "limits.per_member"),
    (once(limits=doc.Limits(per_day=5, in_all=3)), "promotion.day_above_all", "warning", "limits.per_day"),
    (doc.FlashSale(id="p", names=N, price_minor=1, quota=0), "promotion.quota_of_nothing", "error", "quota"),
    (
        doc.ThresholdOff(id="p", names=N, threshold_minor=9, off_minor=5, limits=doc.Limits(budget_minor=3)),
        "promotion.never",
        "error",
        "limits.budget_minor",
    ),
    (
        once(scope=doc.Scope(products=("a",), except_products=("a",))),
        "promotion.never",
        "error",
        "scope.except_products",
    ),
    (
        once(scope=doc.Scope(categories=("a",), except_categories=("a",))),
        "promotion.never",
        "error",
        "scope.except_categories",
    ),
    (once(scope=doc.Scope(products=("",))), "promotion.empty_product_list", "error", "scope.products"),
    (
        doc.Bundle(id="p", names=N, parts=PART, price_minor=1, scope=CAKE),
        "promotion.scope_not_used",
        "warning",
        "scope",
    ),
    (doc.AmountOff(id="p", names=N, off_minor=-1), "promotion.amount_out_of_range", "error", "off_minor"),
    (doc.AmountOff(id="p", names=N, off_minor=0), "promotion.takes_nothing_off", "error", "off_minor"),
    (doc.Percentage(id="p", names=N, off_bp=0), "promotion.takes_nothing_off", "error", "off_bp"),
    (doc.Percentage(id="p", names=N, off_bp=10_001), "promotion.more_than_everything", "error", "off_bp"),
    (doc.Percentage(id="p", names=N, off_bp=10_000), "promotion.gives_away", "warning", "off_bp"),
    (doc.Percentage(id="p", names=N, off_bp=9_000), "promotion.very_much_off", "warning", "off_bp"),
    (doc.FixedPrice(id="p", names=N, price_minor=0), "promotion.price_of_nothing", "warning", "price_minor"),
    (doc.NthAtRate(id="p", names=N, nth=1), "promotion.pieces", "error", "nth"),
    (doc.NForM(id="p", names=N, pieces=2, paid=2), "promotion.takes_nothing_off", "error", "paid"),
    (doc.NForM(id="p", names=N, pieces=2, paid=0), "promotion.gives_away", "error", "paid"),
    (doc.Bundle(id="p", names=N, parts=(), price_minor=1), "promotion.no_parts", "error", "parts"),
    (
        doc.Bundle(id="p", names=N, parts=(doc.Part(scope=CAKE, pieces=0),), price_minor=1),
        "promotion.pieces",
        "error",
        "parts[0].pieces",
    ),
    (doc.Bundle(id="p", names=N, parts=PART), "promotion.price_or_rate", "error", "price_minor"),
    (
        doc.ThresholdPercentage(id="p", names=N, threshold_minor=0, off_bp=5),
        "promotion.threshold_of_nothing",
        "error",
        "threshold_minor",
    ),
    (
        doc.ThresholdOff(id="p", names=N, threshold_minor=5, off_minor=5),
        "promotion.gives_away",
        "warning",
        "off_minor",
    ),
    (
        doc.ThresholdGift(id="p", names=N, threshold_minor=5, gifts=doc.Scope()),
        "promotion.no_gift",
        "error",
        "gifts",
    ),
    (
        doc.ThresholdGift(id="p", names=N, threshold_minor=5, gifts=CAKE, limits=doc.Limits(budget_minor=3)),
        "promotion.gift_within_budget",
        "warning",
        "limits.budget_minor",
    ),
]


@pytest.mark.parametrize("promotion", SOUND)
def test_a_sound_promotion_has_no_findings(promotion: doc.AnyPromotion) -> None:
    assert check_promotion(promotion) == []


@pytest.mark.parametrize(("promotion", "code", "severity", "path"), WRONG)
def test_what_is_wrong_is_found(promotion: doc.AnyPromotion, code: str, severity: str, path: str) -> None:
    assert (code, severity, path) in [
        (one.code, one.severity, one.path) for one in check_promotion(promotion)
    ]
