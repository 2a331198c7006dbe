"""A server in a thread of its own, as another process would have it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

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
    DeviceParams,
    JobDone,
    JobParams,
    JobState,
    OpenDrawerParams,
    PrintParams,
)
from appliance.ipc.peer import Peer
from appliance.ipc.server import Server
from retail.errors import DeviceFault, Refused


class Host:
    """A daemon's socket with handlers that only tell what came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen: list[object] = []
        self.gone: list[str] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = Server(DAEMON, path, self._snapshot, on_gone=lambda peer: self.gone.append(peer.name))
        for method, handler in (
            (FOCUS_TAKE, self._done),
            (PRINT, self._print),
            (OPEN_DRAWER, self._open),
            (SHOW, self._done),
            (JOB_STATUS, self._job),
            (DEVICE_TEST, self._test),
        ):
            self.server.handle(method, handler)  # type: ignore[arg-type]  # a table of different handlers
        try:
            self.run(self.server.start())
        except BaseException:
            self.stop_loop()
            raise

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def do(self, action: Callable[[], Any]) -> Any:
        """Run something on the server's loop."""
        future: Future[Any] = Future()
        self.loop.call_soon_threadsafe(lambda: future.set_result(action()))
        return future.result(20)

    def close(self) -> None:
        self.run(self.server.close())
        self.stop_loop()

    def stop_loop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()

    def _snapshot(self, revision: int) -> DaemonHello:
        device = Device(id="receipt", capability="printer", driver="printer_escpos", state="ready")
        return DaemonHello(version="test", revision=revision, devices=(device,))

    async def _done(self, peer: Peer, params: object) -> Done:
        self.seen.append(params)
        return Done()

    async def _print(self, peer: Peer, params: PrintParams) -> JobDone:
        self.seen.append(params)
        if params.device == "empty":
            raise DeviceFault("printer.paper_out", device=params.device)
        return JobDone(job_id=params.job_id, outcome="done")

    async def _open(self, peer: Peer, params: OpenDrawerParams) -> JobDone:
        raise Refused("drawer.not_now", may_override="manager", device=params.device)

    async def _job(self, peer: Peer, params: JobParams) -> JobState:
        await asyncio.sleep(3600)
        raise AssertionError

    async def _test(self, peer: Peer, params: DeviceParams) -> Done:
        raise ZeroDivisionError("a bug in a handler")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path / "run" / "daemon.sock")
    yield host
    host.close()
