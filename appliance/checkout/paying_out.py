"""Balances, gift cards, passes and memberships given back for money (退余额, 退卡).

HQ reckons what is paid out and holds all of it meanwhile; the answer becomes the one line of a basket, below
zero, which a manager allows and which is paid in cash. Given up, HQ is told so for as long as it takes.
"""

import msgspec

from appliance.checkout.attempt import OWN_SILENCE_MS, PaymentAttempt
from appliance.checkout.basket import Basket, RefundTerms
from appliance.checkout.desk import Desk
from appliance.checkout.paying import Paid, Paying
from appliance.checkout.ports import Moment
from appliance.checkout.promise import Promise
from appliance.checkout.promising import promise_line
from retail.catalogue import Names
from retail.errors import InvariantBroken, Refused
from retail.messages import Answer
from retail.messages.asking import PayoutAsked, PayoutQuoted
from retail.messages.events import Grant
from retail.quantity import ONE_MILLI

REASON = "payout"


class PayingOut:
    """What a cashier does when somebody wants their money out, on one desk."""

    def __init__(self, desk: Desk, paying: Paying) -> None:
        self._desk = desk
        self._paying = paying

    def ask(
        self, what: str, account: str, names: Names, moment: Moment, member_id: str = "", tail: str = ""
    ) -> Basket:
        """Ask HQ what would be paid out; `what` as in `PayoutAsked`, `names` is what the line is called.

        Refused while there is anything in the basket.
        """
        before = self._desk.basket
        if self._desk.is_training:
            raise Refused("training.no_hq")
        if before is not None and (before.lines or before.attempt or before.tenders or before.refund):
            raise Refused("basket.another_open")
        auth_id = self._desk.new_id()
        asked = msgspec.convert(
            {
                "auth_id": auth_id,
                "incarnation": self._desk.trade.incarnation,
                "what": what,
                "id": account,
                "member_id": member_id,
            },
            PayoutAsked,
        )
        attempt = PaymentAttempt(
            attempt_id=auth_id,
            method="payout",
            amount_minor=0,
            state="requested",
            asked_ms=moment.unix_ms,
            expires_ms=moment.unix_ms + OWN_SILENCE_MS,
            account=account,
            tail=tail,
            request_id=self._desk.new_id(),
            payout=asked,
            names=names,
        )
        if before is None:
            with self._desk.trade.unit() as unit:
                before = self._desk.new_basket(unit, moment)
                self._desk.keep(unit, None, before)
            self._desk.show(before)
        return self._paying.begin(before, attempt, "payout.quote", msgspec.structs.asdict(asked), moment)

    def hear(self, basket: Basket, answer: Answer, moment: Moment) -> Paid:
        """HQ's answer: its sum as a line, or its refusal; then the basket is as before."""
        attempt = basket.attempt
        if attempt is None or attempt.payout is None or attempt.request_id != answer.id:
            raise InvariantBroken("payout.not_asked", request_id=answer.id)
        quoted = _quoted(answer, self._desk.shop().currency)
        if isinstance(quoted, Refused):
            after = self._paying.give_up(basket, moment, "declined")
            return Paid(after, ended="declined", refusal=quoted)
        grant = Grant(
            kind="payout",
            id=attempt.account,
            of=attempt.payout.what,
            member_id=attempt.payout.member_id,
            auth_id=attempt.attempt_id,
        )
        promise = Promise(
            grant=grant,
            tail=attempt.tail,
            deducted_minor=quoted.deducted_minor,
            voided_minor=quoted.voided_minor,
        )
        line = promise_line(
            self._desk.new_id(), attempt.names, quoted.amount_minor, promise, quantity_milli=-ONE_MILLI
        )
        after = self._desk.touch(
            basket,
            attempt=None,
            lines=(line,),
            selected=line.line_id,
            refund=RefundTerms(mode="payout", reason=REASON),
        )
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
        if self._desk.basket is not None and self._desk.basket.basket_id == basket.basket_id:
            self._desk.show(after)
        return Paid(after)

    def pay(self, approver_id: str, moment: Moment) -> Paid:
        """A manager agreed and the money was handed over: the payout is on record."""
        basket = self._desk.require_basket()
        if basket.refund is None or basket.refund.mode != "payout" or not basket.lines:
            raise Refused("payout.none")
        if not self._desk.is_manager(approver_id):
            raise Refused("staff.manager_needed", may_override="manager")
        terms = msgspec.structs.replace(basket.refund, approver_id=approver_id)
        allowed = self._desk.touch(basket, refund=terms)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, allowed)
        self._desk.show(allowed)
        if self._desk.due_minor(allowed) == 0:
            return self._paying.give([], moment)
        return self._paying.exact("cash", moment)


def _quoted(answer: Answer, currency: str) -> PayoutQuoted | Refused:
    """What HQ reckoned, or why it pays nothing out."""
    if answer.error:
        return Refused(answer.error, **{key: value for key, value in answer.body.items() if key != "code"})
    try:
        quoted = msgspec.convert(answer.body, PayoutQuoted)
    except msgspec.ValidationError:
        return Refused("payout.unclear")
    if quoted.currency != currency or quoted.amount_minor < 0:
        return Refused("payout.unclear")
    return quoted
