"""The shop's rules of benefits as its people set them: checked, then pushed.

`Benefit` rules are documents of the stream ``benefits``; the birthday's is HQ's alone, because HQ gives the
coupons and no till knows a birthday.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from hq import catalogue
from hq.tables import member_rule
from retail.catalogue import Document, Product, Tier
from retail.errors import ContractError, Refused
from retail.ledger.accounts import checked_id
from retail.ledger.earning import PointsRules, Reward, check_points_rules
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.units import DAYS_MAX
from retail.ledger.value_rules import ValueRules, check_value_rules
from retail.members.birthdays import BirthdayRule, check_birthday_rule
from retail.members.coupons import CouponKind, check_coupon_kind
from retail.members.pushed import GiftCardKind
from retail.members.tiers import TierRules, check_tier_rules
from retail.money import AMOUNT_MINOR_MAX, BASIS_POINTS
from retail.pricing.pushed import PushedPromotion
from retail.streams import AnyDocument

BIRTHDAY = "birthday"
USES_MAX = 10_000
KINDS: dict[str, type[Document]] = {
    "tier": Tier,
    "tier_rules": TierRules,
    "points_rules": PointsRules,
    "value_rules": ValueRules,
    "pass_kind": PassKind,
    "membership_kind": MembershipKind,
    "gift_card_kind": GiftCardKind,
    "reward": Reward,
    "coupon_kind": CouponKind,
}
SINGLE = frozenset({"tier_rules", "points_rules", "value_rules"})
"""Of these there is one; of the others as many as the shop likes."""


def all_of(connection: Connection, kind: str) -> list[Any]:
    """The documents of a kind, by id; tiers in their order."""
    found: list[Any] = [held.document for held in catalogue.held(connection, KINDS[kind])]
    return sorted(found, key=lambda one: one.order) if kind == "tier" else found


def keep(connection: Connection, document: AnyDocument) -> tuple[str, ...]:
    """Check and push; codes of what is allowed but generous. `ContractError` with its path (``$.days``)."""
    kind = catalogue.KIND_OF[type(document)]
    try:
        checked_id(document.id, "rule")
    except (ContractError, Refused):
        raise ContractError("rule.bad_id", path="$.id", found=document.id[:40]) from None
    names = getattr(document, "names", None)
    if names is not None and not any(text.strip() for text in names.values()):
        raise ContractError("rule.no_name", path="$.names")
    warnings = _CHECKS[kind](connection, document) or ()
    catalogue.put(connection, [document])
    return tuple(warnings)


def drop(connection: Connection, kind: str, document_id: str) -> None:
    """Not on sale any more; what members have of it stays theirs. ``rule.unknown``."""
    if kind in SINGLE or kind == "tier":
        raise Refused("rule.needed", kind=kind)
    if catalogue.remove(connection, kind, [document_id]) is None:
        raise Refused("rule.unknown", kind=kind, id=document_id)


def birthday_rule(connection: Connection) -> BirthdayRule | None:
    """When birthday coupons are given; None: never."""
    text = connection.execute(
        select(member_rule.c.json).where(member_rule.c.name == BIRTHDAY)
    ).scalar_one_or_none()
    return None if text is None else msgspec.json.decode(text, type=BirthdayRule)


def keep_birthday_rule(connection: Connection, rule: BirthdayRule) -> None:
    """Check and set it."""
    check_birthday_rule(rule)
    _must_be(connection, CouponKind, rule.coupon, "$.coupon")
    same = {"json": msgspec.json.encode(rule).decode()}
    statement = insert(member_rule).values(name=BIRTHDAY, **same)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=same))


def _tier(connection: Connection, tier: Tier) -> None:
    _between("$.discount_bp", tier.discount_bp, 0, BASIS_POINTS - 1)


def _tier_rules(connection: Connection, rules: TierRules) -> None:
    check_tier_rules(rules)
    _must_be(connection, Tier, rules.base, "$.base")
    for index, rule in enumerate(rules.tiers):
        _must_be(connection, Tier, rule.tier, f"$.tiers[{index}]")
        for coupon in rule.coupons:
            _must_be(connection, CouponKind, coupon, f"$.tiers[{index}]")


def _value_rules(connection: Connection, rules: ValueRules) -> tuple[str, ...]:
    for index, step in enumerate(rules.steps):
        for coupon in step.coupons:
            _must_be(connection, CouponKind, coupon, f"$.steps[{index}]")
    return check_value_rules(rules)


def _points_rules(connection: Connection, rules: PointsRules) -> tuple[str, ...]:
    for tier in rules.tier_factor_bp:
        _must_be(connection, Tier, tier, "$.tier_factor_bp")
    return check_points_rules(rules)


def _pass_kind(connection: Connection, kind: PassKind) -> None:
    _between("$.uses", kind.uses, 1, USES_MAX)
    _between("$.price_minor", kind.price_minor, 0, AMOUNT_MINOR_MAX)
    if kind.days is not None:
        _between("$.days", kind.days, 1, DAYS_MAX)
    if kind.refund == "single":
        _between("$.single_price_minor", kind.single_price_minor, 1, AMOUNT_MINOR_MAX)
    for product in kind.covers:
        _must_be(connection, Product, product, "$.covers")


def _membership_kind(connection: Connection, kind: MembershipKind) -> None:
    _between("$.days", kind.days, 1, DAYS_MAX)
    _between("$.price_minor", kind.price_minor, 0, AMOUNT_MINOR_MAX)
    _between("$.freezes_max", kind.freezes_max, 0, 100)
    _between("$.frozen_days_max", kind.frozen_days_max, 0, DAYS_MAX)


def _gift_card_kind(connection: Connection, kind: GiftCardKind) -> tuple[str, ...]:
    _between("$.price_minor", kind.price_minor, 1, AMOUNT_MINOR_MAX)
    _between("$.value_minor", kind.value_minor, 1, AMOUNT_MINOR_MAX)
    if kind.days is not None:
        _between("$.days", kind.days, 1, DAYS_MAX)
    if kind.value_minor < kind.price_minor:
        raise ContractError("gift_card.worth_less", path="$.value_minor", found=kind.value_minor)
    return ("gift_card.twice_the_price",) if kind.value_minor >= 2 * kind.price_minor else ()


def _reward(connection: Connection, reward: Reward) -> None:
    _between("$.points", reward.points, 1, AMOUNT_MINOR_MAX)
    if bool(reward.product) == bool(reward.coupon):
        raise ContractError("reward.one_of_two", path="$.product")
    if reward.product:
        _must_be(connection, Product, reward.product, "$.product")
        product = catalogue.document_of(connection, Product, reward.product)
        if isinstance(product, Product) and (product.by_weight or not product.discount):
            raise ContractError("reward.never_free", path="$.product")
        if reward.days is not None:
            _between("$.days", reward.days, 1, DAYS_MAX)
    else:
        _must_be(connection, CouponKind, reward.coupon, "$.coupon")


def _coupon_kind(connection: Connection, kind: CouponKind) -> None:
    check_coupon_kind(kind)
    _must_be(connection, PushedPromotion, kind.promotion, "$.promotion")
    for tier in kind.tiers:
        _must_be(connection, Tier, tier, "$.tiers")
    if kind.code:
        for other in all_of(connection, "coupon_kind"):
            if other.id != kind.id and other.code.casefold() == kind.code.casefold():
                raise ContractError("coupon.code_taken", path="$.code", found=other.id)


_CHECKS: dict[str, Callable[[Connection, Any], tuple[str, ...] | None]] = {
    "tier": _tier,
    "tier_rules": _tier_rules,
    "points_rules": _points_rules,
    "value_rules": _value_rules,
    "pass_kind": _pass_kind,
    "membership_kind": _membership_kind,
    "gift_card_kind": _gift_card_kind,
    "reward": _reward,
    "coupon_kind": _coupon_kind,
}


def _between(path: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ContractError("rule.out_of_range", path=path, found=value, low=low, high=high)


def _must_be(connection: Connection, kind: type[Document], document_id: str, path: str) -> None:
    if catalogue.document_of(connection, kind, document_id) is None:
        raise ContractError("rule.not_there", path=path, found=document_id, kind=catalogue.KIND_OF[kind])
