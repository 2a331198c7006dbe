"""States, back-off and what becomes of a driver that fails in a way nobody thought of."""

import logging
import threading
from typing import Any

import pytest

from appliance.daemon.jobs import OUTCOMES_MAX, JobBook
from appliance.daemon.lifecycle import Lifecycle
from appliance.daemon.registry import Planned
from appliance.daemon.supervisor import Supervisor
from appliance.runtime.clock import SystemClock
from tests.support.waiting import wait_for


def test_back_off_doubles_to_its_limit_and_starts_anew_after_success() -> None:
    life = Lifecycle("x")
    waits = []
    for _ in range(7):
        life.failed("device.lost")
        assert life.state == "faulted"
        waits.append(life.back_off())
        assert life.state == "backing_off"
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    life.opened()
    life.failed("device.absent")
    assert life.back_off() == 0.2
    assert life.state == "absent"


def test_lost_and_back_are_logged_once_each(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    life = Lifecycle("x")
    life.opened()
    for _ in range(5):
        life.failed("device.lost")
    life.opened()
    life.condition("printer.paper_out")
    assert life.state == "degraded"
    life.condition("")
    assert life.state == "ready"
    assert [record.message for record in caplog.records] == ["x: lost (device.lost)", "x: back"]


class Broken:
    """A driver with a bug."""

    def __init__(self) -> None:
        self.closed = 0

    def open(self) -> None:
        """Fine."""

    def poll(self) -> float:
        raise ZeroDivisionError("a bug")

    def fileno(self) -> None:
        return None

    def close(self) -> None:
        self.closed += 1

    def node(self) -> str:
        return ""


class Recorder:
    """Reports, as they came."""

    def __init__(self) -> None:
        self.deaths: list[BaseException] = []

    def died(self, device: str, error: BaseException) -> None:
        self.deaths.append(error)

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def test_a_bug_in_a_driver_is_the_process_s_end() -> None:
    reports: Any = Recorder()
    driver: Any = Broken()
    supervisor = Supervisor(Planned("x", "broken", "scanner", lambda host: driver), reports, SystemClock())
    supervisor.start()
    wait_for(lambda: reports.deaths)
    assert isinstance(reports.deaths[0], ZeroDivisionError)
    supervisor.stop()
    assert threading.main_thread().is_alive()


async def _thousand() -> None:
    book = JobBook()
    first = book.add("waits", lambda driver: None, 0)
    for number in range(OUTCOMES_MAX + 5):
        book.ended(book.add(str(number), lambda driver: None, 0), None)
    assert book.state("waits").outcome == "waiting"
    assert book.state("3").outcome == "unknown"
    assert book.state(str(OUTCOMES_MAX)).outcome == "done"
    assert first.begin() and not first.begin()


def test_the_last_thousand_outcomes_are_kept_and_a_waiting_job_never_forgotten() -> None:
    import asyncio

    asyncio.run(_thousand())
