"""Undoing a sale of top-ups, cards, passes or memberships: only when HQ holds all of what it brought.

Otherwise money would be handed back for what has been spent meanwhile. HQ answers at once; silence ends it.
"""

import msgspec

from appliance.checkout.attempt import OWN_SILENCE_MS, PaymentAttempt
from appliance.checkout.basket import Basket, Line
from appliance.checkout.desk import Desk
from appliance.checkout.paying import Paid, Paying
from appliance.checkout.ports import Moment, Unit, question
from retail.errors import InvariantBroken, Refused
from retail.messages import Answer
from retail.messages.asking import VoidAsked
from retail.messages.events import SaleCompleted


class Voiding:
    """HQ's part in a void, on one desk."""

    def __init__(self, desk: Desk, paying: Paying) -> None:
        self._desk = desk
        self._paying = paying

    def attempt_for(self, sale: SaleCompleted, moment: Moment) -> PaymentAttempt | None:
        """The question that a void of this sale begins with; None when it sold goods only."""
        if not any(line.grant for line in sale.lines):
            return None
        if self._desk.is_training:
            raise Refused("training.no_hq")
        return PaymentAttempt(
            attempt_id=self._desk.new_id(),
            method="void",
            amount_minor=0,
            state="requested",
            asked_ms=moment.unix_ms,
            expires_ms=moment.unix_ms + OWN_SILENCE_MS,
            request_id=self._desk.new_id(),
        )

    def ask(self, unit: Unit, attempt: PaymentAttempt, sale_id: str) -> None:
        """Ask it, in the unit that keeps the basket."""
        asked = VoidAsked(
            auth_id=attempt.attempt_id, incarnation=self._desk.trade.incarnation, sale_id=sale_id
        )
        unit.ask_hq(question(attempt.request_id, "grant.void", asked, attempt.asked_ms, OWN_SILENCE_MS))

    def hear(self, basket: Basket, answer: Answer, moment: Moment) -> Paid:
        """HQ's answer: held, and the money may go back; or why not, and the sale stays as it is."""
        attempt = basket.attempt
        if attempt is None or attempt.method != "void" or attempt.request_id != answer.id:
            raise InvariantBroken("void.not_asked", request_id=answer.id)
        if answer.error:
            params = {key: value for key, value in answer.body.items() if key != "code"}
            after = self._paying.give_up(basket, moment, "declined")
            return Paid(after, ended="declined", refusal=Refused(answer.error, **params))
        lines = tuple(_held_by(line, attempt.attempt_id) for line in basket.lines)
        after = self._desk.touch(basket, attempt=None, lines=lines)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
        if self._desk.basket is not None and self._desk.basket.basket_id == basket.basket_id:
            self._desk.show(after)
        return Paid(after)


def _held_by(line: Line, auth_id: str) -> Line:
    """The line, naming in its grant what HQ holds for it: so the void's event ends that."""
    if line.promise is None:
        return line
    grant = msgspec.structs.replace(line.promise.grant, auth_id=auth_id)
    return msgspec.structs.replace(line, promise=msgspec.structs.replace(line.promise, grant=grant))


def require_held(basket: Basket) -> None:
    """Refused while HQ holds nothing for a void that needs it; not once money has been given back."""
    grants = [line.promise.grant for line in basket.lines if line.promise is not None]
    voids = basket.refund is not None and basket.refund.mode == "void"
    if voids and not basket.tenders and any(not grant.auth_id for grant in grants):
        raise Refused("void.needs_hq")
