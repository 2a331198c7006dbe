"""The two clocks: the one on the wall, which may jump, and the one that only goes on.

Entry points make a `SystemClock` and hand it down; nothing below them asks the machine for the time.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """What the rest may ask."""

    def unix_ms(self) -> int:
        """Wall time, milliseconds since 1970 UTC."""

    def monotonic_ns(self) -> int:
        """Nanoseconds since some instant; never goes back, comparable on one machine only."""


class SystemClock:
    """The machine's clocks."""

    def unix_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()


class ManualClock:
    """A clock that is moved by hand, for tests and for replaying files."""

    def __init__(self, unix_ms: int = 0) -> None:
        self._unix_ms = unix_ms
        self._monotonic_ns = 0

    def advance(self, ms: int) -> None:
        """Let time pass on both clocks."""
        self._unix_ms += ms
        self._monotonic_ns += ms * 1_000_000

    def set_unix_ms(self, unix_ms: int) -> None:
        """Put the wall clock; the monotonic one does not notice."""
        self._unix_ms = unix_ms

    def unix_ms(self) -> int:
        return self._unix_ms

    def monotonic_ns(self) -> int:
        return self._monotonic_ns
