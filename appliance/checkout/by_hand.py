"""What a person decides about a price: money or a percentage off, or another price. Values only.

The engine checks the limit and asks for the approver; the sale's event names both.
"""

from msgspec import Struct

REASONS = ("regular", "damaged", "near_date", "complaint", "price_match", "other")
"""Why a price is changed by hand; words for them stand with the screens."""


class ByHand(Struct, frozen=True, kw_only=True):
    """Money or a percentage off, on a line or on the basket it stands on.

    `limit_bp` is what the operator might give by themselves then; more needed `approver_id`.
    """

    discount_id: str
    operator_id: str
    reason: str
    limit_bp: int
    off_minor: int = 0
    off_bp: int = 0
    approver_id: str = ""


class NewPrice(Struct, frozen=True, kw_only=True):
    """Another unit price for a line (改价), with who asked and who allowed it."""

    unit_price_minor: int
    operator_id: str
    reason: str
    approver_id: str
