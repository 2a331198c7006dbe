"""Read one scan: from bytes on a wire to what kind of thing a person held to the scanner."""

from dataclasses import dataclass
from enum import Enum

from retail.barcodes import gs1
from retail.barcodes.gs1 import FNC1, KNOWN_YEAR, Gs1
from retail.barcodes.gtin import has_valid_check_digit, is_gtin_shaped
from retail.barcodes.shown import shown
from retail.errors import ContractError, Refused

SCAN_LENGTH_MAX = 512


class ScanKind(Enum):
    """What a code is by its form; whether we know it is the shop's affair."""

    GOODS = "goods"
    MEMBER = "member"
    PAYMENT_CODE = "payment_code"
    RECEIPT = "receipt"


@dataclass(frozen=True)
class Scan:
    """A readable scan; `code` is the GTIN, number or token without symbology or application ids.

    `gs1` is what a GS1 code says besides: batch, expiry, serial number, weight. A payment code and a
    member's are secrets: never logged, never shown whole.
    """

    kind: ScanKind
    code: str
    gs1: Gs1 | None = None

    def __repr__(self) -> str:
        is_secret = self.kind in (ScanKind.PAYMENT_CODE, ScanKind.MEMBER)
        return f"Scan({self.kind.value}, {'...' if is_secret else shown(self.code)})"


def read(data: str, symbology: str = "", known: bool = False, year: int = KNOWN_YEAR) -> Scan:
    """Classify a scan. `known` says that the shop sells something under exactly this code, which
    forgives a wrong check digit: old shops have such codes on their shelves. `year` is the present one.

    Refuses an empty or over-long read, a GS1 code that is torn or wrong (``scan.gs1``, `why` says how),
    and a GTIN whose check digit is wrong; a refusal carries of a code what may be seen (`shown`).
    """
    code = data.strip()
    if not code or len(code) > SCAN_LENGTH_MAX or (not code.isprintable() and FNC1 not in code):
        raise Refused("scan.unreadable", length=len(code))
    if known:
        return Scan(ScanKind.GOODS, code)
    if symbology in gs1.SYMBOLOGIES or FNC1 in code:
        return _element_string(code, year)
    if code.startswith("TBR1:"):
        return Scan(ScanKind.RECEIPT, code.removeprefix("TBR1:"))
    if code.startswith(("TBM1:", "TBM1.")):
        return Scan(ScanKind.MEMBER, code.removeprefix("TBM1:"))
    if _is_payment_code(code):
        return Scan(ScanKind.PAYMENT_CODE, code)
    return Scan(ScanKind.GOODS, _checked_gtin(code))


def _element_string(code: str, year: int) -> Scan:
    try:
        record = gs1.parse(code, year)
    except ContractError as error:
        raise Refused("scan.gs1", why=error.code, **error.params) from None
    return Scan(ScanKind.GOODS, _checked_gtin(record.gtin) if record.gtin else code, record)


def _checked_gtin(code: str) -> str:
    """A GTIN as shops know it; whatever is not shaped like one stays."""
    if is_gtin_shaped(code):
        if not has_valid_check_digit(code):
            raise Refused("scan.wrong_check_digit", code=shown(code))
        if len(code) == 14 and code.startswith("0"):
            return code[1:]
    return code


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
