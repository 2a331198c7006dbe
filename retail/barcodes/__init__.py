"""What a scanned code means, by its form alone: goods, a member, a payment, a receipt."""

from retail.barcodes.gtin import check_digit, has_valid_check_digit, is_gtin_shaped
from retail.barcodes.scan import Scan, ScanKind, read

__all__ = ["Scan", "ScanKind", "check_digit", "has_valid_check_digit", "is_gtin_shaped", "read"]
