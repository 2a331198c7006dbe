"""The real screen process, offscreen, beside a daemon and a sync that are only their sockets."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.ipc.client import Client
from appliance.ipc.contract import Done
from appliance.ipc.daemon_contract import (
    DAEMON,
    DEVICE_TEST,
    FOCUS_TAKE,
    JOB_STATUS,
    OPEN_DRAWER,
    PRINT,
    SHOW,
    DaemonHello,
    Device,
    JobDone,
    JobState,
    Scanned,
    Tapped,
)
from appliance.ipc.server import Server
from appliance.ipc.sync_contract import JOURNAL_GREW, SYNC, SyncHello, SyncState
from appliance.runtime.paths import Home
from retail.errors import DeviceFault
from tests.support.waiting import LONG_S

DEVICES = tuple(
    Device(id=name, capability=capability, driver="socket", state="ready")  # type: ignore[arg-type]  # literals
    for name, capability in (
        ("receipt", "printer"),
        ("drawer", "drawer"),
        ("scanner", "scanner"),
        ("reader", "card_reader"),
        ("customer", "customer_display"),
    )
)


def until(what: str, condition: Callable[[], Any], timeout_s: float = LONG_S) -> Any:
    """Wait for a condition; what it gave."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {timeout_s} s in vain: {what}")


class Sockets:
    """`daemon.sock` and `sync.sock` of a home; keeps what was asked of them."""

    def __init__(self, home: Home) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.fault = ""
        self._home = home
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(20)

    def scan(self, data: str) -> None:
        """The scanner has read this."""
        self._say(Scanned(device="scanner", data=data, symbology="", at_ns=time.monotonic_ns()))

    def tap(self, uid: str) -> None:
        """A card came to the reader."""
        self._say(Tapped(device="reader", uid=uid, at_ns=time.monotonic_ns()))

    def calls(self, method: str) -> list[Any]:
        """The params of all calls of a method."""
        return [params for name, params in self.asked if name == method]

    def close(self) -> None:
        """Both sockets go away."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def _say(self, event: Any) -> None:
        self._loop.call_soon_threadsafe(self._daemon.broadcast, event)

    async def _close(self) -> None:
        await self._daemon.close()
        await self._sync.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._ready.set()
        self._loop.run_forever()
        self._loop.close()

    async def _serve(self) -> None:
        self._daemon = Server(
            DAEMON,
            self._home.socket("daemon"),
            lambda revision: DaemonHello(version="0", revision=revision, devices=DEVICES),
        )
        state = SyncState(online=True, waiting=0)
        self._sync = Server(
            SYNC,
            self._home.socket("sync"),
            lambda revision: SyncHello(version="0", revision=revision, state=state),
        )
        for method in (FOCUS_TAKE, SHOW, DEVICE_TEST):
            self._daemon.handle(method, self._noting(method.name))  # type: ignore[arg-type]  # all answer Done
        for method in (PRINT, OPEN_DRAWER):
            self._daemon.handle(method, self._job(method.name))  # type: ignore[arg-type]  # both answer JobDone
        self._daemon.handle(JOB_STATUS, self._status)
        self._sync.handle(JOURNAL_GREW, self._noting("journal.grew"))
        await self._daemon.start()
        await self._sync.start()

    def _noting(self, name: str) -> Callable[..., Any]:
        async def done(_: Any, params: Any) -> Done:
            self.asked.append((name, params))
            return Done()

        return done

    def _job(self, name: str) -> Callable[..., Any]:
        async def job(_: Any, params: Any) -> JobDone:
            self.asked.append((name, params))
            if self.fault:
                raise DeviceFault(self.fault)
            return JobDone(job_id=params.job_id, outcome="done")

        return job

    async def _status(self, _: Any, params: Any) -> JobState:
        return JobState(job_id=params.job_id, outcome="unknown")


class ScreenProcess:
    """`python -m appliance.ui` (or the customer's screen) of a home, driven through its socket."""

    def __init__(self, home: Home, module: str = "appliance.ui", socket: str = "screen") -> None:
        self.home = home
        self.log = home.root / f"{socket}.out"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module],
                env={**os.environ, "TILLBOX_HOME": str(home.root)},
                stdout=out,
                stderr=out,
            )
        self.client = Client(home.socket(socket), name="test").start()
        if not self.client.wait_connected(LONG_S):
            self.kill()
            raise AssertionError(self.log.read_text())

    def view(self) -> dict[str, Any]:
        """What the screen says."""
        answer = self._call("screen.state")
        return {**answer["view"], "place": answer["place"]}

    def wait(self, what: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Wait until the screen says so."""
        found: dict[str, Any] = until(what, lambda: view if condition(view := self.view()) else None)
        return found

    def touch(self, name: str) -> None:
        """Touch the control of that name once it stands still."""

        def standing() -> Any:
            first = self._call("screen.find", {"name": name})["found"]
            time.sleep(0.03)
            again = self._call("screen.find", {"name": name})["found"]
            return first if first == again and first and first[0]["enabled"] else None

        place = until(f"{name} can be touched", standing)[0]
        for phase in ("down", "up"):
            self._call("screen.touch", {"phase": phase, "x": place["x"], "y": place["y"]})

    def picture(self) -> tuple[int, int, bytes]:
        """Width, height and RGB of what is shown."""
        answer = self._call("screen.capture", {"file": "test.rgb"})
        return answer["width"], answer["height"], (self.home.run_dir / "test.rgb").read_bytes()

    def _call(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """A busy machine's screen may not answer for a while."""
        return self.client.call(method, params, LONG_S)

    def kill(self) -> None:
        """As a power cut does."""
        self.client.close()
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """As systemd does; the exit code."""
        self.client.close()
        self.process.terminate()
        return self.process.wait(30)


def configure(home: Home, text: str = "[screen]\nremote = true\nwindow = false\n") -> None:
    """Write the home's configuration."""
    home.config_dir.mkdir(parents=True, exist_ok=True)
    Path(home.config_dir / "10-test.toml").write_text(text)
