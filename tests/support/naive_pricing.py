"""A second, slow engine: unit by unit, every permitted assignment, nothing shared with the fast one's search.

It reads the same documents and follows docs/pricing.md to the letter; it knows one piece of goods at a time.
For small baskets of whole pieces, promotions without conditions, one kind of tax.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, permutations, product

from msgspec.structs import replace

from retail.pricing import promotion as doc

LINE = (doc.Percentage, doc.AmountOff, doc.FixedPrice, doc.FlashSale)
BASKET = (doc.ThresholdOff, doc.ThresholdPercentage, doc.ThresholdGift)


@dataclass
class Unit:
    product: str
    now: int
    rank: int
    left: int = 0
    groups: set[str] = field(default_factory=set)
    part: tuple = ()  # type: ignore[type-arg]


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def off(amount: int, bp: int) -> int:
    return half_up(Fraction(amount * bp, 10_000))


def share(amount: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights)
    if not total:
        return [amount] + [0] * (len(weights) - 1)
    exact = [Fraction(amount * weight, total) for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: amount - sum(parts)]:
        parts[at] += 1
    return parts


def group(one: doc.AnyPromotion) -> str:
    return one.group or ("basket" if isinstance(one, BASKET) else "goods")


def covers(scope: doc.Scope, product: str) -> bool:
    return not scope.products or product in scope.products


def late(one: doc.AnyPromotion) -> bool:
    return isinstance(one, BASKET) or bool(one.conditions.coupon_codes)


def places(one: doc.AnyPromotion) -> list[tuple[doc.Scope, int]]:
    """The places of one application."""
    if isinstance(one, doc.Bundle | doc.GroupBuy):
        return [(part.scope, part.pieces) for part in one.parts]
    if isinstance(one, doc.BuyXGetY):
        if one.get is None or one.get == one.scope:
            return [(one.scope, one.buy_pieces + one.get_pieces)]
        return [(one.scope, one.buy_pieces), (one.get, one.get_pieces)]
    return [(one.scope, one.nth if isinstance(one, doc.NthAtRate) else one.pieces)]  # type: ignore[union-attr]


def best_total(
    basket: dict[str, tuple[int, int]], promotions: Sequence[doc.AnyPromotion], tier_bp: int = 0
) -> int:
    """`basket`: product -> (unit price, pieces). The lowest total over all permitted assignments."""
    order = sorted((alike(p, set(basket)) for p in promotions), key=lambda p: (p.priority, p.id))
    goods = [p for p in order if not late(p)]
    goods.sort(key=lambda p: not isinstance(p, LINE))
    later = sorted((p for p in order if late(p)), key=lambda p: not isinstance(p, BASKET) or coupon(p))
    lots = sorted(basket.items(), key=lambda item: (-item[1][0], item[0]))
    totals = []
    for assignment in assignments(lots, goods):
        units = worked_out(lots, goods, assignment, tier_bp)
        if units is not None:
            for unit in units:
                unit.left = unit.now
            totals.append(min(later_totals(units, later)))
    return min(totals)


def alike(one: doc.AnyPromotion, products: set[str]) -> doc.AnyPromotion:
    """Where what is bought and what is got are the same goods, there is one place for both."""
    if isinstance(one, doc.BuyXGetY) and one.get is not None:
        both = [{name for name in products if covers(scope, name)} for scope in (one.scope, one.get)]
        if both[0] == both[1]:
            return replace(one, get=one.scope)
    return one


def coupon(one: doc.AnyPromotion) -> bool:
    return bool(one.conditions.coupon_codes)


def assignments(lots, goods) -> Iterator[list]:  # type: ignore[no-untyped-def,type-arg]
    """For every lot, what each of its units is given to: one promotion, or none, of each group."""
    groups = sorted({group(p) for p in goods})
    per_lot = []
    for name, (_, pieces) in lots:
        per_group = []
        for one_group in groups:
            mine = [p for p in goods if group(p) == one_group]
            options: list = []  # type: ignore[type-arg]
            for p in (p for p in mine if not isinstance(p, LINE)):
                options += [(p, at) for at, (scope, _) in enumerate(places(p)) if covers(scope, name)]
            options += [(p, -1) for p in mine if isinstance(p, LINE) and covers(p.scope, name)]
            per_group.append([*options, None])
        together = list(product(*per_group))
        ways = combinations_with_replacement(range(len(together)), pieces)
        chosen = [[together[at] for at in way] for way in ways]
        per_lot.append(
            [way for way in chosen if all(whole([unit[at] for unit in way]) for at in range(len(groups)))]
        )
    for combination in product(*per_lot):
        yield list(combination)


def whole(way: list) -> bool:  # type: ignore[type-arg]
    """A line promotion without a limit has all of a merged line that the others leave, or nothing."""
    unlimited = {pick[0].id for pick in way if pick and pick[1] == -1 and not limited(pick[0])}
    return not unlimited or (len(unlimited) == 1 and None not in way)


def limited(one: doc.AnyPromotion) -> bool:
    return one.limits.per_basket is not None or isinstance(one, doc.FlashSale)


def worked_out(lots, goods, assignment, tier_bp) -> list[Unit] | None:  # type: ignore[no-untyped-def]
    units: list[tuple[Unit, list]] = []  # type: ignore[type-arg]
    for rank, (name, (unit_price, pieces)) in enumerate(lots):
        mine = []
        for at in range(pieces):
            given = [one for one in assignment[rank][at] if one is not None]
            part = tuple((p.id, place) for p, place in given)
            mine.append((Unit(name, unit_price, rank, 0, {group(p) for p, _ in given}, part), given))
        plain = [unit for unit, given in mine if not given]
        if plain:
            take(plain, off(sum(u.now for u in plain), tier_bp))
        units += mine
    for p in goods:
        level(units)
        mine = [unit for unit, given in units if any(q is p for q, _ in given)]
        if isinstance(p, LINE):
            if p.limits.per_basket is not None and len(mine) > p.limits.per_basket:
                return None
            if isinstance(p, doc.FlashSale) and len(mine) > p.quota:
                return None
            for rank in sorted({u.rank for u in mine}):
                by_line(p, [u for u in mine if u.rank == rank])
        elif not multi(
            p,
            [
                (u, next(at for q, at in given if q is p))
                for u, given in units
                if any(q is p for q, _ in given)
            ],
        ):
            return None
    return [unit for unit, _ in units]


def level(units: list) -> None:  # type: ignore[type-arg]
    """Equal goods that are treated alike cost the same, to the minor unit."""
    keys = unique([(u.rank, given) for u, given in units])
    for key in keys:
        alike = [u for u, given in units if (u.rank, given) == key]
        whole_minor, dearer = divmod(sum(u.now for u in alike), len(alike))
        for at, unit in enumerate(alike):
            unit.now = whole_minor + (1 if at < dearer else 0)


def unique(keys: list) -> list:  # type: ignore[type-arg]
    return [key for at, key in enumerate(keys) if key not in keys[:at]]


def line_off(p: doc.AnyPromotion, line: list[Unit]) -> int:
    amount = sum(u.now for u in line)
    if isinstance(p, doc.Percentage):
        return off(amount, p.off_bp)
    if isinstance(p, doc.AmountOff):
        return min(amount, p.off_minor * len(line))
    assert isinstance(p, doc.FixedPrice | doc.FlashSale)
    return max(0, amount - p.price_minor * len(line))


def multi(p: doc.AnyPromotion, given: list[tuple[Unit, int]]) -> bool:
    wanted = places(p)
    same = getattr(p, "same_product", False) or (isinstance(p, doc.BuyXGetY) and p.get is None)
    times = 0
    for name in sorted({u.product for u, _ in given}) if same else [""]:
        queues = [
            sorted(
                (u for u, at in given if at == slot and name in ("", u.product)),
                key=lambda u: (-u.now, u.rank),
            )
            for slot in range(len(wanted))
        ]
        rounds = len(queues[0]) // wanted[0][1]
        if any(len(queue) != rounds * pieces for queue, (_, pieces) in zip(queues, wanted, strict=True)):
            return False
        times += rounds
        for at in range(rounds):
            taken = [queue[at * n : (at + 1) * n] for queue, (_, n) in zip(queues, wanted, strict=True)]
            apply(p, wanted, taken)
    return p.limits.per_basket is None or times <= p.limits.per_basket


def apply(p: doc.AnyPromotion, wanted: list[tuple[doc.Scope, int]], taken: list[list[Unit]]) -> None:
    everything = [u for part in taken for u in part]
    amount = sum(u.now for u in everything)
    if isinstance(p, doc.NForPrice | doc.GroupBuy) or (
        isinstance(p, doc.Bundle) and p.price_minor is not None
    ):
        take(everything, max(0, amount - (p.price_minor or 0)))
    elif isinstance(p, doc.Bundle):
        take(everything, off(amount, p.off_bp or 0))
    elif isinstance(p, doc.NForM | doc.NthAtRate):
        count, rate = (p.pieces - p.paid, 10_000) if isinstance(p, doc.NForM) else (1, p.off_bp)
        bearing = sorted(everything, key=lambda u: (-u.now, u.rank))[-count:]
        take(bearing, off(sum(u.now for u in bearing), rate))
    else:
        assert isinstance(p, doc.BuyXGetY)
        cheapest_first = sorted(everything, key=lambda u: (-u.now, u.rank))[::-1]
        got = min(
            (
                choice
                for choice in combinations(cheapest_first, p.get_pieces)
                if all(covers(wanted[-1][0], u.product) for u in choice)
                and all(
                    covers(wanted[0][0], u.product) for u in everything if not any(u is c for c in choice)
                )
            ),
            key=lambda choice: sum(u.now for u in choice),
        )
        take(list(got), off(sum(u.now for u in got), p.off_bp))


def take(units: list[Unit], amount: int) -> None:
    """Shared first over runs of equal goods at one price, the dearest first."""
    ordered = sorted(units, key=lambda u: (-u.now, u.rank))
    keys = unique([(u.now, u.rank, u.part) for u in ordered])
    runs = [[u for u in ordered if (u.now, u.rank, u.part) == key] for key in keys]
    for run, of_run in zip(runs, share(amount, [sum(u.now for u in run) for run in runs]), strict=True):
        for unit, part in zip(run, share(of_run, [u.now for u in run]), strict=True):
            unit.now -= part


def parts_of(units: list[Unit]) -> list[list[Unit]]:
    """Equal goods treated alike, in the order of the basket."""
    return [
        [u for u in units if (u.rank, u.part) == key] for key in unique([(u.rank, u.part) for u in units])
    ]


def later_totals(units: list[Unit], later: Sequence[doc.AnyPromotion]) -> Iterator[int]:
    """Every choice of thresholds and coupons and every order in which they take their goods."""
    for count in range(len(later) + 1):
        for chosen in permutations(later, count):
            copies = [Unit(u.product, u.left, u.rank, u.left, set(u.groups), u.part) for u in units]
            claims = {p.id: claim(p, copies) for p in chosen}
            for p in (p for p in later if p in chosen):
                lay(p, *claims[p.id])
            yield sum(u.now for u in copies)


def claim(p: doc.AnyPromotion, units: list[Unit]) -> tuple[list[Unit], int]:
    mine = [u for u in units if covers(p.scope, u.product) and group(p) not in u.groups]
    mine = [u for part in parts_of(mine) if sum(u.left for u in part) for u in part]
    times = 1
    if isinstance(p, BASKET):
        times = sum(u.left for u in mine) // p.threshold_minor
        if not getattr(p, "repeats", False) or coupon(p):
            times = min(times, 1)
    if not times:
        return [], 0
    for u in mine:
        u.groups.add(group(p))
    return mine, times


def lay(p: doc.AnyPromotion, mine: list[Unit], times: int) -> None:
    now = sum(u.now for u in mine)
    if not mine:
        return
    if isinstance(p, doc.ThresholdOff):
        take_by_part(parts_of(mine), min(now, p.off_minor * times))
    elif isinstance(p, doc.ThresholdPercentage):
        take_by_part(parts_of(mine), off(now, p.off_bp))
    else:
        for rank in sorted({u.rank for u in mine}):
            by_line(p, [u for u in mine if u.rank == rank])


def by_line(p: doc.AnyPromotion, line: list[Unit]) -> None:
    """A percentage is one per merged line; money off and fixed prices look at what each part costs."""
    if isinstance(p, doc.Percentage):
        take_by_part(parts_of(line), off(sum(u.now for u in line), p.off_bp))
        return
    for part in parts_of(line):
        take(part, line_off(p, part))


def take_by_part(parts: list[list[Unit]], amount: int) -> None:
    for part, of_part in zip(parts, share(amount, [sum(u.now for u in part) for part in parts]), strict=True):
        take(part, of_part)
