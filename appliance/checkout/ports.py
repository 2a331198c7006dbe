"""What the rules of selling need from outside: the moment, the shop's documents, the trade's store.

The store implements these; tests have a store in memory that keeps the same promises.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

import msgspec
from msgspec import Struct

from appliance.checkout.basket import Basket
from appliance.checkout.benefits import Benefits
from appliance.checkout.slip_note import SlipNote
from retail.catalogue import (
    Document,
    Member,
    Operator,
    OptionGroup,
    Product,
    Shop,
    StockLevel,
    TaxClass,
    Tier,
)
from retail.ledger import Entry
from retail.messages.events import SaleCompleted, SaleVoided, StockCounted, StockMoved
from retail.pricing.promotion import AnyPromotion
from retail.pricing.pushed import HolidayList, ProductList, PromotionUse

EffectKind = Literal["drawer", "receipt"]
EffectState = Literal["pending", "failed"]
UNTIL_ANSWERED_MS = 1 << 52
"""An end beyond all time: such a question is asked until it is answered."""
PendingKind = Literal["enrolment", "visit", "card"]
DocumentKind = TypeVar("DocumentKind", bound=Document)
Body = TypeVar("Body", bound=Struct)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: Unix milliseconds, the same in the shop's time zone, and how far to trust it."""

    unix_ms: int
    local: datetime
    trust: Literal["synced", "floor"] = "synced"


class Effect(Struct, frozen=True, kw_only=True):
    """Something a device shall do after a sale is committed. `effect_id` is the device's job id, `note` what
    the sale's receipt says besides its event."""

    effect_id: str
    sale_number: int
    kind: EffectKind
    state: EffectState = "pending"
    fault: str = ""
    language: str = ""
    copy: bool = False
    note: SlipNote = SlipNote()


class HqRequest(Struct, frozen=True, kw_only=True):
    """A question to HQ that is as durable as the basket it belongs to."""

    id: str
    kind: str
    body: dict[str, object]
    created_ms: int
    expires_ms: int


def question(request_id: str, kind: str, body: Struct, created_ms: int, life_ms: int = 0) -> HqRequest:
    """A question to ask in a unit; without a life it is asked until it is answered."""
    return HqRequest(
        id=request_id,
        kind=kind,
        body=msgspec.to_builtins(body),
        created_ms=created_ms,
        expires_ms=created_ms + life_ms if life_ms else UNTIL_ANSWERED_MS,
    )


@dataclass(frozen=True, slots=True)
class Session:
    """Who works at this till, since when, in which shift."""

    operator_id: str
    shift: str
    signed_in_ms: int
    seen_ms: int


@dataclass(frozen=True, slots=True)
class PinFailures:
    """Wrong PINs in a row for one operator, and until when no further try is taken."""

    count: int = 0
    locked_until_ms: int = 0


@dataclass(frozen=True, slots=True)
class StockChange:
    """What an own event did to the shelf; with `counted`, `change_milli` is what was there then."""

    seq: int
    product_id: str
    change_milli: int
    counted: bool
    serial: str


@dataclass(frozen=True, slots=True)
class StockRecord:
    """What a person did with stock at this till, and when. `level_milli` is what the till took the level to
    be just before; None where no book is kept, and of what it did before its last start."""

    at_ms: int
    body: StockMoved | StockCounted
    level_milli: int | None = None


@dataclass(frozen=True, slots=True)
class PromotionChange:
    """How an own sale, refund or void used a promotion; see `UsedPromotion`."""

    seq: int
    promotion: str
    times: int
    amount_minor: int
    business_day: str
    member_id: str


