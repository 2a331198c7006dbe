"""Whether a promotion makes sense, said when it is written and not at the till.

Findings are codes with parameters; the command line and HQ's pages make the sentences. An `error` means that
the promotion must not be pushed, a `warning` that somebody should look at it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from retail.errors import ContractError
from retail.money import AMOUNT_MINOR_MAX, BASIS_POINTS
from retail.pricing import promotion as doc
from retail.pricing.calendar import parse_instant, parse_time
from retail.pricing.promotion import AnyPromotion, Calendar, Scope

PIECES_MAX = 1000
VERY_MUCH_BP = 9_000
"""From here on a percentage is more likely a slip (9 for 90) than meant."""
DAYS_LOOKED_AT = timedelta(days=400)
"""A longer window holds every weekday and every day of a month."""
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a promotion: `path` says which field."""

    code: str
    severity: Severity
    path: str
    params: Mapping[str, int | str] = field(default_factory=dict)


def check_promotion(promotion: AnyPromotion) -> list[Finding]:
    """Everything that is wrong or strange, errors first."""
    found = [
        *_general(promotion),
        *_calendar(promotion.calendar),
        *_limits(promotion),
        *_scopes(promotion),
        *_benefit(promotion),
    ]
    return sorted(found, key=lambda one: (one.severity, one.path, one.code))


def _error(code: str, path: str, **params: int | str) -> Finding:
    return Finding(code, "error", path, params)


def _warning(code: str, path: str, **params: int | str) -> Finding:
    return Finding(code, "warning", path, params)


def _general(promotion: AnyPromotion) -> Iterator[Finding]:
    conditions = promotion.conditions
    if not promotion.id:
        yield _error("promotion.no_id", "id")
    if not any(promotion.names.values()):
        yield _warning("promotion.no_name", "names")
    if conditions.minimum_minor < 0:
        yield _error("promotion.below_nothing", "conditions.minimum_minor")
    if conditions.minimum_pieces < 0:
        yield _error("promotion.below_nothing", "conditions.minimum_pieces")
    if conditions.minimum_pieces > PIECES_MAX:
        pieces = conditions.minimum_pieces
        yield _error("promotion.pieces", "conditions.minimum_pieces", pieces=pieces, least=0, most=PIECES_MAX)
    if promotion.limits.per_member is not None and not conditions.needs_member():
        yield _warning("promotion.limit_of_members", "limits.per_member")
    if any(not code.strip() for code in conditions.coupon_codes):
        yield _error("promotion.empty_code", "conditions.coupon_codes")


def _calendar(calendar: Calendar) -> Iterator[Finding]:
    instants: list[datetime] = []
    for name, end in (("starts_at", False), ("ends_at", True)):
        text = getattr(calendar, name)
        try:
            instants += [parse_instant(text, end=end)] if text else []
        except ContractError as error:
            yield _error(error.code, f"calendar.{name}", text=text)
            return
    if len(instants) == 2 and instants[0] >= instants[1]:
        yield _error("calendar.ends_before_it_begins", "calendar.ends_at")
        return
    for place, hours in enumerate(calendar.hours):
        try:
            if parse_time(hours.from_) == parse_time(hours.until):
                yield _error("calendar.no_time", f"calendar.hours[{place}]", text=hours.from_)
        except ContractError as error:
            yield _error(error.code, f"calendar.hours[{place}]", text=f"{hours.from_}-{hours.until}")
    if any(not 1 <= day <= 7 for day in calendar.weekdays):
        yield _error("calendar.weekday", "calendar.weekdays")
    if any(not 1 <= day <= 31 for day in calendar.days_of_month):
        yield _error("calendar.day_of_month", "calendar.days_of_month")
    for name in ("dates", "except_dates"):
        for text in getattr(calendar, name):
            try:
                date.fromisoformat(text)
            except ValueError:
                yield _error("calendar.not_a_date", f"calendar.{name}", text=text)
    yield from _no_day(calendar, instants)


def _no_day(calendar: Calendar, instants: list[datetime]) -> Iterator[Finding]:
    """Its weekdays, dates and exceptions leave no day of its window. Lists of holidays are not known here."""
    try:
        days = [date.fromisoformat(text) for text in calendar.dates]
    except ValueError:
        return
    if len(instants) == 2:
        begin, end = instants[0].date(), (instants[1] - timedelta.resolution).date()
        if calendar.dates:
            days = [day for day in days if begin <= day <= end]
        elif end - begin < DAYS_LOOKED_AT:
            days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
        else:
            return
    elif not calendar.dates:
        return
    if calendar.holidays or any(_named_day(calendar, day) for day in days):
        return
    excepted = calendar.dates and set(calendar.dates) <= set(calendar.except_dates)
    path = "except_dates" if excepted else "dates" if calendar.dates else "weekdays"
    yield _error("promotion.never", f"calendar.{path}")


def _named_day(calendar: Calendar, day: date) -> bool:
    if calendar.weekdays and day.isoweekday() not in calendar.weekdays:
        return False
    if calendar.days_of_month and day.day not in calendar.days_of_month:
        return False
    return day.isoformat() not in calendar.except_dates


