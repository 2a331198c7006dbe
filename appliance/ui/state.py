"""Everything the screens are made from: one frozen value, replaced whole at every change.

Owns no behaviour. What the worker read from the databases, what the sockets said, and what only
the screen knows stand side by side, so that a presenter is a function of one argument.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from appliance.checkout.basket import Basket, Line
from appliance.checkout.benefits import Benefits
from appliance.checkout.own_money import GiftCardShown
from appliance.checkout.panel import Benefit
from appliance.checkout.ports import Effect, StockRecord
from appliance.checkout.promotions import Ready
from appliance.checkout.refunding import Planned, Returnable
from appliance.checkout.slip_note import SlipNote
from appliance.checkout.visiting import Visit
from appliance.ui.sheets import Sheet
from appliance.ui.views.parts import Intent, Tone
from retail.catalogue import Category, Member, Names, Operator, OptionGroup, Product, Shop
from retail.ledger.earning import Reward
from retail.messages.events import SaleCompleted
from retail.pricing import PricedBasket
from retail.pricing.promotion import AnyPromotion

FILL_UP = "fill_up:"
"""A shelf of its own (with the missing amount and the promotion): goods that reach its threshold."""
Place = Literal["sign_in", "sale", "tender", "done", "unknown", "refund", "giveback", "stock"]
Pane = Literal["cash", "qr", "card", "stored_value", "points", "gift_card"]
PROMISES = "+promises"
"""The shelf of top-ups, cards, passes and memberships; no category of a catalogue has this name."""
PANES: tuple[Pane, ...] = get_args(Pane)
EffectProgress = Literal["running", "done", "failed", "dismissed", "pending"]


@dataclass(frozen=True, slots=True)
class Customer:
    """The member at the till by HQ's newest word: None when HQ does not know them (any more). `earns` are the
    points of the basket as it is, `spends_minor` what of it counts for their tier, `next_tier` how the tier
    above is called, `benefits` what they hold as the basket sees it, `visits` what they used
    today without a sale."""

    member: Member | None = None
    earns: int = 0
    benefits: tuple[Benefit, ...] = ()
    visits: tuple[Visit, ...] = ()
    spends_minor: int = 0
    next_tier: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskSnapshot:
    """What is committed: who works here, the open basket with its price, what was put aside. `plan` is what
    is still to be given back of it; `training` says that nothing of this is kept. `low_stock` is what is left
    of products of which there is little, in thousandths, by product id; `ready` are the promotions of the
    open basket, else the newest. `asking`: HQ owes an answer.

    `own_room_minor` is what our own money may still pay, `points_room` the most points that may be used, and
    `one_tap` says that stored value covers all of it. `points_expected` is what it will earn."""

    operator: Operator | None = None
    shift: str = ""
    basket: Basket | None = None
    priced: PricedBasket | None = None
    due_minor: int = 0
    last_sale: SaleCompleted | None = None
    suspended: tuple[Basket, ...] = ()
    unsettled: tuple[Effect, ...] = ()
    low_stock: Mapping[str, int] = field(default_factory=dict)
    plan: tuple[Planned, ...] = ()
    training: bool = False
    points_expected: int = 0
    own_room_minor: int = 0
    points_room: int = 0
    one_tap: bool = False
    last_slip: SlipNote = field(default_factory=SlipNote)
    customer: Customer | None = None
    asking: bool = False
    ready: Ready | None = None


@dataclass(frozen=True, slots=True)
class RewardOffer:
    """What points become: a coupon or a product of this name."""

    reward: Reward
    names: Names


@dataclass(frozen=True, slots=True)
class ShopSnapshot:
    """The shop's documents as the reference database has them now."""

    shop: Shop
    operators: tuple[Operator, ...] = ()
    categories: tuple[Category, ...] = ()
    option_groups: Mapping[str, OptionGroup] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    benefits: Benefits = field(default_factory=Benefits)
    rewards: tuple[RewardOffer, ...] = ()

    def operator(self, operator_id: str) -> Operator | None:
        """The operator of that id, if still on the list."""
        return next((one for one in self.operators if one.id == operator_id), None)


