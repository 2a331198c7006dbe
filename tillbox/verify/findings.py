"""What is wrong and where. Sentences are made in `sentences`."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

KEPT_OF_A_KIND_MAX = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `where` names the row (``seq``, ``sale``, ``entry``) and the ``field``;
    `expected` and `found` are what should stand there and what does."""

    code: str
    where: dict[str, Any]
    expected: str = ""
    found: str = ""


@dataclass(slots=True)
class Findings:
    """All that is wrong; of each kind only the first hundred are kept, the rest are counted."""

    kept: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, code: str, expected: object = "", found: object = "", **where: Any) -> None:
        """One more."""
        self.counts[code] += 1
        if self.counts[code] <= KEPT_OF_A_KIND_MAX:
            self.kept.append(Finding(code, where, str(expected), str(found)))

    @property
    def left_out(self) -> int:
        """How many are counted but not kept."""
        return self.counts.total() - len(self.kept)
