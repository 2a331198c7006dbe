"""Drawers and receipts around a daemon that is not there yet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.checkout.ports import Effect
from appliance.ipc.client import Client
from appliance.runtime.paths import Home
from appliance.ui import effects
from tests.support.waiting import LONG_S, wait_for
from tests.ui.screen_process import Sockets

DRAWER = Effect(effect_id="e-1", sale_number=1, kind="drawer")
NO_SLIP: Any = None
"""A drawer needs none."""

Settled = list[tuple[str, str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[[Effect], Settled]:
    """Begin an effect as the screen does while it looks for its daemon; what became of it comes by and by."""

    def begin(effect: Effect) -> Settled:
        devices: dict[str, str] = {}
        settled: Settled = []

        def connected(snapshot: dict[str, Any]) -> None:
            devices.update({one["capability"]: one["id"] for one in snapshot["devices"]})

        client = Client(Home(tmp_path).socket("daemon"), on_connected=connected).start()
        begun = effects.Effects(
            client, lambda capability: devices.get(capability, ""), lambda *one: settled.append(one)
        )
        begun.start()
        begun.run(effect, NO_SLIP)
        return settled

    return begin


def test_a_drawer_is_opened_once_the_daemon_is_found(
    run: Callable[[Effect], Settled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "DAEMON_WITHIN_S", LONG_S)
    settled = run(DRAWER)
    sockets = Sockets(Home(tmp_path))
    wait_for(lambda: settled)
    assert settled == [("e-1", "done", "")]
    assert len(sockets.calls("drawer.open")) == 1
    sockets.close()


def test_without_a_daemon_the_cashier_is_told(
    run: Callable[[Effect], Settled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "DAEMON_WITHIN_S", 0.05)
    settled = run(DRAWER)
    wait_for(lambda: settled)
    assert settled == [("e-1", "failed", "ipc.not_connected")]
