"""Taking goods back on a desk: with the receipt, without it, or the whole sale undone.

What comes back is a line of the open basket, so that an exchange is a basket with both, and everything
that keeps a basket safe keeps a refund safe. Money goes back by `plan`, piece by piece; the last piece
completes it. What the rules are stands in `refunding`.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from appliance.checkout.basket import OWN_TENDERS, Basket, RefundTerms, TenderLine, require_editable
from appliance.checkout.desk import Desk
from appliance.checkout.paying import Paid, Paying
from appliance.checkout.ports import Moment
from appliance.checkout.refunding import (
    CASH,
    REASONS,
    Planned,
    Returnable,
    refund_plan,
    returnable,
    returned_line,
)
from appliance.checkout.sale import sale_number
from appliance.checkout.voiding import Voiding, require_held
from retail.errors import Refused


class Refunding:
    """What a cashier does with goods that come back, on one desk."""

    def __init__(self, desk: Desk, paying: Paying, voiding: Voiding) -> None:
        self._desk = desk
        self._paying = paying
        self._voiding = voiding

    def find(self, receipt: str) -> Returnable:
        """The sale of a receipt's code or of its number (``T1-000012``, ``12``); refused for one that is
        not this till's."""
        typed = receipt.strip().removeprefix("TBR1:").upper()
        number = int(typed) if typed.isdigit() else sale_number(typed, self._desk.workstation)
        return self.of_sale(number)

    def of_sale(self, number: int) -> Returnable:
        """What may still come back of a sale; refused for one that is not there."""
        trade = self._desk.trade
        sale = trade.sale(number)
        if sale is None:
            raise Refused("refund.no_sale", number=number)
        void = trade.void_of(number)
        return returnable(sale, trade.returned(number), trade.given_back(number), void is not None)

    def take_back(self, number: int, quantities: Mapping[str, int], reason: str, moment: Moment) -> Basket:
        """Goods of a sale (line id to thousandths) into the open basket, or a new one, at what they cost.

        Refused: more than is left, a sale undone as a whole, goods of a second receipt in one basket, a sale
        of which another basket is taking something back.
        """
        of = self.of_sale(number)
        self._require_takeable(of)
        wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
        if not wanted:
            raise Refused("refund.nothing_chosen")
        lines = [
            returned_line(of, line_id, quantity, self._desk.new_id()) for line_id, quantity in wanted.items()
        ]
        if any(line.promise is not None for line in lines):
            raise Refused("refund.is_promise")
        terms = RefundTerms(
            mode="receipt",
            reason=checked_reason(reason),
            number=number,
            sale_id=of.sale.sale_id,
            member_id=of.sale.member_id,
        )
        before = self._desk.basket
        if before is not None:
            require_editable(before)
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            kept = tuple(line for line in base.lines if line.returned is None)
            after = self._desk.touch(
                base, lines=(*kept, *lines), refund=terms, selected=lines[0].line_id, returning=False
            )
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def return_without_receipt(self, reason: str, approver_id: str, moment: Moment) -> Basket:
        """Goods that come now are taken back at today's price: a manager allows it, with a reason."""
        terms = RefundTerms(
            mode="no_receipt", reason=checked_reason(reason), approver_id=self._manager(approver_id)
        )
        before = self._desk.basket
        if before is not None:
            require_editable(before)
            if before.refund is not None and before.refund.number:
                raise Refused("refund.one_receipt")
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            after = self._desk.touch(base, refund=terms, returning=True)
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def start_void(self, number: int, reason: str, approver_id: str, moment: Moment) -> Basket:
        """Begin to undo a whole sale of this business day; nothing is undone before all money is back. One
        that sold top-ups, cards or passes asks HQ first (`Voiding`).

        Refused: another day's, a refund or exchange, one of which something has come back, a voided one.
        """
        empty = self._desk.basket
        if empty is not None and (empty.lines or empty.attempt):
            raise Refused("basket.another_open")
        session = self._desk.require_session()
        of = self.of_sale(number)
        self._require_takeable(of)
        self._require_voidable(of, moment)
        terms = RefundTerms(
            mode="void",
            reason=checked_reason(reason),
            approver_id=self._manager(approver_id),
            number=number,
            sale_id=of.sale.sale_id,
        )
        lines = [
            returned_line(of, one.line.line_id, one.line.quantity_milli, self._desk.new_id())
            for one in of.lines
        ]
        attempt = self._voiding.attempt_for(of.sale, moment)
        basket = Basket(
            basket_id=self._desk.new_id(),
            opened_ms=moment.unix_ms,
            operator_id=session.operator_id,
            shift=session.shift,
            order_number=of.sale.order_number,
            versions=self._desk.reference.versions(),
            lines=tuple(lines),
            refund=terms,
            attempt=attempt,
        )
        with self._desk.trade.unit() as unit:
            if empty is not None:
                self._desk.drop(unit, empty)
            self._desk.keep(unit, None, basket)
            if attempt is not None:
                self._voiding.ask(unit, attempt, of.sale.sale_id)
        self._desk.show(basket)
        return basket

    def abandon_void(self) -> None:
        """Leave the sale as it is; refused once money has been given back."""
        basket = self._desk.require_basket()
        if basket.refund is None or basket.refund.mode != "void":
            raise Refused("basket.empty")
        is_asking = basket.attempt is not None and basket.attempt.method == "void"
        if (basket.attempt is not None and not is_asking) or basket.tenders:
            raise Refused("basket.partly_paid")
        with self._desk.trade.unit() as unit:
            self._desk.drop(unit, basket)
        self._desk.show(None)

    # Money

    def plan(self) -> tuple[Planned, ...]:
        """What is still to be given back of the open basket, tender by tender, in order."""
        basket = self._desk.require_basket()
        return self.plan_of(basket) if basket.refund and basket.refund.number else ()

    def plan_of(self, basket: Basket) -> tuple[Planned, ...]:
        """The same of any basket that takes goods of a receipt back."""
        due_minor = self._desk.due_minor(basket)
        if basket.refund is None or due_minor >= 0:
            return ()
        of = self.of_sale(basket.refund.number)
        given = dict(of.given_back)
        for tender in basket.tenders:
            if tender.refers_to:
                given[tender.refers_to] = given.get(tender.refers_to, 0) - tender.amount_minor
        fresh = Returnable(of.sale, of.lines, given, of.voided)
        return refund_plan(fresh, -due_minor)

    def give(self, tender_id: str, moment: Moment, as_cash: bool = False, approver_id: str = "") -> Paid:
        """One piece of the plan was handed back: cash from the drawer, or done at the card terminal.

        A piece that goes back in cash though it was not paid in cash needs a manager. A code's piece is asked
        of HQ instead (`ask`).
        """
        piece = self._piece(tender_id)
        basket = self._desk.require_basket()
        if as_cash and piece.type in OWN_TENDERS:
            raise Refused("refund.own_money_stays")
        kind = CASH if as_cash else piece.type
        if kind != piece.type or not piece.tender_id:
            if basket.refund is not None and basket.refund.mode == "void":
                raise Refused("void.only_its_tenders")
            self._allow(basket, approver_id)
        elif kind == "qr":
            raise Refused("refund.ask_hq")
        reference = piece.reference if kind in OWN_TENDERS else ""
        return self._paying.give([(kind, piece.tender_id, piece.amount_minor, reference)], moment)

    def ask(self, tender_id: str, moment: Moment) -> Basket:
        """Have HQ give a code's payment back; its word completes the piece."""
        piece = self._piece(tender_id)
        if piece.type != "qr":
            raise Refused("refund.not_a_code", type=piece.type)
        return self._paying.ask_refund(piece.tender_id, piece.amount_minor, moment)

    def nothing_to_give(self, moment: Moment) -> Paid:
        """Complete a basket whose goods and returns come to nothing."""
        basket = self._desk.require_basket()
        if self._desk.due_minor(basket) != 0 or not basket.lines:
            raise Refused("sale.not_paid", due_minor=self._desk.due_minor(basket))
        require_held(basket)
        return self._paying.give([], moment)

    def _piece(self, tender_id: str) -> Planned:
        require_held(self._desk.require_basket())
        for piece in self.plan():
            if piece.tender_id == tender_id:
                return piece
        raise Refused("refund.not_planned", tender_id=tender_id)

    def _allow(self, basket: Basket, approver_id: str) -> None:
        """Put the approver on the basket's terms; the completed refund names them."""
        manager = self._manager(approver_id)
        terms = basket.refund and msgspec.structs.replace(basket.refund, approver_id=manager)
        after = self._desk.touch(basket, refund=terms)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
        self._desk.show(after)

    def _manager(self, operator_id: str) -> str:
        if self._desk.is_manager(operator_id):
            return operator_id
        raise Refused("staff.manager_needed", may_override="manager")

    def _require_takeable(self, of: Returnable) -> None:
        number = of.sale.number
        if of.voided:
            raise Refused("refund.sale_voided", number=number)
        if of.is_spent:
            raise Refused("refund.all_came_back", number=number)
        for basket in self._desk.trade.suspended_baskets():
            if basket.refund is not None and basket.refund.number == number:
                raise Refused("refund.in_another_basket", order_number=basket.order_number)
        basket_now = self._desk.basket
        if basket_now is not None and basket_now.refund is not None and basket_now.refund.number != number:
            raise Refused("refund.one_receipt")

    def _require_voidable(self, of: Returnable, moment: Moment) -> None:
        if of.sale.business_day != self._desk.business_day(moment):
            raise Refused("void.other_day", business_day=of.sale.business_day)
        if of.sale.kind != "sale" or any(line.quantity_milli < 0 for line in of.sale.lines):
            raise Refused("void.not_a_sale")
        if any(one.returned_milli for one in of.lines):
            raise Refused("void.already_returned")


def checked_reason(reason: str) -> str:
    """One of the reasons there are; refused for any other."""
    if reason not in REASONS:
        raise Refused("refund.reason_needed", known=", ".join(REASONS))
    return reason


Step = Literal["give", "ask"]


def step_of(piece: Planned) -> Step:
    """How a piece of the plan goes back: by hand, or by asking HQ."""
    return "ask" if piece.type == "qr" and piece.tender_id else "give"


def given_of(basket: Basket) -> tuple[TenderLine, ...]:
    """What this basket has given back already."""
    return tuple(tender for tender in basket.tenders if tender.amount_minor < 0)
