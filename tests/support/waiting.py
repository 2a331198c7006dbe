"""Waiting for what other threads and processes do; the bound only ends what would never happen."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONG_S = 60.0
"""A machine under load may need this long for what takes a tenth of a second otherwise."""
PROCESS_S = 100.0
"""And a program this long for a whole piece of work; a test may take a little longer (pyproject.toml)."""
LOOK_EVERY_S_MAX = 0.05


def wait_for(condition: Callable[[], T], what: str = "", within_s: float = LONG_S) -> T:
    """What the condition gives, once that is something; `AssertionError` with `what` after the bound."""
    deadline = time.monotonic() + within_s
    pause_s = 0.002
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {within_s} s in vain: {what or condition}"
        time.sleep(pause_s)
        pause_s = min(1.5 * pause_s, LOOK_EVERY_S_MAX)
    return found
