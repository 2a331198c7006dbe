"""What a sale says of its promotions and of what people decided, and what a refund gives back of it.

A use comes back with its money: of a promotion applied T times that took A off, T·R/A uses have come back,
rounded down, when R of A has; all of them with the last of it. So part of an application gives back nothing,
and refunds that add up to the sale give back exactly what it used.
"""

from collections.abc import Mapping, Sequence

from appliance.checkout.refunding import off_by_rule
from retail.messages.events import Decision, SaleCompleted, SoldLine, UsedPromotion
from retail.pricing import AppliedRule

COUNTED = ("promotion", "coupon")


def used_promotions(applied: Sequence[AppliedRule]) -> tuple[UsedPromotion, ...]:
    """How often each promotion was applied to the goods sold, and what came off."""
    return tuple(
        UsedPromotion(promotion=promotion_of(one.rule), times=one.times, amount_minor=one.amount_minor)
        for one in applied
        if one.kind in COUNTED
    )


def decisions_of(applied: Sequence[AppliedRule]) -> tuple[Decision, ...]:
    """What people decided about prices, with reason and approver."""
    return tuple(
        Decision(
            rule=one.rule,
            kind="manual" if one.kind == "manual" else "override",
            amount_minor=one.amount_minor,
            reason=one.reason,
            operator_id=one.operator_id,
            approver_id=one.approver_id,
        )
        for one in applied
        if one.kind in ("manual", "override")
    )


def given_back(
    origin: SaleCompleted, before: Mapping[str, int], lines: Sequence[SoldLine]
) -> tuple[UsedPromotion, ...]:
    """What `lines`, which take goods of `origin` back, give back of its promotions.

    `before` is how much of each of its lines had come back already, in thousandths.
    """
    after = dict(before)
    amounts: dict[str, int] = {}
    for line in lines:
        if line.refers_to is None:
            continue
        key = line.refers_to.line_id
        after[key] = after.get(key, 0) - line.quantity_milli
        for one in line.adjustments:
            amounts[one.rule] = amounts.get(one.rule, 0) + one.amount_minor
    whole = off_by_rule(origin, {line.line_id: line.quantity_milli for line in origin.lines})
    was, now = off_by_rule(origin, before), off_by_rule(origin, after)
    times = {one.promotion: one.times for one in origin.promotions if one.times > 0}

    def came_back(rule: str, off: Mapping[str, int]) -> int:
        return times[promotion_of(rule)] * off.get(rule, 0) // whole[rule]

    return tuple(
        UsedPromotion(
            promotion=promotion_of(rule),
            times=came_back(rule, was) - came_back(rule, now),
            amount_minor=amount,
        )
        for rule, amount in amounts.items()
        if is_counted(rule) and promotion_of(rule) in times and whole.get(rule)
    )


def is_counted(rule: str) -> bool:
    """Whether an adjustment's rule is a promotion, with a coupon or without."""
    return rule.partition(":")[0] in COUNTED


def promotion_of(rule: str) -> str:
    """The promotion's id in ``promotion:<id>`` and ``coupon:<id>``."""
    return rule.partition(":")[2]
