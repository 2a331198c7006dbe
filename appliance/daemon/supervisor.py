"""One thread a device: opens it, listens to it, runs its jobs, and opens it again when it was lost.

Owns the driver: nobody else calls it. Talks to the rest only through `Reports`. A driver's unexpected
exception is reported as the thread's death and ends the process: the next start is clean.
"""

import contextlib
import os
import select
import threading
from collections import deque
from collections.abc import Mapping
from typing import Protocol

from appliance.daemon.jobs import WAITING_MAX, Job, too_late
from appliance.daemon.lifecycle import Lifecycle
from appliance.daemon.registry import Planned
from appliance.ipc.daemon_contract import Device
from appliance.runtime.clock import Clock
from retail.errors import Busy, DeviceFault, TillboxError

NODE_LOOK_S = 0.2
"""How often a missing node is looked for while waiting: what was plugged in is there at once."""


class Reports(Protocol):
    """What a supervisor tells the daemon, from its own thread."""

    def changed(self, device: Device) -> None:
        """State, fault or detail of a device."""

    def scanned(self, device: str, data: str, symbology: str, at_ns: int) -> None:
        """A complete read."""

    def garbled(self, device: str, reason: str) -> None:
        """A read that is not used."""

    def tapped(self, device: str, uid: str, at_ns: int) -> None:
        """A card."""

    def ended(self, job: Job, failure: TillboxError | None) -> None:
        """A job has ended."""

    def died(self, device: str, error: BaseException) -> None:
        """The supervisor itself is gone."""


