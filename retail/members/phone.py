"""Phone numbers in one form: E.164 (ITU-T E.164, 15 digits at most), China's rules for short forms.

``138 1234 6207``, ``+86-13812346207`` and ``0086 138...`` are one number, ``+8613812346207``. A
number of another country needs its ``+`` or ``00``. No error repeats the number.
"""

import re
import unicodedata
from collections.abc import Iterable

from retail.errors import ContractError, Refused

COUNTRY = "86"
DIGITS_MIN, DIGITS_MAX = 8, 15
TAIL_MIN = 4
FOUND_MAX = 5

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_SEPARATORS = re.compile(r"[\s\-().·]+")


def normal_phone(text: str) -> str:
    """``+8613812346207``; `ContractError` ``phone.*`` says what is wrong with it.

    Chinese mobiles: 11 digits, 13 to 19 first. Landlines: with their area code. Full-width digits
    and the usual separators are read; letters are not.
    """
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    international = folded.startswith(("+", "00"))
    digits = folded.removeprefix("+") if folded.startswith("+") else folded.removeprefix("00")
    if not (digits.isascii() and digits.isdigit()):
        raise ContractError("phone.not_digits", path="$.phone", length=len(text))
    if international and not digits.startswith(COUNTRY):
        if not DIGITS_MIN <= len(digits) <= DIGITS_MAX or digits.startswith("0"):
            raise ContractError("phone.wrong_length", path="$.phone", length=len(digits))
        return f"+{digits}"
    national = digits.removeprefix(COUNTRY) if international or len(digits) == 13 else digits
    if _MOBILE.fullmatch(national):
        return f"+{COUNTRY}{national}"
    landline = national if national.startswith("0") else f"0{national}"
    if (international or national.startswith("0")) and _LANDLINE.fullmatch(landline):
        return f"+{COUNTRY}{landline[1:]}"
    code = "phone.not_a_number_in_china" if len(national) == 11 else "phone.wrong_length"
    raise ContractError(code, path="$.phone", length=len(national))


def masked_phone(phone: str) -> str:
    """``138****6207`` of a Chinese mobile; of others the first and last few digits, never the most."""
    plus = phone.startswith("+")
    digits = phone.removeprefix("+")
    if plus and digits.startswith(COUNTRY) and _MOBILE.fullmatch(digits[2:]):
        digits, plus = digits[2:], False
    first, last = (
        (3, 4) if len(digits) >= 11 else (2, 2) if len(digits) >= 7 else (0, min(2, len(digits) // 2))
    )
    end = digits[len(digits) - last :]
    return f"{'+' if plus and first else ''}{digits[:first]}****{end}"


def by_tail(phones: Iterable[tuple[str, str]], tail: str) -> list[str]:
    """Ids of the members (id, phone) whose number ends so, in order.

    `Refused` ``member.tail_too_short`` below four digits, ``member.too_many`` when more than five
    fit: then more digits are needed, and nobody can leaf through the members.
    """
    digits = unicodedata.normalize("NFKC", tail).strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) < TAIL_MIN:
        raise Refused("member.tail_too_short", digits_min=TAIL_MIN)
    found = [member_id for member_id, phone in phones if phone.endswith(digits)]
    if len(found) > FOUND_MAX:
        raise Refused("member.too_many", found_max=FOUND_MAX)
    return sorted(found)
