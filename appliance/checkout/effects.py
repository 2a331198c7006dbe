"""What follows a sale on paper and in the drawer: settled, done again, or let be.

An effect that failed is never sent again under its old id, because the daemon remembers that id's
outcome: doing it again is a new effect, and the old one goes in the same transaction.
"""

import msgspec

from appliance.checkout.desk import Desk
from appliance.checkout.ports import Effect
from retail.errors import Refused
from retail.messages.events import SaleCompleted

MAYBE_PRINTED = ("", "printer.unconfirmed", "ipc.lost", "ipc.timeout")
"""Faults after which paper may have come out all the same: the next slip says that it is a copy."""


class Aftermath:
    """Effects of completed sales, on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def reprint(self, sale_number: int) -> tuple[SaleCompleted, Effect]:
        """One more receipt of a sale, marked as a copy; refused for a sale that is not here."""
        sale = self._sale(sale_number)
        effect = Effect(
            effect_id=self._desk.new_id(),
            sale_number=sale_number,
            kind="receipt",
            language=self._desk.language,
            copy=True,
            note=self._desk.trade.slip(sale_number),
        )
        with self._desk.trade.unit() as unit:
            unit.add_effects([effect])
        return sale, effect

    def settle(self, effect_id: str, fault: str = "") -> None:
        """What became of an effect, as the daemon tells it: done, or kept with its fault."""
        with self._desk.trade.unit() as unit:
            unit.settle_effect(effect_id, fault)

    def dismiss(self, effect_id: str) -> None:
        """Nobody wants it any more; refused when it is settled already."""
        self._unsettled(effect_id)
        self.settle(effect_id)

    def again(self, effect_id: str) -> tuple[SaleCompleted, Effect]:
        """A new effect in place of one that failed or whose outcome is not known."""
        old = self._unsettled(effect_id)
        may_have_printed = old.kind == "receipt" and old.fault in MAYBE_PRINTED
        new = msgspec.structs.replace(
            old,
            effect_id=self._desk.new_id(),
            state="pending",
            fault="",
            copy=old.copy or may_have_printed,
        )
        sale = self._sale(old.sale_number)
        with self._desk.trade.unit() as unit:
            unit.settle_effect(effect_id, "")
            unit.add_effects([new])
        return sale, new

    def _sale(self, number: int) -> SaleCompleted:
        """The sale; of one that was undone its void, so that no slip looks as if it still held."""
        sale = self._desk.trade.sale(number)
        if sale is None:
            raise Refused("effect.no_sale", sale_number=number)
        return self._desk.trade.void_of(number) or sale

    def _unsettled(self, effect_id: str) -> Effect:
        for effect in self._desk.trade.unsettled_effects():
            if effect.effect_id == effect_id:
                return effect
        raise Refused("effect.not_unsettled", effect_id=effect_id)