@dataclass(frozen=True, slots=True)
class Goods:
    """The products on the shelf that is shown; `category` is empty for the favourites. `offers` are the
    promotions of this very product, by its id."""

    category: str = ""
    products: tuple[Product, ...] = ()
    as_of: int = 0
    offers: Mapping[str, tuple[AnyPromotion, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that was found; `marked` has the typed part between stars, `offers` its promotions."""

    product: Product
    marked: str = ""
    offers: tuple[AnyPromotion, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed into the search box; `hits` are None until the answer has come."""

    text: str = ""
    focused: bool = False
    hits: tuple[Hit, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device as the daemon tells of it."""

    id: str
    capability: str
    state: str
    fault: str = ""
    detail: Mapping[str, bool | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Devices:
    """All devices; not `connected` means that the daemon itself is not there."""

    connected: bool = False
    known: tuple[DeviceState, ...] = ()

    def first(self, capability: str) -> DeviceState | None:
        """The first device that can do this."""
        return next((one for one in self.known if one.capability == capability), None)


@dataclass(frozen=True, slots=True)
class Sync:
    """The MQTT agent: whether it runs, whether it reaches HQ, how many records wait."""

    connected: bool = False
    online: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something refused or failed, to be told where it happened; see `refusals.py`."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    may_override: str = ""


@dataclass(frozen=True, slots=True)
class Toast:
    """A short notice; `id` rises with every new one."""

    id: int
    tone: Tone
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    action: Intent | None = None
    action_key: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """A line just taken out, that can be put back until `until_ms`."""

    line: Line
    position: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """A sale whose goods come back: how much of each line (line id to thousandths), and why."""

    of: Returnable
    quantities: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""


StockKind = Literal["count", "received", "issued", "waste", "transfer_out", "transfer_in"]
STOCK_KINDS: tuple[StockKind, ...] = get_args(StockKind)


@dataclass(frozen=True, slots=True)
class StockDetails:
    """Why goods move, where to or from, and which; an empty reason is the usual one. `expires` is ISO."""

    reason: str = ""
    other_store: str = ""
    note: str = ""
    batch: str = ""
    expires: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class StockTask:
    """Goods being counted or moved: what is done, of which product, how many as typed, and the details of a
    move. `records` are what was done here today, the latest first; `products` has theirs by id. It stays
    while customers are served in between; `approver_id` let the operator begin."""

    kind: StockKind = "count"
    product: Product | None = None
    level_milli: int | None = None
    digits: str = ""
    details: StockDetails = StockDetails()
    records: tuple[StockRecord, ...] = ()
    products: Mapping[str, Product] = field(default_factory=dict)
    approver_id: str = ""


@dataclass(frozen=True, slots=True)
class Following:
    """What became of one effect since it was handed to the daemon."""

    effect: Effect
    progress: EffectProgress
    fault: str = ""


def pane_of(basket: Basket | None) -> Pane:
    """The pane of the payment that is under way; cash when there is none."""
    attempt = basket.attempt if basket is not None else None
    method = attempt.method if attempt is not None else "payout"
    return "cash" if method == "payout" or method == "upgrade" or method == "void" else method


@dataclass(frozen=True, slots=True)
class Tenders:
    """Which ways of paying this till offers, as configured; `currency` is the shop's."""

    offered: tuple[Pane, ...] = PANES
    default: Pane = "cash"
    quick_notes_minor: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TillState:
    """All of it. `keypad` is what was typed for the present place; amounts as typed, not parsed."""

    shop: ShopSnapshot
    desk: DeskSnapshot = DeskSnapshot()
    goods: Goods = Goods()
    devices: Devices = Devices()
    sync: Sync = Sync()
    tenders: Tenders = Tenders()
    place: Place = "sign_in"
    pane: Pane = "cash"
    search: Search = Search()
    goods_over: bool = False
    sheet: Sheet | None = None
    trouble: Trouble | None = None
    toast: Toast | None = None
    removed: tuple[Removed, ...] = ()
    following: tuple[Following, ...] = ()
    refund: RefundDraft | None = None
    stock: StockTask | None = None
    finished: SaleCompleted | None = None
    """What the screen after paying tells of, when it is not the last sale: a void."""
    offline_told: bool = False
    operator_id: str = ""
    pin: str = ""
    pin_busy: bool = False
    locked_until_ms: int = 0
    keypad: str = ""
    gift_card: GiftCardShown | None = None
    """The card on the pane of gift cards, once its number is known; the number is not kept."""
    busy: bool = False
    language: str = "zh-Hans"
    theme: str = "light"
    small: bool = False
    now_ms: int = 0
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    @property
    def as_of(self) -> int:
        """The catalogue version that prices are shown by: the open basket's, else the newest."""
        basket = self.desk.basket
        return basket.catalogue_version if basket else int(self.shop.versions.get("catalogue", 0))

    @property
    def promotions_version(self) -> int:
        """The version of the promotions that are shown: the open basket's, else the newest."""
        basket = self.desk.basket
        return int((basket.versions if basket else self.shop.versions).get("promotions", 0))

    @property
    def has_coupons(self) -> bool:
        """Whether a code was shown, perhaps before any goods."""
        return self.desk.basket is not None and bool(self.desk.basket.coupons)

    @property
    def has_goods(self) -> bool:
        """Whether there is anything to pay for."""
        return self.desk.basket is not None and bool(self.desk.basket.lines)
