"""Quantities in thousandths of a unit (milli): 2 cups are 2000, 0.125 kg is 125."""

from decimal import Decimal, InvalidOperation

from retail.errors import ContractError
from retail.money import divide_half_up

ONE_MILLI = 1_000
QUANTITY_MILLI_MAX = 10**9
"""A million units; beyond that a quantity is a slip of the hand."""


def extend(unit_price_minor: int, quantity_milli: int) -> int:
    """Price of a quantity in minor units, half up: 88.00/kg x 0.125 kg = 11.00."""
    return divide_half_up(unit_price_minor * quantity_milli, ONE_MILLI)


def parse_quantity(text: str) -> int:
    """Thousandths of a decimal text such as ``2``, ``-1`` or ``0.125``."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise ContractError("quantity.not_a_number", text=text) from None
    scaled = value.scaleb(3) if value.is_finite() else None
    if scaled is None or scaled != scaled.to_integral_value():
        raise ContractError("quantity.not_in_thousandths", text=text)
    if abs(scaled) > QUANTITY_MILLI_MAX:
        raise ContractError("quantity.too_large", text=text)
    return int(scaled)


def format_quantity(quantity_milli: int) -> str:
    """``2``, ``0.125``: no trailing zeros, U+2212 for minus."""
    whole, part = divmod(abs(quantity_milli), ONE_MILLI)
    text = str(whole) if part == 0 else f"{whole}.{part:03d}".rstrip("0")
    return f"−{text}" if quantity_milli < 0 else text
