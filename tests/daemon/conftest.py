"""A daemon in a thread with emulated peripherals, spoken to over its socket as the till does."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.daemon.registry import plan
from appliance.daemon.service import DaemonService
from appliance.ipc.client import Client
from appliance.runtime.clock import Clock, SystemClock
from appliance.runtime.settings import DeviceConfig
from emulators.peripherals import Peripherals
from tests.support.ports import free_port
from tests.support.waiting import wait_for


class Daemon:
    """A running daemon with a client that has the focus, and everything it was told."""

    def __init__(self, folder: Path, devices: list[DeviceConfig], clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self.path = folder / "daemon.sock"
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.devices: dict[str, dict[str, Any]] = {}
        self.deaths: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.service: DaemonService = self._run(self._start(devices))
        self.client = Client(self.path, self._told, self._connected, name="test").start()
        assert self.client.wait_connected(20)
        self.client.call("focus.take")

    async def _start(self, devices: list[DeviceConfig]) -> DaemonService:
        service = DaemonService(
            plan(devices), self.path, self._clock, "test", lambda what, error: self.deaths.append(what)
        )
        await service.server.start()
        service.start_devices()
        return service

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def _connected(self, snapshot: dict[str, Any]) -> None:
        for device in snapshot["devices"]:
            self.devices[device["id"]] = device

    def _told(self, name: str, params: dict[str, Any]) -> None:
        # In this order: who waits for the device's state may then count the events.
        self.events.append((name, params))
        if name == "device.changed":
            self.devices[params["device"]["id"]] = params["device"]

    def of(self, name: str) -> list[dict[str, Any]]:
        """The params of all events of that name."""
        return [params for event, params in list(self.events) if event == name]

    def until(self, device: str, state: str, fault: str | None = None) -> dict[str, Any]:
        """Wait for a device's state, and a fault if told which."""

        def reached() -> bool:
            now = self.devices[device]
            return now["state"] == state and fault in (None, now["fault"])

        try:
            wait_for(reached)
        except AssertionError:
            raise AssertionError(f"{device} is {self.devices[device]}, not {state} {fault}") from None
        return self.devices[device]

    def close(self) -> None:
        """End it; nothing of it may have died before."""
        self.client.close()
        self._run(self.service.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()
        assert not self.deaths


def devices_on(bench: Peripherals) -> list[DeviceConfig]:
    """The configuration of a till with these peripherals."""
    wires = bench.wires
    drawer = {"relay_pin": 17, "sensor_pin": 27, "seen_within_ms": 20_000}
    printer = {"link": {"type": "tcp", "host": "127.0.0.1", "port": wires.printer_port}, "poll_ms": 50}
    return [
        DeviceConfig(id="scanner", driver="scanner_serial", options={"link": serial(wires.scanner)}),
        DeviceConfig(id="reader", driver="reader_pn532", options={"link": serial(wires.reader, 115200)}),
        DeviceConfig(id="customer", driver="display_vfd", options={"link": serial(wires.display)}),
        DeviceConfig(id="receipt", driver="printer_escpos", options=printer),
        DeviceConfig(
            id="drawer",
            driver="drawer_gpio",
            options=drawer,
        ),
    ]


def serial(path: Path, baud: int = 9600) -> dict[str, Any]:
    """The options of a serial link."""
    return {"type": "serial", "path": str(path), "baud": baud}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Peripherals]:
    bench = Peripherals(tmp_path / "bench", free_port())
    yield bench
    bench.close()


@pytest.fixture
def pins(bench: Peripherals, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """gpiozero's pins, wired to the bench's drawer."""
    import gpiozero

    from emulators.gpio import SOCKET_VARIABLE, BenchFactory

    monkeypatch.setitem(os.environ, SOCKET_VARIABLE, str(bench.wires.gpio))
    factory = BenchFactory()
    monkeypatch.setattr(gpiozero.Device, "pin_factory", factory)
    yield
    factory.close()


@pytest.fixture
def daemon(tmp_path: Path, bench: Peripherals, pins: None) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path, devices_on(bench))
    yield daemon
    daemon.close()
