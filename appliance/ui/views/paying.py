"""What the screens of paying show: tender with its panes, done, and payment unknown."""

from dataclasses import dataclass

from appliance.ui.views.parts import (
    CheckView,
    ControlView,
    KeypadView,
    NoticeView,
    QrView,
    StatusBarView,
    SumRowView,
    Tone,
)


@dataclass(frozen=True, slots=True)
class PaidView:
    """A payment that this sale already has; `undo` takes it back."""

    title: str
    detail: str
    amount: str
    short: str = ""
    undo: ControlView | None = None
    tone: Tone = "ok"


@dataclass(frozen=True, slots=True)
class CashPaneView:
    """Cash: what was received, what goes back, notes that complete the sale, and a keypad.

    Also our own money: `received` is what the customer holds, `change` what is taken of it.

    The first of `notes` is the exact sum. `change_tone` is `accent` when money goes back and `warn`
    while the sum is not reached yet (then `change` is what is missing).
    """

    received_label: str
    received: str
    change_label: str
    change: str
    notes_label: str
    notes: tuple[ControlView, ...]
    keypad_label: str
    keypad: KeypadView
    confirm: ControlView
    change_tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class SideCardView:
    """A card beside the code: a sentence, its state, and one control."""

    title: str
    text: str
    icon: str = ""
    state: CheckView | None = None
    control: ControlView | None = None


@dataclass(frozen=True, slots=True)
class QrPaneView:
    """A live code. `title` has names in `**`; `left` is 0..1 of its life and `countdown` its text.

    Without `qr` (it is being made, or it cannot be) `state` says so.
    """

    title: str
    amount: str
    state: CheckView
    qr: QrView | None = None
    countdown: str = ""
    left: float = 0.0
    foot: str = ""
    cards: tuple[SideCardView, ...] = ()
    close: ControlView | None = None


@dataclass(frozen=True, slots=True)
class CardPaneView:
    """A bank terminal that stands alone: take the amount there, then say here that it worked."""

    title: str
    amount: str
    steps: tuple[str, ...]
    confirm: ControlView
    cancel: ControlView | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MemberFootView:
    """The member at the foot of the tender column."""

    initial: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class TenderView:
    """Paying: what is due, what is paid, the tenders as tabs, and the pane of the chosen one."""

    status: StatusBarView
    back: ControlView
    rows: tuple[SumRowView, ...]
    rows_small: tuple[SumRowView, ...]
    paid: tuple[PaidView, ...]
    due_label: str
    due: str
    tabs: tuple[ControlView, ...]
    pane: CashPaneView | QrPaneView | CardPaneView
    part: ControlView | None = None
    member: MemberFootView | None = None
    notice: NoticeView | None = None


@dataclass(frozen=True, slots=True)
class DoneView:
    """Paid: change or the sum huge, what became of drawer and slips, and on to the next."""

    status: StatusBarView
    title: str
    amount_label: str
    amount: str
    summary: str
    effects: tuple[CheckView, ...]
    next: ControlView
    number_label: str = ""
    number: str = ""
    controls: tuple[ControlView, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class PaymentUnknownView:
    """Nobody knows yet whether it was paid: what happened, when we ask again, what may be done."""

    status: StatusBarView
    title: str
    detail: str
    tender: str
    amount: str
    next_label: str
    next_in: str
    progress: float
    events: tuple[CheckView, ...]
    promise: str
    steps_title: str
    steps: tuple[ControlView, ...]
    notice: NoticeView | None = None
