"""Go-back-N: bounded, begins again after silence, believes only what HQ committed."""

import pytest

from appliance.store.reference.mailbox import Cursor
from appliance.sync.uploader import IN_FLIGHT_MAX, RESEND_MS, Room, Uploader
from retail.messages import GENESIS, Ack


def ack(upto: int, told_hash: str = "h", problem: str = "") -> Ack:
    return Ack(incarnation="i", upto=upto, hash=told_hash, problem=problem)


def test_no_more_than_the_window_is_in_flight() -> None:
    uploader = Uploader(Cursor(), 0)
    assert uploader.room(0) == Room(0, IN_FLIGHT_MAX)
    uploader.sent(IN_FLIGHT_MAX - 1, 0)
    assert uploader.room(0) == Room(IN_FLIGHT_MAX - 1, 1)
    uploader.sent(IN_FLIGHT_MAX, 0)
    assert uploader.room(0) is None
    assert uploader.acknowledged(ack(10), "h", 1)
    assert uploader.room(1) == Room(IN_FLIGHT_MAX, 10)


def test_silence_makes_it_begin_again_after_the_cursor() -> None:
    uploader = Uploader(Cursor(3, "h"), 0)
    uploader.sent(9, 100)
    assert uploader.room(100 + RESEND_MS - 1) == Room(9, IN_FLIGHT_MAX - 6)
    assert uploader.room(100 + RESEND_MS) == Room(3, IN_FLIGHT_MAX)


def test_an_acknowledgement_that_asks_for_a_gap_is_followed() -> None:
    uploader = Uploader(Cursor(3, "h"), 0)
    uploader.sent(9, 0)
    assert not uploader.acknowledged(ack(3), "h", 1_000)
    assert uploader.room(1_000) == Room(3, IN_FLIGHT_MAX)


def test_a_late_lower_acknowledgement_changes_nothing_but_a_restored_hq_is_believed() -> None:
    uploader = Uploader(Cursor(9, "h"), 0)
    assert not uploader.acknowledged(ack(4), "h", 1)
    assert uploader.cursor.upto == 9
    assert not uploader.acknowledged(ack(9), "h", 2)
    assert not uploader.acknowledged(ack(4), "h", 3)
    assert uploader.acknowledged(ack(4), "h", 4)
    assert uploader.room(4) == Room(4, IN_FLIGHT_MAX)


@pytest.mark.parametrize(
    ("told", "own_hash", "problem"),
    [
        (ack(5, "other"), "h", "journal.forked"),
        (ack(5, problem="forked"), "h", "journal.forked"),
        (ack(5, problem="broken"), "h", "journal.broken"),
        (ack(5), None, "journal.rolled_back"),
    ],
)
def test_another_history_at_hq_stops_the_upload(told: Ack, own_hash: str | None, problem: str) -> None:
    uploader = Uploader(Cursor(), 0)
    assert not uploader.acknowledged(told, own_hash, 1)
    assert (uploader.problem, uploader.cursor, uploader.room(10**9)) == (problem, Cursor(0, GENESIS), None)
