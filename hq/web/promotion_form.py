"""A promotion's form: from what a shop manager typed to the document, and back.

A field is named as the document's: ``off_bp``, ``scope.products``, ``parts.0.pieces``. Money is typed as
money, rates as percent (or 折), lists with commas. What cannot be read is an error at its field; nothing is
guessed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec

from retail.catalogue import LANGUAGES
from retail.errors import ContractError, Refused
from retail.money import BASIS_POINTS, Currency, format_plain, parse_amount
from retail.pricing.promotion import AnyPromotion
from retail.pricing.saying import percent

Sort = Literal["money", "percent", "pieces", "flag"]
Problems = dict[str, tuple[str, dict[str, Any]]]
"""Field -> code and parameters of what is wrong there."""

BENEFITS: dict[str, dict[str, Sort]] = {
    "percentage": {"off_bp": "percent"},
    "amount_off": {"off_minor": "money"},
    "fixed_price": {"price_minor": "money"},
    "flash_sale": {"price_minor": "money", "quota": "pieces"},
    "n_for_price": {"pieces": "pieces", "price_minor": "money", "same_product": "flag"},
    "n_for_m": {"pieces": "pieces", "paid": "pieces", "same_product": "flag"},
    "nth_at_rate": {"nth": "pieces", "off_bp": "percent", "same_product": "flag"},
    "buy_x_get_y": {"buy_pieces": "pieces", "get_pieces": "pieces", "off_bp": "percent"},
    "bundle": {"price_minor": "money", "off_bp": "percent"},
    "group_buy": {"price_minor": "money"},
    "threshold_off": {"threshold_minor": "money", "off_minor": "money", "repeats": "flag"},
    "threshold_percentage": {"threshold_minor": "money", "off_bp": "percent"},
    "threshold_gift": {"threshold_minor": "money", "pieces": "pieces", "repeats": "flag"},
}
"""What the customer gets, by kind: the fields of that kind and how they are typed."""
GIVEN = {
    "nth_at_rate": {"nth": "2", "off_bp": "50"},
    "buy_x_get_y": {"buy_pieces": "1", "get_pieces": "1", "off_bp": "100"},
    "threshold_gift": {"pieces": "1"},
    "n_for_m": {"pieces": "3", "paid": "2"},
}
"""What stands in a new promotion's form."""
OPTIONAL = {("bundle", "price_minor"), ("bundle", "off_bp")}
SECOND_SCOPE = {"buy_x_get_y": "get", "threshold_gift": "gifts"}
WITH_PARTS = ("bundle", "group_buy")
PARTS_MIN, PARTS_MAX = 2, 8
SCOPE_LISTS = (
    "products",
    "categories",
    "tags",
    "lists",
    "except_products",
    "except_categories",
    "except_tags",
)
SHARED: dict[str, Sort] = {
    "conditions.minimum_minor": "money",
    "conditions.minimum_pieces": "pieces",
    "limits.per_basket": "pieces",
    "limits.per_member": "pieces",
    "limits.per_day": "pieces",
    "limits.in_all": "pieces",
    "limits.budget_minor": "money",
}
TEXT_LENGTH_MAX, VALUES_MAX = 2_000, 5_000
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~～至到]\s*(\d{1,2}:\d{2})")
_SEPARATORS = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True)
class Form:
    """What is in the fields: every field's values, in order."""

    values: Mapping[str, Sequence[str]]
    problems: Problems = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field's text, empty when it is not there."""
        return next(iter(self.values.get(name, ())), "").strip()

    def many(self, name: str) -> list[str]:
        """The values of a field that may be there several times."""
        return [one.strip() for one in self.values.get(name, ()) if one.strip()]

    def parts(self) -> int:
        """How many places of a bundle the form has."""
        named = [int(found[1]) for key in self.values if (found := re.match(r"parts\.(\d)\.", key))]
        return min(PARTS_MAX, max([PARTS_MIN, *(number + 1 for number in named)]))


def split_list(text: str) -> list[str]:
    """The entries of a text with commas or line breaks between them."""
    return list(dict.fromkeys(one.strip() for one in _SEPARATORS.split(text) if one.strip()))


