"""Taking payments on a desk: cash, a bank card on a terminal of its own, and what HQ decides.

What HQ decides is an attempt in the basket: a merchant QR, or our own money (`own_money`).

A sale completes by itself when the last cent is paid, in the transaction of that payment. While
the outcome of a payment is unknown nothing else can be charged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from appliance.checkout.attempt import (
    ATTEMPT_LIFE_MS,
    QUERY_AFTER_MS,
    News,
    PaymentAttempt,
    is_due_for_query,
    queried,
)
from appliance.checkout.basket import OWN_TENDERS, Basket, TenderLine
from appliance.checkout.desk import Desk
from appliance.checkout.ports import Effect, HqRequest, Moment, Unit
from appliance.checkout.tender import change_for, checked_tender_type
from retail.errors import Refused
from retail.messages.events import PaymentResolved, SaleCompleted

UNDONE = ("cash", *OWN_TENDERS)
"""Tenders that a cashier may take out of an open basket again."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment led to: still due, or a completed sale with the effects that must follow.

    `ended` says how a payment that HQ decides ended without money (``declined``, ``cancelled``, ``expired``,
    ``silent``), `refusal` why it was declined, where a rule said no.
    """

    basket: Basket | None
    sale: SaleCompleted | None = None
    effects: tuple[Effect, ...] = ()
    ended: str = ""
    refusal: Refused | None = None


class Paying:
    """What a cashier does with money, on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def cash(self, tendered_minor: int, moment: Moment) -> Paid:
        """Cash handed over; more than due gives change, less is a part payment."""
        basket = self.payable()
        amount_minor, change_minor = change_for(tendered_minor, self._desk.due_minor(basket))
        return self._take(basket, [("cash", amount_minor, tendered_minor, change_minor, "")], moment)

    def exact(self, kind: str, moment: Moment, reference: str = "") -> Paid:
        """All that is due, or owed to the customer, in one tender that was settled elsewhere."""
        basket = self.payable()
        due_minor = self._desk.due_minor(basket)
        if due_minor < 0 and basket.refund is not None and basket.refund.number:
            raise Refused("refund.to_its_tenders")
        if basket.refund is not None and basket.refund.mode == "payout":
            if not basket.refund.approver_id:
                raise Refused("staff.manager_needed", may_override="manager")
            if kind != "cash":
                raise Refused("payout.cash_only")
        return self._take(basket, [(checked_tender_type(kind), due_minor, due_minor, 0, reference)], moment)

    def all_of(self, tenders: Sequence[tuple[str, int]], moment: Moment) -> Paid:
        """Several tenders at once, as a record has them; refused unless they sum to what is due."""
        basket = self.payable()
        due_minor = self._desk.due_minor(basket)
        given = [(checked_tender_type(kind), amount) for kind, amount in tenders]
        total_minor = sum(amount for _, amount in given)
        if total_minor != due_minor:
            raise Refused("sale.tenders_do_not_sum", tenders_minor=total_minor, due_minor=due_minor)
        return self._take(basket, [(kind, amount, amount, 0, "") for kind, amount in given], moment)

    def undo(self, tender_id: str, moment: Moment) -> Basket:
        """Take a part payment back: money that is still in hand, or that HQ has only reserved."""
        before = self._desk.require_basket()
        if before.attempt is not None:
            raise Refused("basket.payment_under_way", state=before.attempt.state)
        for tender in before.tenders:
            if tender.tender_id == tender_id:
                if tender.type not in UNDONE or tender.amount_minor < 0:
                    raise Refused("tender.cannot_undo", type=tender.type, may_override="manager")
                left = tuple(other for other in before.tenders if other is not tender)
                after = self._desk.touch(before, tenders=left)
                with self._desk.trade.unit() as unit:
                    self._desk.keep(unit, before, after)
                    self._desk.give_up_tenders(unit, [tender], moment)
                self._desk.show(after)
                return after
        raise Refused("tender.not_there", tender_id=tender_id)

    def ask_qr(self, moment: Moment) -> Basket:
        """Ask HQ for a merchant QR over what is due; one live code at a time."""
        before = self.payable()
        due_minor = self._desk.due_minor(before)
        if due_minor <= 0:
            raise Refused("tender.nothing_due")
        attempt = PaymentAttempt(
            attempt_id=self._desk.new_id(),
            method="qr",
            amount_minor=due_minor,
            state="requested",
            asked_ms=moment.unix_ms,
            expires_ms=moment.unix_ms + ATTEMPT_LIFE_MS,
            next_query_ms=moment.unix_ms + QUERY_AFTER_MS,
        ).noted(moment.unix_ms, "asked")
        body: dict[str, object] = {
            "attempt_id": attempt.attempt_id,
            "sale_id": before.basket_id,
            "amount_minor": due_minor,
            "currency": self._desk.shop().currency,
            "method": attempt.method,
            "expires_at_ms": attempt.expires_ms,
        }
        return self.begin(before, attempt, "payment.create", body, moment)

    def ask_refund(self, payment_id: str, amount_minor: int, moment: Moment) -> Basket:
        """Ask HQ to give so much of a payment back. Asked again and again under one id, it happens once."""
        before = self.payable()
        attempt = PaymentAttempt(
            attempt_id=self._desk.new_id(),
            method="qr",
            amount_minor=amount_minor,
            state="requested",
            asked_ms=moment.unix_ms,
            expires_ms=moment.unix_ms + ATTEMPT_LIFE_MS,
            next_query_ms=moment.unix_ms + QUERY_AFTER_MS,
            refunds=payment_id,
        ).noted(moment.unix_ms, "asked")
        return self.begin(before, attempt, *self._question(attempt), moment)

    def begin(
        self, before: Basket, attempt: PaymentAttempt, kind: str, body: Mapping[str, object], moment: Moment
    ) -> Basket:
        """An attempt is part of the basket from now on, and HQ is asked, in one transaction."""
        after = self._desk.touch(before, attempt=attempt)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, before, after)
            self._ask(unit, kind, body, moment, attempt)
        self._desk.show(after)
        return after

    def give_up(self, basket: Basket, moment: Moment, why: str) -> Basket:
        """Go on without our own money: HQ never takes what it is told to give up, and is told until it has
        heard. A basket that only asked for a sum ends, and a void that HQ did not allow."""
        attempt = basket.attempt
        if attempt is None or not attempt.is_ours:
            raise Refused("payment.none_under_way")
        after = self._desk.touch(basket, attempt=None)
        is_void = attempt.method == "void"
        ends = is_void or (not after.lines and after.member is None)
        with self._desk.trade.unit() as unit:
            if not is_void:  # a void's hold is given up with its basket
                self._desk.give_up(unit, attempt.attempt_id, moment.unix_ms)
            if not attempt.is_quote:
                self._desk.record(unit, "payment.resolved", _resolution(basket, attempt, why), moment)
            if ends:
                self._desk.drop(unit, basket)
            else:
                self._desk.keep(unit, basket, after)
        if self._is_open(basket):
            self._desk.show(None if ends else after)
        return after

    def give(self, given: Sequence[tuple[str, str, int, str]], moment: Moment) -> Paid:
        """Money handed back: (type, tender of the sale it undoes, amount, reference) each. Completes what
        is then settled. `Refunding` decides what goes where."""
        before = self.payable()
        lines = tuple(
            TenderLine(
                tender_id=self._desk.new_id(),
                type=kind,
                amount_minor=-amount,
                tendered_minor=-amount,
                reference=reference,
                refers_to=refers_to,
            )
            for kind, refers_to, amount, reference in given
        )
        return self._settle(before, self._desk.touch(before, tenders=(*before.tenders, *lines)), moment)

    def cancel_qr(self, moment: Moment) -> Basket:
        """Ask HQ to close the code. Only HQ's word that it is closed frees the other tenders."""
        basket = self._desk.require_basket()
        if basket.attempt is not None and basket.attempt.refunds:
            raise Refused("refund.cannot_cancel")
        if basket.attempt is not None and basket.attempt.is_ours:
            return self.give_up(basket, moment, "cancelled")
        return self._ask_about("payment.cancel", "cancelling", moment)

    def query(self, moment: Moment) -> Basket:
        """Ask HQ now how the payment stands."""
        return self._ask_about("payment.query", "", moment)

    def tick(self, basket: Basket, moment: Moment) -> Basket | None:
        """Follow a payment up: ask again when it is time, say ``unknown`` when nothing was heard.

        Our own money is given up instead. Works for suspended baskets too. None when there was nothing to do.
        """
        attempt = basket.attempt
        if attempt is None or not is_due_for_query(attempt, moment.unix_ms):
            return None
        if attempt.is_ours:
            return self.give_up(basket, moment, "silent")
        after = self._desk.touch(basket, attempt=queried(attempt, moment.unix_ms))
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
            self._ask(unit, *self._question(attempt), moment, attempt)
        self._show_if_open(after)
        return after

    def hear(self, basket: Basket, news: News, moment: Moment) -> Paid | None:
        """HQ's word on the payment of this basket, open or suspended. None if it changes nothing."""
        attempt = basket.attempt
        if attempt is None or attempt.attempt_id != news.attempt_id:
            return None
        if news.state == "pending":
            return self._pending(basket, attempt, news, moment)
        if news.state == "paid":
            return self._paid(basket, attempt, news.reference, moment, balance=news.balance)
        after = self._desk.touch(basket, attempt=None)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
            self._desk.record(unit, "payment.resolved", _resolution(basket, attempt, news.state), moment)
        self._show_if_open(after)
        refusal = Refused(news.reason, **news.params) if news.reason else None
        return Paid(after, ended=news.state, refusal=refusal)

    def confirm_paid(self, approver_id: str, reference: str, moment: Moment) -> Paid:
        """A manager has seen the money in the provider's own books; on record under their name."""
        basket = self._desk.require_basket()
        if basket.attempt is None:
            raise Refused("payment.none_under_way")
        if basket.attempt.is_ours:
            raise Refused("basket.payment_under_way", state=basket.attempt.state)
        cleaned = reference.strip()
        if not cleaned or len(cleaned) > 64:
            raise Refused("payment.reference_needed", length_max=64)
        return self._paid(basket, basket.attempt, cleaned, moment, confirmed_by=approver_id)

    def payable(self) -> Basket:
        """The open basket, if it can be paid now: it has goods and nothing is under way."""
        basket = self._desk.require_basket()
        if not basket.lines:
            raise Refused("basket.empty")
        if basket.attempt is not None:
            raise Refused("basket.payment_under_way", state=basket.attempt.state)
        return basket

    def _take(
        self, before: Basket, tenders: Sequence[tuple[str, int, int, int, str]], moment: Moment
    ) -> Paid:
        lines = tuple(
            TenderLine(
                tender_id=self._desk.new_id(),
                type=kind,
                amount_minor=amount,
                tendered_minor=tendered,
                change_minor=change,
                reference=reference,
            )
            for kind, amount, tendered, change, reference in tenders
        )
        after = self._desk.touch(before, tenders=(*before.tenders, *lines))
        return self._settle(before, after, moment)

    def _settle(self, before: Basket, after: Basket, moment: Moment, also: Sequence[Struct] = ()) -> Paid:
        """Keep the tender, or complete the sale with it; `also` goes on record in the same unit."""
        complete = self._desk.due_minor(after) == 0
        origin = self._origin(after) if complete else None
        if complete:
            self._desk.require_returnable(after)
        with self._desk.trade.unit() as unit:
            for body in also:
                self._desk.record(unit, "payment.resolved", body, moment)
            if not complete:
                self._desk.keep(unit, before, after)
            else:
                sale, effects = self._desk.complete(unit, before, after, moment, origin)
        if not complete:
            self._show_if_open(after)
            return Paid(after)
        if self._is_open(before):
            self._desk.show(None)
        return Paid(None, sale, effects)

    def _origin(self, basket: Basket) -> SaleCompleted | None:
        """The sale of which goods come back in this basket."""
        coming_back = basket.refund is not None and any(line.returned for line in basket.lines)
        return self._desk.trade.sale(basket.refund.number) if basket.refund and coming_back else None

    def _question(
        self, attempt: PaymentAttempt, kind: str = "payment.query"
    ) -> tuple[str, dict[str, object]]:
        """What to ask HQ about an attempt. A refund is asked for again: HQ may never have heard of it."""
        if not attempt.refunds:
            return kind, {"attempt_id": attempt.attempt_id}
        body: dict[str, object] = {
            "attempt_id": attempt.attempt_id,
            "refunds": attempt.refunds,
            "amount_minor": attempt.amount_minor,
            "currency": self._desk.shop().currency,
        }
        return "payment.refund", body

    def _pending(self, basket: Basket, attempt: PaymentAttempt, news: News, moment: Moment) -> Paid | None:
        if attempt.qr == news.qr and attempt.state == "pending":
            return None
        state = attempt.state if attempt.state == "cancelling" else "pending"
        heard = msgspec.structs.replace(attempt, qr=news.qr or attempt.qr, state=state)
        return Paid(
            self._keep(basket, self._desk.touch(basket, attempt=heard.noted(moment.unix_ms, "answered")))
        )

    def _paid(
        self,
        basket: Basket,
        attempt: PaymentAttempt,
        reference: str,
        moment: Moment,
        confirmed_by: str = "",
        balance: int | None = None,
    ) -> Paid:
        amount_minor = -attempt.amount_minor if attempt.refunds else attempt.amount_minor
        tender = TenderLine(
            tender_id=attempt.attempt_id,
            type=attempt.method,
            amount_minor=amount_minor,
            tendered_minor=amount_minor,
            reference=attempt.attempt_id if attempt.is_ours else reference,
            refers_to=attempt.refunds,
            units=attempt.units,
            tail=attempt.tail,
            balance=balance,
        )
        after = self._desk.touch(basket, attempt=None, tenders=(*basket.tenders, tender))
        confirmed = [_resolution(basket, attempt, f"confirmed_by:{confirmed_by}")] if confirmed_by else []
        return self._settle(basket, after, moment, confirmed)

    def _ask_about(self, kind: str, state: str, moment: Moment) -> Basket:
        before = self._desk.require_basket()
        if before.attempt is None:
            raise Refused("payment.none_under_way")
        attempt = queried(before.attempt, moment.unix_ms, state)
        after = self._desk.touch(before, attempt=attempt)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, before, after)
            self._ask(unit, *self._question(attempt, kind), moment, attempt)
        self._desk.show(after)
        return after

    def _ask(
        self, unit: Unit, kind: str, body: Mapping[str, object], moment: Moment, attempt: PaymentAttempt
    ) -> None:
        unit.ask_hq(
            HqRequest(
                id=attempt.request_id or self._desk.new_id(),
                kind=kind,
                body=dict(body),
                created_ms=moment.unix_ms,
                expires_ms=attempt.expires_ms if attempt.is_ours else moment.unix_ms + ATTEMPT_LIFE_MS,
            )
        )

    def _keep(self, before: Basket, after: Basket) -> Basket:
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, before, after)
        self._show_if_open(after)
        return after

    def _is_open(self, basket: Basket) -> bool:
        return self._desk.basket is not None and self._desk.basket.basket_id == basket.basket_id

    def _show_if_open(self, basket: Basket) -> None:
        if self._is_open(basket):
            self._desk.show(basket)


def _resolution(basket: Basket, attempt: PaymentAttempt, state: str) -> PaymentResolved:
    return PaymentResolved(
        attempt_id=attempt.attempt_id,
        basket_id=basket.basket_id,
        state=state,
        amount_minor=attempt.amount_minor,
        operator_id=basket.operator_id,
    )
