"""The desk: what is on the counter right now, and the one way of changing it.

Holds the open basket and who works here, reads both back after a restart, and commits every
change before anybody sees it. The rules that change a basket live beside it: `Selling`, `Paying`
and `Staff` all work on one desk.
"""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Struct

from appliance.checkout.basket import OWN_TENDERS, Basket, TenderLine
from appliance.checkout.benefits import Benefits, points_for
from appliance.checkout.ports import Effect, Moment, Reference, Session, Trade, Unit, question
from appliance.checkout.pricing import line_taxes, price_basket, rules_of
from appliance.checkout.promotions import PromotionBook, opened_at
from appliance.checkout.sale import business_day_of, effects_of, entry_of, sale_of, void_of
from appliance.checkout.shelf_stock import ShelfStock
from appliance.checkout.slip_note import SlipNote, note_of
from appliance.checkout.tender import paid_minor
from retail.catalogue import Shop
from retail.errors import Refused
from retail.ids import IdSource
from retail.ledger import reversal
from retail.messages.asking import SpendNamed
from retail.messages.events import SaleCompleted
from retail.pricing import PricedBasket, PriceRules


class Desk:
    """The state of one till, in memory and in the store, always the same in both.

    Without `has_devices` a sale leaves nothing to do: a record's customers have long had their receipts.
    """

    def __init__(self, trade: Trade, reference: Reference, new_id: IdSource, workstation: str) -> None:
        self.trade = trade
        self.reference = reference
        self.new_id = new_id
        self.workstation = workstation
        self.basket: Basket | None = trade.open_basket()
        self.session: Session | None = trade.session()
        self.language = "zh-Hans"
        self.has_devices = True
        self.stock = ShelfStock(trade, reference)
        self.promotions = PromotionBook(trade, reference)
        self.store = ""
        self.is_training = False
        self._rules: tuple[int, PriceRules] | None = None
        self._priced: tuple[Basket, PricedBasket] | None = None
        self._shop: tuple[int, Shop] | None = None
        self._benefits: tuple[int, Benefits] | None = None

    def require_session(self) -> Session:
        """Who works here; refused when nobody has signed in."""
        if self.session is None:
            raise Refused("staff.sign_in_first")
        return self.session

    def require_basket(self) -> Basket:
        """The open basket; refused when there is none."""
        if self.basket is None:
            raise Refused("basket.empty")
        return self.basket

    def rules(self, catalogue_version: int) -> PriceRules:
        """The pricing rules as of a catalogue version."""
        if self._rules is None or self._rules[0] != catalogue_version:
            self._rules = (catalogue_version, rules_of(self.reference.tax_classes(catalogue_version)))
        return self._rules[1]

    def price(self, basket: Basket) -> PricedBasket:
        """What a basket costs; the last answer is kept, and tenders do not change it."""
        if self._priced is None or not _same_goods(self._priced[0], basket):
            self._priced = (basket, self.reckon(basket))
        return self._priced[1]

    def reckon(self, basket: Basket, must_hold: str = "") -> PricedBasket:
        """Price a basket anew; refused if the discount by hand named `must_hold` is beyond its limit."""
        day = business_day_of(opened_at(basket), self.shop().business_day_starts)
        offers = self.promotions.offers(basket, self.store, day)
        return price_basket(basket, self.rules(basket.catalogue_version), offers, must_hold)

    def shop(self) -> Shop:
        """The shop's words and numbers, as of the open basket or now."""
        version = (self.basket.versions if self.basket else self.reference.versions()).get("shop", 0)
        if self._shop is None or self._shop[0] != version:
            self._shop = (version, self.reference.shop())
        return self._shop[1]

    def is_manager(self, operator_id: str) -> bool:
        """Whether this operator may allow what a cashier may not."""
        return any(one.id == operator_id and one.role == "manager" for one in self.reference.operators())

    def benefits(self) -> Benefits:
        """The shop's rules of members' money and what it sells of passes and cards, as they are now."""
        version = self.reference.versions().get("benefits", 0)
        if self._benefits is None or self._benefits[0] != version:
            self._benefits = (version, self.reference.benefits())
        return self._benefits[1]

    def points_for(self, basket: Basket) -> int:
        """The points that this basket will earn when it is paid, as far as the till can tell."""
        if basket.member is None:
            return 0  # most sales: the rules need not be looked up
        return points_for(basket, self.price(basket), self.benefits().points, self.reference)

    def give_up_tenders(self, unit: Unit, tenders: Sequence[TenderLine], moment: Moment) -> None:
        """Give up what HQ has reserved for these tenders of an open basket."""
        for tender in tenders:
            if tender.type in OWN_TENDERS and not tender.refers_to:
                self.give_up(unit, tender.reference, moment.unix_ms)

    def as_of(self) -> int:
        """The catalogue that goods are looked up in: the open basket's, else the newest."""
        basket = self.basket
        return basket.catalogue_version if basket else self.reference.versions().get("catalogue", 0)

    def default_tax_class(self) -> str:
        """The tax class of goods that are in no catalogue."""
        classes = self.reference.tax_classes(self.as_of())
        return "standard" if "standard" in classes or not classes else min(classes)

    def due_minor(self, basket: Basket) -> int:
        """What is still to be paid; negative when the shop owes the customer."""
        return self.price(basket).total_minor - paid_minor(basket)

    def business_day(self, moment: Moment) -> str:
        """The business day of an instant at this shop."""
        return business_day_of(moment.local, self.shop().business_day_starts)

    def new_basket(self, unit: Unit, moment: Moment) -> Basket:
        """A basket of this moment: its prices are those of the versions in force now."""
        session = self.require_session()
        day = self.business_day(moment)
        number = unit.next_number(f"order:{day}")
        return Basket(
            basket_id=self.new_id(),
            opened_ms=moment.unix_ms,
            operator_id=session.operator_id,
            shift=session.shift,
            order_number=order_number(number),
            versions=self.reference.versions(),
            used_upto=self.trade.head_seq(),
            opened_at=moment.local.replace(tzinfo=None).isoformat(timespec="milliseconds"),
        )

    def counted_upto(self, basket: Basket) -> int:
        """How much of the journal counts towards promotions' limits when a basket comes back: sales that
        used some meanwhile do, unless a payment of it is under way."""
        if basket.tenders or basket.attempt or not self.trade.promotion_changes(basket.used_upto):
            return basket.used_upto
        return self.trade.head_seq()

    def keep(self, unit: Unit, before: Basket | None, after: Basket) -> None:
        """Write a changed basket into the unit; call `show` once the unit is committed. What HQ held for it
        and is in it no more is given up."""
        unit.put_basket(before, after)
        if before is not None:
            self._give_up_holds(unit, before, after.holds())

    def drop(self, unit: Unit, basket: Basket, used: Collection[str] = ()) -> None:
        """The basket has ended; of what HQ held for it all but what a sale `used` is given up."""
        unit.drop_basket(basket)
        self._give_up_holds(unit, basket, used)

    def _give_up_holds(self, unit: Unit, basket: Basket, kept: Collection[str]) -> None:
        for auth_id, request_id in basket.holds().items():
            if auth_id not in kept:
                if request_id:
                    unit.forget_request(request_id)
                self.give_up(unit, auth_id, basket.opened_ms)

    def give_up(self, unit: Unit, auth_id: str, created_ms: int) -> None:
        """Tell HQ, for as long as it takes, that what it holds, or will be asked to hold, is not wanted."""
        named = SpendNamed(auth_id=auth_id, incarnation=self.trade.incarnation)
        unit.ask_hq(question(self.new_id(), "spend.cancel", named, created_ms))

    def show(self, basket: Basket | None) -> None:
        """What was committed is now what everybody sees."""
        self.basket = basket

    def record(self, unit: Unit, kind: str, body: Struct, moment: Moment) -> int:
        """Append an event to the journal; its `seq`."""
        return unit.append(kind, body, self.business_day(moment), moment)

    def require_returnable(self, basket: Basket) -> None:
        """Refused when what comes back in this basket has come back otherwise meanwhile. Call it before
        the unit that completes the basket; the database looks once more."""
        numbers = {line.returned.refers_to.number for line in basket.lines if line.returned}
        for number in numbers:
            if self.trade.void_of(number) is not None:
                raise Refused("refund.sale_voided", number=number)
            returned = self.trade.returned(number)
            for line in basket.lines:
                if line.returned and line.returned.refers_to.number == number:
                    told = line.returned.refers_to
                    if returned.get(told.line_id, 0) != told.before_milli:
                        raise Refused("refund.came_back_meanwhile", names=line.names)

    def complete(
        self, unit: Unit, before: Basket, basket: Basket, moment: Moment, origin: SaleCompleted | None = None
    ) -> tuple[SaleCompleted, tuple[Effect, ...]]:
        """Turn a paid basket into a sale inside this unit: sale, journal, ledger and effects to come.

        `origin` is the sale of which goods come back. If the basket undoes the whole of it, it becomes that
        sale's void instead of a sale.
        """
        undone = origin if basket.refund is not None and basket.refund.mode == "void" else None
        day = self.business_day(moment)
        number = undone.number if undone else unit.next_sale_number()
        priced = self.price(basket)
        taxes = line_taxes(basket, priced, self.rules(basket.catalogue_version))
        currency = self.shop().currency
        came_back = self.trade.returned(origin.number) if origin else {}
        sale = sale_of(
            basket, priced, currency, number, self.workstation, moment.local, day, taxes, origin, came_back
        )
        if undone is not None:
            sale = void_of(sale, undone)
            entry = reversal(unit.booked(number), sale.sale_id)
            unit.add_void(sale, unit.append("sale.voided", sale, day, moment, entry))
        else:
            seq = unit.append("sale.completed", sale, day, moment, entry_of(sale))
            unit.add_sale(sale, seq)
            if origin is not None:
                unit.add_returns(sale, origin.number, seq)
        note = note_of(basket, sale, self.points_for(basket))
        if undone is not None or note != SlipNote():
            unit.add_slip(number, note)
        effects = self._effects_of(sale, note)
        unit.add_effects(effects)
        used = {one.auth_id for one in sale.benefits}
        self.drop(unit, before, used | {line.grant.auth_id for line in sale.lines if line.grant})
        return sale, effects

    def _effects_of(self, sale: SaleCompleted, note: SlipNote) -> tuple[Effect, ...]:
        """What devices shall do; while training nothing opens the drawer."""
        if not self.has_devices:
            return ()
        effects = effects_of(sale, self.new_id, self.language, note)
        return tuple(one for one in effects if one.kind != "drawer" or not self.is_training)

    def touch(self, basket: Basket, **changes: object) -> Basket:
        """The basket with these fields changed."""
        return msgspec.structs.replace(basket, **changes)


def _same_goods(left: Basket, right: Basket) -> bool:
    return (
        left.lines is right.lines
        and left.member is right.member
        and left.versions == right.versions
        and left.used_upto == right.used_upto
        and left.coupons == right.coupons
        and left.by_hand == right.by_hand
    )


def order_number(number: int) -> str:
    """``A087``: a letter and three digits that a person can call out; begins again after Z999."""
    letter, digits = divmod((number - 1) % (26 * 999), 999)
    return f"{chr(ord('A') + letter)}{digits + 1:03d}"
