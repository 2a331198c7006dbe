"""A second, slow engine: unit by unit, every permitted assignment, nothing shared with `retail.pricing`'s search.

It reads the same documents and follows docs/pricing.md to the letter; it knows one piece of goods at a time.
For small baskets of whole pieces, promotions without conditions, one kind of tax.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations, product

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
    order = sorted(promotions, key=lambda p: (p.priority, p.id))
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


def coupon(one: doc.AnyPromotion) -> bool:
    return bool(one.conditions.coupon_codes)


def assignments(
    lots: list[tuple[str, tuple[int, int]]], goods: Sequence[doc.AnyPromotion]
) -> Iterator[list[list[list[tuple[doc.AnyPromotion, int] | None]]]]:
    """For every lot and group, what each of its units is given to."""
    groups = sorted({group(p) for p in goods})
    per_lot = []
    for name, (_, pieces) in lots:
        per_group = []
        for one_group in groups:
            options: list[tuple[doc.AnyPromotion, int] | None] = []
            for p in (p for p in goods if group(p) == one_group and not isinstance(p, LINE)):
                options += [(p, at) for at, (scope, _) in enumerate(places(p)) if covers(scope, name)]
            options += [
                (p, -1)
                for p in goods
                if group(p) == one_group and isinstance(p, LINE) and covers(p.scope, name)
            ]
            options.append(None)
            per_group.append([way for way in ordered_ways(options, pieces) if whole(way)])
        per_lot.append(list(product(*per_group)))
    for combination in product(*per_lot):
        yield [list(ways) for ways in combination]


def ordered_ways(options: list, pieces: int) -> Iterator[list]:  # type: ignore[type-arg]
    """Units of a lot are equal: only how many go where matters, the first options getting the dearest."""
    for picks in product(range(len(options)), repeat=pieces):
        if list(picks) == sorted(picks):
            yield [options[pick] for pick in picks]


def whole(way: list) -> bool:  # type: ignore[type-arg]
    """A line promotion without a limit has all of a merged line that no multi-buy has, or nothing."""
    rest = [pick for pick in way if pick is None or pick[1] == -1]
    unlimited = {pick[0].id for pick in rest if pick and not limited(pick[0])}
    return not unlimited or (len(unlimited) == 1 and None not in rest)


def limited(one: doc.AnyPromotion) -> bool:
    return one.limits.per_basket is not None or isinstance(one, doc.FlashSale)


def worked_out(lots, goods, assignment, tier_bp) -> list[Unit] | None:  # type: ignore[no-untyped-def]
    units: list[tuple[Unit, list]] = []  # type: ignore[type-arg]
    for rank, (name, (unit_price, pieces)) in enumerate(lots):
        mine = []
        for at in range(pieces):
            given = [way[at] for way in assignment[rank] if way[at] is not None]
            mine.append((Unit(name, unit_price, rank, groups={group(p) for p, _ in given}), given))
        plain = [unit for unit, given in mine if not given]
        if plain:
            take(plain, off(sum(u.now for u in plain), tier_bp))
        units += mine
    for p in goods:
        mine = [unit for unit, given in units if any(q is p for q, _ in given)]
        if isinstance(p, LINE):
            if p.limits.per_basket is not None and len(mine) > p.limits.per_basket:
                return None
            if isinstance(p, doc.FlashSale) and len(mine) > p.quota:
                return None
            for rank in sorted({u.rank for u in mine}):
                line = [(u, [(q.id, at) for q, at in given]) for u, given in units if u.rank == rank]
                line = [(u, given) for u, given in line if any(u is one for one in mine)]
                alike = [[u for u, g in line if g == key] for key in unique([g for _, g in line])]
                amount = line_off(p, [u for u, _ in line])
                for part, of_part in zip(
                    alike, share(amount, [sum(u.now for u in a) for a in alike]), strict=True
                ):
                    take(part, of_part)
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
        bearing = sorted(everything, key=lambda u: (u.now, -u.rank))[:count]
        take(bearing, off(sum(u.now for u in bearing), rate))
    else:
        assert isinstance(p, doc.BuyXGetY)
        got = min(
            (
                choice
                for choice in combinations(everything, p.get_pieces)
                if all(covers(wanted[-1][0], u.product) for u in choice)
                and all(
                    covers(wanted[0][0], u.product) for u in everything if not any(u is c for c in choice)
                )
            ),
            key=lambda choice: sum(u.now for u in choice),
        )
        take(list(got), off(sum(u.now for u in got), p.off_bp))


def take(units: list[Unit], amount: int) -> None:
    units = sorted(units, key=lambda u: (-u.now, u.rank))
    for unit, part in zip(units, share(amount, [u.now for u in units]), strict=True):
        unit.now -= part


def later_totals(units: list[Unit], later: Sequence[doc.AnyPromotion]) -> Iterator[int]:
    """Every choice of thresholds and coupons and every order in which they take their goods."""
    for count in range(len(later) + 1):
        for chosen in permutations(later, count):
            copies = [Unit(u.product, u.left, u.rank, u.left, set(u.groups)) for u in units]
            claims = {}
            for p in chosen:
                mine = [
                    u for u in copies if covers(p.scope, u.product) and group(p) not in u.groups and u.left
                ]
                worth = sum(u.left for u in mine)
                times = 1
                if isinstance(p, BASKET):
                    times = worth // p.threshold_minor
                    if not getattr(p, "repeats", False) or coupon(p):
                        times = min(times, 1)
                claims[p.id] = (mine if times else [], times)
                for u in claims[p.id][0]:
                    u.groups.add(group(p))
            for p in (p for p in later if p in chosen):
                mine, times = claims[p.id]
                now = sum(u.now for u in mine)
                if not mine or not times:
                    continue
                if isinstance(p, doc.ThresholdOff):
                    take_by_lot(mine, min(now, p.off_minor * times))
                elif isinstance(p, doc.ThresholdPercentage):
                    take_by_lot(mine, off(now, p.off_bp))
                else:
                    for rank in sorted({u.rank for u in mine}):
                        line = [u for u in mine if u.rank == rank]
                        take(line, line_off(p, line))
            yield sum(u.now for u in copies)


def take_by_lot(units: list[Unit], amount: int) -> None:
    """Basket discounts are shared over lines first, so that scanning one by one changes nothing."""
    keys = sorted({(u.rank, tuple(sorted(u.groups))) for u in units})
    lines = [[u for u in units if (u.rank, tuple(sorted(u.groups))) == key] for key in keys]
    for line, part in zip(lines, share(amount, [sum(u.now for u in line) for line in lines]), strict=True):
        take(line, part)