def _limits(promotion: AnyPromotion) -> Iterator[Finding]:
    limits = promotion.limits
    for name in ("per_basket", "per_member", "per_day", "in_all", "budget_minor"):
        value = getattr(limits, name)
        if value is not None and value <= 0:
            yield _error("promotion.limit_of_nothing", f"limits.{name}", limit=value)
    if isinstance(promotion, doc.FlashSale) and promotion.quota <= 0:
        yield _error("promotion.quota_of_nothing", "quota", quota=promotion.quota)
    if isinstance(promotion, doc.ThresholdOff) and 0 < (limits.budget_minor or 0) < promotion.off_minor:
        yield _error("promotion.never", "limits.budget_minor")
    if None not in (limits.per_day, limits.in_all) and (limits.per_day or 0) > (limits.in_all or 0):
        yield _warning("promotion.day_above_all", "limits.per_day")


def _scopes(promotion: AnyPromotion) -> Iterator[Finding]:
    for path, scope in named_scopes(promotion):
        if (
            scope.products
            and set(scope.products) <= set(scope.except_products)
            and not (scope.categories or scope.tags or scope.lists)
        ):
            yield _error("promotion.never", f"{path}.except_products")
        if (
            scope.categories
            and set(scope.categories) <= set(scope.except_categories)
            and not (scope.products or scope.tags or scope.lists)
        ):
            yield _error("promotion.never", f"{path}.except_categories")
        for name in ("products", "categories", "tags", "lists"):
            if any(not one.strip() for one in getattr(scope, name)):
                yield _error("promotion.empty_product_list", f"{path}.{name}")
    if isinstance(promotion, doc.Bundle | doc.GroupBuy) and not promotion.scope.is_all():
        yield _warning("promotion.scope_not_used", "scope")


def named_scopes(promotion: AnyPromotion) -> Iterator[tuple[str, Scope]]:
    if isinstance(promotion, doc.Bundle | doc.GroupBuy):
        for place, part in enumerate(promotion.parts):
            yield f"parts[{place}].scope", part.scope
        return
    yield "scope", promotion.scope
    if isinstance(promotion, doc.BuyXGetY) and promotion.get is not None:
        yield "get", promotion.get
    if isinstance(promotion, doc.ThresholdGift):
        yield "gifts", promotion.gifts


def _benefit(promotion: AnyPromotion) -> Iterator[Finding]:
    for path in ("off_minor", "price_minor", "threshold_minor"):
        value = getattr(promotion, path, None)
        if value is not None and not 0 <= value <= AMOUNT_MINOR_MAX:
            yield _error("promotion.amount_out_of_range", path, amount=value)
    off_bp = getattr(promotion, "off_bp", None)
    if off_bp is not None:
        yield from _rate(promotion, off_bp)
    if isinstance(promotion, doc.AmountOff | doc.ThresholdOff) and promotion.off_minor == 0:
        yield _error("promotion.takes_nothing_off", "off_minor")
    price = getattr(promotion, "price_minor", None)
    if price == 0 and not isinstance(promotion, doc.GroupBuy):
        yield _warning("promotion.price_of_nothing", "price_minor")
    yield from _pieces(promotion)
    yield from _threshold(promotion)


def _rate(promotion: AnyPromotion, off_bp: int) -> Iterator[Finding]:
    if off_bp <= 0:
        yield _error("promotion.takes_nothing_off", "off_bp")
    elif off_bp > BASIS_POINTS:
        yield _error("promotion.more_than_everything", "off_bp", off_bp=off_bp)
    elif isinstance(promotion, doc.Percentage | doc.ThresholdPercentage | doc.Bundle):
        if off_bp == BASIS_POINTS:
            yield _warning("promotion.gives_away", "off_bp")
        elif off_bp >= VERY_MUCH_BP:
            yield _warning("promotion.very_much_off", "off_bp", off_bp=off_bp)


def _pieces(promotion: AnyPromotion) -> Iterator[Finding]:
    for path in ("pieces", "nth", "buy_pieces", "get_pieces"):
        value = getattr(promotion, path, None)
        least = 2 if path == "nth" or (path == "pieces" and isinstance(promotion, doc.NForM)) else 1
        if value is not None and not least <= value <= PIECES_MAX:
            yield _error("promotion.pieces", path, pieces=value, least=least, most=PIECES_MAX)
    if isinstance(promotion, doc.NForM):
        if promotion.paid >= promotion.pieces:
            yield _error("promotion.takes_nothing_off", "paid")
        elif promotion.paid <= 0:
            yield _error("promotion.gives_away", "paid")
    if isinstance(promotion, doc.Bundle | doc.GroupBuy):
        if not promotion.parts:
            yield _error("promotion.no_parts", "parts")
        for place, part in enumerate(promotion.parts):
            if not 1 <= part.pieces <= PIECES_MAX:
                yield _error(
                    "promotion.pieces", f"parts[{place}].pieces", pieces=part.pieces, least=1, most=PIECES_MAX
                )
    if isinstance(promotion, doc.Bundle) and (promotion.price_minor is None) == (promotion.off_bp is None):
        yield _error("promotion.price_or_rate", "price_minor")


def _threshold(promotion: AnyPromotion) -> Iterator[Finding]:
    if not isinstance(promotion, doc.BasketKind):
        return
    threshold = promotion.threshold_minor
    if threshold == 0:
        yield _error("promotion.threshold_of_nothing", "threshold_minor")
    if isinstance(promotion, doc.ThresholdOff) and 0 < threshold <= promotion.off_minor:
        yield _warning("promotion.gives_away", "off_minor", threshold_minor=threshold)
    if isinstance(promotion, doc.ThresholdGift) and promotion.gifts.is_all():
        yield _error("promotion.no_gift", "gifts")
    if isinstance(promotion, doc.ThresholdGift) and promotion.limits.budget_minor is not None:
        yield _warning("promotion.gift_within_budget", "limits.budget_minor")
