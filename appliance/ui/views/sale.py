"""What the screen of an open sale shows: goods, basket, member and pay."""

from dataclasses import dataclass

from appliance.ui.views.parts import (
    ChipView,
    ControlView,
    Intent,
    KeyboardView,
    NoticeView,
    StatusBarView,
    SumRowView,
    Tone,
)


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search box. `focus` is sent when it is touched; typed text comes as ``keyboard.text``."""

    hint: str
    focus: Intent
    text: str = ""
    count: str = ""
    focused: bool = False
    clear: ControlView | None = None
    keyboard: KeyboardView | None = None


@dataclass(frozen=True, slots=True)
class TileView:
    """A product to touch. `code` is its pinyin initials or PLU, of which `**this**` part was searched for."""

    id: str
    name: str
    price: str
    intent: Intent
    art: str = ""
    chip: ChipView | None = None
    code: str = ""
    sold_out: bool = False

    @property
    def control(self) -> str:
        """The stable name of the tile."""
        return f"goods.tile.{self.id}"


@dataclass(frozen=True, slots=True)
class GoodsView:
    """Search box, rail of categories (controls ``goods.category.<id>`` with icons) and tiles.

    `list_id` names what the tiles are of (a category, a search): when it changes, the list starts from
    its top again. `open` and `close` matter on a small screen, where the goods lie over the basket.
    """

    search: SearchView
    categories: tuple[ControlView, ...]
    tiles: tuple[TileView, ...]
    list_id: str = ""
    empty: str = ""
    empty_action: ControlView | None = None
    shown_over: bool = False
    close: ControlView | None = None


@dataclass(frozen=True, slots=True)
class PromotionRowView:
    """Why money came off a line, under it; a lower-case minus stands in `amount`."""

    name: str
    text: str
    amount: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the basket; `number` counts from 1 and names it ``basket.line.<number>``.

    Selected, it has `minus`, `plus` and `controls` (options, remove). `weighed` shows a scale in place of
    the quantity. A removed line is struck and offers `undo` for 5 s.
    """

    id: str
    number: int
    quantity: str
    name: str
    amount: str
    intent: Intent
    detail: str = ""
    many: bool = False
    weighed: bool = False
    selected: bool = False
    promotions: tuple[PromotionRowView, ...] = ()
    minus: ControlView | None = None
    plus: ControlView | None = None
    controls: tuple[ControlView, ...] = ()
    removed: bool = False
    undo: ControlView | None = None

    @property
    def control(self) -> str:
        """The stable name of the line."""
        return f"basket.line.{self.number}"


@dataclass(frozen=True, slots=True)
class EmptyView:
    """What a list shows when nothing is in it: what to do."""

    icon: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HintView:
    """The nearly-there hint under the list; `text` has its amount between `**`; progress 0..1.

    `short` is the one line of a small screen; empty means `text`.
    """

    title: str
    text: str
    progress: float
    action: ControlView | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class BasketView:
    """The lines of the open basket and what stands round them.

    `pick` and `find` are the small screen's buttons for goods and search, `menu` its three dots; `below`
    formats how many lines are out of sight ("下面还有 {count} 行").
    """

    title: str
    count: str
    number: str
    lines: tuple[LineView, ...]
    empty: EmptyView | None = None
    hint: HintView | None = None
    notice: NoticeView | None = None
    actions: tuple[ControlView, ...] = ()
    pick: ControlView | None = None
    find: ControlView | None = None
    menu: ControlView | None = None
    below: str = ""


@dataclass(frozen=True, slots=True)
class FactView:
    """A small label over a bold value, e.g. points with what this sale adds."""

    label: str
    value: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class BenefitView:
    """A coupon or pass: `usable` is ink with a control, else quiet with the reason in `detail`. In a list of
    something else `aside` stands in the control's place."""

    icon: str
    title: str
    detail: str
    usable: bool = False
    action: ControlView | None = None
    aside: str = ""


@dataclass(frozen=True, slots=True)
class MemberView:
    """The member of this sale; `remove` is the ×, `brief` the one line of a small screen, `open` shows all
    there is about them."""

    initial: str
    name: str
    chip: ChipView | None = None
    phone: str = ""
    facts: tuple[FactView, ...] = ()
    benefits: tuple[BenefitView, ...] = ()
    brief: str = ""
    remove: ControlView | None = None
    open: ControlView | None = None


@dataclass(frozen=True, slots=True)
class NoMemberView:
    """How a member is found when there is none yet; `open` is what the whole card does on a small screen."""

    title: str
    detail: str
    controls: tuple[ControlView, ...] = ()
    open: ControlView | None = None


@dataclass(frozen=True, slots=True)
class TotalsView:
    """The sum block above pay; `folded` are the rows of smaller screens ("优惠 3 项")."""

    rows: tuple[SumRowView, ...]
    folded: tuple[SumRowView, ...]
    due_label: str
    due: str
    saved: ChipView | None = None


@dataclass(frozen=True, slots=True)
class PayView:
    """The one blue button: `control.text` names the tender, `aside` what is left, `amount` is huge."""

    control: ControlView
    amount: str
    aside: str = ""
    foot: str = ""
    foot_icon: str = "scan-qr-code"


@dataclass(frozen=True, slots=True)
class LastSaleView:
    """The sale before, while the basket is empty. `amount` may hold `**bold**`."""

    title: str
    at: str
    paid: str
    change: str
    tone: Tone = "ok"
    controls: tuple[ControlView, ...] = ()


@dataclass(frozen=True, slots=True)
class SaleView:
    """The whole screen of an open sale."""

    status: StatusBarView
    goods: GoodsView
    basket: BasketView
    member: MemberView | NoMemberView | None
    totals: TotalsView | None
    tenders: tuple[ControlView, ...]
    pay: PayView
    last_sale: LastSaleView | None = None
