"""A balance paid out: principal only, bonus clawed back by the shop's rule.

Top-ups are spent oldest first, so what is left belongs to the newest. For each top-up that is
refunded, with `p` paid in, `b` given, `q` of the principal and `s` of the bonus spent:

=========  =====================================================================================
``none``   all principal left is paid; spent bonus is the shop's loss
``share``  the member keeps bonus for what was spent: ``b * q / p``, half up; ``s`` beyond it is
           deducted
``all``    all of ``s`` is deducted
=========  =====================================================================================

A deduction never exceeds the principal left of that top-up. Bonus left is voided in every case,
and bonus that ended by itself counts as never given.
"""

from collections.abc import Collection
from dataclasses import dataclass

from retail.errors import Refused
from retail.ledger import accounts
from retail.ledger.entry import Posting, booked
from retail.ledger.lots import Booking, Holding
from retail.ledger.value import StoredValue
from retail.ledger.value_rules import ValueRules
from retail.money import divide_half_up


@dataclass(frozen=True, slots=True)
class TopUpRefund:
    """One top-up's part: paid = principal left - deducted; `voided_minor` is bonus taken away."""

    top_up_id: str
    principal_minor: int
    deducted_minor: int
    voided_minor: int


@dataclass(frozen=True, slots=True)
class BalanceRefund:
    """What a refund of a balance comes to, to be shown before it is done."""

    top_ups: tuple[TopUpRefund, ...]

    @property
    def principal_minor(self) -> int:
        """What leaves the principal."""
        return sum(part.principal_minor for part in self.top_ups)

    @property
    def deducted_minor(self) -> int:
        """What of it the shop keeps for bonus already spent."""
        return sum(part.deducted_minor for part in self.top_ups)

    @property
    def voided_minor(self) -> int:
        """Bonus taken away."""
        return sum(part.voided_minor for part in self.top_ups)

    @property
    def paid_minor(self) -> int:
        """What the member gets."""
        return self.principal_minor - self.deducted_minor


def balance_refund(
    value: StoredValue, rules: ValueRules, top_ups: Collection[str] | None = None
) -> BalanceRefund:
    """What the whole balance, or these top-ups, would be refunded at.

    `Refused` ``stored_value.nothing_to_refund`` when no principal is left of them, and
    ``stored_value.owes`` while the member owes.
    """
    if value.principal.debt:
        raise Refused("stored_value.owes", debt_minor=value.principal.debt)
    bonus_of = {holding.lot_id: holding for holding in value.bonus.holdings}
    ids = {h.lot_id: None for h in (*value.principal.holdings, *value.bonus.holdings)}
    parts = [
        _one(top_up_id, value.principal.find(top_up_id), bonus_of.get(top_up_id), rules)
        for top_up_id in ids
        if top_ups is None or top_up_id in top_ups
    ]
    refund = BalanceRefund(tuple(part for part in parts if part.principal_minor or part.voided_minor))
    if refund.principal_minor <= 0:
        raise Refused("stored_value.nothing_to_refund", bonus_minor=refund.voided_minor)
    return refund


def _one(top_up_id: str, paid_in: Holding | None, given: Holding | None, rules: ValueRules) -> TopUpRefund:
    left_minor = paid_in.left if paid_in else 0
    voided_minor = given.left if given else 0
    if paid_in is None or given is None or not left_minor:
        return TopUpRefund(top_up_id, left_minor, 0, voided_minor)
    spent_minor = paid_in.lot.granted - left_minor - paid_in.lapsed
    bonus_spent_minor = given.lot.granted - given.left - given.lapsed
    entitled_minor = {
        "none": bonus_spent_minor,
        "share": divide_half_up(given.lot.granted * max(0, spent_minor), paid_in.lot.granted),
        "all": 0,
    }[rules.refund_deducts]
    deducted_minor = min(left_minor, max(0, bonus_spent_minor - entitled_minor))
    return TopUpRefund(top_up_id, left_minor, deducted_minor, voided_minor)


def refund_balance(
    entry_id: str, cause: str, value: StoredValue, refund: BalanceRefund, tender: str
) -> Booking:
    """Book what `balance_refund` came to; paid out by one tender (``cash``, ``qr``).

    The deduction lowers the bonus expense: the member has paid for that bonus after all.
    """
    principal = {holding.lot_id: holding for holding in value.principal.holdings}
    bonus = {holding.lot_id: holding for holding in value.bonus.holdings}
    postings = []
    for part in refund.top_ups:
        if part.principal_minor:
            postings.append(
                Posting(principal[part.top_up_id].lot.account, value.currency, part.principal_minor)
            )
        if part.voided_minor:
            postings.append(Posting(bonus[part.top_up_id].lot.account, value.currency, part.voided_minor))
    returned_minor = refund.deducted_minor + refund.voided_minor
    postings.append(Posting(accounts.BONUS_EXPENSE, value.currency, -returned_minor))
    postings.append(Posting(accounts.tender(tender), value.currency, -refund.paid_minor))
    return Booking(booked(entry_id, "value.refunded", cause, postings))
