"""Stages 1 and 2: equal goods merged into lots, their base price, an override, the member's own price.

A lot is what pricing works on; the lines of the basket are its parts and get their share back at the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retail.errors import Refused
from retail.money import AMOUNT_MINOR_MAX, share_of, split
from retail.pricing.basket import Goods, MemberTerms
from retail.pricing.offers import Override
from retail.pricing.priced import Adjustment, PricedLine, RuleKind
from retail.quantity import ONE_MILLI, extend

MEMBER_PRICE_NAMES = {"zh-Hans": "会员价", "zh-Hant": "會員價", "en": "Member price"}
OVERRIDE_NAMES = {"zh-Hans": "改价", "zh-Hant": "改價", "en": "Price changed"}


@dataclass(slots=True)
class Change:
    """An adjustment of a lot while it is being priced; `amount_minor` is what it adds (mostly negative)."""

    rule: str
    kind: RuleKind
    names: dict[str, str]
    amount_minor: int
    rate_bp: int = 0


@dataclass(slots=True)
class Lot:
    """Equal goods. `pieces` whole units, or 1 for goods that are weighed (`countable` False).

    `amount_minor` is what is left after stage 2, `tier` the percentage that only goods without a promotion
    get. `order` is the lot's place: the dearest first, the same however the basket was scanned.
    """

    goods: Goods
    parts: list[Goods]
    quantity_milli: int
    countable: bool
    pieces: int
    base_minor: int
    amount_minor: int
    changes: list[Change] = field(default_factory=list)
    tier: MemberTerms | None = None
    promotable: bool = True
    order: int = 0

    @property
    def even(self) -> bool:
        """Whether all its units cost the same."""
        return self.amount_minor % self.pieces == 0

    def first(self, pieces: int) -> int:
        """What its dearest `pieces` units cost; units differ by one minor unit at most."""
        whole, dearer = divmod(self.amount_minor, self.pieces)
        return whole * pieces + min(pieces, dearer)


def make_lots(
    basket: Sequence[Goods], member: MemberTerms | None, overrides: Mapping[str, Override]
) -> list[Lot]:
    """The lots of goods with quantities >= 0, after stage 2, dearest first."""
    merged: dict[tuple[object, ...], list[Goods]] = {}
    for goods in basket:
        key = goods.sameness()
        override = overrides.get(goods.line_id)
        merged.setdefault(key if override is None else (*key, override.unit_price_minor), []).append(goods)
    lots = [_make_lot(parts, member, overrides.get(parts[0].line_id)) for parts in merged.values()]
    lots.sort(key=_place)
    for order, lot in enumerate(lots):
        lot.order = order
    return lots


def _place(lot: Lot) -> tuple[object, ...]:
    goods = lot.goods
    member_price = -1 if goods.member_price_minor is None else goods.member_price_minor
    return (
        -lot.first(1),
        goods.product_id,
        goods.unit,
        goods.options,
        goods.unit_price_minor,
        member_price,
        goods.tax_class,
        goods.member_discount,
        goods.promotable,
        "" if goods.product_id else goods.line_id,
    )


def _make_lot(parts: list[Goods], member: MemberTerms | None, override: Override | None) -> Lot:
    first = parts[0]
    quantity_milli = sum(goods.quantity_milli for goods in parts)
    base_minor = extend(first.unit_price_minor, quantity_milli)
    if abs(base_minor) > AMOUNT_MINOR_MAX:
        raise Refused("pricing.amount_too_large", line_id=first.line_id, product_id=first.product_id)
    countable = first.unit == "each" and quantity_milli % ONE_MILLI == 0 and quantity_milli > 0
    lot = Lot(
        goods=first,
        parts=parts,
        quantity_milli=quantity_milli,
        countable=countable,
        pieces=quantity_milli // ONE_MILLI if countable else 1,
        base_minor=base_minor,
        amount_minor=base_minor,
        promotable=first.promotable and quantity_milli > 0,
    )
    if override is not None:
        changed = extend(override.unit_price_minor, quantity_milli) - base_minor
        lot.changes.append(Change(f"override:{override.line_id}", "override", OVERRIDE_NAMES, changed))
        lot.amount_minor += changed
        lot.promotable = False
    elif member is not None:
        _member_price(lot, member)
    return lot


def _member_price(lot: Lot, member: MemberTerms) -> None:
    """The product's own member price, else the tier's percentage unless the goods are excluded."""
    goods = lot.goods
    if goods.member_price_minor is not None:
        if goods.member_price_minor < goods.unit_price_minor:
            change = extend(goods.member_price_minor, lot.quantity_milli) - lot.base_minor
            lot.changes.append(Change("member_price", "member", MEMBER_PRICE_NAMES, change))
            lot.amount_minor += change
    elif goods.member_discount and member.discount_bp:
        if member.on_promoted or not lot.promotable:
            amount_minor = share_of(lot.amount_minor, member.discount_bp)
            lot.changes.append(tier_change(member, amount_minor))
            lot.amount_minor -= amount_minor
        else:
            lot.tier = member


def tier_change(member: MemberTerms, amount_minor: int) -> Change:
    """The tier's percentage as a change of a lot."""
    return Change(f"tier:{member.tier_id}", "member", member.tier_names, -amount_minor, member.discount_bp)


def priced_lines(lot: Lot, sign: int) -> list[PricedLine]:
    """The lot's lines with their share of every change, by largest remainder over what they cost then.

    Sharing over the running amounts is what keeps every line from becoming negative.
    """
    changes = [change for change in lot.changes if change.amount_minor]
    if len(lot.parts) == 1:
        adjustments = tuple(_adjustment(change, sign * change.amount_minor) for change in changes)
        total = lot.base_minor + sum(change.amount_minor for change in changes)
        return [PricedLine(lot.goods.line_id, sign * lot.base_minor, adjustments, sign * total)]
    bases = split(lot.base_minor, [goods.quantity_milli for goods in lot.parts])
    running = list(bases)
    found: list[list[Adjustment]] = [[] for _ in lot.parts]
    for change in changes:
        for place, part in enumerate(split(change.amount_minor, running)):
            running[place] += part
            if part:
                found[place].append(_adjustment(change, sign * part))
    return [
        PricedLine(goods.line_id, sign * base, tuple(adjustments), sign * left)
        for goods, base, adjustments, left in zip(lot.parts, bases, found, running, strict=True)
    ]


def _adjustment(change: Change, amount_minor: int) -> Adjustment:
    return Adjustment(rule=change.rule, names=change.names, amount_minor=amount_minor, rate_bp=change.rate_bp)
