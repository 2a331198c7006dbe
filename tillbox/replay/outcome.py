"""Sums up a replay: what was sold by tender, shift and business day, what was refused, how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from retail.messages.events import SaleCompleted
from retail.money import Currency, format_plain
from tillbox.replay.tickets import RefusedTicket


@dataclass(slots=True)
class Totals:
    """Sales summed; amounts in minor units."""

    sales: int = 0
    lines: int = 0
    returns: int = 0
    total_minor: int = 0
    by_tender: dict[str, int] = field(default_factory=dict)
    by_shift: dict[str, int] = field(default_factory=dict)

    def count(self, sale: SaleCompleted, lines: int) -> None:
        """Take a sale in; `lines` of the record. A sale that takes anything back counts as a return too."""
        self.sales += 1
        self.lines += lines
        self.returns += any(line.quantity_milli < 0 for line in sale.lines)
        self.total_minor += sale.total_minor
        self.by_shift[sale.shift] = self.by_shift.get(sale.shift, 0) + sale.total_minor
        for tender in sale.tenders:
            self.by_tender[tender.type] = self.by_tender.get(tender.type, 0) + tender.amount_minor

    def as_json(self, unit: Currency) -> dict[str, Any]:
        """Amounts as decimal text, and as minor units under the same name with ``_minor``."""
        return {
            "sales": self.sales,
            "lines": self.lines,
            "returns": self.returns,
            "total": format_plain(self.total_minor, unit),
            "total_minor": self.total_minor,
            **amounts("by_tender", self.by_tender, unit),
            **amounts("by_shift", self.by_shift, unit),
        }


def amounts(name: str, sums: dict[str, int], unit: Currency) -> dict[str, dict[str, Any]]:
    """Sums by key, twice: as decimal text and in minor units."""
    ordered = dict(sorted(sums.items()))
    plain = {key: format_plain(amount, unit) for key, amount in ordered.items()}
    return {name: plain, f"{name}_minor": ordered}


@dataclass(slots=True)
class Outcome:
    """What a replay did. `already` tickets were sold by an earlier run and are in no total."""

    unit: Currency
    all: Totals = field(default_factory=Totals)
    days: dict[str, Totals] = field(default_factory=dict)
    refused: list[RefusedTicket] = field(default_factory=list)
    already: int = 0
    already_total_minor: int = 0
    seconds: float = 0.0
    sale_ms: list[float] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    slips: int = 0
    slips_wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """(ticket, receipt, total) of sales by hand whose slip did not come or shows another total."""

    def count(self, sale: SaleCompleted, lines: int, took_ms: float) -> None:
        """One ticket sold."""
        self.all.count(sale, lines)
        self.days.setdefault(sale.business_day, Totals()).count(sale, lines)
        self.sale_ms.append(took_ms)

    def as_json(self) -> dict[str, Any]:
        """The whole, without sentences; see `sentences` for the refused tickets'."""
        days = {day: totals.as_json(self.unit) for day, totals in sorted(self.days.items())}
        return {
            "currency": self.unit.code,
            **self.all.as_json(self.unit),
            "by_business_day": days,
            "already": self.already,
            "already_total": format_plain(self.already_total_minor, self.unit),
            "already_total_minor": self.already_total_minor,
            "slips": self.slips,
            "slips_wrong": [{"ticket": a, "receipt": b, "total": c} for a, b, c in self.slips_wrong],
            "ignored_columns": self.ignored,
            "seconds": round(self.seconds, 3),
            "p50_ms": percentile(self.sale_ms, 50),
            "p99_ms": percentile(self.sale_ms, 99),
        }


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent are not above (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return round(ordered[max(rank, 1) - 1], 3)
