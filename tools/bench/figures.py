"""Figures: values with their unit, target and spread; as text and as JSON."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value: the median of `of` rounds, with the least and the largest of them.

    `target` is the largest value allowed, None where there is none. `what` says exactly what was measured.
    """

    name: str
    value: float
    unit: str
    of: int
    least: float
    largest: float
    what: str
    target: float | None = None

    @property
    def verdict(self) -> str:
        """``ok``, ``over``, or nothing without a target."""
        if self.target is None:
            return ""
        return "ok" if self.value <= self.target else "over"

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {**asdict(self), "verdict": self.verdict}


def figure(name: str, rounds: Sequence[float], unit: str, what: str, target: float | None = None) -> Figure:
    """The median of the rounds."""
    return Figure(
        name,
        round(statistics.median(rounds), 3),
        unit,
        len(rounds),
        round(min(rounds), 3),
        round(max(rounds), 3),
        what,
        target,
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent are not above (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, what it means below."""
    rows = []
    for one in figures:
        target = f"<= {one.target:g} {one.unit}" if one.target is not None else ""
        spread = f"{one.least:g}..{one.largest:g} of {one.of}"
        rows.append(f"{one.name:<44}{one.value:>10g} {one.unit:<6}{target:<16}{one.verdict:<6}{spread}")
    return "\n".join(rows)
