"""What single cells mean: texts, amounts, yes and no, rates, days. Pure; nothing is rounded."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from retail.errors import ContractError
from retail.money import Currency, parse_amount

Cell = int | float | str | bool | date | datetime | time | timedelta | None

AMOUNT_MAJOR_MAX = 10_000_000
"""A price beyond it is a barcode that slipped into the wrong column."""
SHELF_LIFE_DAYS_MAX = 36_500

YES = frozenset(
    ["是", "√", "✓", "✔", "☑", "■", "y", "yes", "true", "t", "1", "允许", "可", "可以", "有", "on"]
)
NO = frozenset(
    ["否", "□", "☐", "×", "✗", "x", "n", "no", "false", "f", "0", "不允许", "不可", "不", "无", "-", "off"]
)

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d{1,2}|[+-]?\d+,\d{1,2}")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


class BadCell(Exception):
    """A cell that cannot mean what its column asks for; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def as_text(cell: Cell) -> str:
    """The cell as a person sees it: no ``.0`` behind whole numbers, 15 digits like Excel."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.15g}'):f}" if abs(cell) < 1e15 else repr(cell)
    return _INVISIBLE.sub("", str(cell)).strip()


def as_amount(text: str, currency: Currency, decimal_comma: bool) -> int:
    """Minor units; `BadCell` for what is no amount, has too many decimals or is negative."""
    cleaned = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("−", "-")
    for sign in (currency.sign, currency.code, "¥", "元", "RMB"):
        cleaned = cleaned.removeprefix(sign).removesuffix(sign)
    if "," in cleaned and not _GROUPED.fullmatch(cleaned):
        if not (decimal_comma and _DECIMAL_COMMA.fullmatch(cleaned)):
            raise BadCell("amount.comma")
        cleaned = cleaned.replace(".", "").replace(",", ".")
    try:
        amount = parse_amount(cleaned, currency)
    except ContractError as error:
        raise BadCell(error.code.replace("money.", "amount."), str(currency.digits)) from None
    if amount < 0:
        raise BadCell("amount.negative")
    if amount >= AMOUNT_MAJOR_MAX * 10**currency.digits:
        raise BadCell("amount.too_large")
    return amount


def as_flag(text: str) -> bool | None:
    """Yes, no, or None for an empty cell."""
    word = unicodedata.normalize("NFKC", text).casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    if not word:
        return None
    raise BadCell("flag.unknown")


def as_rate_bp(text: str) -> int | None:
    """``0.17``, ``17`` and ``17%`` are 1700 basis points; below one it is a fraction."""
    cleaned = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not cleaned:
        return None
    try:
        value = Decimal(cleaned.removesuffix("%"))
    except InvalidOperation:
        raise BadCell("rate.not_a_number") from None
    if not value.is_finite() or not 0 <= value <= 100:
        raise BadCell("rate.out_of_range")
    points = value * (100 if cleaned.endswith("%") or value >= 1 else 10_000)
    if points != points.to_integral_value():
        raise BadCell("rate.too_many_decimals")
    return int(points)


def as_days(text: str) -> int | None:
    """Whole days; 0 and empty mean that none are given."""
    cleaned = unicodedata.normalize("NFKC", text).casefold().removesuffix("天").removesuffix("days").strip()
    if not cleaned:
        return None
    if not (cleaned.isascii() and cleaned.isdigit()) or int(cleaned[:9]) > SHELF_LIFE_DAYS_MAX:
        raise BadCell("days.not_whole")
    return int(cleaned) or None
