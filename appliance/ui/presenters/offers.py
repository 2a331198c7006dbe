"""What promotions, coupons and hands did, in words: under a line, in the sum, as a hint, on a tile."""

from collections.abc import Container

from appliance.checkout.basket import Basket, Line
from appliance.checkout.coupons import BasketCoupon, is_goods
from appliance.checkout.promotions import Ready
from appliance.ui.presenters.say import Say, discount_words
from appliance.ui.state import FILL_UP, TillState
from appliance.ui.views.parts import ChipView, SumRowView
from appliance.ui.views.sale import HintView, PromotionRowView
from retail.catalogue import Product
from retail.money import share_of
from retail.pricing import Adjustment, NearMiss, PricedBasket, PricedLine, UnusedCoupon
from retail.pricing.calendar import holds
from retail.pricing.promotion import (
    AmountOff,
    AnyPromotion,
    BasketKind,
    Bundle,
    BuyXGetY,
    FixedPrice,
    FlashSale,
    NForM,
    NForPrice,
    NthAtRate,
    ThresholdGift,
    ThresholdOff,
    ThresholdPercentage,
)

HALF_BP = 5_000
ORDER = {"override": 0, "member_price": 1, "promotion": 2, "tier": 3, "coupon": 5, "manual": 6}
THRESHOLDS = 4
"""Where basket promotions stand among the rules of the sum; see `ORDER`."""


def kind_of(rule: str) -> str:
    """``promotion`` of ``promotion:<id>``."""
    return rule.partition(":")[0]


def promotion_of(ready: Ready | None, rule: str) -> AnyPromotion | None:
    """The promotion of a rule, where it is one of the shop's."""
    kind, _, name = rule.partition(":")
    return ready.by_id.get(name) if ready is not None and kind in ("promotion", "coupon") else None


def adjustment_name(say: Say, adjustment: Adjustment) -> str:
    """What a discount is called: the rule's name, a member's and a hand's with their rate."""
    name = say.name(adjustment.names)
    if is_goods(adjustment.rule):
        return say.tr("reward.goods", name=name)
    if adjustment.rate_bp and kind_of(adjustment.rule) in ("tier", "manual"):
        return f"{name} {discount_words(say, adjustment.rate_bp)}"
    return name


def under_line(
    ready: Ready | None, basket: Basket | None, line: Line, priced: PricedLine
) -> tuple[Adjustment, ...]:
    """What stands under a line: what is about these goods. What is about the whole basket, the tier's
    percentage too, is summed up once."""
    whole = f"manual:{basket.by_hand.discount_id}" if basket is not None and basket.by_hand else ""
    return tuple(
        one
        for one in priced.adjustments
        if not one.rule.startswith("tier:")
        and one.rule != whole
        and not isinstance(promotion_of(ready, one.rule), BasketKind)
    )


def line_rows(
    say: Say, ready: Ready | None, basket: Basket | None, line: Line, priced: PricedLine
) -> tuple[PromotionRowView, ...]:
    """The same as rows: name, how it came about, amount."""
    return tuple(
        PromotionRowView(adjustment_name(say, one), _how(say, ready, one, line), say.amount(one.amount_minor))
        for one in under_line(ready, basket, line, priced)
    )


def _how(say: Say, ready: Ready | None, one: Adjustment, line: Line) -> str:
    if line.new_price is not None and kind_of(one.rule) == "override":
        return say.tr("how.new_price", price=say.amount(line.new_price.unit_price_minor))
    promotion = promotion_of(ready, one.rule)
    if isinstance(promotion, NthAtRate):
        return _nth(say, promotion, one, line)
    if isinstance(promotion, NForM):
        return say.tr("how.n_for_m", pieces=promotion.pieces, paid=promotion.paid)
    if isinstance(promotion, NForPrice):
        return say.tr("how.n_for_price", pieces=promotion.pieces, price=say.amount(promotion.price_minor))
    if isinstance(promotion, BuyXGetY):
        return say.tr("how.buy_get", buy=promotion.buy_pieces, get=promotion.get_pieces)
    if isinstance(promotion, Bundle):
        price = promotion.price_minor
        return say.tr("how.bundle", price=say.amount(price)) if price is not None else ""
    if isinstance(promotion, AmountOff):
        return say.tr("how.amount_off", amount=say.amount(promotion.off_minor))
    if isinstance(promotion, FixedPrice | FlashSale):
        return say.tr("how.fixed", price=say.amount(promotion.price_minor))
    return discount_words(say, one.rate_bp) if one.rate_bp else ""


def _nth(say: Say, promotion: NthAtRate, one: Adjustment, line: Line) -> str:
    """``第 2 件 18.00 减半``; how many times where the pieces are all of this line."""
    key = "how.nth_half" if promotion.off_bp == HALF_BP else "how.nth"
    rate = discount_words(say, promotion.off_bp)
    words = say.tr(key, nth=promotion.nth, price=say.amount(line.unit_price_minor), rate=rate)
    each = share_of(line.unit_price_minor, promotion.off_bp)
    times, rest = divmod(-one.amount_minor, each) if each else (1, 0)
    return say.times(words, str(times)) if times > 1 and not rest else words