def parse_percent(text: str) -> int:
    """Basis points that come off: ``12.5``, ``12.5%``; ``9折`` is 10% off, ``85折`` 15%."""
    cleaned = text.strip().removesuffix("%").removesuffix("％").strip()
    fold = cleaned.endswith("折")
    try:
        value = Decimal(cleaned.removesuffix("折").strip())
    except InvalidOperation:
        raise ContractError("percent.not_a_number", text=text) from None
    if not value.is_finite():
        raise ContractError("percent.not_a_number", text=text)
    if fold:
        value = 100 - (value if value >= 10 else value * 10)
    scaled = value * (BASIS_POINTS // 100)
    if scaled != scaled.to_integral_value() or abs(scaled) > 100 * BASIS_POINTS:
        raise ContractError("percent.not_a_number", text=text)
    return int(scaled)


def parse_pieces(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(r"-?\d{1,9}", text.strip()):
        raise ContractError("pieces.not_a_number", text=text)
    return int(text)


def read(form: Form, unit: Currency, before: AnyPromotion | None) -> tuple[AnyPromotion | None, Problems]:
    """The promotion that was typed, or what could not be read. What has no field stays as `before`."""
    kind = form.text("kind")
    if kind not in BENEFITS:
        raise Refused("promotion.unknown_kind", field="form")
    problems: Problems = {}
    kept = msgspec.to_builtins(before) if before is not None and _kind_of(before) == kind else {}

    def value(name: str, sort: Sort) -> Any:
        try:
            return _value(form, name, sort, unit)
        except ContractError as error:
            problems[name] = (error.code, dict(error.params))
            return None

    written: dict[str, Any] = {**kept, "kind": kind, "id": form.text("id")}
    written["names"] = {key: name for key in LANGUAGES if (name := form.text(f"names.{key}"))}
    for name, sort in BENEFITS[kind].items():
        given = value(name, sort)
        if given is None and (kind, name) not in OPTIONAL:
            problems.setdefault(name, ("form.missing", {}))
        written[name] = given
    _goods(form, kind, written, value)
    conditions = {**written.get("conditions", {}), **_conditions(form)}
    limits: dict[str, Any] = {}
    for path, sort in SHARED.items():
        group, _, name = path.partition(".")
        found = value(path, sort)
        if group == "limits":
            limits[name] = found
        else:
            conditions[name] = found or 0
    written |= {"conditions": conditions, "limits": limits, "calendar": _calendar(form, problems)}
    written["group"] = form.text("group")
    priority = value("priority", "pieces")
    if priority is not None:
        written["priority"] = priority
    if problems:
        return None, problems
    return msgspec.convert(written, AnyPromotion), {}


def typed(promotion: AnyPromotion, unit: Currency) -> Form:
    """A promotion as its form shows it."""
    values: dict[str, list[str]] = {"kind": [_kind_of(promotion)], "id": [promotion.id]}
    values |= {f"names.{key}": [name] for key, name in promotion.names.items()}
    plain = msgspec.to_builtins(promotion)
    for path, sort in {**BENEFITS[_kind_of(promotion)], **SHARED, "priority": "pieces"}.items():
        found = plain
        for step in path.split("."):
            found = found[step]
        nothing = found is None or (found == 0 and path.startswith("conditions."))
        values[path] = [] if nothing else [_shown(found, sort, unit)]
    scopes = {"scope": plain["scope"]}
    scopes |= {name: plain[name] for name in ("get", "gifts") if plain.get(name)}
    for place, part in enumerate(plain.get("parts", ())):
        scopes[f"parts.{place}.scope"] = part["scope"]
        values[f"parts.{place}.pieces"] = [str(part["pieces"])]
    for prefix, scope in scopes.items():
        values |= {f"{prefix}.{name}": list(scope[name]) for name in SCOPE_LISTS}
    for name in ("member", "birthday_month", "coupon"):
        values[f"conditions.{name}"] = ["1"] if plain["conditions"][name] else []
    for name in ("tiers", "stores", "channels"):
        values[f"conditions.{name}"] = list(plain["conditions"][name])
    values["conditions.coupon_codes"] = [", ".join(plain["conditions"]["coupon_codes"])]
    return Form({**values, **_typed_calendar(plain["calendar"]), "group": [promotion.group]})


def fresh(kind: str) -> Form:
    """The form of a new promotion."""
    return Form({"kind": [kind], **{name: [text] for name, text in GIVEN.get(kind, {}).items()}})


def field_of(path: str) -> str:
    """The form's field for a finding's path: ``parts[0].scope.products`` is ``parts.0.scope.products``."""
    path = re.sub(r"\[(\d+)\]", r".\1", path)
    return re.sub(r"^(calendar\.hours)\..*", r"\1", path)


def _kind_of(promotion: AnyPromotion) -> str:
    return str(type(promotion).__struct_config__.tag)


def _value(form: Form, name: str, sort: Sort, unit: Currency) -> Any:
    if sort == "flag":
        return bool(form.text(name))
    text = form.text(name)
    if not text:
        return None
    if sort == "money":
        return parse_amount(text, unit)
    return parse_percent(text) if sort == "percent" else parse_pieces(text)


def _shown(value: Any, sort: Sort, unit: Currency) -> str:
    if sort == "flag":
        return "1" if value else ""
    if sort == "money":
        return format_plain(value, unit)
    return percent(value) if sort == "percent" else str(value)


def _goods(form: Form, kind: str, written: dict[str, Any], value: Callable[[str, Sort], Any]) -> None:
    if kind in WITH_PARTS:
        written["parts"] = [
            {"scope": scope, "pieces": value(f"parts.{place}.pieces", "pieces") or 1}
            for place in range(form.parts())
            if any((scope := _scope(form, f"parts.{place}.scope")).values())
        ]
        return
    written["scope"] = _scope(form, "scope")
    second = SECOND_SCOPE.get(kind)
    if second:
        scope = _scope(form, second)
        same = second == "get" and not any(scope.values())
        written[second] = None if same else scope


def _scope(form: Form, prefix: str) -> dict[str, list[str]]:
    found = {}
    for name in SCOPE_LISTS:
        many = form.many(f"{prefix}.{name}")
        found[name] = split_list(",".join(many)) if name.endswith("tags") else list(dict.fromkeys(many))
    return found


def _conditions(form: Form) -> dict[str, Any]:
    return {
        "member": bool(form.text("conditions.member")),
        "birthday_month": bool(form.text("conditions.birthday_month")),
        "coupon": bool(form.text("conditions.coupon")),
        "tiers": form.many("conditions.tiers"),
        **{
            name: split_list(",".join(form.many(f"conditions.{name}")))
            for name in ("stores", "channels", "coupon_codes")
        },
    }


def _calendar(form: Form, problems: Problems) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("starts_at", "ends_at"):
        day, clock = form.text(f"calendar.{name}.day"), form.text(f"calendar.{name}.time")
        if clock and not day:
            problems[f"calendar.{name}"] = ("form.day_missing", {})
        found[name] = f"{day}T{clock[:5]}" if day and clock else day
    for name in ("holidays", "except_holidays"):
        found[name] = form.many(f"calendar.{name}")
    for name in ("dates", "except_dates"):
        found[name] = split_list(form.text(f"calendar.{name}"))
    for name in ("weekdays", "days_of_month"):
        texts = split_list(",".join(form.many(f"calendar.{name}")))
        if not all(re.fullmatch(r"\d{1,2}", text) for text in texts):
            problems[f"calendar.{name}"] = ("form.days", {})
            texts = []
        found[name] = [int(text) for text in texts]
    hours = split_list(form.text("calendar.hours"))
    spans = [_HOURS.fullmatch(text) for text in hours]
    if not all(spans):
        problems["calendar.hours"] = ("form.hours", {})
    found["hours"] = [{"from": _clock(span[1]), "until": _clock(span[2])} for span in spans if span]
    return found


def _clock(text: str) -> str:
    return text.zfill(5)


def _typed_calendar(calendar: Mapping[str, Any]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name in ("starts_at", "ends_at"):
        day, _, clock = calendar[name].partition("T")
        values |= {f"calendar.{name}.day": [day], f"calendar.{name}.time": [clock]}
    values["calendar.weekdays"] = [str(day) for day in calendar["weekdays"]]
    values["calendar.days_of_month"] = [", ".join(str(day) for day in calendar["days_of_month"])]
    values["calendar.hours"] = [", ".join(f"{one['from']}-{one['until']}" for one in calendar["hours"])]
    for name in ("dates", "except_dates"):
        values[f"calendar.{name}"] = [", ".join(calendar[name])]
    for name in ("holidays", "except_holidays"):
        values[f"calendar.{name}"] = list(calendar[name])
    return values
