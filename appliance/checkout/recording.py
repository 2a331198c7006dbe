"""Selling what a record says was sold: its goods, its prices, its tickets, each ticket once.

What a rule would forbid today (goods sold out, another price) has happened and is taken as it was.
"""

from collections.abc import Sequence

import msgspec

from appliance.checkout.basket import Basket, Line, line_of, with_line
from appliance.checkout.desk import Desk
from appliance.checkout.ports import Moment
from appliance.checkout.unlisted import at_price_on_record, named_line
from retail.errors import Refused
from retail.quantity import ONE_MILLI


class Recording:
    """A record's tickets on one desk: lines are made first, and sold when all of a ticket is right."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def line(self, code: str, name: str, unit_price_minor: int, quantity_milli: int) -> Line:
        """What was sold, as a line; nothing is written. A negative quantity is goods taken back.

        A known code at today's price is that product as ever; at another price it keeps its name and
        tax class and costs what the record says; no promotion of today touches either. Anything else
        is sold by its name, else by its code.
        """
        as_of = self._desk.as_of()
        product = self._desk.reference.product_by_code(code, as_of) if code else None
        line_id = self._desk.new_id()
        if product is None:
            tax_class = self._desk.default_tax_class()
            return named_line(
                name or code, unit_price_minor, line_id, quantity_milli, tax_class, "record", code
            )
        groups = dict(self._desk.reference.option_groups(as_of)) if product.options else {}
        listed = line_of(product, groups, {}, line_id, ONE_MILLI, code)
        recorded = at_price_on_record(listed, unit_price_minor, quantity_milli)
        if recorded.unit_price_minor == listed.unit_price_minor and recorded.by_weight == listed.by_weight:
            same = line_of(product, groups, {}, line_id, quantity_milli, code)
            return msgspec.structs.replace(same, promotable=False)
        return recorded

    def total_minor(self, lines: Sequence[Line]) -> int:
        """What these lines cost together."""
        basket = Basket(
            basket_id="",
            opened_ms=0,
            operator_id="",
            shift="",
            order_number="",
            versions=self._desk.reference.versions(),
        )
        for line in lines:
            basket = with_line(basket, line)
        return self._desk.price(basket).total_minor

    def begin(self, basket_id: str, moment: Moment) -> Basket:
        """Open an empty basket for a ticket; its id is the ticket's, so that it can be found again."""
        if self._desk.basket is not None:
            raise Refused("basket.another_open")
        with self._desk.trade.unit() as unit:
            after = self._desk.touch(self._desk.new_basket(unit, moment), basket_id=basket_id)
            self._desk.keep(unit, None, after)
        self._desk.show(after)
        return after

    def add(self, line: Line, moment: Moment) -> Basket:
        """Put a line into the ticket's basket."""
        before = self._desk.require_basket()
        with self._desk.trade.unit() as unit:
            after = with_line(before, line)
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def drop(self) -> None:
        """Forget a ticket that was only half put in when the replay died; it begins anew."""
        before = self._desk.require_basket()
        with self._desk.trade.unit() as unit:
            unit.drop_basket(before)
        self._desk.show(None)
