"""A trade that keeps nothing: what a till in training sells into. Lives in memory and ends with the process.

It keeps the same promises as the store while it lasts, so that everything can be practised; nothing of it
reaches a file, a ledger, a counter or HQ. Questions to HQ are refused, because nobody would answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec import Struct

from appliance.checkout.basket import Basket
from appliance.checkout.ports import (
    Body,
    Effect,
    HqRequest,
    Moment,
    PendingKind,
    PinFailures,
    PromotionChange,
    Session,
    StockChange,
    StockRecord,
)
from appliance.checkout.sale import entry_of
from appliance.checkout.slip_note import SlipNote
from retail.errors import Refused
from retail.ledger import Entry, check_balanced
from retail.messages.events import SaleCompleted, SaleVoided

WORKSTATION = "TRAIN"
"""What stands on a training receipt in place of the till's name; no real receipt has it."""
SALES_KEPT_MAX = 1_000


class TrainingTrade:
    """Implements `Trade` and `Unit` in one: a unit that fails puts everything back as it was."""

    def __init__(self, session: Session | None) -> None:
        self._session = session
        self._pending: dict[tuple[str, str], Struct] = {}
        self._baskets: dict[str, Basket] = {}
        self._counters: dict[str, int] = {}
        self._sales: dict[int, SaleCompleted] = {}
        self._slips: dict[int, SlipNote] = {}
        self._voids: dict[int, SaleVoided] = {}
        self._effects: dict[str, Effect] = {}
        self._failures: dict[str, PinFailures] = {}
        self._returned: dict[int, dict[str, int]] = {}
        self._given_back: dict[int, dict[str, int]] = {}
        self._events = 0

    @property
    def incarnation(self) -> str:
        """None that HQ knows of."""
        return ""

    def head_seq(self) -> int:
        """How many events were practised."""
        return self._events

    def stock_changes(self, after_seq: int) -> Sequence[StockChange]:
        """Practice moves no goods."""
        return ()

    def stock_records(self, business_day: str) -> Sequence[StockRecord]:
        """Nothing that was practised is told again."""
        return ()

    def promotion_changes(self, after_seq: int) -> Sequence[PromotionChange]:
        """Practice uses up no promotion."""
        return ()

    @contextmanager
    def unit(self) -> Iterator["TrainingTrade"]:
        """All of it, or nothing."""
        before = {
            name: dict(value) if isinstance(value, dict) else value for name, value in vars(self).items()
        }
        try:
            yield self
        except BaseException:
            vars(self).update(before)
            raise

    # Unit

    def put_basket(self, before: Basket | None, after: Basket) -> None:
        """The basket as it is now."""
        self._baskets[after.basket_id] = after

    def drop_basket(self, basket: Basket) -> None:
        """The basket has ended."""
        del self._baskets[basket.basket_id]

    def next_number(self, counter: str) -> int:
        """1, 2, 3 ..."""
        self._counters[counter] = self._counters.get(counter, 0) + 1
        return self._counters[counter]

    def next_sale_number(self) -> int:
        """The number the next sale will have."""
        return max(self._sales, default=0) + 1

    def append(
        self, kind: str, body: Struct, business_day: str, moment: Moment, entry: Entry | None = None
    ) -> int:
        """There is no journal: the event is counted and forgotten. An entry is checked as ever."""
        if entry is not None:
            check_balanced(entry)
        self._events += 1
        return self._events

    def add_sale(self, sale: SaleCompleted, event_seq: int) -> None:
        """A practice sale; the oldest go when there are too many."""
        self._sales[sale.number] = sale
        if len(self._sales) > SALES_KEPT_MAX:
            del self._sales[min(self._sales)]

    def booked(self, number: int) -> Entry:
        """What a practice sale would have moved."""
        return entry_of(self._sales[number])

    def add_void(self, void: SaleVoided, event_seq: int) -> None:
        """A practice sale is undone."""
        self._voids[void.number] = void

    def add_returns(self, sale: SaleCompleted, number: int, event_seq: int) -> None:
        """What came back of a practice sale."""
        lines = dict(self._returned.get(number, {}))
        for line in sale.lines:
            if line.refers_to is not None:
                key = line.refers_to.line_id
                lines[key] = lines.get(key, 0) - line.quantity_milli
        tenders = dict(self._given_back.get(number, {}))
        for tender in sale.tenders:
            if tender.refers_to:
                tenders[tender.refers_to] = tenders.get(tender.refers_to, 0) - tender.amount_minor
        self._returned[number], self._given_back[number] = lines, tenders

    def add_slip(self, number: int, note: SlipNote) -> None:
        """What the slip of a practice sale says."""
        self._slips[number] = note

    def slip(self, number: int) -> SlipNote:
        """The same, to print it once more."""
        return self._slips.get(number, SlipNote())

    def add_effects(self, effects: Sequence[Effect]) -> None:
        """Slips to print."""
        self._effects.update({effect.effect_id: effect for effect in effects})

    def settle_effect(self, effect_id: str, fault: str) -> None:
        """Printed or not: nobody will ask after the training."""
        self._effects.pop(effect_id, None)

    def ask_hq(self, request: HqRequest) -> None:
        """HQ is not part of training."""
        raise Refused("training.no_hq")

    def forget_request(self, request_id: str) -> None:
        """There is none."""

    def put_pending(self, kind: PendingKind, key: str, body: Struct) -> None:
        """For the time of the training."""
        self._pending[kind, key] = body

    def drop_pending(self, kind: PendingKind, key: str) -> None:
        """It is settled."""
        self._pending.pop((kind, key), None)

    def put_session(self, session: Session | None) -> None:
        """Who practises."""
        self._session = session

    def put_pin_failures(self, operator_id: str, failures: PinFailures) -> None:
        """Wrong PINs, for the time of the training."""
        self._failures[operator_id] = failures

    # Trade

    def open_basket(self) -> Basket | None:
        """The basket on the counter."""
        return next((one for one in self._baskets.values() if one.state == "open"), None)

    def suspended_baskets(self) -> Sequence[Basket]:
        """Baskets put aside, oldest first."""
        found = [one for one in self._baskets.values() if one.state == "suspended"]
        return sorted(found, key=lambda one: one.opened_ms)

    def unsettled_effects(self) -> Sequence[Effect]:
        """What waits for the printer."""
        return list(self._effects.values())

    def last_sale(self) -> SaleCompleted | None:
        """The practice sale completed last."""
        return self._sales[max(self._sales)] if self._sales else None

    def sale(self, number: int) -> SaleCompleted | None:
        """The practice sale of that number."""
        return self._sales.get(number)

    def returned(self, number: int) -> Mapping[str, int]:
        """What came back of it."""
        return self._returned.get(number, {})

    def given_back(self, number: int) -> Mapping[str, int]:
        """What was given back of its tenders."""
        return self._given_back.get(number, {})

    def void_of(self, number: int) -> SaleVoided | None:
        """Its undoing."""
        return self._voids.get(number)

    def requests(self, kinds: Sequence[str]) -> Sequence[HqRequest]:
        """Nothing is asked while training."""
        return ()

    def pending(self, kind: PendingKind, body: type[Body]) -> Mapping[str, Body]:
        """What is not settled of what was practised."""
        return {key: one for (of, key), one in self._pending.items() if of == kind and isinstance(one, body)}

    def session(self) -> Session | None:
        """Who practises."""
        return self._session

    def pin_failures(self, operator_id: str) -> PinFailures:
        """Wrong PINs in a row."""
        return self._failures.get(operator_id, PinFailures())
