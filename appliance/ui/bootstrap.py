"""Starts the screen process: databases and window side by side, the first picture, then the sockets."""

import logging
import os
import signal
import sys
from concurrent.futures import Future
from typing import Any

from appliance.runtime.clock import SystemClock
from appliance.runtime.life import notify
from appliance.runtime.logs import set_up
from appliance.runtime.paths import Home, home_from_environment
from appliance.runtime.settings import Settings, load_settings
from appliance.ui import collector
from appliance.ui.opening import Opened, first_look, open_counter
from appliance.ui.prefs import Prefs, load_prefs
from appliance.ui.state import PANES, Pane, Place, Tenders, TillState, pane_of
from retail.errors import Busy, ContractError
from retail.ids import uuid7

log = logging.getLogger(__name__)
EXIT_CONFIG = 78
"""sysexits.h: trying again changes nothing, so nobody should."""
EXIT_BUSY = 75
EXIT_FATAL = 1


def main(started_ns: int) -> int:
    """Run until a signal; 78: something is missing or wrong, 75: another program sells here, 1: a bug."""
    collector.rest()
    home = home_from_environment()
    level = logging.DEBUG if os.environ.get("TILLBOX_LOG") == "debug" else logging.INFO
    set_up(home.log_dir, "ui", level=level)
    try:
        settings = load_settings(home.config_dir)
        return _run(home, settings, started_ns)
    except ContractError as error:
        print(f"tillbox-ui can't start: {error}. {_remedy(error.code)}", file=sys.stderr, flush=True)
        log.error("can't start: %s", error)
        return EXIT_CONFIG
    except Busy as error:
        print(f"tillbox-ui can't start yet: {error}. {_remedy(error.code)}", file=sys.stderr, flush=True)
        log.error("can't start yet: %s", error)
        return EXIT_BUSY


def _remedy(code: str) -> str:
    if code.startswith("store.no_") or code.startswith("reference.no_shop"):
        return "Run `make run` or `tillbox run` once: it makes the home that TILLBOX_HOME names."
    if code.startswith(("config.", "contract.")):
        return "Correct the file in conf.d/ that the path names."
    if code == "store.other_appliance":
        return "The home belongs to another till: correct [appliance] in conf.d/, or name another home."
    if code == "store.reference_not_ready":
        return "The sync process makes it or brings it up to date: start it if it is not running."
    if code == "store.trade_in_use":
        return "Wait until the other program has ended, or end it: one at a time may sell."
    return "See the log in the home's log/ folder."


def _fatal(what: str, error: BaseException) -> None:
    """Our own bug or a broken disk: say so and die, so that whoever watches us starts us again."""
    log.critical("%s died: %r", what, error, exc_info=error)
    logging.shutdown()
    os._exit(EXIT_FATAL)


def _new_id(clock: SystemClock) -> Any:
    return lambda: uuid7(clock.unix_ms(), os.urandom(10))


def _run(home: Home, settings: Settings, started_ns: int) -> int:
    from appliance.ui.window import open_window  # Kivy is imported while the worker opens the databases
    from appliance.ui.worker import Worker

    clock = SystemClock()
    language = {"high-contrast": "contrast"}
    chosen = load_prefs(
        home.root / "data" / "ui.json",
        Prefs(
            language=settings.screen.language,
            theme=language.get(settings.screen.theme, settings.screen.theme),
        ),
    )
    opened: Future[Opened] = Future()
    waiting: list[Any] = []
    relay: list[Any] = [waiting.append]

    def open_all() -> Any:
        try:
            counter = open_counter(home, settings, clock, _new_id(clock), chosen.language)
            opened.set_result(first_look(counter))
        except (ContractError, Busy) as error:
            opened.set_exception(error)
            raise SystemExit from None
        return counter

    worker = Worker(open_all, lambda function: relay[0](function), _worker_died)
    worker.start()
    window = open_window(
        home.root / "data" / "kivy",
        settings.screen.width,
        settings.screen.height,
        visible=settings.screen.window,
    )
    state = first_state(opened.result(), settings, chosen, settings.screen.width, clock.unix_ms())
    from kivy.base import EventLoop, runTouchApp, stopTouchApp

    from appliance.ui.app import App
    from appliance.ui.post import Post

    EventLoop.ensure_window()
    post = Post()
    relay[0] = post
    app = App(home, settings, clock, window, state, worker, post)
    app.show_first()
    _on_first_picture(app, window, clock, started_ns)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: post(stopTouchApp))
    runTouchApp()
    notify("STOPPING=1")
    app.stop()
    return 0


def _worker_died(what: str, error: BaseException) -> None:
    if not isinstance(error, SystemExit):
        _fatal(what, error)


def _on_first_picture(app: Any, window: Any, clock: SystemClock, started_ns: int) -> None:
    """Once the first picture is there: say so, and only then connect the sockets."""

    def flipped(*_: Any) -> None:
        window.kivy.unbind(on_flip=flipped)
        seconds = (clock.monotonic_ns() - started_ns) / 1e9
        log.info("ready to sell after %.2f s", seconds)
        print(f"ready to sell after {seconds:.2f} s", flush=True)
        app.start()
        collector.settle()
        notify("READY=1")

    window.kivy.bind(on_flip=flipped)


def likely_operator(opened: Opened) -> str:
    """Who will probably sign in: whoever sold last, else the first on the list."""
    known = [one.id for one in opened.shop.operators]
    last = opened.desk.last_sale.operator_id if opened.desk.last_sale else ""
    return last if last in known else next(iter(known), "")


def first_state(opened: Opened, settings: Settings, chosen: Prefs, width_px: int, now_ms: int) -> TillState:
    """Where the till stands after a start: on with the open basket, or signing in."""
    basket = opened.desk.basket
    under_way = basket is not None and basket.attempt is not None
    place: Place = "sign_in"
    if opened.operator is not None:
        place = "tender" if under_way else "sale"
    tenders = settings.tenders
    offered = tuple(pane for pane in PANES if getattr(tenders, pane))
    default: Pane = tenders.default if tenders.default in offered else (offered or ("cash",))[0]
    return TillState(
        shop=opened.shop,
        desk=opened.desk,
        goods=opened.goods,
        place=place,
        pane=pane_of(basket),
        tenders=Tenders(offered, default, tenders.quick_notes_minor),
        operator_id=likely_operator(opened),
        language=chosen.language,
        theme=chosen.theme,
        small=width_px < 1000,
        now_ms=now_ms,
    )
