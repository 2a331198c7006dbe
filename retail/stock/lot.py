"""What a code on the goods said about this very piece, carried from the scan to the sale."""

from typing import Any, Literal

from msgspec import Struct

from retail.barcodes.gs1 import Gs1
from retail.catalogue import Shop
from retail.errors import Refused

DateKind = Literal["expires", "best_before"]


class Lot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Batch, dates (ISO), serial number, net weight in grams. `approved_by` let goods past their date go."""

    batch: str = ""
    expires: str = ""
    best_before: str = ""
    serial: str = ""
    weight_milli: int = 0
    approved_by: str = ""


def lot_of(record: Gs1 | None, approved_by: str = "") -> Lot | None:
    """The lot of a GS1 code; None when it names none of it."""
    if record is None:
        return None
    lot = Lot(
        batch=record.batch,
        expires=record.expires,
        best_before=record.best_before,
        serial=record.serial,
        weight_milli=record.weight_milli,
    )
    if lot == Lot():
        return None
    return Lot(**{name: getattr(lot, name) for name in lot.__struct_fields__[:-1]}, approved_by=approved_by)


def past_date(lot: Lot, today: str) -> tuple[DateKind, str] | None:
    """Which date of a lot is past today (ISO), expiry first; goods may be sold on the day itself."""
    if lot.expires and lot.expires < today:
        return "expires", lot.expires
    if lot.best_before and lot.best_before < today:
        return "best_before", lot.best_before
    return None


def check_dates(lot: Lot, shop: Shop, today: str, **context: Any) -> None:
    """Refuse goods past their date, as the shop has it: ``scan.expired`` with `date` and `kind`.

    With `lot.approved_by` what a manager may allow is allowed. `context` goes into the refusal's params.
    """
    past = past_date(lot, today)
    if past is None:
        return
    kind, date = past
    rule = shop.past_expiry if kind == "expires" else shop.past_best_before
    if rule == "sell" or (rule == "manager" and lot.approved_by):
        return
    may = "manager" if rule == "manager" else None
    raise Refused("scan.expired", may_override=may, date=date, kind=kind, **context)
