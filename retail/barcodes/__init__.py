"""What a scanned code means, by its form alone: goods, a member, a payment, a receipt."""

from retail.barcodes.gs1 import Gs1
from retail.barcodes.gtin import check_digit, has_valid_check_digit, is_gtin_shaped
from retail.barcodes.scan import Scan, ScanKind, read
from retail.barcodes.shown import shown

__all__ = [
    "Gs1",
    "Scan",
    "ScanKind",
    "check_digit",
    "has_valid_check_digit",
    "is_gtin_shaped",
    "read",
    "shown",
]
