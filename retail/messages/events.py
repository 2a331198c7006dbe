"""The bodies of journal events: what happened at a till, without a word about who the member is.

The envelope's `type` names the body: ``sale.completed``, ``line.removed``, ``operator.signed_in``,
``operator.locked_out``, ``drawer.opened``, ``payment.resolved``, ``sale.voided``, ``stock.moved``,
``stock.counted``, ``member.enrolled``, ``pass.used``.
"""

from typing import Literal

from msgspec import Struct

from retail.catalogue import Names
from retail.pricing.priced import Adjustment
from retail.stock.lot import Lot
from retail.stock.movement import MoveKind

SaleKind = Literal["sale", "refund", "exchange"]


class LineTax(Struct, frozen=True, kw_only=True):
    """A line's share of the tax of its rate; `included` says that `total_minor` contains it."""

    rate_bp: int
    tax_minor: int
    included: bool


class LineReference(Struct, frozen=True, kw_only=True):
    """Which line of which sale comes back. `before_milli` of it had come back already."""

    sale_id: str
    number: int
    line_id: str
    before_milli: int = 0


GrantKind = Literal[
    "top_up",
    "gift_card",
    "gift_card_reload",
    "pass",
    "pass_renewal",
    "pass_upgrade",
    "membership",
    "membership_renewal",
    "membership_upgrade",
    "payout",
]


class Promised(Struct, frozen=True, kw_only=True):
    """What the receipt says a line brings, by the rules that the till had: a top-up's bonus and the kinds of
    its coupons; a card's value; a pass's uses and what they pay for; the days of any of them (None: without
    end). It holds, whatever HQ's rules say when they hear of it."""

    bonus_minor: int = 0
    coupons: tuple[str, ...] = ()
    value_minor: int = 0
    uses: int = 0
    covers: tuple[str, ...] = ()
    days: int | None = None


class Grant(Struct, frozen=True, kw_only=True):
    """What a line sells besides goods: money, uses or days that the shop owes from now on.

    `id` is what is sold or changed: the top-up, the pass, the membership, the card's keyed hash. `of` is the
    kind's document, `member_id` whose it is. `replaces` is what an upgrade takes back. A ``payout`` is the
    other way round, a negative line: a balance, card or pass given back as HQ reckoned it under `auth_id`.
    In a void `auth_id` is what HQ held so that all of it is still there. `promised` is missing in events of
    older programs, for a payout always.
    """

    kind: GrantKind
    id: str
    of: str = ""
    member_id: str = ""
    replaces: str = ""
    auth_id: str = ""
    promised: Promised | None = None


class SoldLine(Struct, frozen=True, kw_only=True):
    """One line. `base_minor` = unit price x quantity; `total_minor` = base + adjustments.

    A negative quantity is goods taken back, with `refers_to` if there was a receipt; then its amounts are
    that line's share and not today's price. `product_id` is empty for goods sold by name. `tax` is missing
    in events of older programs. `lot` is what the goods' code said of batch, dates and serial number.
    A line with a `grant` has tax class ``none`` and no adjustments: it is paid for, not yet earned.
    """

    line_id: str
    product_id: str
    code: str
    names: Names
    options: tuple[str, ...]
    option_names: tuple[Names, ...] = ()
    quantity_milli: int
    unit: str
    unit_price_minor: int
    base_minor: int
    adjustments: tuple[Adjustment, ...]
    total_minor: int
    tax_class: str
    price_source: str = "catalogue"
    lot: Lot | None = None
    tax: LineTax | None = None
    refers_to: LineReference | None = None
    grant: Grant | None = None


class SoldTax(Struct, frozen=True, kw_only=True):
    """Tax at one rate over the whole sale; `net_minor` + `tax_minor` is what those goods cost."""

    tax_class: str
    rate_bp: int
    net_minor: int
    tax_minor: int


class SoldTender(Struct, frozen=True, kw_only=True):
    """How it was paid. `amount_minor` counts towards the total, after change.

    Below zero it was given back; `refers_to` is then the tender of the sale that it undoes.
    """

    tender_id: str
    type: str
    amount_minor: int
    tendered_minor: int
    change_minor: int = 0
    reference: str = ""
    refers_to: str = ""


class UsedBenefit(Struct, frozen=True, kw_only=True):
    """A coupon, or so many uses of a pass, that this sale used up; HQ held it under `auth_id`.

    `promotion` is what took the money off: the coupon's, or ``pass:<id>``.
    """

    auth_id: str
    kind: Literal["coupon", "pass"]
    id: str
    amount: int = 1
    promotion: str = ""


class UsedPromotion(Struct, frozen=True, kw_only=True):
    """How often a promotion was applied (pieces for line promotions) and what came off, below zero.

    Goods taken back turn both signs; an exchange may say both of one promotion.
    """

    promotion: str
    times: int
    amount_minor: int


