"""The till's brain in the screen's thread: holds the state, takes intents and replies, shows views.

Owns the one `TillState` and when it is drawn. What an intent does stands in `acts/`; what it looks
like in `presenters/`; what leaves the process goes through `Outside`. Every method runs in the
screen's thread.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from appliance.checkout.paying import Paid
from appliance.checkout.ports import Effect
from appliance.ui.presenters import Presented, present
from appliance.ui.presenters.say import Tr
from appliance.ui.refusals import with_money
from appliance.ui.sheets import MenuSheet
from appliance.ui.state import Following, TillState, Toast, Trouble, pane_of
from appliance.ui.views.parts import Intent, Tone
from appliance.ui.worker import Job, Reply
from retail.errors import InvariantBroken, Refused, TillboxError
from retail.messages.events import SaleCompleted
from retail.money import currency

log = logging.getLogger(__name__)
LATENCIES_KEPT = 1_000
TOAST_MS = 4_500


class Outside(Protocol):
    """What the till asks of the rest of the process; none of it may block."""

    def submit(self, job: Job, on_reply: Callable[[Reply], None]) -> None:
        """Give the worker a job; `Busy` when too many wait."""

    def show(self, presented: Presented) -> None:
        """Put views on the screen."""

    def words(self, language: str) -> Tr:
        """The translator of a language."""

    def run_effects(self, sale: SaleCompleted, effects: tuple[Effect, ...]) -> None:
        """Hand effects of a committed sale to the daemon."""

    def open_drawer(self) -> None:
        """Pulse the drawer without a sale; it is on record already."""

    def test_device(self, device: str) -> None:
        """Try a device."""

    def something_for_hq(self) -> None:
        """Tell sync that the journal or a request has grown."""

    def use_look(self, theme: str, language: str) -> None:
        """Show everything in another theme or language from now on, and remember it."""

    def dim(self, dimmed: bool) -> None:
        """Darken the screen, or not."""


class Till:
    """`state` is replaced by `change`; `render` draws it."""

    def __init__(self, state: TillState, outside: Outside, monotonic_ns: Callable[[], int]) -> None:
        self.state = state
        self.outside = outside
        self.latencies_ms: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self.presented: Presented | None = None
        self.last_touched_ms = state.now_ms
        self.dimmed = False
        self._monotonic_ns = monotonic_ns
        self._traces: list[int] = []
        self._toasts = 0
        self._toast_until_ms = 0
        self._dirty = True
        self._shelf_wanted: tuple[str, int, int] = ("", -1, -1)
        self._act: Callable[[Till, Intent], None] = lambda till, intent: None

    def listen(self, act: Callable[["Till", Intent], None]) -> None:
        """Who carries out intents; see `intents.py`."""
        self._act = act

    # In

    def intent(self, intent: Intent) -> None:
        """Somebody touched a control or a key."""
        self.touched()
        try:
            self._act(self, intent)
        except InvariantBroken:
            raise
        except TillboxError as error:
            self.refuse(error)
        self.render()
        self.flush()

    def touched(self) -> None:
        """Somebody is here."""
        self.last_touched_ms = self.state.now_ms
        if self.dimmed:
            self.dimmed = False
            self.outside.dim(False)

    def change(self, **changes: Any) -> None:
        """Replace parts of the state; the next `render` shows it."""
        self.state = replace(self.state, **changes)

    def job(self, job: Job, then: Callable[[Any], None] | None = None, *, busy: bool = False) -> None:
        """Have the worker do something; `then` gets its answer. A refusal becomes the notice."""
        if busy:
            self.change(busy=True)

        def replied(reply: Reply) -> None:
            self.replied(reply)
            if reply.error is None and then is not None:
                try:
                    then(reply.answer)
                except InvariantBroken:
                    raise
                except TillboxError as error:
                    self.refuse(error)
            self.settle_place()
            self.render()

        self.outside.submit(job, replied)

    def replied(self, reply: Reply) -> None:
        """Take over what the desk looks like after a job, and say what refused it."""
        before = self.state.desk
        if reply.desk is not None:
            self.change(desk=reply.desk, busy=False)
        if reply.error is not None:
            self.refuse(reply.error)
        elif reply.desk is not before:
            self.outside.something_for_hq()

    def clock(self, unix_ms: int, local: datetime) -> None:
        """The time moved on; countdowns follow."""
        removed = tuple(gone for gone in self.state.removed if gone.until_ms > unix_ms)
        shown = self.state.toast if unix_ms < self._toast_until_ms else None
        self.change(now_ms=unix_ms, now=local, removed=removed, toast=shown)

    # Words about what happened

    def refuse(self, error: TillboxError) -> None:
        """Tell a refusal or fault where it happened: in the sheet, the notice, or a toast."""
        log.info("refused: %s", error.code)
        override = error.may_override or "" if isinstance(error, Refused) else ""
        params = with_money(error.params, currency(self.state.shop.shop.currency))
        trouble = Trouble(error.code, params, override)
        if self.state.place == "done":
            self.toast("bad", "trouble", code=error.code, params=params)
        else:
            self.change(trouble=trouble, busy=False)

    def toast(self, tone: Tone, key: str, **params: Any) -> None:
        """Show a short notice."""
        self._toasts += 1
        self._toast_until_ms = self.state.now_ms + TOAST_MS
        self.change(toast=Toast(self._toasts, tone, key, params))

    # What follows from the desk

    def sold(self, paid: Paid) -> None:
        """After a payment: the sale is done and its effects begin, or something is still due."""
        if paid.sale is None:
            self.change(keypad="", trouble=None)
            return
        running = tuple(Following(effect, "running") for effect in paid.effects)
        self.change(
            place="done",
            pane="cash",
            gift_card=None,
            keypad="",
            sheet=None,
            trouble=None,
            removed=(),
            following=running,
            refund=None,
            finished=paid.sale,
        )
        self.outside.run_effects(paid.sale, paid.effects)

    def follow_effects(self, sale: SaleCompleted, effects: tuple[Effect, ...]) -> None:
        """Hand effects out that do not belong to the sale on the screen, and follow them too."""
        running = tuple(Following(effect, "running") for effect in effects)
        kept = tuple(one for one in self.state.following if not _replaced_by(one, effects))
        self.change(following=(*kept, *running)[-12:])
        self.outside.run_effects(sale, effects)

    def effect_told(self, effect_id: str, progress: str, fault: str) -> None:
        """What became of an effect."""
        following = tuple(
            replace(one, progress=progress, fault=fault) if one.effect.effect_id == effect_id else one  # type: ignore[arg-type]  # progress is the daemon's word, checked by its caller
            for one in self.state.following
        )
        self.change(following=following)

    def settle_place(self) -> None:
        """The place that fits the desk: an unknown payment, a code that is live again, nothing to pay."""
        state = self.state
        attempt = state.desk.basket.attempt if state.desk.basket else None
        gives_back = attempt is not None and (attempt.refunds or attempt.method == "void")
        if gives_back and state.place in ("tender", "unknown"):
            self.change(place="giveback", sheet=None)
        elif state.place == "giveback" and not state.has_goods:
            self.change(place="sale")
        elif attempt is not None and (attempt.method == "payout" or attempt.method == "upgrade"):
            self.change(place="sale" if state.place in ("tender", "unknown") else state.place)
            if state.place in ("sale", "tender") and state.sheet is None:
                self.change(sheet=MenuSheet(attempt.method))
        elif state.place == "tender" and attempt is not None:
            self.change(pane=pane_of(state.desk.basket))
            if attempt.state == "unknown":
                self.change(place="unknown", sheet=None)
        elif state.place == "unknown" and (attempt is None or attempt.state == "pending"):
            self.change(place="tender" if state.has_goods else "sale", sheet=None)
        elif state.place == "tender" and not state.has_goods:
            self.change(place="sale", keypad="")
        self.want_shelf(state.goods.category)

    def want_shelf(self, category: str) -> None:
        """Fetch the shelf that fits the category and the basket's prices, unless it is here or on its way."""
        as_of = self.state.as_of
        wanted = (category, as_of, self.state.promotions_version)
        if wanted == self._shelf_wanted:
            return
        self._shelf_wanted = wanted

        def shown(goods: Any) -> None:
            self.change(goods=goods)

        self.job(lambda counter: counter.shelf(category, as_of), shown)

    def forget_shelf(self) -> None:
        """HQ changed something: fetch the shelf again."""
        self._shelf_wanted = ("", -1, -1)
        self.want_shelf(self.state.goods.category)

    # Out

    def render(self) -> None:
        """Show the state at the next `flush`."""
        self._dirty = True

    def flush(self) -> None:
        """Show the state if it may have changed: once, however many replies came together."""
        if self._dirty:
            self._dirty = False
            self.presented = present(self.state, self.outside.words(self.state.language))
            self.outside.show(self.presented)

    def trace(self, at_ns: int) -> None:
        """What is rendered next answers a scan whose last byte came at this monotonic instant."""
        self._traces.append(at_ns)

    def drawn(self) -> None:
        """A picture is on the screen: scans that waited for it have been answered."""
        if not self._traces:
            return
        now_ns = self._monotonic_ns()
        for at_ns in self._traces:
            latency_ms = (now_ns - at_ns) / 1_000_000
            self.latencies_ms.append(latency_ms)
            log.debug("scan at %d drawn after %.1f ms", at_ns, latency_ms)
        self._traces.clear()


def _replaced_by(one: Following, effects: tuple[Effect, ...]) -> bool:
    """Whether one of the new effects does this one's work again."""
    return one.progress == "failed" and any(
        effect.sale_number == one.effect.sale_number and effect.kind == one.effect.kind for effect in effects
    )


Args = Mapping[str, Any]
