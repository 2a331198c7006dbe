"""Paying: what is due, what change is, which notes a customer is likely to hand over."""

from appliance.checkout.basket import Basket
from retail.errors import Refused
from retail.money import AMOUNT_MINOR_MAX

TENDER_TYPES = (
    "cash",
    "card",
    "qr",
    "wechat",
    "alipay",
    "unionpay",
    "stored_value",
    "points",
    "gift_card",
    "coupon",
    "voucher",
    "transfer",
    "invoice",
    "other",
)
"""What a record may say money came as. The till's screen offers cash, card and qr."""

NOTES_MINOR: dict[str, tuple[int, ...]] = {
    "CNY": (100_00, 50_00, 20_00, 10_00, 5_00, 1_00),
    "EUR": (200_00, 100_00, 50_00, 20_00, 10_00, 5_00),
    "GBP": (50_00, 20_00, 10_00, 5_00),
    "HKD": (1000_00, 500_00, 100_00, 50_00, 20_00, 10_00),
    "JPY": (10_000, 5_000, 1_000),
    "TWD": (1000_00, 500_00, 100_00),
    "USD": (100_00, 50_00, 20_00, 10_00, 5_00, 1_00),
}
"""Notes in daily use, dearest first."""


def paid_minor(basket: Basket) -> int:
    """What the tenders taken so far count for."""
    return sum(tender.amount_minor for tender in basket.tenders)


def checked_tender_type(name: str) -> str:
    """The type of that name; refused, with the known ones, when there is none."""
    kind = name.strip().lower()
    if kind not in TENDER_TYPES:
        raise Refused("tender.unknown_type", type=name, known=", ".join(TENDER_TYPES))
    return kind


def change_for(tendered_minor: int, due_minor: int) -> tuple[int, int]:
    """(amount that counts, change) of cash handed over; less than what is due counts in part."""
    if due_minor < 0:
        raise Refused("tender.refund_due")
    if not 0 <= tendered_minor <= AMOUNT_MINOR_MAX:
        raise Refused("tender.amount_out_of_range")
    if tendered_minor >= due_minor:
        return due_minor, tendered_minor - due_minor
    if tendered_minor == 0:
        raise Refused("tender.nothing_given")
    return tendered_minor, 0


def quick_notes(due_minor: int, currency: str, count: int = 3) -> tuple[int, ...]:
    """Sums above what is due that a customer is likely to hand over, smallest first.

    Each is what is due rounded up to a multiple of a note: 58.40 gives 60, 70 and 100.
    """
    ladder = sorted(NOTES_MINOR.get(currency, ()))
    if not ladder or due_minor < 0:
        return ()
    step = ladder[min(2, len(ladder) - 1)]
    notes = [note for note in ladder if note >= step or due_minor < step]
    sums = {-(-due_minor // note) * note for note in notes}
    sums |= {-(-due_minor // note) * note + note for note in (step, ladder[-1])}
    return tuple(sorted(amount for amount in sums if amount > due_minor)[:count])


def change_in_notes(change_minor: int, currency: str) -> tuple[tuple[int, int], ...]:
    """The change as (note, how many), dearest first, coins left out."""
    parts: list[tuple[int, int]] = []
    left = change_minor
    for note in NOTES_MINOR.get(currency, ()):
        if left >= note:
            parts.append((note, left // note))
            left %= note
    return tuple(parts)
