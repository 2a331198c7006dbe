"""The worker: jobs in order, refusals answered, limits kept, and a bug that takes the process down."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.ui.counter import Counter
from appliance.ui.worker import JOBS_MAX, Reply, Worker
from retail.errors import Busy, InvariantBroken, Refused
from tests.support.waiting import LONG_S
from tests.ui.brain import new_brain


class Run:
    """A worker whose replies and death the test waits for."""

    def __init__(self, folder: Path) -> None:
        self.replies: list[Reply] = []
        self.died: list[BaseException] = []
        self.over = threading.Event()
        self.folder = folder
        self.worker = Worker(self._open, self._post, self._fatal)

    def _open(self) -> Counter:
        return new_brain(self.folder).counter

    def _post(self, function: Callable[[], None]) -> None:
        function()

    def _fatal(self, what: str, error: BaseException) -> None:
        self.died.append(error)
        self.over.set()


def reply_of(run: Run, job: Callable[[Counter], Any]) -> Reply:
    done = threading.Event()
    got: list[Reply] = []

    def replied(reply: Reply) -> None:
        got.append(reply)
        done.set()

    run.worker.submit(job, replied)
    assert done.wait(LONG_S)
    return got[0]


def refuse(counter: Counter) -> None:
    raise Refused("basket.empty")


def test_jobs_run_in_order_and_a_refusal_is_an_answer(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.worker.start()
    order: list[int] = []
    for number in range(20):
        run.worker.submit(lambda counter, number=number: order.append(number))
    assert reply_of(run, lambda counter: len(order)).answer == 20
    assert order == list(range(20))
    refused = reply_of(run, refuse)
    assert refused.error is not None and refused.error.code == "basket.empty"
    run.worker.stop()
    assert not run.died


def test_the_same_desk_is_the_same_value(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.worker.start()
    first = reply_of(run, lambda counter: None).desk
    assert reply_of(run, lambda counter: counter.search("latte", 1)).desk is first
    run.worker.stop()


@pytest.mark.parametrize("bug", [InvariantBroken("ui.test"), ValueError("unexpected")])
def test_a_bug_ends_it_all(tmp_path: Path, bug: Exception) -> None:
    run = Run(tmp_path)
    run.worker.start()

    def broken(counter: Counter) -> None:
        raise bug

    run.worker.submit(broken)
    assert run.over.wait(LONG_S)
    assert run.died == [bug]


def test_too_many_jobs_are_refused_not_queued(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.worker.start()
    gate, inside = threading.Event(), threading.Event()

    def hold(counter: Counter) -> None:
        inside.set()
        assert gate.wait(LONG_S)

    run.worker.submit(hold)
    assert inside.wait(LONG_S)
    for _ in range(JOBS_MAX):
        run.worker.submit(lambda counter: None)
    with pytest.raises(Busy) as caught:
        run.worker.submit(lambda counter: None)
    assert caught.value.code == "worker.full"
    gate.set()
    run.worker.stop(LONG_S)
    assert not run.died
