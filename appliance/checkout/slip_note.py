"""What a receipt says besides the sale's event: masked names and balances, which the journal never holds.

Kept in trade.db beside the sale, so that a copy says the same. Nothing here is anybody's book: HQ's is.
"""

from msgspec import Struct

from appliance.checkout.basket import OWN_TENDERS, Basket
from appliance.checkout.promise import Promise
from retail.catalogue import Names
from retail.messages.events import SaleCompleted, SaleVoided


class TenderNote(Struct, frozen=True, kw_only=True):
    """Of our own money that paid: `units` taken, a card's last figures, and what HQ said is left."""

    tender_id: str
    units: int = 0
    tail: str = ""
    balance: int | None = None


class SlipNote(Struct, frozen=True, kw_only=True):
    """Who bought (masked), what their own money came to, and what promises bring (by line).

    `points_earned` is what the till expects HQ to book; `points` and `value_minor` what the member then has;
    None where nobody can say.
    """

    member_names: Names = {}
    tenders: tuple[TenderNote, ...] = ()
    promises: dict[str, Promise] = {}
    points_earned: int = 0
    points: int | None = None
    value_minor: int | None = None

    def of_tender(self, tender_id: str) -> TenderNote:
        """What is known of a tender; nothing of cash and codes."""
        found = (one for one in self.tenders if one.tender_id == tender_id)
        return next(found, TenderNote(tender_id=tender_id))


def note_of(basket: Basket, sale: SaleCompleted, points_earned: int) -> SlipNote:
    """The note of the sale that a basket has become."""
    tenders = tuple(
        TenderNote(tender_id=tender.tender_id, units=tender.units, tail=tender.tail, balance=tender.balance)
        for tender in basket.tenders
        if tender.type in OWN_TENDERS
    )
    promises = {line.line_id: line.promise for line in basket.lines if line.promise is not None}
    member = basket.member
    if member is None or isinstance(sale, SaleVoided):
        return SlipNote(tenders=tenders, promises=promises)
    points = member.points + points_earned
    value, touched = member.value_minor, False
    for tender in basket.tenders:
        if tender.type == "points" and not tender.refers_to:
            points -= tender.units
        elif tender.type == "stored_value" and not tender.refers_to:
            value = value - tender.amount_minor if tender.balance is None else tender.balance
            touched = True
    for line in basket.lines:
        if line.promise is not None and line.promise.grant.kind == "top_up":
            value, touched = value + line.unit_price_minor + line.promise.brings.bonus_minor, True
    return SlipNote(
        member_names=member.names,
        tenders=tenders,
        promises=promises,
        points_earned=points_earned,
        points=points if points_earned or any(one.type == "points" for one in basket.tenders) else None,
        value_minor=value if touched else None,
    )
