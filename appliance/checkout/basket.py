"""An open basket: immutable values and the changes that rules allow on them.

Lines keep the prices of the catalogue version the basket was opened with; a push from HQ never
changes a basket under the customer's hand.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import Struct

from appliance.checkout.attempt import PaymentAttempt
from appliance.checkout.by_hand import ByHand, NewPrice
from appliance.checkout.coupons import AskedBenefit, BasketCoupon
from appliance.checkout.promise import Promise
from retail.catalogue import Names, OptionGroup, Product
from retail.errors import Refused
from retail.messages.events import LineReference, LineTax
from retail.pricing import Adjustment
from retail.quantity import ONE_MILLI, QUANTITY_MILLI_MAX
from retail.stock.lot import Lot

LINES_MAX = 1_000
BasketState = Literal["open", "suspended"]
PriceSource = Literal["catalogue", "open", "record"]
RefundMode = Literal["receipt", "no_receipt", "void", "payout"]
OWN_TENDERS = ("stored_value", "gift_card", "points")
"""Money of ours that a customer holds: HQ reserves it, and frees it when it is asked to."""
BASKET_NAME_LENGTH_MAX = 40


class ChosenOption(Struct, frozen=True, kw_only=True):
    """The answer to one option group, with its names as they were when chosen."""

    group_id: str
    choice_id: str
    names: Names
    price_delta_minor: int
    is_default: bool


class Returned(Struct, frozen=True, kw_only=True):
    """What goods that come back with their receipt are worth: below zero, and never priced again."""

    refers_to: LineReference
    base_minor: int
    adjustments: tuple[Adjustment, ...]
    total_minor: int
    tax: LineTax
    options: tuple[str, ...] = ()


class RefundTerms(Struct, frozen=True, kw_only=True):
    """Why goods come back and who allowed it; `number`, `sale_id`, `member_id` are those of their sale."""

    mode: RefundMode
    reason: str
    approver_id: str = ""
    number: int = 0
    sale_id: str = ""
    member_id: str = ""


class Line(Struct, frozen=True, kw_only=True):
    """Goods in the basket. Unit prices include the options; negative quantity is taken back.

    `lot` is what the goods' code said of batch, dates and serial number.
    `price_source` is ``open`` for a price typed in, ``record`` for one that a file says was paid.
    `category`, `tags` and `promotable` (False keeps every promotion away) are what promotions go by; they
    stay as they were when the goods came in. `by_hand` and `new_price` are what a person decided.
    """

    line_id: str
    product_id: str
    code: str
    names: Names
    options: tuple[ChosenOption, ...]
    quantity_milli: int
    unit: str
    by_weight: bool
    unit_price_minor: int
    member_price_minor: int | None
    tax_class: str
    member_discount: bool
    price_source: PriceSource = "catalogue"
    option_groups: tuple[str, ...] = ()
    art: str = ""
    lot: Lot | None = None
    returned: Returned | None = None
    promise: Promise | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    promotable: bool = True
    by_hand: ByHand | None = None
    new_price: NewPrice | None = None

    @property
    def serial(self) -> str:
        """The serial number of this one piece, if its code has one."""
        return self.lot.serial if self.lot else ""

    def is_same_goods(self, other: "Line") -> bool:
        """Whether scanning this again would raise the other's quantity instead of a new line."""
        return (
            not self.by_weight
            and self.returned is None
            and other.returned is None
            and self.promise is None
            and other.promise is None
            and self.product_id == other.product_id
            and self.names == other.names
            and self.options == other.options
            and self.unit_price_minor == other.unit_price_minor
            and self.price_source == other.price_source
            and self.new_price == other.new_price
            and self.promotable == other.promotable
            and self.lot == other.lot
            and (self.quantity_milli > 0) == (other.quantity_milli > 0)
        )


class BasketMember(Struct, frozen=True, kw_only=True):
    """The member at the till, masked as pushed, with the tier's terms of that moment.

    `is_present` says that their card or live code was shown, not only their number told; `card_jti` is the
    virtual card's, which goes with what they spend.
    `promotion_uses` is how often limited promotions had been used by HQ's count, by id.
    """

    member_id: str
    names: Names
    phone_masked: str
    tier_id: str
    tier_names: Names
    discount_bp: int
    points: int
    value_minor: int = 0
    is_present: bool = False
    card_jti: str = ""
    birth_month: int = 0
    promotion_uses: dict[str, int] = {}


