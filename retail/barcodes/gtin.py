"""GTIN check digits (GS1 General Specifications, section 7.9)."""

GTIN_LENGTHS = (8, 12, 13, 14)


def check_digit(payload: str) -> str:
    """The digit that completes a payload: weights 3, 1, 3 ... from the right, modulo 10."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def is_gtin_shaped(code: str) -> bool:
    """Digits only, and as long as EAN-8, UPC-A, EAN-13 or GTIN-14."""
    return len(code) in GTIN_LENGTHS and code.isascii() and code.isdigit()


def has_valid_check_digit(code: str) -> bool:
    """Whether a GTIN-shaped code's last digit is right."""
    return is_gtin_shaped(code) and check_digit(code[:-1]) == code[-1]
