"""The till's ends of `daemon.sock` and `sync.sock`: what they say becomes state, scans become jobs.

Callbacks come in the clients' reader threads and return at once. A scan goes straight to the worker,
so that it does not wait for the screen.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.ipc.client import Client
from appliance.ui.acts import goods, people, stock
from appliance.ui.state import Devices, DeviceState, Sync
from appliance.ui.till import Till
from appliance.ui.worker import Job, Post, Reply
from retail.errors import Busy, ContractError, Refused, TillboxError

log = logging.getLogger(__name__)

Submit = Callable[[Job, Callable[[Reply], None]], None]
Event = Mapping[str, Any]


class DaemonLink:
    """Devices, scans and cards. `client` is what effects and the display call through."""

    def __init__(
        self, path: Path, till: Till, submit: Submit, post: Post, on_back: Callable[[], None]
    ) -> None:
        self._till = till
        self._submit = submit
        self._post = post
        self._on_back = on_back
        self._devices: dict[str, DeviceState] = {}
        self.client = Client(path, self._event, self._connected, self._lost)

    def device_of(self, capability: str) -> str:
        """The id of the device with a capability, from any thread."""
        found = (one.id for one in list(self._devices.values()) if one.capability == capability)
        return next(found, "")

    def _connected(self, snapshot: Event) -> None:
        self._devices = {one["id"]: _device(one) for one in snapshot.get("devices", ())}
        self.client.post("focus.take")
        self._tell()
        self._post(self._on_back)

    def _lost(self) -> None:
        log.warning("the hardware daemon is away")
        self._devices = {}
        self._tell(connected=False)

    def _event(self, name: str, params: Event) -> None:
        if name == "scanner.scanned":
            self._scanned(str(params["data"]), str(params["symbology"]), int(params["at_ns"]))
        elif name == "scanner.garbled":
            self._post(lambda: goods.garbled(self._till))
        elif name == "card.tapped":
            uid = str(params["uid"])
            self._post(lambda: self._tapped(uid))
        elif name == "device.changed":
            device = _device(params["device"])
            self._devices = {**self._devices, device.id: device}
            self._tell()

    def _scanned(self, data: str, symbology: str, at_ns: int) -> None:
        try:
            if goods.wants_card(self._till):
                self._post(lambda: goods.card_scanned(self._till, data))
                return
            if stock.is_open(self._till):
                self._submit(
                    stock.scan_job(data, symbology), lambda reply: stock.scanned(self._till, reply, at_ns)
                )
                return
            self._submit(
                goods.scan_job(data, symbology), lambda reply: goods.scanned(self._till, reply, at_ns)
            )
        except Busy as busy:
            error = busy
            self._post(lambda: _refuse(self._till, error))

    def _tapped(self, uid: str) -> None:
        try:
            people.card(self._till, uid)
        except (Busy, ContractError, Refused) as error:
            self._till.refuse(error)
        self._till.render()

    def _tell(self, connected: bool = True) -> None:
        devices = Devices(connected, tuple(self._devices.values()))

        def told() -> None:
            self._till.change(devices=devices)
            self._till.render()

        self._post(told)


def _refuse(till: Till, error: TillboxError) -> None:
    till.refuse(error)
    till.render()


def _device(told: Event) -> DeviceState:
    return DeviceState(
        id=str(told["id"]),
        capability=str(told["capability"]),
        state=str(told["state"]),
        fault=str(told.get("fault", "")),
        detail=dict(told.get("detail", {})),
    )


class SyncLink:
    """Whether HQ is reached, and that it has said something; `on_news` looks it up."""

    def __init__(self, path: Path, till: Till, post: Post, on_news: Callable[[], None]) -> None:
        self._till = till
        self._post = post
        self._on_news = on_news
        self.changed_records = 0
        """How many records of the catalogue HQ has changed since somebody was told."""
        self.client = Client(path, self._event, self._connected, self._lost)

    def grew(self) -> None:
        """There is something for HQ; losing this call costs half a second."""
        self.client.post("journal.grew")

    def _connected(self, snapshot: Event) -> None:
        self._tell(snapshot.get("state", {}))
        self._post(self._on_news)

    def _lost(self) -> None:
        log.warning("sync is away")

        def told() -> None:
            self._show(replace(self._till.state.sync, connected=False, online=False))

        self._post(told)

    def _event(self, name: str, params: Event) -> None:
        if name == "sync.changed":
            self._tell(params.get("state", {}))
        elif name == "catalogue.activated":
            if params.get("stream") == "catalogue":
                self.changed_records += int(params.get("changed", 0))
            self._post(self._on_news)
        elif name == "payment.changed":
            self._post(self._on_news)

    def _tell(self, state: Event) -> None:
        sync = Sync(True, bool(state.get("online")), int(state.get("waiting", 0)))
        self._post(lambda: self._show(sync))

    def _show(self, sync: Sync) -> None:
        was_offline = not self._till.state.sync.online
        self._till.change(sync=sync)
        if was_offline and sync.online and self._till.state.offline_told:
            self._till.toast("ok", "toast.online")
        # Before the first word from sync nobody knows; only an outage that was shown is worth a toast.
        self._till.change(offline_told=not sync.online)
        self._till.render()