class TenderLine(Struct, frozen=True, kw_only=True):
    """A payment taken; `amount_minor` counts towards the total, after change. Below zero it was given back,
    and `refers_to` is the tender of the sale that it undoes.

    Of our own money: `units` were taken (points, else minor units), `tail` are a card's last figures, and
    `balance` is what HQ said is left.
    """

    tender_id: str
    type: str
    amount_minor: int
    tendered_minor: int
    change_minor: int = 0
    reference: str = ""
    refers_to: str = ""
    units: int = 0
    tail: str = ""
    balance: int | None = None


class Basket(Struct, frozen=True, kw_only=True):
    """What one customer is buying. `versions` are the reference versions it is priced with, `opened_at` is
    the business instant in the shop's own time (ISO 8601, no offset), `used_upto` how much of the journal
    counts towards promotions' limits; `name` is what the cashier calls it
    while it is put aside; `refund` says why goods in it come back."""

    basket_id: str
    opened_ms: int
    operator_id: str
    shift: str
    order_number: str
    versions: dict[str, int]
    state: BasketState = "open"
    lines: tuple[Line, ...] = ()
    member: BasketMember | None = None
    tenders: tuple[TenderLine, ...] = ()
    attempt: PaymentAttempt | None = None
    returning: bool = False
    selected: str = ""
    name: str = ""
    refund: RefundTerms | None = None
    opened_at: str = ""
    used_upto: int = 0
    coupons: tuple[BasketCoupon, ...] = ()
    asked: tuple[AskedBenefit, ...] = ()
    by_hand: ByHand | None = None

    @property
    def catalogue_version(self) -> int:
        """The catalogue this basket is sold by."""
        return self.versions.get("catalogue", 0)

    def line(self, line_id: str) -> Line:
        """The line of that id; refused when it is no longer there."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise Refused("line.not_there", line_id=line_id)

    def holds(self) -> dict[str, str]:
        """What HQ holds for it or was asked to hold: the authorisation's id to the question still open."""
        held = {one.auth_id: "" for one in self.coupons if one.auth_id}
        if self.refund is not None and self.refund.mode == "void":
            grants = (line.promise.grant for line in self.lines if line.promise is not None)
            held |= {grant.auth_id: "" for grant in grants if grant.auth_id}
            if self.attempt is not None and self.attempt.method == "void":
                held[self.attempt.attempt_id] = self.attempt.request_id
        return held | {one.auth_id: one.auth_id for one in self.asked}

    def count_milli(self) -> int:
        """How many pieces, weighed goods counting as one each."""
        return sum(ONE_MILLI if line.by_weight else abs(line.quantity_milli) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Removal:
    """Goods that left an open basket, for the record."""

    line: Line
    quantity_milli: int
    reason: Literal["removed", "reduced", "cleared"]


def require_editable(basket: Basket) -> None:
    """Goods stay as they are while a payment is under way or partly made."""
    if basket.attempt is not None:
        raise Refused("basket.payment_under_way", state=basket.attempt.state)
    if basket.tenders:
        raise Refused("basket.partly_paid")
    if basket.refund is not None and basket.refund.mode in ("void", "payout"):
        raise Refused(f"basket.is_{basket.refund.mode}")


def line_of(
    product: Product,
    groups: dict[str, OptionGroup],
    choices: dict[str, str],
    line_id: str,
    quantity_milli: int,
    code: str = "",
    lot: Lot | None = None,
) -> Line:
    """A line of a product with the given choices (group id to choice id), defaults for the rest."""
    options = tuple(
        _choose(groups[group_id], choices.get(group_id)) for group_id in product.options if group_id in groups
    )
    delta_minor = sum(option.price_delta_minor for option in options)
    member = product.member_price_minor
    return Line(
        line_id=line_id,
        product_id=product.id,
        code=code or next(iter(product.gtins), product.plu),
        names=product.names,
        options=options,
        quantity_milli=checked_quantity(quantity_milli, product.by_weight),
        unit=product.unit,
        by_weight=product.by_weight,
        unit_price_minor=product.price_minor + delta_minor,
        member_price_minor=None if member is None else member + delta_minor,
        tax_class=product.tax_class,
        member_discount=product.member_discount,
        option_groups=product.options,
        art=product.art,
        lot=lot,
        category=product.category,
        tags=product.tags,
        promotable=product.discount,
    )


def _choose(group: OptionGroup, choice_id: str | None) -> ChosenOption:
    wanted = choice_id or group.default
    for choice in group.choices:
        if choice.id == wanted:
            return ChosenOption(
                group_id=group.id,
                choice_id=choice.id,
                names=choice.names,
                price_delta_minor=choice.price_delta_minor,
                is_default=choice.id == group.default,
            )
    raise Refused("option.unknown_choice", group=group.id, choice=wanted)


def checked_quantity(quantity_milli: int, by_weight: bool) -> int:
    """A quantity a person can mean: not zero, not absurd, whole for pieces."""
    if quantity_milli == 0:
        raise Refused("quantity.zero")
    if abs(quantity_milli) > QUANTITY_MILLI_MAX:
        raise Refused("quantity.too_large", quantity_max=QUANTITY_MILLI_MAX // ONE_MILLI)
    if not by_weight and quantity_milli % ONE_MILLI:
        raise Refused("quantity.not_whole")
    return quantity_milli


def with_line(basket: Basket, line: Line) -> Basket:
    """Add goods: equal goods raise the line that is there; the line touched is selected."""
    require_editable(basket)
    for present in basket.lines:
        if line.is_same_goods(present):
            quantity = checked_quantity(present.quantity_milli + line.quantity_milli, present.by_weight)
            return _replaced(basket, msgspec.structs.replace(present, quantity_milli=quantity))
    if len(basket.lines) >= LINES_MAX:
        raise Refused("basket.full", lines_max=LINES_MAX)
    return msgspec.structs.replace(basket, lines=(*basket.lines, line), selected=line.line_id)


def with_quantity(basket: Basket, line_id: str, quantity_milli: int) -> tuple[Basket, Removal | None]:
    """Change a line's quantity; fewer is a removal for the record, none takes the line out."""
    require_editable(basket)
    line = basket.line(line_id)
    if quantity_milli == 0:
        return without_line(basket, line_id)
    _require_priced_here(line)
    if (quantity_milli > 0) != (line.quantity_milli > 0):
        raise Refused("quantity.sign")
    if line.serial and abs(quantity_milli) != ONE_MILLI:
        raise Refused("stock.serial_is_one", serial=line.serial)
    changed = msgspec.structs.replace(line, quantity_milli=checked_quantity(quantity_milli, line.by_weight))
    fewer = abs(line.quantity_milli) - abs(quantity_milli)
    removal = Removal(line, fewer, "reduced") if fewer > 0 else None
    return _replaced(basket, changed), removal


def without_line(basket: Basket, line_id: str) -> tuple[Basket, Removal]:
    """Take a line out; the one after it, else the one before, is selected."""
    require_editable(basket)
    line = basket.line(line_id)
    place = basket.lines.index(line)
    left = tuple(other for other in basket.lines if other is not line)
    selected = left[min(place, len(left) - 1)].line_id if left else ""
    after = msgspec.structs.replace(basket, lines=left, selected=selected)
    return after, Removal(line, line.quantity_milli, "removed")


def with_options(
    basket: Basket, line_id: str, product: Product, groups: dict[str, OptionGroup], choices: dict[str, str]
) -> Basket:
    """Choose a line's options anew; its prices follow, a price set by hand goes, equal lines become one."""
    require_editable(basket)
    line = basket.line(line_id)
    _require_priced_here(line)
    chosen = line_of(product, groups, choices, line_id, line.quantity_milli, line.code, line.lot)
    changed = msgspec.structs.replace(chosen, by_hand=line.by_hand)
    for other in basket.lines:
        if other.line_id != line_id and changed.is_same_goods(other):
            quantity = checked_quantity(other.quantity_milli + changed.quantity_milli, other.by_weight)
            merged = msgspec.structs.replace(other, quantity_milli=quantity)
            lines = tuple(kept for kept in basket.lines if kept.line_id != line_id)
            return _replaced(msgspec.structs.replace(basket, lines=lines), merged)
    return _replaced(basket, changed)


def with_changed(basket: Basket, line_id: str, **changes: object) -> Basket:
    """A line with these fields changed; it is selected."""
    return _replaced(basket, msgspec.structs.replace(basket.line(line_id), **changes))


def _require_priced_here(line: Line) -> None:
    if line.returned is not None:
        raise Refused("line.from_receipt")
    if line.promise is not None:
        raise Refused("line.is_promise")


def _replaced(basket: Basket, line: Line) -> Basket:
    lines = tuple(line if other.line_id == line.line_id else other for other in basket.lines)
    return msgspec.structs.replace(basket, lines=lines, selected=line.line_id)
