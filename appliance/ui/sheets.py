"""What slides over a screen, as values: what was typed and chosen in it so far.

A sheet holds no rule: its confirmation is an intent that the desk may still refuse; `trouble` is then
the code of the refusal, shown in the sheet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from retail.catalogue import Member, Product
from retail.messages.asking import History

TypingKind = Literal[
    "open_price",
    "weight",
    "quantity",
    "phone",
    "reference",
    "receipt",
    "hold",
    "off_percent",
    "off_amount",
    "new_price",
    "coupon",
    "top_up",
    "gift_card",
    "payout_card",
]
MenuKind = Literal[
    "menu",
    "suspended",
    "clear",
    "last_sale",
    "devices",
    "effects",
    "no_receipt",
    "void",
    "discount",
    "discount_reason",
    "confirm_value",
    "renew",
    "payouts",
    "payout",
    "upgrades",
    "upgrade",
    "stock",
    "stock_reason",
]
ApprovalFor = Literal[
    "confirm_paid", "no_receipt", "as_cash", "void", "sell_expired", "by_hand", "payout", "stock"
]


@dataclass(frozen=True, slots=True)
class OptionsSheet:
    """Options of a line in the basket: group id to choice id."""

    line_id: str
    product: Product
    choices: Mapping[str, str] = field(default_factory=dict)
    quantity_milli: int = 1_000


@dataclass(frozen=True, slots=True)
class TypingSheet:
    """A name and a number, or a number alone. `subject` is a product, line or operator id."""

    kind: TypingKind
    subject: str = ""
    name: str = ""
    digits: str = ""
    code: str = ""
    focus: Literal["name", "digits"] = "digits"
    product: Product | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalSheet:
    """A manager's PIN or card, taken where it is needed. `subject` is what it is about (a sale's number, a
    tender), `reason` why goods come back, `args` what else they are asked about."""

    what: ApprovalFor
    operator_id: str = ""
    pin: str = ""
    trouble: str = ""
    seconds: int = 0
    args: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MenuSheet:
    """A list of actions; `args` are what was said before."""

    kind: MenuKind
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """Several members fit what was typed: one is chosen."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class EnrolSheet:
    """Somebody joins. What was typed stands here and nowhere else; `birthday` are the digits of MMDD."""

    phone: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birthday: str = ""
    card_hash: str = ""
    contact: bool = False
    focus: Literal["phone", "name", "birthday"] = "phone"
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class NoteSheet:
    """Something to remember about the member, or what they said."""

    member_id: str
    text: str = field(default="", repr=False)
    kind: Literal["note", "feedback"] = "note"
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class MemberSheet:
    """The member at the till in full. `waiting` is a question that HQ owes an answer to."""

    page: Literal["card", "history", "rewards", "rest"] = "card"
    waiting: str = ""
    history: History | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class StockSheet:
    """The details of goods moved, as typed: `texts` by field (``other_store``, ``batch``, ``expires``,
    ``note``); of a date its digits."""

    texts: Mapping[str, str]
    focus: str
    trouble: str = ""


FormSheet = EnrolSheet | NoteSheet | StockSheet
Sheet = OptionsSheet | TypingSheet | ApprovalSheet | MenuSheet | FoundSheet | FormSheet | MemberSheet
