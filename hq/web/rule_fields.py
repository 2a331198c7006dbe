"""The fields of rules' forms: how each value is shown and how what was typed is read again."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from retail.catalogue import LANGUAGES
from retail.errors import ContractError
from retail.money import Currency, format_plain, parse_amount

Typed = Mapping[str, str]
ROWS_SPARE = 2
"""Empty rows below those that are there."""
ROWS_MAX = 40
NUMBER_MAX = 10**12


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading and showing needs to know of the shop."""

    money: Currency
    zone: dt.tzinfo


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of field. `show` gives the text of a value, `read` the value of a text."""

    name: str
    show: Callable[[Any, Setting], str]
    read: Callable[[str, Setting], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a document under its own name; `options` names what a choice is among; `rows` are fields of
    a repeated part, whose type is `part`."""

    name: str
    kind: Kind
    options: tuple[str, ...] | str = ()
    rows: tuple["Field", ...] = field(default=())
    part: type | None = None


class BadField(Exception):
    """What was typed cannot be read; `code` says why."""

    def __init__(self, name: str, code: str, **params: Any) -> None:
        super().__init__(name, code)
        self.name, self.code, self.params = name, code, params


def _whole(text: str, _: Setting) -> int:
    text = text or "0"
    if not re.fullmatch(r"\d{1,13}", text) or int(text) > NUMBER_MAX:
        raise ContractError("rule.not_whole")
    return int(text)


def _maybe_whole(text: str, setting: Setting) -> int | None:
    return _whole(text, setting) if text else None


def _money(text: str, setting: Setting) -> int:
    return parse_amount(text or "0", setting.money)


def _percent(text: str, _: Setting) -> int:
    try:
        points = Decimal((text or "0").rstrip("% ")) * 100
    except InvalidOperation:
        raise ContractError("rule.not_percent") from None
    if not points.is_finite() or points != points.to_integral_value() or not 0 <= points <= NUMBER_MAX:
        raise ContractError("rule.not_percent")
    return int(points)


def _list(text: str, _: Setting) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in re.split(r"[\s,，、;；]+", text) if word))


def _factors(text: str, setting: Setting) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in _list(text, setting):
        name, equals, rate = word.partition("=")
        if not equals or not name:
            raise ContractError("rule.not_factor")
        found[name] = _percent(rate, setting)
    return found


def _moment(text: str, setting: Setting) -> dt.datetime | None:
    if not text:
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=setting.zone)
    except ValueError:
        raise ContractError("rule.not_moment") from None


def _shown_moment(value: dt.datetime | None, setting: Setting) -> str:
    return value.astimezone(setting.zone).strftime("%Y-%m-%dT%H:%M") if value else ""


def _rate(value: int) -> str:
    return f"{Decimal(value) / 100:f}"


TEXT = Kind("text", lambda value, _: str(value), lambda text, _: text)
GOODS = Kind("goods", lambda value, _: str(value), lambda text, _: text)
"""A product: typed by name, number or barcode, which whoever has the catalogue makes an id."""
WHOLE = Kind("whole", lambda value, _: str(value), _whole)
MAYBE_WHOLE = Kind("whole", lambda value, _: "" if value is None else str(value), _maybe_whole)
MONEY = Kind("money", lambda value, setting: format_plain(value, setting.money), _money)
PERCENT = Kind("percent", lambda value, _: _rate(value), _percent)
FLAG = Kind("flag", lambda value, _: "1" if value else "", lambda text, _: text == "1")
CHOICE = Kind("choice", lambda value, _: str(value), lambda text, _: text)
LIST = Kind("list", lambda value, _: " ".join(value), _list)
FACTORS = Kind(
    "list", lambda value, _: " ".join(f"{name}={_rate(rate)}" for name, rate in value.items()), _factors
)
MOMENT = Kind("moment", _shown_moment, _moment)
NAMES = Kind("names", lambda value, _: "", lambda text, _: {})
ROWS = Kind("rows", lambda value, _: "", lambda text, _: ())


def show(fields: tuple[Field, ...], document: Any, setting: Setting) -> dict[str, str]:
    """A document's values as texts, by field: ``names.en``, and of repeated parts ``steps.0.paid_minor``."""
    shown: dict[str, str] = {}
    for one in fields:
        value = getattr(document, one.name)
        if one.kind is NAMES:
            shown |= {f"{one.name}.{language}": value.get(language, "") for language in LANGUAGES}
        elif one.kind is ROWS:
            for number, part in enumerate(value):
                texts = show(one.rows, part, setting)
                shown |= {f"{one.name}.{number}.{name}": text for name, text in texts.items()}
        else:
            shown[one.name] = one.kind.show(value, setting)
    return shown


def read(fields: tuple[Field, ...], typed: Typed, setting: Setting, place: str = "") -> dict[str, Any]:
    """The values by field; `BadField` for the first that cannot be read."""
    found: dict[str, Any] = {}
    for one in fields:
        name = f"{place}{one.name}"
        if one.kind is NAMES:
            texts = {language: typed.get(f"{name}.{language}", "").strip() for language in LANGUAGES}
            found[one.name] = {language: text for language, text in texts.items() if text}
        elif one.kind is ROWS and one.part is not None:
            found[one.name] = tuple(
                one.part(**read(one.rows, typed, setting, f"{name}.{number}."))
                for number in range(row_count(typed, name))
                if any(typed.get(f"{name}.{number}.{part.name}", "").strip() for part in one.rows[:1])
            )
        else:
            try:
                found[one.name] = one.kind.read(typed.get(name, "").strip(), setting)
            except ContractError as error:
                raise BadField(name, error.code, **error.params) from None
    return found


def row_count(typed: Typed, name: str) -> int:
    """How many rows of a repeated part were sent or are there."""
    numbers = [
        int(found[1])
        for key, text in typed.items()
        if text.strip() and (found := re.match(rf"{name}\.(\d{{1,3}})\.", key))
    ]
    return min(max(numbers, default=-1) + 1, ROWS_MAX)
