"""Fingers and keys on the real widgets, in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import PROCESS_S


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each step of `touching.py` came to."""
    folder = tmp_path_factory.mktemp("touching")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("touching.py")), str(folder)],
        capture_output=True,
        text=True,
        timeout=PROCESS_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_tap_sends_the_intent_of_the_control(heard: dict[str, Any]) -> None:
    assert heard["tap"] == [["pay.cash", {}]]
    assert heard["tap a tile"] == [["goods.pick", {"id": "latte"}]]
    assert heard["tap a line"] == [["basket.select", {"line": 3}]]


def test_a_finger_that_leaves_the_button_fires_nothing(heard: dict[str, Any]) -> None:
    assert heard["slide to another button"] == []
    assert heard["drag a list and come back"] == []


def test_what_comes_under_the_finger_meanwhile_is_not_taken(heard: dict[str, Any]) -> None:
    assert heard["the tile changes under the finger"] == []


def test_a_disabled_button_is_deaf_and_says_so_to_scripts(heard: dict[str, Any]) -> None:
    assert heard["disabled"] is False
    assert heard["tap a disabled button"] == []


def test_text_goes_to_the_keypad_where_there_is_one_else_to_the_search(heard: dict[str, Any]) -> None:
    assert heard["type on the sale"] == [
        ["keyboard.text", {"text": "拿铁"}],
        ["keyboard.key", {"key": "backspace"}],
    ]
    assert heard["type on a keypad"] == [
        ["keypad.key", {"key": "7"}],
        ["keypad.key", {"key": "8"}],
        ["keypad.key", {"key": "backspace"}],
        ["keyboard.text", {"text": "x"}],
    ]
    assert heard["tap a key"] == [["keypad.key", {"key": "5"}]]


def test_a_sheet_hides_what_is_behind_it_and_closes_by_a_tap_outside(heard: dict[str, Any]) -> None:
    assert heard["behind a sheet"] == []
    assert heard["tap while the sheet slides"] == []
    assert heard["tap outside the sheet"] == [["sheet.close", {}]]


def test_the_selected_line_is_in_sight_and_others_can_be_revealed(heard: dict[str, Any]) -> None:
    assert heard["far line before"] == 0
    assert heard["revealed"] == 1
    assert heard["unknown name"] is False


def test_a_screen_at_rest_draws_nothing_and_a_switch_of_look_keeps_it(heard: dict[str, Any]) -> None:
    assert heard["frames at rest"] == 0
    assert heard["after a switch"] is True


def test_the_screen_process_imports_nothing_heavy(heard: dict[str, Any]) -> None:
    assert heard["imported"] == []
