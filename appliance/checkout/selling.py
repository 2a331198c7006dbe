"""Goods into the basket and out of it, the member at the till, baskets put aside.

Every method is one transaction: what it returns has been committed.
"""

from dataclasses import dataclass
from typing import Literal

from appliance.checkout.basket import (
    BASKET_NAME_LENGTH_MAX,
    OWN_TENDERS,
    Basket,
    Line,
    Removal,
    line_of,
    require_editable,
    with_line,
    with_options,
    with_quantity,
    without_line,
)
from appliance.checkout.desk import Desk
from appliance.checkout.people import attached, take_card, without_member
from appliance.checkout.ports import Moment
from appliance.checkout.unlisted import named_line
from retail.barcodes import Scan, ScanKind, read, shown
from retail.catalogue import Member, Product
from retail.errors import Refused
from retail.members.card_token import CardToken
from retail.members.coupons import CouponKind
from retail.members.record import is_printed_number
from retail.messages.events import LineRemoved
from retail.quantity import ONE_MILLI
from retail.stock.lot import Lot, check_dates, lot_of

ScanAnswer = Literal["line", "member_code", "payment_code", "receipt", "coupon"]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan did: a line in the basket, or a code for somebody else to deal with."""

    answer: ScanAnswer
    code: str = ""


class Selling:
    """What a cashier does with goods, on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def scan(self, data: str, symbology: str, moment: Moment, approved_by: str = "") -> Scanned:
        """A code from the scanner: known goods go into the basket.

        Refuses an unreadable code, a wrong check digit, unknown goods, goods that need a weight, goods past
        their date (a manager's id in `approved_by` may allow them), a serial number that is sold already.
        Of an unknown code, which may be a gift card's, the refusal carries what may be seen.
        """
        as_of = self._desk.as_of()
        product = self._desk.reference.product_by_code(data.strip(), as_of)
        if product is None and self._is_coupon(data.strip()):
            return Scanned("coupon", data.strip())
        scan = read(data, symbology, known=product is not None, year=moment.local.year)
        if scan.kind is ScanKind.PAYMENT_CODE:
            return Scanned("payment_code", scan.code)
        if scan.kind is ScanKind.MEMBER:
            return Scanned("member_code", scan.code)
        if scan.kind is ScanKind.RECEIPT:
            return Scanned("receipt", scan.code)
        if product is None and is_printed_number(scan.code):
            return Scanned("member_code", scan.code)
        found = self._known(product, scan, as_of)
        lot = lot_of(scan.gs1, approved_by)
        if lot is not None:
            self._check_lot(found, lot, moment, data, symbology)
        weighed = found.by_weight and lot is not None and lot.weight_milli > 0
        weight_milli = lot.weight_milli if weighed and lot else ONE_MILLI
        self.add_product(found, moment, code=scan.code, quantity_milli=weight_milli, weighed=weighed, lot=lot)
        return Scanned("line")

    def _is_coupon(self, code: str) -> bool:
        """A public code: a promotion's own, or one of a kind of coupons, which HQ issues for it."""
        desk = self._desk
        if desk.promotions.is_code(code, desk.basket):
            return True
        kinds = desk.reference.documents(CouponKind)
        return any(kind.code and kind.code.casefold() == code.casefold() for kind in kinds)

    def _check_lot(self, product: Product, lot: Lot, moment: Moment, data: str, symbology: str) -> None:
        """What may not be sold for its date or its serial number; goods that come back are not asked."""
        desk, basket = self._desk, self._desk.basket
        others = [] if not lot.serial else [*desk.trade.suspended_baskets(), *([basket] if basket else [])]
        if any(
            (line.product_id, line.serial) == (product.id, lot.serial)
            for other in others
            for line in other.lines
        ):
            raise Refused("scan.serial_in_basket", serial=lot.serial, names=product.names)
        if basket is not None and basket.returning:
            return
        today = moment.local.date().isoformat()
        check_dates(lot, desk.shop(), today, names=product.names, data=data, symbology=symbology)
        if lot.serial and desk.stock.is_sold(product.id, lot.serial):
            raise Refused("scan.serial_sold", serial=lot.serial, names=product.names)

    def _known(self, product: Product | None, scan: Scan, as_of: int) -> Product:
        found = product or self._desk.reference.product_by_code(scan.code, as_of)
        if found is None:
            raise Refused("scan.unknown_code", code=shown(scan.code))
        return found

    def add_product_id(
        self, product_id: str, moment: Moment, quantity_milli: int = ONE_MILLI, weighed: bool = False
    ) -> Basket:
        """A product chosen on the screen, at the prices of the open basket."""
        product = self._desk.reference.product(product_id, self._desk.as_of())
        if product is None:
            raise Refused("product.gone", product_id=product_id)
        return self.add_product(product, moment, quantity_milli=quantity_milli, weighed=weighed)

    def add_product(
        self,
        product: Product,
        moment: Moment,
        code: str = "",
        quantity_milli: int = ONE_MILLI,
        weighed: bool = False,
        lot: Lot | None = None,
    ) -> Basket:
        """Goods into the basket, with default options. Weighed goods come with their weight.

        `lot` is what the goods' code said of batch, dates and serial number.
        """
        if product.sold_out:
            raise Refused("product.sold_out", product_id=product.id, names=product.names)
        if product.by_weight and not weighed:
            raise Refused("product.needs_weight", product_id=product.id, names=product.names)
        groups = dict(self._desk.reference.option_groups(self._desk.as_of())) if product.options else {}
        line = line_of(product, groups, {}, self._desk.new_id(), self._signed(quantity_milli), code, lot)
        return self._add(line, moment)

    def add_open_item(
        self,
        name: str,
        unit_price_minor: int,
        moment: Moment,
        quantity_milli: int = ONE_MILLI,
        tax_class: str = "",
        code: str = "",
    ) -> Basket:
        """Goods sold by name at a price typed in.

        Refuses an empty or over-long name and a price below zero.
        """
        line = named_line(
            name,
            unit_price_minor,
            self._desk.new_id(),
            self._signed(quantity_milli),
            tax_class or self._desk.default_tax_class(),
            "open",
            code,
        )
        return self._add(line, moment)

    def set_quantity(self, line_id: str, quantity_milli: int, moment: Moment) -> Basket | None:
        """Change a line's quantity; zero takes it out. The basket that is left, if any."""
        before = self._desk.require_basket()
        after, removal = with_quantity(before, line_id, quantity_milli)
        return self._remove(before, after, [removal] if removal else [], moment)

    def remove(self, line_id: str, moment: Moment) -> Basket | None:
        """Take a line out, on record."""
        before = self._desk.require_basket()
        after, removal = without_line(before, line_id)
        return self._remove(before, after, [removal], moment)

    def put_back(self, line: Line, moment: Moment) -> Basket:
        """Undo a removal: the same goods, as they were. What HQ held for a line is given up with it."""
        if line.promise is not None and line.promise.grant.auth_id:
            raise Refused("line.not_there", line_id=line.line_id)
        return self._add(line, moment)

    def clear(self, moment: Moment) -> None:
        """Take everything out; the basket ends. Each line is on record."""
        before = self._desk.require_basket()
        if not can_be_cleared(before):
            require_editable(before)
        removals = [Removal(line, line.quantity_milli, "cleared") for line in before.lines]
        self._remove(
            before,
            self._desk.touch(before, lines=(), member=None, coupons=(), asked=(), by_hand=None, tenders=()),
            removals,
            moment,
        )

    def choose_options(self, line_id: str, choices: dict[str, str], moment: Moment) -> Basket:
        """Choose a line's options (group id to choice id)."""
        before = self._desk.require_basket()
        line = before.line(line_id)
        product = self._desk.reference.product(line.product_id, before.catalogue_version)
        if product is None:
            raise Refused("product.gone", product_id=line.product_id)
        groups = dict(self._desk.reference.option_groups(before.catalogue_version))
        return self._change(before, with_options(before, line_id, product, groups, choices))

    def select(self, line_id: str) -> Basket:
        """Point at a line; kept with the next change."""
        basket = self._desk.require_basket()
        basket.line(line_id)
        self._desk.show(self._desk.touch(basket, selected=line_id))
        return self._desk.require_basket()

    def set_returning(self, returning: bool) -> Basket:
        """Whether goods that come now are taken back instead of sold; a manager must have allowed it, which
        is `Refunding.return_without_receipt`."""
        before = self._desk.require_basket()
        require_editable(before)
        if returning and (before.refund is None or before.refund.mode != "no_receipt"):
            raise Refused("refund.not_allowed_yet", may_override="manager")
        return self._change(before, self._desk.touch(before, returning=returning))

    def attach_member(
        self, member: Member, moment: Moment, is_present: bool = False, card: CardToken | None = None
    ) -> Basket:
        """The member is at the till: name, tier and member prices apply at once. A virtual `card` is taken
        in the same unit, so it opens once. `is_present`: they showed a card or a live code. Refused while
        something is promised to another member."""
        before = self._desk.basket
        if before is not None:
            require_promises_to(before, member.id)
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            after = attached(self._desk, base, member, is_present, card)
            if card is not None:
                take_card(self._desk, unit, card, moment)
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def detach_member(self) -> Basket | None:
        """The member leaves; an otherwise empty basket ends."""
        before = self._desk.require_basket()
        require_editable(before)
        require_promises_to(before, "")
        after = without_member(self._desk, before)
        if not after.lines and not after.coupons:
            with self._desk.trade.unit() as unit:
                self._desk.drop(unit, before)
            self._desk.show(None)
            return None
        return self._change(before, after)

    def suspend(self, name: str = "") -> None:
        """Put the basket aside for another customer; a payment under way is followed on.

        `name` is what it is found by again (a table, a customer); an earlier one stays if none is given.
        """
        before = self._desk.require_basket()
        called = " ".join(name.split())[:BASKET_NAME_LENGTH_MAX] or before.name
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, before, self._desk.touch(before, state="suspended", name=called))
        self._desk.show(None)

    def recall(self, basket_id: str) -> Basket:
        """Bring a basket back that was put aside; refused while another one is open."""
        empty = self._desk.basket
        if empty is not None and (empty.lines or empty.attempt):
            raise Refused("basket.another_open")
        for suspended in self._desk.trade.suspended_baskets():
            if suspended.basket_id == basket_id:
                upto = self._desk.counted_upto(suspended)
                after = self._desk.touch(suspended, state="open", used_upto=upto)
                with self._desk.trade.unit() as unit:
                    if empty is not None:
                        self._desk.drop(unit, empty)
                    self._desk.keep(unit, suspended, after)
                self._desk.show(after)
                return after
        raise Refused("basket.not_suspended", basket_id=basket_id)

    def _signed(self, quantity_milli: int) -> int:
        basket = self._desk.basket
        return -quantity_milli if basket is not None and basket.returning else quantity_milli

    def _add(self, line: Line, moment: Moment) -> Basket:
        before = self._desk.basket
        with self._desk.trade.unit() as unit:
            after = with_line(before or self._desk.new_basket(unit, moment), line)
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def _change(self, before: Basket, after: Basket) -> Basket:
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return after

    def _remove(
        self, before: Basket, after: Basket, removals: list[Removal], moment: Moment
    ) -> Basket | None:
        ends = not after.lines and after.member is None and not after.coupons and not after.asked
        with self._desk.trade.unit() as unit:
            self._desk.give_up_tenders(unit, before.tenders if not after.tenders else (), moment)
            for line in before.lines:
                if line.promise is not None and line.promise.grant.auth_id and line not in after.lines:
                    self._desk.give_up(unit, line.promise.grant.auth_id, moment.unix_ms)
            for removal in removals:
                self._desk.record(unit, "line.removed", self._removed(before, removal), moment)
            if ends:
                self._desk.drop(unit, before)
            else:
                self._desk.keep(unit, before, after)
        self._desk.show(None if ends else after)
        return self._desk.basket

    def _removed(self, basket: Basket, removal: Removal) -> LineRemoved:
        line = removal.line
        return LineRemoved(
            basket_id=basket.basket_id,
            line_id=line.line_id,
            product_id=line.product_id,
            names=line.names,
            quantity_milli=removal.quantity_milli,
            unit_price_minor=line.unit_price_minor,
            operator_id=self._desk.session.operator_id if self._desk.session else basket.operator_id,
            reason=removal.reason,
        )


def can_be_cleared(basket: Basket) -> bool:
    """Whether nothing in it is more than reserved: what HQ holds is given up, money in hand is not."""
    if basket.attempt is not None or (basket.refund is not None and basket.refund.mode == "void"):
        return False
    return all(tender.type in OWN_TENDERS and not tender.refers_to for tender in basket.tenders)


def require_promises_to(basket: Basket, member_id: str) -> None:
    """What was put in for one member (a top-up, a pass) cannot become another's."""
    for line in basket.lines:
        if line.promise is not None and line.promise.grant.member_id not in ("", member_id):
            raise Refused("promise.member_stays")
