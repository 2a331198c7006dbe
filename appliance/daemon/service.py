"""The daemon's socket: calls become jobs of devices, what devices tell becomes events.

Owns the jobs, the focus and the supervisors. Everything here runs on the loop; supervisors report in.
"""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from appliance.daemon.jobs import Job, JobBook, too_late
from appliance.daemon.registry import Planned
from appliance.daemon.supervisor import Supervisor
from appliance.ipc import daemon_contract as say
from appliance.ipc.contract import Done, EventParams, Nothing
from appliance.ipc.peer import Peer
from appliance.ipc.server import Server
from appliance.runtime.clock import Clock
from appliance.runtime.strict import nearest
from retail.errors import ContractError, TillboxError

SHOW_DEADLINE_MS = 5_000
TEST_DEADLINE_MS = 20_000


class DaemonService:
    """All devices behind one socket. `died(what, error)` is told of a supervisor's unexpected end."""

    def __init__(
        self,
        planned: list[Planned],
        socket_path: Path,
        clock: Clock,
        version: str,
        died: Callable[[str, BaseException], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock, self._version, self._died = clock, version, died
        self._book = JobBook()
        self._test_ids = itertools.count(1)
        self._focus: Peer | None = None
        reports = LoopReports(self, self._loop)
        self._supervisors = {device.id: Supervisor(device, reports, clock) for device in planned}
        self._devices = {key: supervisor.device() for key, supervisor in self._supervisors.items()}
        self.server = Server(say.DAEMON, socket_path, self._snapshot, on_gone=self._peer_left)
        self.server.handle(say.FOCUS_TAKE, self._take_focus)
        self.server.handle(say.PRINT, self._print)
        self.server.handle(say.OPEN_DRAWER, self._open_drawer)
        self.server.handle(say.SHOW, self._show)
        self.server.handle(say.JOB_STATUS, self._job_status)
        self.server.handle(say.DEVICE_TEST, self._test)

    def start_devices(self) -> None:
        """Begin to open all devices."""
        for supervisor in self._supervisors.values():
            supervisor.start()

    async def close(self) -> None:
        """Let go of all devices, then of the clients."""
        for supervisor in self._supervisors.values():
            await asyncio.to_thread(supervisor.stop)
        await self.server.close()

    # What devices tell

    def device_changed(self, device: say.Device) -> None:
        """A device's new state, to everybody."""
        self._devices[device.id] = device
        self.server.broadcast(say.DeviceChanged(device=device))

    def input_came(self, event: EventParams) -> None:
        """A scan or tap, to the client that has the focus; without one it is dropped."""
        if self._focus:
            self.server.send(self._focus, event)

    def job_ended(self, job: Job, failure: TillboxError | None) -> None:
        """A job's outcome."""
        self._book.ended(job, failure)

    def supervisor_died(self, device: str, error: BaseException) -> None:
        """Nothing can be trusted any more: the process ends."""
        self._died(f"device {device}", error)

    # What clients ask

    def _snapshot(self, revision: int) -> say.DaemonHello:
        return say.DaemonHello(
            version=self._version, revision=revision, devices=tuple(self._devices.values())
        )

    def _peer_left(self, peer: Peer) -> None:
        if peer is self._focus:
            self._focus = None

    async def _take_focus(self, peer: Peer, params: Nothing) -> Done:
        before, self._focus = self._focus, peer
        if before and before is not peer:
            self.server.send(before, say.FocusLost(to=peer.name or "unnamed"))
        return Done()

    async def _print(self, peer: Peer, params: say.PrintParams) -> say.JobDone:
        document = params.document
        await self._job(params, "printer", lambda driver: driver.print_document(document))
        return say.JobDone(job_id=params.job_id, outcome="done")

    async def _open_drawer(self, peer: Peer, params: say.OpenDrawerParams) -> say.JobDone:
        await self._job(params, "drawer", lambda driver: driver.open_drawer())
        return say.JobDone(job_id=params.job_id, outcome="done")

    def _show(self, peer: Peer, params: say.ShowParams) -> Done:
        """At once and not in a task, so that no flood of texts can shut out the newest."""
        supervisor = self._find(params.device, "customer_display")
        lines = params.lines
        deadline_ns = self._clock.monotonic_ns() + SHOW_DEADLINE_MS * 1_000_000
        future: asyncio.Future[None] = self._loop.create_future()
        job = Job("", lambda driver: driver.display_text(lines), deadline_ns, future)
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        supervisor.submit_latest(job)
        return Done()

    async def _test(self, peer: Peer, params: say.DeviceParams) -> Done:
        supervisor = self._find(params.device, None)
        job_id = f"device.test-{next(self._test_ids)}"
        await self._submit(supervisor, job_id, lambda driver: driver.test(), TEST_DEADLINE_MS)
        return Done()

    async def _job_status(self, peer: Peer, params: say.JobParams) -> say.JobState:
        return self._book.state(params.job_id)

    async def _job(
        self, params: say.PrintParams | say.OpenDrawerParams, capability: str, act: Callable[[Any], None]
    ) -> None:
        """Do a job, or wait for the outcome of the one that has this id already."""
        if known := self._book.find(params.job_id):
            await asyncio.shield(known.done)
            return
        if params.deadline_ms <= 0:
            raise ContractError("job.no_time", path="$.params.deadline_ms")
        supervisor = self._find(params.device, capability)
        await self._submit(supervisor, params.job_id, act, params.deadline_ms)

    async def _submit(
        self, supervisor: Supervisor, job_id: str, act: Callable[[Any], None], deadline_ms: int
    ) -> None:
        job = self._book.add(job_id, act, self._clock.monotonic_ns() + deadline_ms * 1_000_000)
        try:
            supervisor.submit(job)
        except TillboxError:
            # It was never accepted, so a second try under the same id is a first one.
            self._book.forget(job)
            raise
        timer = self._loop.call_later(deadline_ms / 1000, self._expire, job)
        try:
            await asyncio.shield(job.done)
        finally:
            timer.cancel()

    def _expire(self, job: Job) -> None:
        if job.begin():
            self._book.ended(job, too_late(job))

    def _find(self, device: str, capability: str | None) -> Supervisor:
        supervisor = self._supervisors.get(device)
        if supervisor is None:
            meant = nearest(device, self._supervisors)
            raise ContractError("device.unknown", path="$.params.device", device=device, nearest=meant)
        if capability and supervisor.planned.capability != capability:
            raise ContractError("device.cannot", path="$.params.device", device=device, capability=capability)
        return supervisor


class LoopReports:
    """Carries what supervisors tell over to the loop, in order."""

    def __init__(self, service: DaemonService, loop: asyncio.AbstractEventLoop) -> None:
        self._service, self._loop = service, loop

    def _post(self, call: Callable[..., None], *arguments: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)

    def changed(self, device: say.Device) -> None:
        self._post(self._service.device_changed, device)

    def scanned(self, device: str, data: str, symbology: str, at_ns: int) -> None:
        event = say.Scanned(device=device, data=data, symbology=symbology, at_ns=at_ns)
        self._post(self._service.input_came, event)

    def garbled(self, device: str, reason: str) -> None:
        self._post(self._service.input_came, say.Garbled(device=device, reason=cast(Any, reason)))

    def tapped(self, device: str, uid: str, at_ns: int) -> None:
        self._post(self._service.input_came, say.Tapped(device=device, uid=uid, at_ns=at_ns))

    def ended(self, job: Job, failure: TillboxError | None) -> None:
        self._post(self._service.job_ended, job, failure)

    def died(self, device: str, error: BaseException) -> None:
        self._post(self._service.supervisor_died, device, error)
