"""What count passes and time memberships share: money paid ahead, earned as units are used.

A prepaid thing holds units (uses, days) on one account and the money paid for the units left on
``owed/...``. Each unit used earns its share of the money left, so the last one earns the rest and
no cent stays behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from retail.errors import Refused
from retail.ledger.entry import Posting, received
from retail.ledger.units import check_amount, has_ended

State = Literal["active", "frozen", "closed"]


@dataclass(frozen=True, slots=True)
class Prepaid:
    """The accounts of one pass or membership, and what stands on them."""

    units_account: str
    owed_account: str
    unit: str
    currency: str
    income: str
    left: int
    owed_minor: int

    def bought(self, units: int, sold: str, tenders: Sequence[tuple[str, int]]) -> tuple[Posting, ...]:
        """Units in, money owed. No tender is a gift of the shop: units without money."""
        check_amount(units, "units")
        inflow = received(tenders, self.currency)
        paid_minor = sum(posting.amount_minor for posting in inflow)
        return (
            *inflow,
            Posting(self.owed_account, self.currency, -paid_minor),
            Posting(sold, self.unit, units),
            Posting(self.units_account, self.unit, -units),
        )

    def share_minor(self, units: int) -> int:
        """The money of so many of the units left, rounded down; of all of them, all of it."""
        return self.owed_minor * units // self.left if self.left else 0

    def used(self, units: int, used: str) -> tuple[Posting, ...]:
        """Units out, their share of the money earned."""
        share_minor = self.share_minor(units)
        return (
            Posting(self.units_account, self.unit, units),
            Posting(used, self.unit, -units),
            Posting(self.owed_account, self.currency, share_minor),
            Posting(self.income, self.currency, -share_minor),
        )

    def closed(self, where_units: str, where_money: str, money_minor: int, kept: str) -> tuple[Posting, ...]:
        """All units out; of the money owed, `money_minor` goes one way and the rest to `kept`."""
        return (
            Posting(self.units_account, self.unit, self.left),
            Posting(where_units, self.unit, -self.left),
            Posting(self.owed_account, self.currency, self.owed_minor),
            Posting(where_money, self.currency, -money_minor),
            Posting(kept, self.currency, money_minor - self.owed_minor),
        )


def upgrade_postings(
    old: Prepaid, new: Prepaid, units: int, exchanged: str, sold: str, tenders: Sequence[tuple[str, int]]
) -> tuple[Posting, ...]:
    """What is left of one thing pays for another; `tenders` pay the difference."""
    inflow = received(tenders, new.currency)
    return (
        *old.closed(exchanged, new.owed_account, old.owed_minor, old.income),
        *inflow,
        Posting(new.owed_account, new.currency, -sum(posting.amount_minor for posting in inflow)),
        Posting(sold, new.unit, units),
        Posting(new.units_account, new.unit, -units),
    )


def state_problem(
    what: str, thing_id: str, state: State, starts_at: datetime, ends_at: datetime | None, at: datetime
) -> Refused | None:
    """Why a prepaid thing is not valid at a moment, as ``<what>.<reason>``; None when it is."""
    if state != "active":
        return Refused(f"{what}.{state}", id=thing_id)
    if at < starts_at:
        return Refused(f"{what}.not_started", id=thing_id, starts_at=starts_at.isoformat())
    if has_ended(ends_at, at):
        return Refused(f"{what}.expired", id=thing_id, ends_at=str(ends_at))
    return None


def check_difference(
    what: str, price_minor: int, credit_minor: int, tenders: Sequence[tuple[str, int]]
) -> None:
    """`Refused` unless the tenders pay exactly what an upgrade costs beyond what is left."""
    difference_minor = price_minor - credit_minor
    if difference_minor < 0:
        raise Refused(f"{what}.not_an_upgrade", price_minor=price_minor, credit_minor=credit_minor)
    paid_minor = sum(amount_minor for _, amount_minor in tenders)
    if paid_minor != difference_minor:
        raise Refused(f"{what}.wrong_amount", due_minor=difference_minor, paid_minor=paid_minor)
