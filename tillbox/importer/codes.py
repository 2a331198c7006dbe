"""Barcodes and numbers as shops write them: dashes for none, spreadsheets' damage, in-house codes."""

import re
import unicodedata

from retail.barcodes.gtin import has_valid_check_digit, is_gtin_shaped
from sheetbase.cells import BadCell

CODE_LENGTH_MAX = 64
CODES_OF_A_PRODUCT_MAX = 20

NONE = frozenset(["无", "没有", "null", "none", "nil", "n/a", "na", "0", "#n/a", "无码", "无条码"])

_DASHES = re.compile(r"[-–—−_.*/\\·]*")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;、|/\n]+")
_ALL_ZERO = re.compile(r"0+")


def as_codes(text: str) -> list[str]:
    """The codes in a cell, several when separated; none for dashes, zeros and words that mean none."""
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if cleaned.startswith('="') and cleaned.endswith('"'):
        cleaned = cleaned[2:-1]
    cleaned = cleaned.lstrip("'`").strip()
    if cleaned.casefold() in NONE or _DASHES.fullmatch(cleaned):
        return []
    found = [code for part in _SEPARATORS.split(cleaned) if (code := _one(part))]
    if len(found) > CODES_OF_A_PRODUCT_MAX:
        raise BadCell("code.too_many", str(CODES_OF_A_PRODUCT_MAX))
    return list(dict.fromkeys(found))


def _one(part: str) -> str:
    code = "".join(part.split())
    if _DASHES.fullmatch(code) or _ALL_ZERO.fullmatch(code):
        return ""
    if _SCIENTIFIC.fullmatch(code):
        raise BadCell("code.scientific")
    if re.fullmatch(r"\d+\.0+", code):
        code = code.partition(".")[0]
    if len(code) > CODE_LENGTH_MAX or not code.isascii() or not code.isprintable():
        raise BadCell("code.not_a_code")
    return code


def doubt(code: str) -> str:
    """Why a scanner may not read this code as a GTIN; empty when it will, or when it is none."""
    if not is_gtin_shaped(code) or has_valid_check_digit(code):
        return ""
    # EAN-8 from 0 and 2 is for use inside a company (GS1 General Specifications, section 1.4.3).
    return "code.in_house" if len(code) == 8 and code[0] in "02" else "code.wrong_check_digit"