class Supervisor:
    """Keeps one device going. It is its driver's `Host` too."""

    def __init__(self, planned: Planned, reports: Reports, clock: Clock) -> None:
        self.planned = planned
        self._reports, self._clock = reports, clock
        self._life = Lifecycle(planned.id)
        self._detail: dict[str, bool | int | str] = {}
        self._told: Device | None = None
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._latest: Job | None = None
        self._last_latest: Job | None = None
        self._poll_now = False
        self._stopping = threading.Event()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._driver = planned.make(self)
        self._thread = threading.Thread(target=self._run, name=f"device-{planned.id}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Let go of the device; jobs that wait fail."""
        self._stopping.set()
        self._signal()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def device(self) -> Device:
        """The device as it is now."""
        return Device(
            id=self.planned.id,
            capability=self.planned.capability,
            driver=self.planned.driver,
            state=self._life.state,
            fault=self._life.fault,
            detail=dict(self._detail),
        )

    # Jobs, from the daemon's loop

    def submit(self, job: Job) -> None:
        """Let a job wait for its turn. Raises the fault of a device that is gone, `Busy` if too many wait."""
        with self._lock:
            self._refuse_if_gone()
            if len(self._waiting) >= WAITING_MAX:
                raise Busy("device.queue_full", device=self.planned.id, waiting_max=WAITING_MAX)
            self._waiting.append(job)
        self._signal()

    def submit_latest(self, job: Job) -> None:
        """Like `submit`, but it replaces the one that waits and is done again when the device comes back."""
        with self._lock:
            replaced, self._latest = self._latest, job
            self._last_latest = job
        if replaced:
            self._reports.ended(replaced, None)
        self._signal()
        with self._lock:
            self._refuse_if_gone()

    def _refuse_if_gone(self) -> None:
        if not self._life.is_open and self._life.state != "opening":
            raise DeviceFault(self._life.fault or "device.absent", device=self.planned.id)

    # The driver's host

    def now_ns(self) -> int:
        return self._clock.monotonic_ns()

    def wake(self) -> None:
        self._poll_now = True
        self._signal()

    def condition(self, fault: str, detail: Mapping[str, bool | int | str]) -> None:
        self._detail = dict(detail)
        if self._life.is_open:
            self._life.condition(fault)
            self._tell()
        else:
            self._life.fault = fault

    def scanned(self, data: str, symbology: str, at_ns: int) -> None:
        self._reports.scanned(self.planned.id, data, symbology, at_ns)

    def garbled(self, reason: str) -> None:
        self._reports.garbled(self.planned.id, reason)

    def tapped(self, uid: str, at_ns: int) -> None:
        self._reports.tapped(self.planned.id, uid, at_ns)

    # The thread

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                if self._open():
                    self._live()
                if not self._stopping.is_set():
                    self._wait(self._life.back_off())
            self._driver.close()
            self._fail_waiting(DeviceFault("device.lost", device=self.planned.id))
        except BaseException as error:  # reported, so that the whole process ends: see the module's docstring
            self._reports.died(self.planned.id, error)

    def _open(self) -> bool:
        self._life.fault = ""
        try:
            self._driver.open()
        except DeviceFault as fault:
            self._lost(fault)
            return False
        fault_at_open = self._life.fault
        self._life.opened()
        self._life.condition(fault_at_open)
        self._tell()
        with self._lock:
            if self._latest is None:
                self._latest = self._last_latest
        return True

    def _live(self) -> None:
        """Serve the open device until it is lost or we stop."""
        try:
            next_poll_ns = 0
            while not self._stopping.is_set():
                wait_s = max(0.0, (next_poll_ns - self.now_ns()) / 1e9)
                watched = [self._wake_fd]
                if (fd := self._driver.fileno()) is not None:
                    watched.append(fd)
                ready, _, _ = select.select(watched, [], [], wait_s)
                if self._wake_fd in ready:
                    self._quench()
                if fd in ready:
                    self._driver.readable()
                if fd in ready or self._poll_now or self.now_ns() >= next_poll_ns:
                    self._poll_now = False
                    next_poll_ns = self.now_ns() + int(self._driver.poll() * 1e9)
                self._do_jobs()
        except DeviceFault as fault:
            self._lost(fault)

    def _do_jobs(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                if self._waiting:
                    job = self._waiting.popleft()
                elif self._latest:
                    job, self._latest = self._latest, None
                else:
                    return
            self._do(job)

    def _do(self, job: Job) -> None:
        again = job is self._last_latest and job.outcome != "waiting"
        if not again and not job.begin():
            return
        if not again and self.now_ns() > job.deadline_ns:
            self._reports.ended(job, too_late(job))
            return
        try:
            job.act(self._driver)
        except DeviceFault as fault:
            told = DeviceFault(fault.code, **{**fault.params, "device": self.planned.id})
            self._reports.ended(job, told)
            if fault.code.startswith("device."):
                raise
        except TillboxError as failure:
            self._reports.ended(job, failure)
        else:
            self._reports.ended(job, None)

    def _lost(self, fault: DeviceFault) -> None:
        self._driver.close()
        self._detail = {}
        with self._lock:
            self._life.failed(fault.code)
        self._tell()
        self._fail_waiting(DeviceFault(fault.code, device=self.planned.id))

    def _fail_waiting(self, fault: DeviceFault) -> None:
        with self._lock:
            jobs = [*self._waiting, *([self._latest] if self._latest else [])]
            self._waiting.clear()
            self._latest = None
        for job in jobs:
            if job.begin():
                self._reports.ended(job, fault)

    def _wait(self, wait_s: float) -> None:
        """Back off; but a node that was missing and now is there ends the wait."""
        self._tell()
        node = self._driver.node()
        was_there = bool(node) and os.path.exists(node)
        end_ns = self.now_ns() + int(wait_s * 1e9)
        while not self._stopping.is_set() and (left_s := (end_ns - self.now_ns()) / 1e9) > 0:
            self._stopping.wait(min(left_s, NODE_LOOK_S) if node else left_s)
            is_there = bool(node) and os.path.exists(node)
            if is_there and not was_there:
                return
            was_there = is_there

    def _tell(self) -> None:
        now = self.device()
        if now != self._told:
            self._told = now
            self._reports.changed(now)

    def _signal(self) -> None:
        os.eventfd_write(self._wake_fd, 1)

    def _quench(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake_fd)
