"""How much of a code that nobody knows may be seen: on a screen, in a notice, in a record.

What was held to the scanner may be a gift card, a coupon or a member's code: whoever reads one can spend it.
"""

from retail.barcodes.gtin import has_valid_check_digit

TAIL = 4
PLU_LENGTH_MAX = 7
"""Digits of a price look-up number; a gift card's number has more (`retail.secrets.CARD_NUMBER_MIN`)."""


def shown(code: str) -> str:
    """A code that goods can have (a GTIN whose check digit is right, or a few digits), whole.

    Of anything else the last four characters behind an ellipsis, and never more than half of it.
    """
    if has_valid_check_digit(code) or (code.isascii() and code.isdigit() and len(code) <= PLU_LENGTH_MAX):
        return code
    tail = min(TAIL, len(code) // 2)
    return f"…{code[len(code) - tail :]}"
