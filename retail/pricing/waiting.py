"""What a multi-buy holds while goods are walked: units waiting for their application to be complete."""

from collections.abc import Callable

from retail.pricing.applications import Run, bear, benefit, form
from retail.pricing.live import Live

CellOf = Callable[[int, int], int]
"""(lot, groups that have the goods) -> the cell of goods that later stages cannot tell apart."""
Waiting = tuple[tuple[Run, ...], ...]
"""For each slot the runs that wait, dearest first."""


class Worker:
    """One pool of one promotion at work. Keeps no state of its own: it is given and returned."""

    def __init__(self, one: Live, number: int, cell_of: CellOf) -> None:
        self.one = one
        self.pool = one.pools[number]
        self.empty: Waiting = ((),) * len(self.pool.slots)
        self.last_lot = max(max(slot.lots) for slot in self.pool.slots)
        lots = frozenset().union(*(slot.lots for slot in self.pool.slots))
        self._cell_of = cell_of
        cells = {cell_of(lot, one.bit) for lot in lots}
        self._cell = cells.pop() if len(cells) == 1 else None
        self._forgets = self._cell is not None and len(self.pool.slots) == 1

    def push(
        self, waiting: Waiting, slot: int, run: Run, cells: list[tuple[int, int]]
    ) -> tuple[Waiting, int, int]:
        """Add units to a slot: what waits then, what was gained, how many applications there were.

        What came off is entered in `cells` as negative amounts.
        """
        queues = [list(runs) for runs in waiting]
        queues[slot].append(run)
        gained = applied = 0
        for times, taken in form(self.pool, queues):
            gain, bearing = benefit(self.pool, taken)
            applied += times
            if not gain:
                continue
            gained += gain * times
            if self._cell is not None:
                cells.append((self._cell, -gain * times))
            else:
                for part, share in bear(gain, bearing):
                    cells.append((self._cell_of(part.lot, self.one.bit), -share * times))
        if self._forgets and queues[0]:
            return (self._essence(queues[0]),), gained, applied
        return tuple(tuple(queue) for queue in queues), gained, applied

    def _essence(self, runs: list[Run]) -> tuple[Run, ...]:
        """Only what the benefit will ask for: the sum, or the prices of the units that can be the cheapest.

        Fewer different states, the same answers: later units are never dearer than those that wait.
        """
        count = sum(run.pieces for run in runs)
        if not self.pool.cheapest:
            worth = sum(run.price_minor * run.pieces for run in runs)
            rest = (Run(0, -1, 0, count - 1),) if count > 1 else ()
            return (Run(worth, -1, 0, 1), *rest)
        paid = self.pool.pieces - self.pool.cheapest
        forgotten = min(count, paid)
        kept: list[Run] = [Run(0, -1, 0, forgotten)]
        skip = forgotten
        for run in runs:
            part = max(0, run.pieces - skip)
            skip = max(0, skip - run.pieces)
            if part:
                kept.append(Run(run.price_minor, -1, 0, part))
        return tuple(kept)
