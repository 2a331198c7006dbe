"""Coupons and passes for the open basket: HQ holds them, so that two tills never use one twice.

Asking is kept with the basket, in one unit; so is HQ's answer. What leaves the basket, in whatever way, is
given up by the desk in the unit that takes it out. Only what the pricing really used becomes the sale's.
"""

from datetime import datetime
from typing import Literal

import msgspec

from appliance.checkout.basket import Basket, require_editable
from appliance.checkout.coupons import COUPONS_MAX, GOODS, AskedBenefit, BasketCoupon, free_goods
from appliance.checkout.desk import Desk
from appliance.checkout.ports import HqRequest, Moment, Unit, question
from retail.catalogue import LANGUAGES, HeldCoupon, HeldPass, Names
from retail.errors import Refused
from retail.messages import Answer
from retail.messages.asking import BenefitAsked, BenefitHeld

CODE_LENGTH_MAX = 40


class Holding:
    """What is held for baskets of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def coupon(self, coupon: HeldCoupon, moment: Moment) -> Basket:
        """A coupon of the member at the till."""
        if has_passed(coupon.until, moment):
            raise Refused("coupon.expired", coupon_id=coupon.id)
        return self._ask("coupon", coupon.names, moment, id_=coupon.id)

    def redeemed(self, held: BenefitHeld, member_id: str, moment: Moment) -> Basket | None:
        """Goods that points just became: asked for at once where the member's basket has some to be free."""
        basket = self._desk.basket
        if basket is None or basket.member is None or basket.member.member_id != member_id:
            return None
        if basket.attempt is not None or basket.tenders or basket.refund is not None or basket.returning:
            return None
        if not any(line.product_id in held.covers and line.quantity_milli > 0 for line in basket.lines):
            return None
        return self._ask("coupon", held.names, moment, id_=held.id)

    def code(self, code: str, moment: Moment) -> Basket:
        """A code that no promotion on this till knows: HQ may."""
        cleaned = "".join(code.split())
        if not cleaned or len(cleaned) > CODE_LENGTH_MAX or not cleaned.isprintable():
            raise Refused("coupon.unknown_code")
        return self._ask("coupon", dict.fromkeys(LANGUAGES, cleaned), moment, code=cleaned)

    def use_of_pass(self, held: HeldPass, moment: Moment) -> Basket:
        """One use more of a pass of the member at the till, for goods that it covers."""
        basket = self._desk.require_basket()
        before = self._in(basket, held.id)
        uses = before.uses + 1 if before else 1
        # What HQ holds for this basket is in its word on what is left no more.
        ours = before.uses if isinstance(before, BasketCoupon) else 0
        require_usable(held, uses - ours, moment)
        return self._ask("pass", held.names, moment, id_=held.id, uses=uses)

    def take_out(self, thing_id: str) -> Basket | None:
        """Not this coupon or pass after all; an otherwise empty basket ends."""
        basket = self._desk.require_basket()
        require_editable(basket)
        after = self._without(basket, thing_id)
        if after is basket:
            raise Refused("coupon.not_there", code=thing_id)
        ends = not (after.lines or after.member or after.coupons or after.asked)
        with self._desk.trade.unit() as unit:
            if ends:
                self._desk.drop(unit, basket)
            else:
                self._desk.keep(unit, basket, after)
        self._desk.show(None if ends else after)
        return self._desk.basket

    # Asking HQ

    def _ask(
        self,
        kind: Literal["coupon", "pass"],
        names: Names,
        moment: Moment,
        id_: str = "",
        code: str = "",
        uses: int = 1,
    ) -> Basket:
        self._desk.require_session()
        before = self._desk.basket
        if before is not None:
            require_editable(before)
            if kind == "coupon" and self._in(before, id_ or code):
                raise Refused("coupon.already_there", code=code, names=names)
            if len(before.coupons) + len(before.asked) >= COUPONS_MAX:
                raise Refused("coupon.too_many", coupons_max=COUPONS_MAX)
        asked = AskedBenefit(
            auth_id=self._desk.new_id(), kind=kind, names=names, id=id_, code=code, uses=uses
        )
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            # More uses of a pass are one hold of so many: the smaller one goes, and goes to HQ first.
            kept = self._without(base, id_) if kind == "pass" else base
            after = self._desk.touch(kept, asked=(*kept.asked, asked))
            self._desk.keep(unit, before, after)
            self._put(unit, base, asked, moment)
        self._desk.show(after)
        return after

    def _put(self, unit: Unit, basket: Basket, asked: AskedBenefit, moment: Moment) -> None:
        body = BenefitAsked(
            auth_id=asked.auth_id,
            incarnation=self._desk.trade.incarnation,
            sale_id=basket.basket_id,
            kind=asked.kind,
            member_id=basket.member.member_id if basket.member else "",
            id=asked.id,
            code=asked.code,
            uses=asked.uses,
        )
        unit.ask_hq(question(asked.auth_id, "benefit.hold", body, moment.unix_ms))

    def _in(self, basket: Basket, thing_id: str) -> BasketCoupon | AskedBenefit | None:
        things: tuple[BasketCoupon | AskedBenefit, ...] = (*basket.coupons, *basket.asked)
        return next((one for one in things if thing_id in (one.id, one.code)), None)

    def _without(self, basket: Basket, thing_id: str) -> Basket:
        found = self._in(basket, thing_id)
        if found is None:
            return basket
        return self._desk.touch(
            basket,
            coupons=tuple(one for one in basket.coupons if one is not found),
            asked=tuple(one for one in basket.asked if one is not found),
        )

    # HQ's answer

    def heard(self, request: HqRequest, answer: Answer, moment: Moment) -> Names | None:
        """HQ holds it and it is in the basket, or it is not. The name of what was asked for.

        A basket that is being paid by now keeps its price: the hold is given up.
        """
        opened = self._desk.basket
        baskets = (*([opened] if opened else []), *self._desk.trade.suspended_baskets())
        basket = next((one for one in baskets if request.id in one.holds()), None)
        asked = next((one for one in basket.asked if one.auth_id == request.id), None) if basket else None
        with self._desk.trade.unit() as unit:
            unit.forget_request(request.id)
            if basket is None or asked is None:
                if not answer.error:
                    self._desk.give_up(unit, request.id, moment.unix_ms)
                return None
            after = self._answered(basket, asked, answer)
            if answer.error:
                unit.put_basket(basket, after)
            else:
                self._desk.keep(unit, basket, after)
        if basket is opened:
            self._desk.show(after)
        return asked.names

    def _answered(self, basket: Basket, asked: AskedBenefit, answer: Answer) -> Basket:
        left = tuple(one for one in basket.asked if one is not asked)
        if answer.error or basket.attempt is not None or basket.tenders:
            return self._desk.touch(basket, asked=left)
        held = msgspec.convert(answer.body, BenefitHeld)
        coupon = of_pass(held) if held.kind == "pass" else of_coupon(held)
        return self._desk.touch(basket, asked=left, coupons=(*basket.coupons, coupon))


