"""Jobs by the id their caller gave them: what waits, what runs, what became of the last thousand.

Lives on the daemon's loop. Supervisors run the jobs in their threads and report back through it.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.ipc.daemon_contract import JobState, Outcome
from retail.errors import Busy, TillboxError

OUTCOMES_MAX = 1000
WAITING_MAX = 16
"""Jobs of one device that wait."""


@dataclass
class Job:
    """Something a device shall do; `act(driver)` does it, in the supervisor's thread."""

    job_id: str
    act: Callable[[Any], None]
    deadline_ns: int
    done: "asyncio.Future[None]"
    outcome: Outcome = "waiting"
    fault: str = ""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self) -> bool:
        """Take the job up, to do it or to fail it; False if somebody else did. From any thread."""
        with self._lock:
            if self.outcome != "waiting":
                return False
            self.outcome = "running"
            return True


class JobBook:
    """All jobs that this daemon remembers."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def find(self, job_id: str) -> Job | None:
        """The job of that id, whatever became of it."""
        return self._jobs.get(job_id)

    def add(self, job_id: str, act: Callable[[Any], None], deadline_ns: int) -> Job:
        """Remember a new job; the oldest that has ended is forgotten beyond the limit."""
        job = Job(job_id, act, deadline_ns, asyncio.get_running_loop().create_future())
        # Nobody may wait for it any more when it fails; that is no mistake.
        job.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._jobs[job_id] = job
        while len(self._jobs) > OUTCOMES_MAX:
            ended = next((key for key, old in self._jobs.items() if old.done.done()), None)
            if ended is None:
                break
            del self._jobs[ended]
        return job

    def forget(self, job: Job) -> None:
        """A job that was never accepted: its id may be used again."""
        self._jobs.pop(job.job_id, None)
        job.done.cancel()

    def ended(self, job: Job, failure: TillboxError | None) -> None:
        """A job has ended, well or with a failure; its callers learn it."""
        if job.done.done():
            return
        job.outcome = "failed" if failure else "done"
        if failure:
            job.fault = failure.code
            job.done.set_exception(failure)
        else:
            job.done.set_result(None)

    def state(self, job_id: str) -> JobState:
        """What became of a job."""
        job = self._jobs.get(job_id)
        if job is None:
            return JobState(job_id=job_id, outcome="unknown")
        return JobState(job_id=job_id, outcome=job.outcome, fault=job.fault)


def too_late(job: Job) -> Busy:
    """The answer to a job whose deadline passed before it began."""
    return Busy("job.too_late", job_id=job.job_id)