class Reference(Protocol):
    """HQ's copy of the shop's documents. `as_of` is a version of the stream that they travel in."""

    def versions(self) -> dict[str, int]: ...
    def shop(self) -> Shop: ...
    def operators(self) -> Sequence[Operator]: ...
    def tiers(self) -> Sequence[Tier]: ...
    def option_groups(self, as_of: int) -> Mapping[str, OptionGroup]: ...
    def tax_classes(self, as_of: int) -> Mapping[str, TaxClass]: ...
    def product(self, product_id: str, as_of: int) -> Product | None: ...
    def product_by_code(self, code: str, as_of: int) -> Product | None: ...
    def benefits(self) -> Benefits: ...
    def member_by_card(self, card_hash: str) -> Member | None: ...
    def member_by_phone(self, phone_hash: str) -> Member | None: ...
    def member_by_number(self, number_hash: str) -> Member | None: ...
    def members_by_tail(self, tail: str, limit: int) -> Sequence[Member]: ...
    def member(self, member_id: str) -> Member | None: ...
    def documents(self, kind: type[DocumentKind]) -> Sequence[DocumentKind]: ...
    def promotions(self, as_of: int) -> Sequence[AnyPromotion]: ...
    def product_lists(self, as_of: int) -> Sequence[ProductList]: ...
    def holiday_lists(self, as_of: int) -> Sequence[HolidayList]: ...
    def promotion_uses(self, as_of: int) -> Sequence[PromotionUse]: ...
    def promotion_mark(self, incarnation: str, as_of: int) -> int: ...
    def stock_levels(self) -> Sequence[StockLevel]: ...
    def stock_mark(self, incarnation: str) -> int: ...
    def is_serial_sold(self, product_id: str, serial: str) -> bool: ...


class Unit(Protocol):
    """One transaction on the trade database: all of it is kept, or nothing."""

    def put_basket(self, before: Basket | None, after: Basket) -> None: ...
    def drop_basket(self, basket: Basket) -> None: ...
    def next_number(self, counter: str) -> int: ...
    def next_sale_number(self) -> int: ...
    def append(
        self, kind: str, body: Struct, business_day: str, moment: Moment, entry: Entry | None = None
    ) -> int: ...
    def add_sale(self, sale: SaleCompleted, event_seq: int) -> None: ...
    def booked(self, number: int) -> Entry: ...
    def add_void(self, void: SaleVoided, event_seq: int) -> None: ...
    def add_returns(self, sale: SaleCompleted, number: int, event_seq: int) -> None: ...
    def add_slip(self, number: int, note: SlipNote) -> None: ...
    def add_effects(self, effects: Sequence[Effect]) -> None: ...
    def settle_effect(self, effect_id: str, fault: str) -> None: ...
    def ask_hq(self, request: HqRequest) -> None: ...
    def forget_request(self, request_id: str) -> None: ...
    def put_pending(self, kind: PendingKind, key: str, body: Struct) -> None: ...
    def drop_pending(self, kind: PendingKind, key: str) -> None: ...
    def put_session(self, session: Session | None) -> None: ...
    def put_pin_failures(self, operator_id: str, failures: PinFailures) -> None: ...


class Trade(Protocol):
    """The trade database: units of work, and what the till reads back."""

    @property
    def incarnation(self) -> str: ...
    def unit(self) -> AbstractContextManager[Unit]: ...
    def open_basket(self) -> Basket | None: ...
    def suspended_baskets(self) -> Sequence[Basket]: ...
    def unsettled_effects(self) -> Sequence[Effect]: ...
    def last_sale(self) -> SaleCompleted | None: ...
    def sale(self, number: int) -> SaleCompleted | None: ...
    def slip(self, number: int) -> SlipNote: ...
    def head_seq(self) -> int: ...
    def stock_changes(self, after_seq: int) -> Sequence[StockChange]: ...
    def stock_records(self, business_day: str) -> Sequence[StockRecord]: ...
    def promotion_changes(self, after_seq: int) -> Sequence[PromotionChange]: ...
    def returned(self, number: int) -> Mapping[str, int]: ...
    def given_back(self, number: int) -> Mapping[str, int]: ...
    def void_of(self, number: int) -> SaleVoided | None: ...
    def requests(self, kinds: Sequence[str]) -> Sequence[HqRequest]: ...
    def pending(self, kind: PendingKind, body: type[Body]) -> Mapping[str, Body]: ...
    def session(self) -> Session | None: ...
    def pin_failures(self, operator_id: str) -> PinFailures: ...
