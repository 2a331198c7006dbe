"""What the screen of signing in shows, and what the customer sees on the second screen."""

from dataclasses import dataclass
from typing import Literal

from appliance.ui.views.parts import (
    ChipView,
    ControlView,
    KeypadView,
    NoticeView,
    QrView,
    StatusBarView,
    SumRowView,
)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Someone who may sign in; `control.text` is the name, `lines` role and shift."""

    initial: str
    control: ControlView
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInView:
    """Who is there, and the PIN, which enters by itself at its last digit.

    `pin_detail` asks for it or says what is wrong (`pin_bad`). Languages are controls, the one that
    holds is `selected`.
    """

    status: StatusBarView
    title: str
    detail: str
    people: tuple[PersonView, ...]
    languages: tuple[ControlView, ...]
    pin_title: str
    pin_detail: str
    pin_length: int
    pin_typed: int
    keypad: KeypadView
    pin_bad: bool = False
    foot: str = ""
    reader: str = ""
    notice: NoticeView | None = None


@dataclass(frozen=True, slots=True)
class CustomerLineView:
    """A line as the customer reads it."""

    name: str
    amount: str
    detail: str = ""
    offer: str = ""
    quantity: str = ""


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The second screen. `kind` says which parts stand there.

    `welcome`: shop, headline and detail. `basket`: lines and the sum. `qr`: lines, the sum and a code.
    `done`: headline (thanks), `amount_label` and `amount` (change or the sum), detail.
    """

    kind: Literal["welcome", "basket", "qr", "done"]
    shop: str
    headline: str = ""
    detail: str = ""
    member: str = ""
    lines: tuple[CustomerLineView, ...] = ()
    sums: tuple[SumRowView, ...] = ()
    amount_label: str = ""
    amount: str = ""
    saved: ChipView | None = None
    qr: QrView | None = None
    qr_title: str = ""
    qr_detail: str = ""
