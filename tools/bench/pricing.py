"""What pricing a basket costs: 20 lines, 100,000 products, few promotions or many; and django-oscar's offers.

All times are process time, so that other programs count as little as possible.
"""

import gc
import time
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from bench.figures import Figure, figure, percentile
from bench.price_case import RULES, Case, make_case
from retail.pricing import Offers, PromotionSet, price

PROMOTIONS = 500
TARGET_MS = 5.0
OSCAR_SHARE_PERCENT = 5.0
"""At least twenty times faster."""
OSCAR_ROUNDING_MINOR = 5
"""django-oscar rounds down what each offer takes off: totals so close to one another are alike."""


def measure_pricing(rounds: int, baskets: int) -> list[Figure]:
    """Every figure is a median over rounds of a percentile over baskets."""
    case = make_case(PROMOTIONS, baskets)
    exact = sum(price(*_asked(case, at)).search.exact for at in range(baskets))
    what = (
        f"price(): 20 lines, {PROMOTIONS} promotions in force, 100,000 products; {exact} of {baskets} proved"
    )
    timed = [_times(case) for _ in range(rounds)]
    found = [
        figure(f"price, {PROMOTIONS} promotions, p50", [percentile(r, 50) for r in timed], "ms", what),
        figure(
            f"price, {PROMOTIONS} promotions, p99", [percentile(r, 99) for r in timed], "ms", what, TARGET_MS
        ),
    ]
    for count in (50, 500, 5000):
        more = _elsewhere(count, baskets)
        timed = [_times(more) for _ in range(rounds)]
        what = f"the same 50 promotions meet these baskets, of {count} in force"
        found.append(
            figure(f"price, 50 of {count} concern it, p50", [percentile(r, 50) for r in timed], "ms", what)
        )
    return found


def measure_against_oscar(promotions: int, baskets: int) -> list[Figure]:
    """Ours and django-oscar's time and totals for the same baskets and promotions."""
    from bench.oscar_offers import OscarShop, sayable

    whole = make_case(promotions * 2, baskets)
    # Thresholds in the goods' group too: django-oscar's offers are exclusive, or all stack on one another.
    said = [structs.replace(one, group="goods") for one in whole.promotions if sayable(one)][:promotions]
    pieces = [
        [
            replace(
                goods,
                unit="each",
                quantity_milli=max(1, goods.quantity_milli // 1000) * 1000,
                member_price_minor=None,
            )
            for goods in basket
        ]
        for basket, _, _ in whole.baskets
    ]
    offers = Offers(PromotionSet(said), whole.baskets[0][2].at)
    ours = Case(said, whole.book, [(basket, None, offers) for basket in pieces])
    shop = OscarShop(said, pieces)
    mine = _times(ours)
    answers = [price(*_asked(ours, at)).total_minor for at in range(baskets)]
    theirs = [shop.price(at) for at in range(baskets)]
    beyond = [total - other for total, (other, _) in zip(answers, theirs, strict=True)]
    alike = sum(abs(difference) <= OSCAR_ROUNDING_MINOR for difference in beyond)
    dearer = sum(difference > OSCAR_ROUNDING_MINOR for difference in beyond)
    what = (
        f"the same {baskets} baskets and {len(said)} promotions that both can say, no two on one unit; "
        f"totals: {alike} alike to its rounding, {baskets - alike - dearer} cheaper with ours, "
        f"which looks for the best, {dearer} dearer"
    )
    shares = [100 * one / other for one, (_, other) in zip(mine, theirs, strict=True)]
    return [
        figure("price, beside django-oscar: ours", mine, "ms", what),
        figure("price, beside django-oscar: its offers", [spent for _, spent in theirs], "ms", what),
        figure("price, beside django-oscar: times faster", [100 / share for share in shares], "x", what),
        figure("price, beside django-oscar: our share", shares, "%", what, OSCAR_SHARE_PERCENT),
    ]


def _asked(case: Case, at: int) -> tuple[object, ...]:
    basket, member, offers = case.baskets[at]
    return basket, member, RULES, offers


def _times(case: Case) -> list[float]:
    """Milliseconds for each basket. Garbage of the case itself is left alone, as a till's catalogue is."""
    gc.collect()
    gc.freeze()
    spent = []
    for basket, member, offers in case.baskets:
        began = time.process_time_ns()
        price(basket, member, RULES, offers)
        spent.append((time.process_time_ns() - began) / 1e6)
    gc.unfreeze()
    return spent


def _elsewhere(count: int, baskets: int) -> Case:
    """A case of 50 promotions, and others that name none of its goods, `count` in all."""
    case = make_case(50, baskets)
    goods = [one for basket, _, _ in case.baskets for one in basket]
    others = make_case(6000, 1, seed=2).promotions
    touching = {one.promotion.id for one, _ in PromotionSet(others).touching(goods)}
    apart = [structs.replace(one, id=f"else-{one.id}") for one in others if one.id not in touching]
    shared = PromotionSet([*case.promotions, *apart[: count - 50]])
    asked: Sequence = [
        (basket, member, replace(offers, promotions=shared)) for basket, member, offers in case.baskets
    ]
    return Case(case.promotions, case.book, list(asked))