def of_coupon(held: BenefitHeld) -> BasketCoupon:
    """A coupon that HQ holds: it opens its promotion once, or is one piece of goods."""
    goods = free_goods(f"{GOODS}{held.id}", held.names, held.covers, 1) if held.covers else None
    return BasketCoupon(
        code=held.auth_id,
        names=held.names,
        promotion_id=goods.id if goods else held.promotion,
        kind="coupon",
        id=held.id,
        auth_id=held.auth_id,
        promotion=goods,
    )


def of_pass(held: BenefitHeld) -> BasketCoupon:
    """Uses of a pass that HQ holds: each makes one covered unit cost nothing."""
    promotion = free_goods(f"pass:{held.id}", held.names, held.covers, held.uses)
    return BasketCoupon(
        code=held.auth_id,
        names=held.names,
        promotion_id=promotion.id,
        kind="pass",
        id=held.id,
        auth_id=held.auth_id,
        uses=held.uses,
        promotion=promotion,
    )


def has_passed(until: str, moment: Moment) -> bool:
    """Whether an end (ISO 8601, empty for none) is over; one without an offset is the shop's own time."""
    if not until:
        return False
    end = datetime.fromisoformat(until)
    return end <= (moment.local if end.tzinfo else moment.local.replace(tzinfo=None))


def require_usable(held: HeldPass, uses: int, moment: Moment) -> None:
    """Refused for a pass that rests, has ended, or has fewer uses left, by HQ's newest word."""
    if held.state == "frozen":
        raise Refused("pass.frozen", id=held.id)
    if has_passed(held.ends_at, moment):
        raise Refused("pass.expired", id=held.id)
    if held.left <= 0:
        raise Refused("pass.used_up", id=held.id)
    if held.left < uses:
        raise Refused("pass.not_enough", id=held.id, left=held.left)
