"""How fast a record is replayed: as it happened, so many times faster, or without waiting."""

import time
from collections.abc import Callable
from datetime import datetime

from retail.errors import ContractError

SPEED_MAX = 1_000_000.0


def parse_speed(text: str) -> float | None:
    """Times the real pace; None for ``max``: no waiting."""
    if text.strip().lower() == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= SPEED_MAX:
        raise ContractError("replay.speed", path="--speed", value=text)
    return speed


class Pace:
    """Waits until a ticket's turn, counted from the first one's; the past costs no wait."""

    def __init__(
        self,
        speed: float | None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._speed = speed
        self._sleep = sleep
        self._monotonic = monotonic
        self._first: datetime | None = None
        self._began = 0.0

    def wait_for(self, at: datetime) -> None:
        """Return when it is this ticket's turn."""
        if self._speed is None:
            return
        if self._first is None:
            self._first, self._began = at, self._monotonic()
            return
        due = self._began + (at - self._first).total_seconds() / self._speed
        wait_s = due - self._monotonic()
        if wait_s > 0:
            self._sleep(wait_s)
