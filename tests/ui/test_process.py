"""The real screen process, offscreen: it starts, sells, survives a kill, and ends in good order."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.ipc.client import Client
from appliance.runtime.paths import Home
from retail.errors import Refused
from retail.secrets import pin_hash
from tests.support import desk
from tests.support.house import hears_its_devices
from tests.support.waiting import PROCESS_S
from tests.ui.screen_process import ScreenProcess, Sockets, configure, until

WATER, BEANS = "6901234567892", "6901234567885"
PIN_HASH = pin_hash("246810", b"salt-of-a-test")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    documents = tuple(
        msgspec.structs.replace(one, pin_hash=PIN_HASH) if isinstance(one, desk.Operator) else one
        for one in desk.DOCUMENTS
    )
    made = desk.new_home(tmp_path_factory.mktemp("home"), documents)
    configure(made)
    return made


@pytest.fixture(scope="module")
def sockets(home: Home) -> Iterator[Sockets]:
    opened = Sockets(home)
    yield opened
    opened.close()


def test_a_home_without_databases_is_said_clearly(tmp_path: Path) -> None:
    configure(Home(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "appliance.ui"],
        env={**os.environ, "TILLBOX_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PROCESS_S,
    )
    assert done.returncode == 78
    assert "store.no_reference_database" in done.stderr and "tillbox run" in done.stderr


def test_a_misspelt_key_is_named(tmp_path: Path) -> None:
    configure(Home(tmp_path), "[screen]\nwidht = 1280\n")
    done = subprocess.run(
        [sys.executable, "-m", "appliance.ui"],
        env={**os.environ, "TILLBOX_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PROCESS_S,
    )
    assert done.returncode == 78
    assert "widht" in done.stderr and "width" in done.stderr


def test_a_sale_by_pin_scan_and_cash_then_a_kill_then_the_same_basket(home: Home, sockets: Sockets) -> None:
    till = ScreenProcess(home)
    try:
        assert "ready to sell after" in till.log.read_text()
        till.touch("operator.wang")
        for key in "246810":
            till.touch(f"keypad.{key}")
        till.wait("signed in", lambda view: view["place"] == "sale" and hears_its_devices(view))
        sockets.scan(BEANS)
        view = till.wait("the line is drawn", lambda view: view["latencies_ms"])
        assert [(line["product"], line["amount_minor"]) for line in view["lines"]] == [("beans", 7800)]
        assert 0 < view["latencies_ms"][0] < 10_000
        till.touch("pay.cash")
        till.touch("tender.note.10000")
        till.wait("done", lambda view: view["place"] == "done")
        till.wait("printed", lambda view: [e["progress"] for e in view["effects"]] == ["done", "done"])
        assert len(sockets.calls("drawer.open")) == len(sockets.calls("printer.print")) == 1
        document = sockets.calls("printer.print")[0].document
        assert any("Beans" in str(element) for element in document.elements)
        until("sync was told", lambda: sockets.calls("journal.grew"))
        width, height, pixels = till.picture()
        assert (width, height, len(pixels)) == (1280, 800, 1280 * 800 * 3)
        assert len(set(pixels[: 200 * width * 3])) > 10
        sockets.scan(WATER)
        sockets.scan(WATER)
        till.wait("the next sale", lambda view: view["due_minor"] == 600)
    finally:
        till.kill()
    again = ScreenProcess(home)
    try:
        view = again.wait("the basket is there", lambda view: view["lines"])
        assert (view["place"], view["due_minor"], view["unsettled"]) == ("sale", 600, 0)
        assert len(sockets.calls("printer.print")) == 1
    finally:
        assert again.stop() == 0


def test_the_customers_screen_shows_what_the_till_says(home: Home, sockets: Sockets) -> None:
    till = ScreenProcess(home)
    customer = ScreenProcess(home, "appliance.ui.customer", "customer")
    try:
        till.wait("the till is there", lambda view: view["due_minor"] == 600)
        view = customer.wait("it shows the basket", lambda view: view["place"] == "basket")
        assert "6.00" in view["amount"]
        till.kill()
        again = ScreenProcess(home)
        try:
            customer.wait("it still shows it", lambda view: view["place"] == "basket")
        finally:
            again.kill()
    finally:
        if till.process.poll() is None:
            till.kill()
        assert customer.stop() == 0


def test_without_remote_nobody_sees_or_touches(home: Home) -> None:
    configure(home, "[screen]\nwindow = false\n")
    till = ScreenProcess(home)
    try:
        client: Client = till.client
        for method, params in (
            ("screen.capture", {"file": "x.rgb"}),
            ("screen.touch", {"phase": "down", "x": 1, "y": 1}),
            ("screen.type", {"text": "x"}),
            ("screen.state", {}),
            ("screen.find", {"name": "x"}),
        ):
            with pytest.raises(Refused) as caught:
                client.call(method, params)
            assert caught.value.code == "screen.remote_off"
    finally:
        assert till.stop() == 0
        configure(home)