class Decision(Struct, frozen=True, kw_only=True):
    """A price changed by a person: a discount by hand (``manual:<id>``) or another unit price
    (``override:<line>``), what it changed, why, and who allowed it (empty: within the operator's limit)."""

    rule: str
    kind: Literal["manual", "override"]
    amount_minor: int
    reason: str
    operator_id: str
    approver_id: str = ""


class SaleCompleted(Struct, frozen=True, kw_only=True):
    """A sale: lines sum to the total, tenders sum to the total, taxes cover the total.

    `number` counts the till's sales without a gap; `receipt_number` is what the receipt says.
    `completed_at` is ISO 8601 with offset, in the shop's time zone. A ``refund`` has only goods taken back,
    an ``exchange`` both; they say why (`reason`), and who allowed what a cashier may not do alone.
    `priced_at` is the instant whose prices and promotions it has, in the shop's own time without offset.
    Tenders of our own money (``stored_value``, ``gift_card``, ``points``) name HQ's authorisation as their
    `reference`.
    """

    sale_id: str
    number: int
    receipt_number: str
    order_number: str
    completed_at: str
    business_day: str
    shift: str
    operator_id: str
    member_id: str
    currency: str
    lines: tuple[SoldLine, ...]
    base_minor: int
    tax_added_minor: int
    total_minor: int
    taxes: tuple[SoldTax, ...]
    tenders: tuple[SoldTender, ...]
    versions: dict[str, int]
    kind: SaleKind = "sale"
    reason: str = ""
    approver_id: str = ""
    benefits: tuple[UsedBenefit, ...] = ()
    promotions: tuple[UsedPromotion, ...] = ()
    decisions: tuple[Decision, ...] = ()
    priced_at: str = ""


class SaleVoided(SaleCompleted, frozen=True, kw_only=True):
    """A sale undone on its own business day: the whole of it with the signs turned.

    `sale_id` is the undoing's own, `number` and the receipt are those of the sale `voids`; it happened at
    `completed_at`, by `operator_id`.
    """

    voids: str


class LineRemoved(Struct, frozen=True, kw_only=True):
    """A line taken out of an open basket, or all of them when the basket was cleared."""

    basket_id: str
    line_id: str
    product_id: str
    names: Names
    quantity_milli: int
    unit_price_minor: int
    operator_id: str
    reason: str


class OperatorSignedIn(Struct, frozen=True, kw_only=True):
    """Somebody began to work at this till."""

    operator_id: str
    shift: str


class OperatorLockedOut(Struct, frozen=True, kw_only=True):
    """Too many wrong PINs for one operator."""

    operator_id: str
    attempts: int


class DrawerOpened(Struct, frozen=True, kw_only=True):
    """A drawer opened without a sale (`NoSale`)."""

    operator_id: str
    reason: str


class PaymentResolved(Struct, frozen=True, kw_only=True):
    """A payment that was asked for and came to an end other than a sale."""

    attempt_id: str
    basket_id: str
    state: str
    amount_minor: int
    operator_id: str


class StockMoved(Struct, frozen=True, kw_only=True):
    """Goods in, out, wasted or transferred at this till, `quantity_milli` above zero; see `retail.stock`.

    `approver_id` is the manager who let somebody else do it; missing in events of older programs.
    """

    movement_id: str
    kind: MoveKind
    product_id: str
    quantity_milli: int
    operator_id: str
    reason: str = ""
    other_store: str = ""
    note: str = ""
    batch: str = ""
    expires: str = ""
    serial: str = ""
    approver_id: str = ""


class StockCounted(Struct, frozen=True, kw_only=True):
    """Somebody counted a product on the shelf at the instant of this event; `approver_id` as in a move."""

    count_id: str
    product_id: str
    counted_milli: int
    operator_id: str
    approver_id: str = ""


class MemberEnrolled(Struct, frozen=True, kw_only=True):
    """Somebody joined at this till; who they are went to HQ sealed, in the request ``member.enrol``."""

    member_id: str
    operator_id: str


class PassUsed(Struct, frozen=True, kw_only=True):
    """Uses of a pass taken without a sale (a visit), held at HQ under `auth_id`; `gives_back` names the
    earlier `use_id` that this one undoes."""

    use_id: str
    auth_id: str
    pass_id: str
    member_id: str
    uses: int
    operator_id: str
    gives_back: str = ""


EVENT_TYPES: dict[str, type[Struct]] = {
    "sale.completed": SaleCompleted,
    "sale.voided": SaleVoided,
    "line.removed": LineRemoved,
    "operator.signed_in": OperatorSignedIn,
    "operator.locked_out": OperatorLockedOut,
    "drawer.opened": DrawerOpened,
    "payment.resolved": PaymentResolved,
    "stock.moved": StockMoved,
    "stock.counted": StockCounted,
    "member.enrolled": MemberEnrolled,
    "pass.used": PassUsed,
}
