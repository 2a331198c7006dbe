"""The words of the pages in three languages, and how money, quantities and times are written."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request

from retail.catalogue import LANGUAGES, Language, name_in
from retail.errors import ContractError
from retail.money import currency, format_plain, format_price
from retail.quantity import ONE_MILLI, format_quantity

COOKIE = "language"
OWN_NAMES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}


def load(language: Language) -> Mapping[str, str]:
    """The catalogue of one language: its file, and those of areas beside it (``<language>.<area>.json``)."""
    found: dict[str, str] = {}
    for file in resources.files("hq.web").joinpath("locales").iterdir():
        if file.name.startswith(f"{language}."):
            found |= json.loads(file.read_text("utf-8"))
    return found


CATALOGUES = {language: load(language) for language in LANGUAGES}


@dataclass(frozen=True)
class Texts:
    """One request's language and the shop's time zone."""

    language: Language
    zone: dt.tzinfo

    def t(self, key: str, **params: Any) -> str:
        """The sentence of a key, with its parameters."""
        return CATALOGUES[self.language][key].format(**params)

    def or_code(self, prefix: str, code: str, params: Mapping[str, Any]) -> str:
        """The sentence of an error or alarm; its code where a newer program sends one we do not know."""
        sentence = CATALOGUES[self.language].get(f"{prefix}.{code}")
        if sentence is None:
            return f"{code} {dict(params) or ''}".strip()
        try:
            said = {
                key: self.name(value) if isinstance(value, dict) else value for key, value in params.items()
            }
            if "amount_minor" in params and "currency" in params:
                said["amount"] = self.price(params["amount_minor"], params["currency"])
            return sentence.format(**said)
        except (KeyError, IndexError):
            return code

    def word(self, prefix: str, code: str) -> str:
        """The word for a code such as a tender's type, or the code itself."""
        return CATALOGUES[self.language].get(f"{prefix}.{code}", code)

    def name(self, names: Mapping[str, str]) -> str:
        """A document's name."""
        return name_in(dict(names), self.language)

    def price(self, amount_minor: int, code: str) -> str:
        """An amount with its sign; with the code where we do not know the currency."""
        try:
            return format_price(amount_minor, currency(code))
        except ContractError:
            return f"{amount_minor} {code}"

    def plain(self, amount_minor: int | None, code: str) -> str:
        """An amount as it is typed."""
        return "" if amount_minor is None else format_plain(amount_minor, currency(code))

    def quantity(self, quantity_milli: int, unit: str) -> str:
        """A number, with its unit for weighed goods."""
        number = format_quantity(quantity_milli)
        return number if unit == "each" else f"{number} {unit}"

    def signed(self, quantity_milli: int, unit: str) -> str:
        """A change with its sign: ``+3``, ``−0.5 kg``."""
        return ("+" if quantity_milli > 0 else "") + self.quantity(quantity_milli, unit)

    def is_one(self, quantity_milli: int) -> bool:
        """Whether the number goes without saying."""
        return quantity_milli == ONE_MILLI

    def clock(self, iso: str) -> str:
        """``10:42:07`` of a sale's own time."""
        return iso[11:19]

    def day(self, unix_ms: int) -> str:
        """``2026-03-02`` in the shop's time zone."""
        return dt.datetime.fromtimestamp(unix_ms / 1000, self.zone).date().isoformat()

    def moment(self, unix_ms: int) -> str:
        """``03-02 10:42:07`` in the shop's time zone."""
        return dt.datetime.fromtimestamp(unix_ms / 1000, self.zone).strftime("%m-%d %H:%M:%S")


def texts_for(request: Request, time_zone: str) -> Texts:
    """The cookie's language, else what the browser asks for, else Simplified Chinese."""
    return Texts(_language(request), _zone(time_zone))


def _language(request: Request) -> Language:
    chosen = request.cookies.get(COOKIE, "")
    for language in LANGUAGES:
        if language == chosen:
            return language
    for wish in request.headers.get("accept-language", "").lower().split(","):
        tag = wish.split(";")[0].strip()
        if tag.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant")):
            return "zh-Hant"
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "zh-Hans"


def _zone(name: str) -> dt.tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC
