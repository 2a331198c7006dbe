"""What moves goods: from one place to another, in thousandths of a unit; nothing is edited.

A place is an account of double entry: ``store/<id>``, ``sold``, ``received``, ``issued``, ``waste``,
``transfer/<other store>``, ``adjusted``. Each movement takes from one and gives to another, so all
places together always sum to zero.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

from retail.errors import Refused
from retail.quantity import ONE_MILLI, QUANTITY_MILLI_MAX

MoveKind = Literal["received", "issued", "waste", "transfer_out", "transfer_in"]
REASONS: dict[MoveKind, tuple[str, ...]] = {
    "received": ("delivery", "made_here", "found", "other"),
    "issued": ("own_use", "to_supplier", "other"),
    "waste": ("expired", "damaged", "lost", "tasting", "other"),
    "transfer_out": ("to_store",),
    "transfer_in": ("from_store",),
}
"""What a person may give as reason for moving goods; the first is the usual one."""

SOLD, ADJUSTED, TRANSFER = "sold", "adjusted", "transfer"
TEXT_LENGTH_MAX = 80


class Movement(Struct, frozen=True, kw_only=True):
    """`quantity_milli` (above zero) of a product goes from `source` to `target`.

    `at` is the instant as a hybrid clock: Unix milliseconds x 65,536 + a counter. `cause` names the sale,
    count or event it follows from. `expires` is an ISO date or empty. A serial number is one piece.
    """

    movement_id: str
    product_id: str
    kind: str
    source: str
    target: str
    quantity_milli: int
    at: int
    reason: str = ""
    cause: str = ""
    note: str = ""
    who: str = ""
    batch: str = ""
    expires: str = ""
    serial: str = ""

    def change_milli(self, place: str) -> int:
        """What it does to a place."""
        return self.quantity_milli * ((self.target == place) - (self.source == place))


class Count(Struct, frozen=True, kw_only=True):
    """Somebody counted a product at an instant: so much was there then, whatever the book said."""

    count_id: str
    product_id: str
    counted_milli: int
    at: int
    who: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """Counts in their order; two at one instant by their ids."""
        return (self.at, self.count_id)


def store_place(store: str) -> str:
    """The place of what is on a store's shelves."""
    return f"store/{store}"


def movement(
    movement_id: str,
    kind: MoveKind,
    product_id: str,
    quantity_milli: int,
    at: int,
    store: str,
    *,
    reason: str = "",
    other_store: str = "",
    note: str = "",
    who: str = "",
    batch: str = "",
    expires: str = "",
    serial: str = "",
) -> Movement:
    """Goods in, out, wasted or transferred, as a person says; an empty reason is the usual one.

    Refuses a quantity that is not above zero or absurd, a reason that the kind does not know, a transfer
    without the other store, an `expires` that is no ISO date, and a serial number for more than one piece.
    """
    if kind not in REASONS:
        raise Refused("stock.unknown_kind", kind=kind, known=", ".join(REASONS))
    if not 0 < quantity_milli <= QUANTITY_MILLI_MAX:
        raise Refused("stock.quantity", field="quantity", quantity_milli=quantity_milli)
    if serial and quantity_milli != ONE_MILLI:
        raise Refused("stock.serial_is_one", field="serial", serial=serial)
    reason = reason or REASONS[kind][0]
    if reason not in REASONS[kind]:
        raise Refused("stock.reason", field="reason", reason=reason, known=", ".join(REASONS[kind]))
    if expires:
        _check_date(expires)
    moved = kind.startswith("transfer")
    if moved and not other_store.strip():
        raise Refused("stock.no_other_store", field="other_store")
    for field, text in (("note", note), ("batch", batch), ("serial", serial), ("other_store", other_store)):
        if len(text) > TEXT_LENGTH_MAX:
            raise Refused("stock.text_too_long", field=field, length_max=TEXT_LENGTH_MAX)
    here = store_place(store)
    there = f"{TRANSFER}/{other_store.strip()}" if moved else str(kind)
    comes = kind in ("received", "transfer_in")
    return Movement(
        movement_id=movement_id,
        product_id=product_id,
        kind=kind,
        source=there if comes else here,
        target=here if comes else there,
        quantity_milli=quantity_milli,
        at=at,
        reason=reason,
        note=note,
        who=who,
        batch=batch,
        expires=expires,
        serial=serial,
    )


def _check_date(text: str) -> None:
    try:
        right = date.fromisoformat(text).isoformat() == text
    except ValueError:
        right = False
    if not right:
        raise Refused("stock.date", field="expires", value=text)


def sold_movement(
    movement_id: str,
    product_id: str,
    quantity_milli: int,
    at: int,
    store: str,
    *,
    cause: str,
    who: str = "",
    batch: str = "",
    expires: str = "",
    serial: str = "",
) -> Movement:
    """A line of a sale; a negative quantity is goods taken back. Zero is a bug of the caller."""
    here, back = store_place(store), quantity_milli < 0
    return Movement(
        movement_id=movement_id,
        product_id=product_id,
        kind="returned" if back else "sold",
        source=SOLD if back else here,
        target=here if back else SOLD,
        quantity_milli=abs(quantity_milli),
        at=at,
        cause=cause,
        who=who,
        batch=batch,
        expires=expires,
        serial=serial,
    )


def adjustment(movement_id: str, change_milli: int, store: str, count: Count, reason: str) -> Movement | None:
    """What makes the book right at a count; None when it is. `reason`: ``count``, or ``late`` for news of
    what happened before it."""
    if not change_milli:
        return None
    here, more = store_place(store), change_milli > 0
    return Movement(
        movement_id=movement_id,
        product_id=count.product_id,
        kind="adjusted",
        source=ADJUSTED if more else here,
        target=here if more else ADJUSTED,
        quantity_milli=abs(change_milli),
        at=count.at,
        reason=reason,
        cause=count.count_id,
        who=count.who,
    )


def balances(movements: Iterable[Movement]) -> dict[tuple[str, str], int]:
    """The sum at each (place, product), in thousandths."""
    sums: dict[tuple[str, str], int] = {}
    for one in movements:
        for place in (one.source, one.target):
            key = (place, one.product_id)
            sums[key] = sums.get(key, 0) + one.change_milli(place)
    return sums
