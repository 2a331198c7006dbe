"""The shop's rules of stored value: what a top-up brings, what is spent first, what a refund deducts.

Documents only, and the sums that follow from them; `value` and `value_refund` book with them.
"""

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from retail.catalogue import Document
from retail.errors import ContractError, Refused
from retail.ledger.units import DAYS_MAX, check_amount
from retail.money import AMOUNT_MINOR_MAX, currency

SpendFirst = Literal["principal", "bonus", "proportional"]
Deducts = Literal["none", "share", "all"]


class TopUpStep(Struct, frozen=True, kw_only=True):
    """From `paid_minor` on, `bonus_minor` on top (充500送100), and coupons of these kinds."""

    paid_minor: int
    bonus_minor: int = 0
    coupons: tuple[str, ...] = ()


class ValueRules(Document, frozen=True, kw_only=True, tag="value_rules"):
    """How stored value works in one currency.

    `steps` in ascending order; the highest one reached counts, or with `repeat` as often as it
    fits, then the next lower one on the rest. `bonus_days`: a bonus ends so long after the top-up;
    principal never ends. `refund_deducts`: see `value_refund`. `returned_days`: how long bonus
    lives that is given back after its lot has ended. `overdraft_max_minor` bounds what tills that
    stood in for an unreachable HQ may leave a member owing.
    """

    currency: str = "CNY"
    steps: tuple[TopUpStep, ...] = ()
    repeat: bool = False
    paid_min_minor: int = 1
    paid_max_minor: int = 500_000
    balance_max_minor: int = 500_000
    bonus_days: int | None = None
    spend_first: SpendFirst = "principal"
    refund_deducts: Deducts = "share"
    returned_days: int = 30
    overdraft_max_minor: int = 0


@dataclass(frozen=True, slots=True)
class TopUpTerms:
    """What a top-up brings on top of what is paid."""

    bonus_minor: int
    coupons: tuple[str, ...]


def check_value_rules(rules: ValueRules) -> tuple[str, ...]:
    """Codes of what is allowed but generous; `ContractError` with its path for what cannot be meant.

    ``top_up.bonus_as_large_as_paid``: a step gives as much as it takes, or more.
    ``top_up.unreachable``: a step lies above the largest top-up.
    """
    currency(rules.currency)
    paid = [step.paid_minor for step in rules.steps]
    for index, step in enumerate(rules.steps):
        if step.paid_minor <= 0 or step.bonus_minor < 0 or step.paid_minor > AMOUNT_MINOR_MAX:
            raise ContractError("top_up.bad_step", path=f"$.steps[{index}]", paid_minor=step.paid_minor)
    if paid != sorted(set(paid)):
        raise ContractError("top_up.steps_not_ascending", path="$.steps", paid_minor=paid)
    if not 0 < rules.paid_min_minor <= rules.paid_max_minor <= AMOUNT_MINOR_MAX:
        raise ContractError("top_up.bad_limits", path="$.paid_min_minor", paid_max_minor=rules.paid_max_minor)
    if rules.balance_max_minor < rules.paid_min_minor:
        raise ContractError("top_up.bad_limits", path="$.balance_max_minor", found=rules.balance_max_minor)
    if rules.overdraft_max_minor < 0:
        raise ContractError(
            "top_up.bad_limits", path="$.overdraft_max_minor", found=rules.overdraft_max_minor
        )
    for name, days in (("bonus_days", rules.bonus_days), ("returned_days", rules.returned_days)):
        if days is not None and not 0 < days <= DAYS_MAX:
            raise ContractError("days.out_of_range", path=f"$.{name}", days=days, days_max=DAYS_MAX)
    warnings = []
    if any(step.bonus_minor >= step.paid_minor for step in rules.steps):
        warnings.append("top_up.bonus_as_large_as_paid")
    if any(step.paid_minor > rules.paid_max_minor for step in rules.steps):
        warnings.append("top_up.unreachable")
    return tuple(warnings)


def top_up_terms(rules: ValueRules, paid_minor: int) -> TopUpTerms:
    """Bonus and coupons of a top-up; `Refused` outside the shop's limits for one top-up."""
    check_amount(paid_minor, "top_up")
    if not rules.paid_min_minor <= paid_minor <= rules.paid_max_minor:
        raise Refused(
            "top_up.outside_limits",
            paid_minor=paid_minor,
            paid_min_minor=rules.paid_min_minor,
            paid_max_minor=rules.paid_max_minor,
        )
    rest_minor, bonus_minor, coupons = paid_minor, 0, []
    for step in sorted(rules.steps, key=lambda s: -s.paid_minor):
        times = rest_minor // step.paid_minor
        if times and not rules.repeat:
            return TopUpTerms(step.bonus_minor, step.coupons)
        rest_minor -= times * step.paid_minor
        bonus_minor += times * step.bonus_minor
        coupons += list(step.coupons) * times
    return TopUpTerms(bonus_minor, tuple(coupons))
