"""Stage 6, last: what a person takes off by hand, within their limit or with an approver."""

from collections.abc import Sequence

from retail.errors import ContractError, Refused
from retail.money import BASIS_POINTS, share_of, split
from retail.pricing.basket import Goods
from retail.pricing.lots import Change, Lot
from retail.pricing.offers import ManualDiscount, Override
from retail.pricing.priced import AppliedRule

MANUAL_NAMES = {"zh-Hans": "手动折扣", "zh-Hant": "手動折扣", "en": "Discount by hand"}


def take_off(lots: Sequence[Lot], left: list[int], discounts: Sequence[ManualDiscount]) -> list[AppliedRule]:
    """Apply them in the order of their ids to what is left of each lot (`left` is changed).

    Raises `Refused` `pricing.manual_over_limit` when an operator gives more than they may without an
    approver, `pricing.manual_unknown_line` when the line is not in the basket.
    """
    applied: list[AppliedRule] = []
    for discount in sorted(discounts, key=lambda one: one.discount_id):
        if not 0 <= discount.off_bp <= BASIS_POINTS or discount.off_minor < 0:
            raise ContractError(
                "pricing.manual_out_of_range", path="manual_discounts", discount=discount.discount_id
            )
        mine = _lots_of(lots, discount)
        worth = sum(left[at] for at in mine)
        off = min(worth, share_of(worth, discount.off_bp) + discount.off_minor)
        allowed = share_of(worth, discount.limit_bp)
        if off > allowed and not discount.approver_id:
            raise Refused(
                "pricing.manual_over_limit",
                may_override="manager",
                discount=discount.discount_id,
                off_minor=off,
                allowed_minor=allowed,
            )
        if not off:
            continue
        rule = f"manual:{discount.discount_id}"
        for at, part in zip(mine, split(off, [left[at] for at in mine]), strict=True):
            left[at] -= part
            lots[at].changes.append(Change(rule, "manual", MANUAL_NAMES, -part, discount.off_bp))
        applied.append(
            AppliedRule(
                rule=rule,
                kind="manual",
                names=MANUAL_NAMES,
                amount_minor=-off,
                times=1,
                lines=len(mine),
                reason=discount.reason,
                operator_id=discount.operator_id,
                approver_id=discount.approver_id,
            )
        )
    return applied


def _lots_of(lots: Sequence[Lot], discount: ManualDiscount) -> list[int]:
    """The lot of the named line (equal goods are one line), or all."""
    mine = [
        at
        for at, lot in enumerate(lots)
        if not discount.line_id or any(part.line_id == discount.line_id for part in lot.parts)
    ]
    if not mine:
        raise Refused("pricing.manual_unknown_line", line_id=discount.line_id)
    return mine


def check_overrides(overrides: Sequence[Override], basket: Sequence[Goods]) -> dict[str, Override]:
    """By line; `Refused` for one nobody approved, without a reason, with a price below nothing, or for a
    line that is not there."""
    if not overrides:
        return {}
    lines = {goods.line_id for goods in basket}
    for override in overrides:
        if override.line_id not in lines:
            raise Refused("pricing.override_unknown_line", line_id=override.line_id)
        if not override.approver_id or not override.reason:
            raise Refused("pricing.override_needs_approval", may_override="manager", line_id=override.line_id)
        if override.unit_price_minor < 0:
            raise Refused("pricing.override_below_nothing", line_id=override.line_id)
    return {override.line_id: override for override in overrides}