def discount_rows(
    ready: Ready | None, priced: PricedBasket, say: Say, without: Container[str] = ()
) -> tuple[SumRowView, ...]:
    """One row for each rule that took money off: how often a promotion, on how many lines a tier did.
    Rules in `without` are told elsewhere."""
    sums: dict[tuple[str, int], int] = {}
    names: dict[tuple[str, int], str] = {}
    counts: dict[tuple[str, int], int] = {}
    times = {rule.rule: rule.times for rule in priced.applied}
    for line in priced.lines:
        for one in line.adjustments:
            key = (one.rule, one.rate_bp)
            sums[key] = sums.get(key, 0) + one.amount_minor
            names[key] = adjustment_name(say, one)
            counts[key] = counts.get(key, 0) + 1
    rows = []
    shown = (key for key in sums if key[0] not in without)
    for key in sorted(shown, key=lambda key: _place(ready, key[0])):
        label, often = names[key], times.get(key[0], 1)
        if kind_of(key[0]) in ("promotion", "coupon"):
            label = say.times(label, str(often)) if often > 1 else label
        elif kind_of(key[0]) in ("tier", "member_price"):
            label = say.join(label, say.tr("totals.lines", count=counts[key]))
        rows.append(SumRowView(label, say.amount(sums[key]), "ok" if sums[key] < 0 else "plain"))
    return tuple(rows)


def _place(ready: Ready | None, rule: str) -> tuple[int, int, str]:
    place = ORDER.get(kind_of(rule), len(ORDER))
    promotion = promotion_of(ready, rule)
    if kind_of(rule) == "promotion" and isinstance(promotion, BasketKind):
        place = THRESHOLDS
    return place, promotion.priority if promotion else 0, rule


# Coupons


def coupon_name(say: Say, one: BasketCoupon) -> str:
    """What a coupon in the basket is called."""
    name = say.name(one.names)
    return say.tr("reward.goods", name=name) if one.is_goods else name


def coupon_rows(basket: Basket, priced: PricedBasket, say: Say) -> tuple[SumRowView, ...]:
    """Each code that took nothing off, with the reason."""
    names = {one.code: coupon_name(say, one) for one in basket.coupons}
    return tuple(
        SumRowView(say.join(names.get(one.code, one.code), unused_words(say, one)), "", "warn")
        for one in priced.unused_coupons
    )


def unused_words(say: Say, one: UnusedCoupon) -> str:
    """Why a code was not used, and what is missing."""
    missing = int(one.params.get("missing", 0))
    if one.reason == "amount":
        return say.tr("unused.amount", amount=say.price(missing))
    if one.reason == "pieces" and missing:
        return say.tr("unused.pieces_missing", pieces=missing)
    if one.reason == "better_without" and one.params.get("more_minor"):
        return say.tr("unused.better_by", amount=say.price(int(one.params["more_minor"])))
    return say.tr(f"unused.{one.reason}")


# Nearly there


def hint(state: TillState, say: Say) -> HintView | None:
    """The promotion that is nearest to applying, if it is near enough to be worth a word."""
    desk = state.desk
    if desk.priced is None or desk.basket is None or desk.basket.tenders or desk.basket.attempt:
        return None
    found = (_hint(say, desk.ready, miss) for miss in desk.priced.near_misses)
    return next((view for view in found if view is not None), None)


def _hint(say: Say, ready: Ready | None, miss: NearMiss) -> HintView | None:
    title = say.name(miss.names)
    if miss.applied_times:
        title = say.join(title, say.tr("near.applied", times=miss.applied_times))
    if miss.missing == "amount":
        return _amount_hint(say, ready, miss, title)
    if miss.missing == "pieces" and miss.missing_pieces == 1:
        text = say.tr("near.pieces", pieces=miss.missing_pieces)
        return HintView(title, text, 0.5, short=say.join(say.name(miss.names), text))
    if miss.missing == "gift":
        text = say.tr("near.gift", pieces=miss.missing_pieces)
        return HintView(title, text, 1.0, short=say.join(say.name(miss.names), text))
    return None


def _amount_hint(say: Say, ready: Ready | None, miss: NearMiss, title: str) -> HintView | None:
    promotion = ready.by_id.get(miss.promotion_id) if ready else None
    if isinstance(promotion, ThresholdOff | ThresholdPercentage | ThresholdGift):
        step = promotion.threshold_minor
    elif promotion is not None:
        step = promotion.conditions.minimum_minor
    else:
        return None
    if not step or miss.missing_minor * 2 > step:
        return None
    amount = say.price(miss.missing_minor)
    if not miss.gain_minor:
        text = say.tr("near.amount", amount=amount)
    elif miss.applied_times:
        text = say.tr("near.amount_more", amount=amount, gain=say.price(miss.gain_minor))
    else:
        text = say.tr("near.amount_gain", amount=amount, gain=say.price(miss.gain_minor))
    fill = f"{FILL_UP}{miss.missing_minor}:{miss.promotion_id}"
    action = say.control("hint.fill_up", say.tr("near.fill"), "goods.category", args={"id": fill})
    return HintView(title, text, 1 - miss.missing_minor / step, action, short=text)


# On the shelf


def chip(state: TillState, say: Say, product: Product, offers: tuple[AnyPromotion, ...]) -> ChipView | None:
    """The first promotion of this very product that is on now."""
    ready = state.desk.ready
    if ready is None:
        return None
    now = state.now.replace(tzinfo=None)
    for one in offers:
        if holds(one.calendar, now, ready.holidays):
            return ChipView(say.name(one.names))
    return None
