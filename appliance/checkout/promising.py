"""Selling what the shop owes from then on: top-ups, gift cards, passes and memberships, as lines of a basket.

A line with a grant costs what it costs: no rule takes anything off, it is not taxed and earns no points. HQ
makes the balance, card or pass of it when it has the sale's event.
"""

from appliance.checkout.basket import Basket, Line, require_editable
from appliance.checkout.desk import Desk
from appliance.checkout.own_money import GiftCardShown
from appliance.checkout.ports import Moment
from appliance.checkout.pricing import UNTAXED
from appliance.checkout.promise import Promise, promised_of
from retail.catalogue import HeldMembership, HeldPass, Member, Names
from retail.errors import Refused
from retail.ledger.value_rules import top_up_terms
from retail.messages.events import Grant, Promised
from retail.quantity import ONE_MILLI


class Promising:
    """What a cashier sells besides goods, on one desk. Every method is one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def top_up(self, paid_minor: int, names: Names, moment: Moment) -> Basket:
        """Stored value for the member; refused beyond the shop's limits of one top-up and of a balance."""
        rules = self._desk.benefits().value
        if rules is None:
            raise Refused("promise.gone")
        member = self._member()
        terms = top_up_terms(rules, paid_minor)
        balance_minor = member.value_minor + self._waiting_minor() + paid_minor + terms.bonus_minor
        if balance_minor > rules.balance_max_minor:
            raise Refused(
                "top_up.balance_too_large",
                balance_minor=balance_minor,
                balance_max_minor=rules.balance_max_minor,
            )
        grant = Grant(
            kind="top_up",
            id=self._desk.new_id(),
            of=rules.id,
            member_id=member.id,
            promised=Promised(bonus_minor=terms.bonus_minor, coupons=terms.coupons),
        )
        return self._add(names, paid_minor, Promise(grant=grant), moment)

    def gift_card(self, kind_id: str, card: GiftCardShown, moment: Moment, reload: bool = False) -> Basket:
        """A gift card of a kind, or as much onto a card that was sold before; it needs no member."""
        kind = next((one for one in self._desk.benefits().gift_cards if one.id == kind_id), None)
        if kind is None:
            raise Refused("promise.gone")
        for line in self._lines():
            if line.promise is not None and line.promise.grant.id == card.card_hash:
                raise Refused("gift_card.in_basket", tail=card.tail)
        grant = Grant(
            kind="gift_card_reload" if reload else "gift_card",
            id=card.card_hash,
            of=kind.id,
            promised=Promised(value_minor=kind.value_minor, days=kind.days),
        )
        return self._add(kind.names, kind.price_minor, Promise(grant=grant, tail=card.tail), moment)

    def count_pass(self, kind_id: str, moment: Moment, renews: str = "") -> Basket:
        """A pass of a kind for the member, or more of the same on the pass `renews`."""
        kind = next((one for one in self._desk.benefits().passes if one.id == kind_id), None)
        if kind is None:
            raise Refused("promise.gone")
        member = self._member()
        self._check_renewal(member.passes, renews, kind.id)
        grant = Grant(
            kind="pass_renewal" if renews else "pass",
            id=renews or self._desk.new_id(),
            of=kind.id,
            member_id=member.id,
            promised=promised_of(kind),
        )
        return self._add(kind.names, kind.price_minor, Promise(grant=grant), moment)

    def membership(self, kind_id: str, moment: Moment, renews: str = "") -> Basket:
        """A time membership for the member, or longer the one that `renews` names."""
        kind = next((one for one in self._desk.benefits().memberships if one.id == kind_id), None)
        if kind is None:
            raise Refused("promise.gone")
        member = self._member()
        self._check_renewal(member.memberships, renews, kind.id)
        grant = Grant(
            kind="membership_renewal" if renews else "membership",
            id=renews or self._desk.new_id(),
            of=kind.id,
            member_id=member.id,
            promised=promised_of(kind),
        )
        return self._add(kind.names, kind.price_minor, Promise(grant=grant), moment)

    def renewable(self, kind_id: str) -> tuple[HeldPass | HeldMembership, ...]:
        """The member's passes and memberships of that kind, which a purchase may renew instead."""
        member = self._member()
        held: tuple[HeldPass | HeldMembership, ...] = (*member.passes, *member.memberships)
        return tuple(one for one in held if one.kind == kind_id and one.state == "active")

    def _member(self) -> Member:
        """The member at the till as HQ told last; refused when there is none, or may not."""
        attached = self._desk.basket.member if self._desk.basket else None
        if attached is None:
            raise Refused("promise.member_needed")
        member = self._desk.reference.member(attached.member_id)
        if member is None:
            raise Refused("promise.member_unknown")
        if member.state != "active":
            raise Refused("member.frozen")
        return member

    def _check_renewal(
        self, held: tuple[HeldPass, ...] | tuple[HeldMembership, ...], renews: str, kind: str
    ) -> None:
        if not renews:
            return
        if not any(one.id == renews and one.kind == kind and one.state == "active" for one in held):
            raise Refused("promise.not_renewable")
        if any(renews in touched_by(line) for line in self._lines()):
            raise Refused("promise.renewed_already")

    def _lines(self) -> tuple[Line, ...]:
        return self._desk.basket.lines if self._desk.basket else ()

    def _waiting_minor(self) -> int:
        """What top-ups in this basket will bring already."""
        return sum(
            line.unit_price_minor + line.promise.brings.bonus_minor
            for line in self._lines()
            if line.promise is not None and line.promise.grant.kind == "top_up"
        )

    def _add(self, names: Names, price_minor: int, promise: Promise, moment: Moment) -> Basket:
        before = self._desk.basket
        if before is not None:
            require_editable(before)
            if before.refund is not None or before.returning:
                raise Refused("promise.not_with_returns")
        line = promise_line(self._desk.new_id(), names, price_minor, promise)
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            after = self._desk.touch(base, lines=(*base.lines, line), selected=line.line_id)
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after


def promise_line(
    line_id: str, names: Names, price_minor: int, promise: Promise, quantity_milli: int = ONE_MILLI
) -> Line:
    """The line that sells a promise, or with minus one takes it back for money."""
    return Line(
        line_id=line_id,
        product_id="",
        code="",
        names=names,
        options=(),
        quantity_milli=quantity_milli,
        unit="each",
        by_weight=False,
        unit_price_minor=price_minor,
        member_price_minor=None,
        tax_class=UNTAXED,
        member_discount=False,
        promise=promise,
    )


def touched_by(line: Line) -> tuple[str, ...]:
    """What a line sells, renews or exchanges, by id."""
    grant = line.promise.grant if line.promise is not None else None
    return (grant.id, grant.replaces) if grant is not None else ()
