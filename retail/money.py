"""Money: integer minor units with a currency, and the few ways of dividing them.

Every division names its rounding. Rates are basis points (1/100 of a percent).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from retail.errors import ContractError, InvariantBroken

BASIS_POINTS = 10_000
AMOUNT_MINOR_MAX = 10**15
"""Beyond this an amount is a mistake; it also keeps every sum inside SQLite's 64 bits."""


@dataclass(frozen=True, slots=True)
class Currency:
    """ISO 4217: alphabetic and numeric code, decimal digits, and the sign printed before amounts."""

    code: str
    numeric: str
    digits: int
    sign: str


CURRENCIES: dict[str, Currency] = {
    c.code: c
    for c in (
        Currency("CNY", "156", 2, "¥"),
        Currency("EUR", "978", 2, "€"),
        Currency("GBP", "826", 2, "£"),
        Currency("HKD", "344", 2, "HK$"),
        Currency("JPY", "392", 0, "¥"),
        Currency("TWD", "901", 2, "NT$"),
        Currency("USD", "840", 2, "$"),
    )
}


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code; `ContractError` for one we do not know."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise ContractError("money.unknown_currency", currency=code) from None


def divide_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator, a half rounded away from zero; denominator > 0."""
    if denominator <= 0:
        raise InvariantBroken("money.divided_by", denominator=denominator)
    magnitude = (abs(numerator) * 2 + denominator) // (denominator * 2)
    return magnitude if numerator >= 0 else -magnitude


def share_of(amount_minor: int, rate_bp: int) -> int:
    """`rate_bp` of an amount, half up to the minor unit."""
    numerator = amount_minor * rate_bp
    if numerator < 0:
        return divide_half_up(numerator, BASIS_POINTS)
    return (numerator * 2 + BASIS_POINTS) // (BASIS_POINTS * 2)


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Share an amount over weights by largest remainder, so that the parts sum to the whole.

    Equal remainders go to the earlier part. Weights are not negative; if all are zero the
    first part takes everything.
    """
    if not weights:
        raise InvariantBroken("money.split_over_nothing", amount_minor=amount_minor)
    if min(weights) < 0:
        raise InvariantBroken("money.negative_weight", weights=list(weights))
    total = sum(weights)
    if total == 0:
        return [amount_minor] + [0] * (len(weights) - 1)
    magnitude = abs(amount_minor)
    parts = [magnitude * weight // total for weight in weights]
    left = magnitude - sum(parts)
    if left:
        # A sort is stable: of equal remainders the earlier comes first.
        remainders = [-(magnitude * weight % total) for weight in weights]
        for index in sorted(range(len(weights)), key=remainders.__getitem__)[:left]:
            parts[index] += 1
    return parts if amount_minor >= 0 else [-part for part in parts]


def parse_amount(text: str, unit: Currency) -> int:
    """Minor units of a decimal text such as ``12.50``; `ContractError` when it is not one.

    More decimal places than the currency has are refused unless they are zero: nothing is
    rounded silently.
    """
    cleaned = text.strip().replace(",", "").replace("，", "")
    for sign in (unit.sign, "￥", "元"):
        cleaned = cleaned.removeprefix(sign).removesuffix(sign)
    try:
        value = Decimal(cleaned.strip())
    except InvalidOperation:
        raise ContractError("money.not_an_amount", text=text) from None
    if not value.is_finite():
        raise ContractError("money.not_an_amount", text=text)
    scaled = value.scaleb(unit.digits)
    if scaled != scaled.to_integral_value():
        raise ContractError("money.too_many_decimals", text=text, digits=unit.digits)
    if abs(scaled) > AMOUNT_MINOR_MAX:
        raise ContractError("money.too_large", text=text)
    return int(scaled)


def format_amount(amount_minor: int, unit: Currency) -> str:
    """``1,234.50`` without a sign for the currency; the minus is U+2212."""
    magnitude = abs(amount_minor)
    whole, part = divmod(magnitude, 10**unit.digits)
    text = f"{whole:,}" + (f".{part:0{unit.digits}d}" if unit.digits else "")
    return f"−{text}" if amount_minor < 0 else text


def format_price(amount_minor: int, unit: Currency) -> str:
    """``¥1,234.50``: the amount with its currency's sign."""
    amount = format_amount(abs(amount_minor), unit)
    return f"−{unit.sign}{amount}" if amount_minor < 0 else f"{unit.sign}{amount}"


def format_plain(amount_minor: int, unit: Currency) -> str:
    """``-1234.50`` for files and machines: ASCII minus, no grouping."""
    return f"{Decimal(amount_minor).scaleb(-unit.digits):f}"
