"""Passes and memberships exchanged for a dearer kind (升级): the difference is a line of the basket.

HQ reckons what is left of the old one and holds it; its answer becomes the line. Taken out of the basket
again, or after three seconds of silence, it is given up, and HQ is told so for as long as it takes.
"""

from typing import Literal

import msgspec

from appliance.checkout.attempt import OWN_SILENCE_MS, PaymentAttempt
from appliance.checkout.basket import Basket, Line, require_editable
from appliance.checkout.benefits import Benefits
from appliance.checkout.desk import Desk
from appliance.checkout.paying import Paid, Paying
from appliance.checkout.ports import Moment
from appliance.checkout.promise import Promise, promised_of
from appliance.checkout.promising import promise_line, touched_by
from retail.catalogue import HeldMembership, HeldPass
from retail.errors import InvariantBroken, Refused
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.messages import Answer
from retail.messages.asking import UpgradeAsked, UpgradeQuoted
from retail.messages.events import Grant

What = Literal["pass", "membership"]
Kind = PassKind | MembershipKind


def on_sale(benefits: Benefits, what: What) -> tuple[Kind, ...]:
    """What the shop sells of it."""
    return benefits.passes if what == "pass" else benefits.memberships


def dearer(benefits: Benefits, what: What, held: HeldPass | HeldMembership) -> tuple[Kind, ...]:
    """The kinds that something held may be exchanged for, the cheapest first: dearer than its own, which may
    be on sale no more. Whether one is dearer than what is left, HQ says."""
    kinds = on_sale(benefits, what)
    own_minor = next((one.price_minor for one in kinds if one.id == held.kind), 0)
    found = [one for one in kinds if one.id != held.kind and one.price_minor > own_minor]
    return tuple(sorted(found, key=lambda one: (one.price_minor, one.id)))


class Upgrading:
    """What a cashier does when a member wants more than they have, on one desk."""

    def __init__(self, desk: Desk, paying: Paying) -> None:
        self._desk = desk
        self._paying = paying

    def ask(self, what: What, held_id: str, kind_id: str, moment: Moment) -> Basket:
        """Ask HQ what the difference is. Refused without the member, and for what they do not have."""
        before = self._desk.require_basket()
        require_editable(before)
        if self._desk.is_training:
            raise Refused("training.no_hq")
        if before.refund is not None or before.returning:
            raise Refused("promise.not_with_returns")
        kind = self._kind(what, kind_id)
        member_id = before.member.member_id if before.member else ""
        held = self._held(what, held_id, member_id)
        if any(held_id in touched_by(line) for line in before.lines):
            raise Refused("promise.renewed_already")
        auth_id = self._desk.new_id()
        asked = UpgradeAsked(
            auth_id=auth_id,
            incarnation=self._desk.trade.incarnation,
            what=what,
            id=held_id,
            member_id=member_id,
            to_kind=kind.id,
        )
        attempt = PaymentAttempt(
            attempt_id=auth_id,
            method="upgrade",
            amount_minor=0,
            state="requested",
            asked_ms=moment.unix_ms,
            expires_ms=moment.unix_ms + OWN_SILENCE_MS,
            account=held_id,
            request_id=self._desk.new_id(),
            upgrade=asked,
            names=held.names,
        )
        return self._paying.begin(before, attempt, "upgrade.quote", msgspec.structs.asdict(asked), moment)

    def hear(self, basket: Basket, answer: Answer, moment: Moment) -> Paid:
        """HQ's answer: the difference as a line, or its refusal; then the basket is as before."""
        attempt = basket.attempt
        if attempt is None or attempt.upgrade is None or attempt.request_id != answer.id:
            raise InvariantBroken("upgrade.not_asked", request_id=answer.id)
        line = self._line(attempt, attempt.upgrade, answer)
        if isinstance(line, Refused):
            after = self._paying.give_up(basket, moment, "declined")
            return Paid(after, ended="declined", refusal=line)
        after = self._desk.touch(basket, attempt=None, lines=(*basket.lines, line), selected=line.line_id)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
        if self._desk.basket is not None and self._desk.basket.basket_id == basket.basket_id:
            self._desk.show(after)
        return Paid(after)

    def _line(self, attempt: PaymentAttempt, asked: UpgradeAsked, answer: Answer) -> Line | Refused:
        if answer.error:
            return Refused(
                answer.error, **{key: value for key, value in answer.body.items() if key != "code"}
            )
        try:
            quoted = msgspec.convert(answer.body, UpgradeQuoted)
            kind = self._kind(asked.what, asked.to_kind)
        except msgspec.ValidationError:
            return Refused("upgrade.unclear")
        except Refused as gone:
            return gone
        if quoted.currency != self._desk.shop().currency or quoted.amount_minor <= 0:
            return Refused("upgrade.unclear")
        grant = Grant(
            kind="pass_upgrade" if asked.what == "pass" else "membership_upgrade",
            id=self._desk.new_id(),
            of=kind.id,
            member_id=asked.member_id,
            replaces=asked.id,
            auth_id=asked.auth_id,
            promised=promised_of(kind),
        )
        promise = Promise(
            grant=grant,
            credit_minor=quoted.credit_minor,
            replaced=attempt.names,
        )
        return promise_line(self._desk.new_id(), kind.names, quoted.amount_minor, promise)

    def _kind(self, what: What, kind_id: str) -> Kind:
        kind = next((one for one in on_sale(self._desk.benefits(), what) if one.id == kind_id), None)
        if kind is None:
            raise Refused("promise.gone")
        return kind

    def _held(self, what: What, held_id: str, member_id: str) -> HeldPass | HeldMembership:
        member = self._desk.reference.member(member_id) if member_id else None
        if member is None:
            raise Refused("promise.member_needed")
        held: tuple[HeldPass | HeldMembership, ...] = member.passes if what == "pass" else member.memberships
        found = next((one for one in held if one.id == held_id), None)
        if found is None:
            raise Refused(f"{what}.not_there")
        return found
