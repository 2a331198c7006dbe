"""What a run by hand remembers, so that a kill at any line neither loses nor doubles a ticket."""

from pathlib import Path

import pytest

from tillbox.replay.screen_log import ScreenLog


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def test_a_ticket_that_ended_is_known_for_ever(path: Path) -> None:
    log = ScreenLog(path)
    log.begun("a", "1-000004")
    log.ended("a", "1-000005")
    assert ScreenLog(path).receipt("a") == "1-000005"
    assert not ScreenLog(path).settle("1-000009")


def test_killed_before_paying_the_ticket_is_half_done_and_not_sold(path: Path) -> None:
    ScreenLog(path).begun("a", "1-000004")
    again = ScreenLog(path)
    assert again.settle("1-000004")
    assert again.receipt("a") == ""


def test_killed_after_paying_the_ticket_is_the_sale_that_came_since(path: Path) -> None:
    ScreenLog(path).begun("a", "1-000004")
    again = ScreenLog(path)
    assert not again.settle("1-000005")
    assert ScreenLog(path).receipt("a") == "1-000005"


def test_a_refused_ticket_is_not_taken_for_a_later_sale(path: Path) -> None:
    log = ScreenLog(path)
    log.begun("a", "1-000004")
    log.dropped("a")
    again = ScreenLog(path)
    assert not again.settle("1-000007")
    assert again.receipt("a") == ""


def test_a_line_torn_by_a_kill_is_passed_over(path: Path) -> None:
    log = ScreenLog(path)
    log.begun("a", "")
    log.ended("a", "1-000001")
    with path.open("a") as file:
        file.write('{"key": "b", "bef')
    again = ScreenLog(path)
    assert again.receipt("a") == "1-000001"
    again.begun("c", "1-000001")
    again.ended("c", "1-000002")
    assert ScreenLog(path).receipt("c") == "1-000002"


def test_forgetting_keeps_the_old_log_beside(path: Path) -> None:
    log = ScreenLog(path)
    log.begun("a", "")
    log.ended("a", "1-000001")
    log.forget()
    assert ScreenLog(path).receipt("a") == ""
    assert path.with_suffix(".old").exists()
