"""What members of the demo shop get: rules and kinds of benefits, and the promotions behind its coupons."""

from collections.abc import Mapping
from typing import Any

from retail.ledger.earning import PointsRules, Reward
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.members.birthdays import BirthdayRule
from retail.members.coupons import CouponKind
from retail.members.pushed import GiftCardKind
from retail.members.tiers import TierRule, TierRules
from retail.money import parse_amount
from retail.pricing.promotion import AmountOff, Conditions, Scope, ThresholdOff
from retail.pricing.pushed import PushedPromotion
from retail.streams import AnyDocument
from tillbox.demo_shop.data import CURRENCY, load, names_of, price_of


def _amount(table: Mapping[str, Any], key: str) -> int:
    return price_of(table, key) or 0


def _promotion(table: Mapping[str, Any]) -> PushedPromotion:
    id_, names = f"coupon-{table['id']}", names_of(table["names"], f"coupon.{table['id']}")
    conditions = Conditions(coupon=True)
    scope = Scope(categories=tuple(table.get("categories", ())))
    off_minor = _amount(table, "off")
    made: ThresholdOff | AmountOff
    if "threshold" in table:
        threshold_minor = _amount(table, "threshold")
        made = ThresholdOff(
            id=id_,
            names=names,
            scope=scope,
            conditions=conditions,
            threshold_minor=threshold_minor,
            off_minor=off_minor,
        )
    else:
        made = AmountOff(id=id_, names=names, scope=scope, conditions=conditions, off_minor=off_minor)
    return PushedPromotion(id=id_, promotion=made)


def _coupons(tables: Mapping[str, Any]) -> list[AnyDocument]:
    made: list[AnyDocument] = [_promotion(table) for table in tables["coupon"]]
    made += [
        CouponKind(
            id=table["id"],
            names=names_of(table["names"], f"coupon.{table['id']}"),
            promotion=f"coupon-{table['id']}",
            code=table.get("code", ""),
            days=table.get("days"),
            per_member=table.get("per_member"),
            in_all=table.get("in_all"),
        )
        for table in tables["coupon"]
    ]
    return made


def _rules(tables: Mapping[str, Any]) -> list[AnyDocument]:
    points, value, tiers = tables["points"], tables["value"], tables["tier_rules"]
    steps = tuple(
        TopUpStep(paid_minor=parse_amount(paid, CURRENCY), bonus_minor=parse_amount(bonus, CURRENCY))
        for paid, bonus in value["steps"]
    )
    return [
        PointsRules(
            id="points",
            points=points["points"],
            per_minor=_amount(points, "per"),
            redeem_points=points["redeem_points"],
            redeem_minor=_amount(points, "redeem"),
        ),
        ValueRules(
            id="value",
            currency=CURRENCY.code,
            steps=steps,
            balance_max_minor=_amount(value, "balance_max"),
            paid_max_minor=_amount(value, "paid_max"),
        ),
        TierRules(
            id="tiers",
            base=tiers["base"],
            window_days=tiers["window_days"],
            tiers=tuple(
                TierRule(
                    tier=table["tier"],
                    spend_minor=_amount(table, "spend"),
                    visits=table.get("visits", 0),
                    coupons=tuple(table.get("coupons", ())),
                    points=table.get("points", 0),
                )
                for table in tiers["tier"]
            ),
        ),
    ]


def _on_sale(tables: Mapping[str, Any]) -> list[AnyDocument]:
    made: list[AnyDocument] = [
        PassKind(
            id=table["id"],
            names=names_of(table["names"], f"pass.{table['id']}"),
            uses=table["uses"],
            price_minor=_amount(table, "price"),
            days=table.get("days"),
            covers=tuple(table["covers"]),
            refund=table.get("refund", "share"),
            single_price_minor=_amount(table, "single_price"),
        )
        for table in tables["pass"]
    ]
    made += [
        MembershipKind(
            id=table["id"],
            names=names_of(table["names"], f"membership.{table['id']}"),
            days=table["days"],
            price_minor=_amount(table, "price"),
        )
        for table in tables["membership"]
    ]
    made += [
        GiftCardKind(
            id=table["id"],
            names=names_of(table["names"], f"gift_card.{table['id']}"),
            price_minor=_amount(table, "price"),
            value_minor=_amount(table, "value"),
            days=table["days"],
        )
        for table in tables["gift_card"]
    ]
    return made


def benefits() -> list[AnyDocument]:
    """Promotions of coupons first, then the rules and everything that is given or sold."""
    tables = load("benefits")
    rewards: list[AnyDocument] = [Reward(**table) for table in tables["reward"]]
    return [*_coupons(tables), *_rules(tables), *_on_sale(tables), *rewards]


def birthday() -> BirthdayRule:
    """When the demo shop gives birthday coupons."""
    return BirthdayRule(**load("benefits")["birthday"])
