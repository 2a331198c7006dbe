"""The screen process put together: what the till asks of the rest (`Outside`), and what happens each second.

Owns the window, the shell and everything that runs beside them. Knows no rule of selling.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from kivy.clock import Clock as KivyClock
from kivy.graphics import Color, Rectangle

from appliance.checkout.ports import Effect
from appliance.ipc.screen_contract import ScreenState
from appliance.runtime.clock import Clock
from appliance.runtime.paths import Home
from appliance.runtime.settings import Settings
from appliance.ui import collector, theme
from appliance.ui.acts import devices, heard, paying, people
from appliance.ui.counter import Counter
from appliance.ui.display import Display
from appliance.ui.effects import Effects, Slip, outcome_of
from appliance.ui.i18n import Translator
from appliance.ui.intents import act
from appliance.ui.links import DaemonLink, SyncLink
from appliance.ui.plain import state_plain
from appliance.ui.post import Post
from appliance.ui.prefs import Prefs, save_prefs
from appliance.ui.presenters import Presented, customer
from appliance.ui.presenters.say import Tr, say_of
from appliance.ui.remote import Remote
from appliance.ui.shell import Shell
from appliance.ui.state import TillState
from appliance.ui.till import Till
from appliance.ui.views import CustomerView
from appliance.ui.views.parts import Intent
from appliance.ui.window import TillWindow
from appliance.ui.worker import Job, Reply, Worker
from retail.catalogue import name_in
from retail.errors import Busy, TillboxError
from retail.messages.events import SaleCompleted

log = logging.getLogger(__name__)
UNHEARD = ("ipc.lost", "ipc.timeout")
TICK_S = 1.0
LOOK_S = 0.5
SHELF_STREAMS = ("catalogue", "promotions")
"""What a tile shows, and what is large enough to be set apart from the collector."""
OFFLINE_GRACE_TICKS = 3
DIMMED_ALPHA = 0.65


@lru_cache(maxsize=3)
def translator(language: str) -> Translator:
    """The translator of a language, loaded once."""
    return Translator(language)


class App:
    """The `Outside` of the till. Make it in the screen's thread, then `start`."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        clock: Clock,
        window: TillWindow,
        state: TillState,
        worker: Worker,
        post: Post,
    ) -> None:
        self._home = home
        self._settings = settings
        self._clock = clock
        self._window = window
        self._worker = worker
        self._post = post
        self._zone = ZoneInfo(state.shop.shop.time_zone)
        self._ticks = 0
        self._looking = False
        self._veil: Any = None
        self._customer: CustomerView | None = None
        self._mirrored = True
        self.till = Till(state, self, clock.monotonic_ns)
        self.till.listen(act)
        self.shell = Shell(window.kivy, self._touched, self._look())
        self.daemon = DaemonLink(home.socket("daemon"), self.till, worker.submit, post, self._daemon_back)
        self.sync = SyncLink(home.socket("sync"), self.till, post, self._look_for_news)
        self._effects = Effects(self.daemon.client, self.daemon.device_of, self._effect_settled)
        self._display = Display(self.daemon.client, self.daemon.device_of)
        self.remote = Remote(
            home.socket("screen"), self._screen_state, window, self.shell, post, remote=settings.screen.remote
        )

    # Starting

    def show_first(self) -> None:
        """The first picture, before any socket is touched."""
        post = self._post
        post.after = self.till.flush
        self._now()
        self.till.settle_place()
        self.till.render()
        self.till.flush()
        self._window.kivy.bind(on_flip=self._flipped)

    def start(self) -> None:
        """Sockets, effects and the clock."""
        self._effects.start()
        self._display.start()
        self.daemon.client.start()
        self.sync.client.start()
        self.remote.start()
        KivyClock.schedule_interval(self._tick, TICK_S)
        KivyClock.schedule_interval(lambda _: self._poll_news(), LOOK_S)

    def stop(self) -> None:
        """End in good order: what is queued is committed."""
        self.remote.close()
        self.daemon.client.close()
        self.sync.client.close()
        self._worker.stop()

    # Outside

    def submit(self, job: Job, on_reply: Callable[[Reply], None]) -> None:
        """Give the worker a job."""
        self._worker.submit(job, on_reply)

    def show(self, presented: Presented) -> None:
        """Put views on this screen; the customer's follows once they are drawn."""
        self.shell.present(presented.screen, presented.sheet, presented.toast)
        self._mirrored = False

    def _mirror(self) -> None:
        """Tell the customer's screen and display, after our own picture: they would compete with it."""
        if self._mirrored:
            return
        self._mirrored = True
        say = say_of(self.till.state, self.words(self.till.state.language))
        seen = customer.view(self.till.state, say)
        if seen != self._customer:
            self._customer = seen
            self.remote.customer_changed(seen, self.till.state.language)
        self._display.show(customer.display_rows(self.till.state, say))

    def words(self, language: str) -> Tr:
        """The translator of a language."""
        return translator(language)

    def run_effects(self, sale: SaleCompleted, effects: tuple[Effect, ...]) -> None:
        """Hand effects to the daemon."""
        shop = self.till.state.shop
        operator = shop.operator(sale.operator_id)
        for effect in effects:
            language = effect.language or self.till.state.language
            name = name_in(operator.names, language) if operator else ""
            self._effects.run(
                effect, Slip(sale, shop.shop, name, self.words(language), self.till.state.desk.training)
            )

    def open_drawer(self) -> None:
        """Pulse the drawer; the daemon's word on it comes as a change of the device."""
        job_id = f"no-sale-{self._clock.unix_ms()}"
        device = self.daemon.device_of("drawer")
        if not self.daemon.client.post("drawer.open", {"device": device, "job_id": job_id}):
            self.till.toast("bad", "trouble", code="ipc.not_connected")

    def test_device(self, device: str) -> None:
        """Try a device."""
        if not self.daemon.client.post("device.test", {"device": device}):
            self.till.toast("bad", "trouble", code="ipc.not_connected")

    def something_for_hq(self) -> None:
        """Tell sync."""
        self.sync.grew()

    def use_look(self, theme_name: str, language: str) -> None:
        """Another theme or language, remembered."""
        self.shell.use_look(self._look())
        prefs = Prefs(language=language, theme=theme_name)
        path = self._home.root / "data" / "ui.json"
        self.submit(lambda counter: save_prefs(path, prefs), lambda reply: None)

    def dim(self, dimmed: bool) -> None:
        """Darken the screen, or not."""
        canvas = self._window.kivy.canvas.after
        if self._veil is not None:
            for part in self._veil:
                canvas.remove(part)
            self._veil = None
        if dimmed:
            self._veil = (Color(0, 0, 0, DIMMED_ALPHA), Rectangle(pos=(0, 0), size=self._window.size))
            for part in self._veil:
                canvas.add(part)

    # What comes in

    def _screen_state(self) -> ScreenState:
        return ScreenState(place=self.till.state.place, view=state_plain(self.till))

    def _touched(self, intent: Intent) -> None:
        self.till.intent(intent)

    def _flipped(self, *_: Any) -> None:
        self.till.drawn()
        self.remote.drawn()
        self._mirror()

    def _effect_settled(self, effect_id: str, progress: str, fault: str) -> None:
        self._post(lambda: devices.settled(self.till, effect_id, progress, fault))

    def _daemon_back(self) -> None:
        """The daemon is there: tell the display again, and ask what became of effects we never heard of."""
        self._display.again()
        running = {one.effect.effect_id for one in self.till.state.following if one.progress == "running"}
        unheard = [
            effect
            for effect in self.till.state.desk.unsettled
            if (effect.state == "pending" or effect.fault in UNHEARD) and effect.effect_id not in running
        ]
        if unheard:
            self.remote.in_background(lambda: self._ask_about(unheard))

    def _ask_about(self, effects: list[Effect]) -> None:
        for effect in effects:
            outcome = outcome_of(self.daemon.client, effect)
            if outcome is not None:
                self._effect_settled(effect.effect_id, *outcome)

    # Each second

    def _now(self) -> None:
        unix_ms = self._clock.unix_ms()
        self.till.clock(unix_ms, datetime.fromtimestamp(unix_ms / 1000, self._zone))

    def _tick(self, _: float) -> None:
        self._ticks += 1
        self._mirror()
        self._now()
        if self._ticks == OFFLINE_GRACE_TICKS and not self.till.state.sync.online:
            self.till.change(offline_told=True)
        people.idle(self.till, self._settings.screen.idle_dim_s, self._settings.screen.idle_lock_s)
        self._look_for_news()
        self.till.render()
        self.till.flush()

    def _poll_news(self) -> None:
        """While HQ owes a word, on a payment or otherwise, it is looked for twice a second."""
        baskets = (self.till.state.desk.basket, *self.till.state.desk.suspended)
        paying_now = any(basket is not None and basket.attempt is not None for basket in baskets)
        if paying_now or self.till.state.desk.asking:
            self._look_for_news()

    def _look_for_news(self) -> None:
        if self._looking:
            return
        self._looking = True
        touched = self.till.state.now_ms - self.till.last_touched_ms < TICK_S * 1500

        def look(counter: Counter) -> Any:
            if touched:
                counter.checkout.staff.seen(counter.moment())
            news = counter.changed_shop() if counter.reference.changed() else None
            return counter.follow(), counter.hear(), news

        try:
            self._worker.submit(look, self._news_came)
        except TillboxError as error:
            self._looking = False
            log.info("no news now: %s", error.code)

    def _news_came(self, reply: Reply) -> None:
        self._looking = False
        before = self.till.state.desk
        if reply.desk is not None and reply.desk is not before:
            self.till.replied(Reply(None, None, reply.desk))
        if reply.error is not None:
            log.warning("looking for news: %s", reply.error)
            return
        news, answers, shop = reply.answer
        paying.followed(self.till, news)
        heard.heard(self.till, answers)
        if shop is not None:
            self._shop_changed(shop)
        self.till.settle_place()
        self.till.render()

    def _shop_changed(self, shop: Any) -> None:
        versions = self.till.state.shop.versions
        new = {name for name in SHELF_STREAMS if shop.versions.get(name, 0) != versions.get(name, 0)}
        self.till.change(shop=shop)
        if new:
            self.till.forget_shelf()
            with suppress(Busy):
                # Behind the shelf's own job, which reads what is new.
                self._worker.submit(lambda _: collector.settle())
        if "catalogue" in new:
            count, self.sync.changed_records = self.sync.changed_records, 0
            # An open basket keeps its prices: a word about new ones would only confuse.
            if self.till.state.place == "sale" and not self.till.state.has_goods:
                key = "toast.prices_count" if count else "toast.prices"
                self.till.toast("ok", key, **({"count": count} if count else {}))

    def _look(self) -> theme.Look:
        state = self.till.state
        width, height = self._window.size
        return theme.Look(
            theme=state.theme,  # type: ignore[arg-type]  # prefs and menu know the same three names
            language=state.language,
            density=density_of(self._settings, width),
            width_px=width,
            height_px=height,
        )


def density_of(settings: Settings, width_px: int) -> float:
    """How many pixels a dp has: as configured, else by the window's width."""
    fixed = {"compact": 1.0, "regular": 1.25, "comfortable": 1.5}
    if settings.screen.density in fixed:
        return fixed[settings.screen.density]
    return 1.25 if width_px >= 1900 else 1.0
