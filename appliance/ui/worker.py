"""The one worker thread: it alone touches trade.db, so nothing that is drawn was not committed first.

Owns the queue and the order of jobs. A job is a function of the counter; its answer, or the error
that refused it, goes to the screen's thread together with what the desk looks like afterwards.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.ui.counter import Counter
from appliance.ui.state import DeskSnapshot
from retail.errors import Busy, InvariantBroken, TillboxError

log = logging.getLogger(__name__)
JOBS_MAX = 256

Job = Callable[[Counter], Any]
Post = Callable[[Callable[[], None]], None]
"""Runs a function in the screen's thread, soon."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a job came to: its `answer` or the `error` that refused it, and the desk after it.

    `desk` is None when the job could not have changed it.
    """

    answer: Any
    error: TillboxError | None
    desk: DeskSnapshot | None


OnReply = Callable[[Reply], None]


def _ignore(reply: Reply) -> None:
    """Nobody waits for this one."""


class Worker:
    """Give it jobs from any thread. `fatal(what, error)` is called when a job breaks an invariant."""

    def __init__(
        self, open_counter: Callable[[], Counter], post: Post, fatal: Callable[[str, BaseException], None]
    ) -> None:
        self._open_counter = open_counter
        self._post = post
        self._fatal = fatal
        self._jobs: queue.Queue[tuple[Job, OnReply] | None] = queue.Queue(JOBS_MAX)
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin; the databases are opened in the worker's own thread."""
        self._thread.start()

    def submit(self, job: Job, on_reply: OnReply = _ignore) -> None:
        """Queue a job; `on_reply` runs in the screen's thread. Raises `Busy` when too many wait."""
        try:
            self._jobs.put_nowait((job, on_reply))
        except queue.Full:
            raise Busy("worker.full", jobs_max=JOBS_MAX) from None

    def stop(self, timeout_s: float = 5.0) -> None:
        """Finish what is queued and end."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            counter = self._open_counter()
            while (item := self._jobs.get()) is not None:
                self._do(counter, *item)
            counter.close()
        except BaseException as error:  # whatever it was, the till must not go on without its worker
            self._fatal("the till's worker", error)

    def _do(self, counter: Counter, job: Job, on_reply: OnReply) -> None:
        answer: Any = None
        refused: TillboxError | None = None
        try:
            answer = job(counter)
        except InvariantBroken:
            raise
        except TillboxError as error:
            refused = error
        reply = Reply(answer, refused, counter.snapshot())
        self._post(lambda: on_reply(reply))
