"""Read one scan: from bytes on a wire to what kind of thing a person held to the scanner."""

from dataclasses import dataclass
from enum import Enum

from retail.barcodes.gtin import has_valid_check_digit, is_gtin_shaped
from retail.errors import Refused

SCAN_LENGTH_MAX = 512
FNC1 = "\x1d"


class ScanKind(Enum):
    """What a code is by its form; whether we know it is the shop's affair."""

    GOODS = "goods"
    MEMBER = "member"
    PAYMENT_CODE = "payment_code"
    RECEIPT = "receipt"


@dataclass(frozen=True)
class Scan:
    """A readable scan; `code` is the GTIN, number or token without symbology or application ids.

    A payment code is a secret: never logged, never shown whole.
    """

    kind: ScanKind
    code: str

    def __repr__(self) -> str:
        shown = "..." if self.kind is ScanKind.PAYMENT_CODE else self.code
        return f"Scan({self.kind.value}, {shown})"


def read(data: str, symbology: str = "", known: bool = False) -> Scan:
    """Classify a scan. `known` says that the shop sells something under exactly this code, which
    forgives a wrong check digit: old shops have such codes on their shelves.

    Refuses an empty or over-long read and a GTIN whose check digit is wrong.
    """
    code = data.strip()
    if not code or len(code) > SCAN_LENGTH_MAX or (not code.isprintable() and FNC1 not in code):
        raise Refused("scan.unreadable", length=len(code))
    if known:
        return Scan(ScanKind.GOODS, code)
    if code.startswith("TBR1:"):
        return Scan(ScanKind.RECEIPT, code.removeprefix("TBR1:"))
    if code.startswith("TBM1:"):
        return Scan(ScanKind.MEMBER, code.removeprefix("TBM1:"))
    if _is_payment_code(code):
        return Scan(ScanKind.PAYMENT_CODE, code)
    if symbology in ("]C1", "]d2", "]Q3", "]e0") and code.startswith("01") and len(code) >= 16:
        code = code[2:16]
    if is_gtin_shaped(code):
        if not has_valid_check_digit(code):
            raise Refused("scan.wrong_check_digit", code=code)
        if len(code) == 14 and code.startswith("0"):
            code = code[1:]
    return Scan(ScanKind.GOODS, code)


def _is_payment_code(code: str) -> bool:
    """WeChat Pay 18 digits from 10-15, Alipay 16-24 from 25-30, UnionPay 19 from 62."""
    if not (code.isascii() and code.isdigit()):
        return False
    head = int(code[:2]) if len(code) >= 2 else 0
    return (
        (len(code) == 18 and 10 <= head <= 15)
        or (16 <= len(code) <= 24 and 25 <= head <= 30)
        or (len(code) == 19 and head == 62)
    )
