"""Starts the customer's screen: a window, the till's `screen.sock`, and a socket of its own to be looked at.

Owns no data. Without the till it greets; when the till is back it shows again what the till says.
"""

import logging
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appliance.ipc.client import Client
from appliance.ipc.screen_contract import ScreenState
from appliance.runtime.life import notify
from appliance.runtime.logs import set_up
from appliance.runtime.paths import Home, home_from_environment
from appliance.runtime.settings import Settings, load_settings
from appliance.ui.i18n import Translator
from appliance.ui.plain import customer_view, plain
from appliance.ui.prefs import Prefs, load_prefs
from appliance.ui.views import CustomerView
from retail.errors import ContractError

log = logging.getLogger(__name__)
EXIT_CONFIG = 78


def main() -> int:
    """Run until a signal; 3 when something that is needed is missing."""
    home = home_from_environment()
    set_up(home.log_dir, "customer")
    try:
        return _run(home, load_settings(home.config_dir))
    except ContractError as error:
        print(f"tillbox-customer can't start: {error}", file=sys.stderr, flush=True)
        log.error("can't start: %s", error)
        return EXIT_CONFIG


def _run(home: Home, settings: Settings) -> int:
    from appliance.ui.window import open_window

    size = settings.screen
    visible = size.window and size.customer_window
    window = open_window(home.root / "data" / "kivy-customer", size.width, size.height, visible=visible)
    from kivy.base import EventLoop, runTouchApp, stopTouchApp

    from appliance.ui import theme
    from appliance.ui.post import Post
    from appliance.ui.remote import Remote
    from appliance.ui.shell import Shell

    EventLoop.ensure_window()
    prefs = load_prefs(home.root / "data" / "ui.json", Prefs(language=size.language))
    look = theme.Look(language=prefs.language, width_px=size.width, height_px=size.height)
    shell = Shell(window.kivy, lambda intent: None, look)
    post = Post()
    screen = Screen(shell, look)
    remote = Remote(home.socket("customer"), screen.state, window, shell, post, remote=size.remote)

    def told(customer: Mapping[str, Any]) -> None:
        post(lambda: screen.show(customer))

    client = Client(
        home.socket("screen"),
        lambda name, params: told(params["customer"]) if name == "customer.changed" else None,
        lambda snapshot: told(snapshot["customer"]),
        name="customer",
    )
    screen.show({"kind": "welcome"})
    window.kivy.bind(on_flip=lambda *_: remote.drawn())
    remote.start()
    client.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: post(stopTouchApp))
    notify("READY=1")
    runTouchApp()
    notify("STOPPING=1")
    client.close()
    remote.close()
    return 0


class Screen:
    """What is shown now; all of it in the screen's thread."""

    def __init__(self, shell: Any, look: Any) -> None:
        self._shell = shell
        self._look = look
        self._view = CustomerView("welcome", "")

    def show(self, told: Mapping[str, Any]) -> None:
        """Show what the till says; words of a newer till that make no sense leave the screen as it is."""
        try:
            view = customer_view(dict(told))
        except (TypeError, ValueError) as error:
            log.warning("can't show what the till says: %s", error)
            return
        language = str(told.get("language", self._look.language))
        if language != self._look.language:
            self._look = self._look.with_(language=language)
            self._shell.use_look(self._look)
        if view.kind == "welcome" and not view.headline:
            view = replace(view, headline=Translator(self._look.language)("customer.welcome"))
        self._view = view
        self._shell.present(view)

    def state(self) -> ScreenState:
        """What it says, for scripts."""
        return ScreenState(place=self._view.kind, view=plain(self._view))
