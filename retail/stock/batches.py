"""Batches: what is left of each, and which to sell first (first expired, first out)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True, order=True)
class Batch:
    """A delivery of a product; `expires` is an ISO date, empty when it keeps."""

    expires: str
    name: str

    @property
    def until(self) -> str:
        """The date that batches are ordered by."""
        return self.expires or NEVER


@dataclass(frozen=True, slots=True)
class BatchLevel:
    """So much of a batch, in thousandths."""

    batch: Batch
    quantity_milli: int


def remaining(moved: Mapping[Batch, int], unnamed_milli: int) -> list[BatchLevel]:
    """What is left of each batch, the first to expire first.

    `moved` is what was moved under a batch's own name, `unnamed_milli` the sum of all other movements.
    Most sales name no batch: what went out without a name was taken from the batches in order, as a shop
    puts its shelves in order. Batches of which nothing is left are not listed.
    """
    missing = max(0, -unnamed_milli) + sum(-left for left in moved.values() if left < 0)
    spare = max(0, unnamed_milli)
    missing, spare = max(0, missing - spare), max(0, spare - missing)
    levels = []
    for batch in sorted(moved, key=lambda one: (one.until, one.name)):
        taken = min(missing, max(0, moved[batch]))
        missing -= taken
        if moved[batch] - taken > 0:
            levels.append(BatchLevel(batch, moved[batch] - taken))
    return levels


def choose(levels: Iterable[BatchLevel], quantity_milli: int, today: str) -> Sequence[BatchLevel]:
    """Which batches to take a quantity from: the first to expire first, none that has expired.

    May come to less than was asked for, when there is no more that may be sold.
    """
    chosen = []
    for level in sorted(levels, key=lambda one: (one.batch.until, one.batch.name)):
        taken = min(quantity_milli, level.quantity_milli)
        if level.batch.until < today or taken <= 0:
            continue
        chosen.append(BatchLevel(level.batch, taken))
        quantity_milli -= taken
    return chosen
