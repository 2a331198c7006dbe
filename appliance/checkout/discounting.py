"""Coupons into the basket and out of it, and what a person takes off: each call one committed change.

A discount by hand within the operator's limit needs a reason; above it, and for another price, a manager
(`approver_id`, whose PIN or card the caller has checked). All of it goes with the sale's event.
"""

from appliance.checkout.basket import Basket, require_editable, with_changed
from appliance.checkout.by_hand import REASONS, ByHand, NewPrice
from appliance.checkout.coupons import COUPONS_MAX, BasketCoupon
from appliance.checkout.desk import Desk
from appliance.checkout.ports import Moment
from appliance.checkout.unlisted import checked_price
from retail.errors import Refused
from retail.money import BASIS_POINTS


class Discounting:
    """What takes money off besides the shop's own promotions, on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show_code(self, code: str, moment: Moment) -> Basket:
        """A public code was typed or scanned; refused when no promotion of this basket lists it.

        Capitals are tried too: people type as they like.
        """
        desk = self._desk
        typed = code.strip()
        known = typed if desk.promotions.is_code(typed, desk.basket) else typed.upper()
        names = desk.promotions.of_code(known, desk.basket)[0].names
        return self.put_coupon(BasketCoupon(code=known, names=names), moment)

    def put_coupon(self, coupon: BasketCoupon, moment: Moment) -> Basket:
        """A code, coupon or pass into the basket; refused when it is in there already."""
        before = self._desk.basket
        if before is not None:
            require_editable(before)
            if any(one.code == coupon.code for one in before.coupons):
                raise Refused("coupon.already_there", code=coupon.code, names=coupon.names)
            if len(before.coupons) >= COUPONS_MAX:
                raise Refused("coupon.too_many", coupons_max=COUPONS_MAX)
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            after = self._desk.touch(base, coupons=(*base.coupons, coupon))
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def take_coupon(self, code: str) -> BasketCoupon:
        """Out of the basket again; the coupon, for whoever must give it back to HQ. An empty basket ends."""
        basket = self._desk.require_basket()
        require_editable(basket)
        found = next((one for one in basket.coupons if one.code == code), None)
        if found is None:
            raise Refused("coupon.not_there", code=code)
        left = tuple(one for one in basket.coupons if one is not found)
        if left or basket.lines or basket.member:
            self._keep(basket, coupons=left)
            return found
        with self._desk.trade.unit() as unit:
            unit.drop_basket(basket)
        self._desk.show(None)
        return found

    def take_off(
        self, reason: str, *, off_bp: int = 0, off_minor: int = 0, line_id: str = "", approver_id: str = ""
    ) -> Basket:
        """Money or a percentage off a line, or the whole basket without one; replaces an earlier one there.

        `Refused` ``pricing.manual_over_limit`` (`allowed_minor`) when it is more than the operator may give
        and nobody approved; for an unknown reason; for nothing at all or more than all.
        """
        basket = self._desk.require_basket()
        require_editable(basket)
        self._require_reason(reason)
        if not 0 <= off_bp <= BASIS_POINTS or off_minor < 0 or not (off_bp or off_minor):
            raise Refused("by_hand.amount")
        session = self._desk.require_session()
        given = ByHand(
            discount_id=self._desk.new_id(),
            operator_id=session.operator_id,
            reason=reason,
            limit_bp=self._limit_bp(session.operator_id),
            off_bp=off_bp,
            off_minor=off_minor,
            approver_id=self._approver(approver_id),
        )
        after = self._with(basket, line_id, given)
        self._desk.reckon(after, must_hold=given.discount_id)
        return self._write(basket, after)

    def no_discount(self, line_id: str = "") -> Basket:
        """Nothing off by hand any more, on the line or the basket."""
        basket = self._desk.require_basket()
        require_editable(basket)
        return self._write(basket, self._with(basket, line_id, None))

    def set_price(
        self, line_id: str, unit_price_minor: int | None, reason: str = "", approver_id: str = ""
    ) -> Basket:
        """Another unit price for a line; None puts the listed one back. Always needs a manager."""
        basket = self._desk.require_basket()
        require_editable(basket)
        line = basket.line(line_id)
        if line.quantity_milli < 0:
            raise Refused("line.from_receipt")
        if unit_price_minor is None:
            return self._keep_line(basket, line_id, new_price=None)
        self._require_reason(reason)
        approver = self._approver(approver_id)
        if not approver:
            raise Refused("pricing.override_needs_approval", may_override="manager", line_id=line_id)
        price = NewPrice(
            unit_price_minor=checked_price(unit_price_minor),
            operator_id=self._desk.require_session().operator_id,
            reason=reason,
            approver_id=approver,
        )
        return self._keep_line(basket, line_id, new_price=price)

    def _with(self, basket: Basket, line_id: str, given: ByHand | None) -> Basket:
        if not line_id:
            if given is not None and not any(line.quantity_milli > 0 for line in basket.lines):
                raise Refused("basket.empty")
            return self._desk.touch(basket, by_hand=given)
        if given is not None and basket.line(line_id).quantity_milli < 0:
            raise Refused("line.from_receipt")
        return with_changed(basket, line_id, by_hand=given)

    def _keep_line(self, basket: Basket, line_id: str, **changes: object) -> Basket:
        return self._write(basket, with_changed(basket, line_id, **changes))

    def _keep(self, basket: Basket, **changes: object) -> Basket:
        return self._write(basket, self._desk.touch(basket, **changes))

    def _write(self, before: Basket, after: Basket) -> Basket:
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def _limit_bp(self, operator_id: str) -> int:
        operators = {one.id: one for one in self._desk.reference.operators()}
        operator = operators.get(operator_id)
        return operator.discount_limit_bp if operator else 0

    def _approver(self, approver_id: str) -> str:
        """A manager's id, or nobody's; refused for anybody else's."""
        if not approver_id:
            return ""
        for operator in self._desk.reference.operators():
            if operator.id == approver_id and operator.role == "manager":
                return approver_id
        raise Refused("staff.manager_needed", may_override="manager")

    def _require_reason(self, reason: str) -> None:
        if reason not in REASONS:
            raise Refused("by_hand.reason_needed", known=", ".join(REASONS))
