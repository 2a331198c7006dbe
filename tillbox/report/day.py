"""Sums the journal's events of a business day. Pure; `reading` gives the events."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from appliance.checkout.pricing import UNTAXED
from appliance.checkout.sale import promised_minor
from retail.catalogue import Names
from retail.messages.events import (
    DrawerOpened,
    LineRemoved,
    OperatorLockedOut,
    PaymentResolved,
    SaleCompleted,
    SaleVoided,
)
from retail.money import divide_half_up
from retail.quantity import ONE_MILLI, extend

BEST_SELLERS_MAX = 10


@dataclass(slots=True)
class Seller:
    """One kind of goods; quantity in thousandths of its unit, taken back already off."""

    names: Names
    unit: str
    quantity_milli: int = 0
    total_minor: int = 0


@dataclass(slots=True)
class Part:
    """Sales in part of a day."""

    sales: int = 0
    total_minor: int = 0

    def count(self, total_minor: int) -> None:
        """One more."""
        self.sales += 1
        self.total_minor += total_minor


@dataclass(slots=True)
class TaxSum:
    """What one tax class took in."""

    net_minor: int = 0
    tax_minor: int = 0


@dataclass(slots=True)
class Promoted:
    """What a promotion did: times applied (pieces for line promotions), given back already off, and what
    came off, below zero."""

    names: Names
    times: int = 0
    amount_minor: int = 0


@dataclass(slots=True)
class Day:
    """A business day; amounts in minor units. `items_milli` counts weighed goods as one each; goods
    taken back are in `returns`, not in it. `saved_minor` is what came off prices. Refunds and exchanges are
    sales with a number of their own; a void is none, and takes its sale's amounts off again.

    What was promised (top-ups, cards, passes, memberships, and balances paid out) is money in the till but no
    turnover: it stands in `promised` by its kind, not in totals and averages, and a sale of nothing else is
    none of `sales`."""

    day: str
    currency: str = ""
    sales: int = 0
    lines: int = 0
    items_milli: int = 0
    total_minor: int = 0
    saved_minor: int = 0
    first_at: str = ""
    last_at: str = ""
    by_tender: dict[str, Part] = field(default_factory=dict)
    by_shift: dict[str, Part] = field(default_factory=dict)
    by_operator: dict[str, Part] = field(default_factory=dict)
    by_tax: dict[tuple[str, int], TaxSum] = field(default_factory=dict)
    sellers: dict[str, Seller] = field(default_factory=dict)
    by_promotion: dict[str, Promoted] = field(default_factory=dict)
    returned_lines: Part = field(default_factory=Part)
    refunds: Part = field(default_factory=Part)
    promised: dict[str, Part] = field(default_factory=dict)
    voids: Part = field(default_factory=Part)
    removed: Counter[str] = field(default_factory=Counter)
    removed_minor: int = 0
    no_sales: int = 0
    lockouts: int = 0
    payments_ended: Counter[str] = field(default_factory=Counter)

    @property
    def average_minor(self) -> int:
        """The average sale, half up; 0 for a day without sales."""
        return divide_half_up(self.total_minor, self.sales) if self.sales else 0

    def best_sellers(self) -> list[Seller]:
        """By what they took in, dearest first."""
        ordered = sorted(self.sellers.values(), key=lambda one: (-one.total_minor, str(one.names)))
        return ordered[:BEST_SELLERS_MAX]

    def count(self, body: Struct) -> None:
        """Take one event in."""
        if isinstance(body, SaleCompleted):
            self._count_sale(body)
        elif isinstance(body, LineRemoved):
            self.removed[body.reason] += 1
            self.removed_minor += extend(body.unit_price_minor, body.quantity_milli)
        elif isinstance(body, DrawerOpened):
            self.no_sales += 1
        elif isinstance(body, OperatorLockedOut):
            self.lockouts += 1
        elif isinstance(body, PaymentResolved):
            self.payments_ended[body.state.partition(":")[0]] += 1

    def _count_sale(self, sale: SaleCompleted) -> None:
        self.currency = sale.currency
        goods = [line for line in sale.lines if line.grant is None]
        total_minor = sale.total_minor - promised_minor(sale)
        for line in sale.lines:
            if line.grant is not None:
                self.promised.setdefault(line.grant.kind, Part()).count(line.total_minor)
        if isinstance(sale, SaleVoided):
            self.voids.count(sale.total_minor)
        elif goods:
            self.sales += 1
        if goods and sale.kind != "sale" and not isinstance(sale, SaleVoided):
            self.refunds.count(sum(line.total_minor for line in goods if line.quantity_milli < 0))
        self.total_minor += total_minor
        self.first_at = min(self.first_at or sale.completed_at, sale.completed_at)
        self.last_at = max(self.last_at, sale.completed_at)
        if goods:
            self.by_shift.setdefault(sale.shift, Part()).count(total_minor)
            self.by_operator.setdefault(sale.operator_id, Part()).count(total_minor)
        for tender in sale.tenders:
            self.by_tender.setdefault(tender.type, Part()).count(tender.amount_minor)
        for tax in sale.taxes:
            if tax.tax_class == UNTAXED:
                continue
            taken = self.by_tax.setdefault((tax.tax_class, tax.rate_bp), TaxSum())
            taken.net_minor += tax.net_minor
            taken.tax_minor += tax.tax_minor
        self._count_promotions(sale)
        for line in goods:
            self.lines += 1
            self.saved_minor -= sum(adjustment.amount_minor for adjustment in line.adjustments)
            by_piece = line.unit == "each"
            if line.quantity_milli < 0:
                self.returned_lines.count(line.total_minor)
            else:
                self.items_milli += line.quantity_milli if by_piece else ONE_MILLI
            key = line.product_id or f"\0{line.names}"
            seller = self.sellers.setdefault(key, Seller(line.names, line.unit))
            seller.quantity_milli += line.quantity_milli
            seller.total_minor += line.total_minor

    def _count_promotions(self, sale: SaleCompleted) -> None:
        names = {
            one.rule.partition(":")[2]: one.names
            for line in sale.lines
            for one in line.adjustments
            if one.rule.startswith(("promotion:", "coupon:"))
        }
        for used in sale.promotions:
            sums = self.by_promotion.setdefault(used.promotion, Promoted(names.get(used.promotion, {})))
            sums.times += used.times
            sums.amount_minor += used.amount_minor


def days_of(events: Iterable[tuple[str, Struct]]) -> dict[str, Day]:
    """The days of (business day, body) pairs, in order."""
    days: dict[str, Day] = {}
    for business_day, body in events:
        days.setdefault(business_day, Day(business_day)).count(body)
    return dict(sorted(days.items()))
