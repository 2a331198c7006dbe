"""Keeps reference.db from growing: now and then what HQ has replaced and no basket reads is forgotten.

Every sale changes members, stock and counters, and each change leaves a row behind.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping

from sqlalchemy import Engine

from appliance.store.reference.pruning import current_versions, prune

log = logging.getLogger(__name__)

FIRST_MS = 60_000
EVERY_MS = 600_000


class Tidying:
    """Rounds of `prune`, one step a turn. A till that is ended in the middle starts with a new round.

    A round forgets only what was replaced already when the round before began. The first round takes what is
    current at the start instead, and waits a minute: a till that was slow to write down its new basket
    while this program started again has long done so.
    """

    def __init__(
        self, reference: Engine, in_use: Callable[[], Collection[Mapping[str, int]]], now_ms: int
    ) -> None:
        self._reference = reference
        self._in_use = in_use
        self._settled = self._current()
        self._due_ms = now_ms + FIRST_MS
        self._steps: Iterator[int] | None = None
        self._gone = 0

    def turn(self, now_ms: int) -> None:
        """Do a step if a round is under way or due."""
        if self._steps is None:
            if now_ms < self._due_ms:
                return
            current = self._current()
            self._steps = prune(self._reference, self._settled, self._in_use())
            self._settled, self._due_ms, self._gone = current, now_ms + EVERY_MS, 0
        gone = next(self._steps, None)
        if gone is None:
            self._steps = None
            log.info("%d replaced records forgotten", self._gone)
        else:
            self._gone += gone

    def _current(self) -> dict[str, int]:
        with self._reference.connect() as connection:
            return current_versions(connection)
