"""Promotions as the till prices with them: those of a basket's version, and how often they were used.

HQ's counters are read as of the version the basket was opened with, so that a push never changes a basket
under the customer's hand. HQ says how much of this till's journal they contain; the rest is counted from the
journal, up to where it stood when the basket came onto the counter.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from appliance.checkout.basket import Basket
from appliance.checkout.coupons import engine_coupons, own_promotions
from appliance.checkout.ports import PromotionChange, Reference, Trade
from retail.barcodes import shown
from retail.catalogue import Product
from retail.errors import Refused
from retail.pricing import Goods, Offers, PromotionSet, Usage
from retail.pricing.promotion import AnyPromotion, FlashSale, Limits, needs_coupon
from retail.pricing.pushed import PromotionUse
from retail.quantity import ONE_MILLI

PROMOTIONS, USES = "promotions", "promotion_use"
CHANNEL = "till"
VERSIONS_KEPT = 4
"""Versions made ready at a time: the open basket's, the newest, and some of baskets put aside."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The promotions of one version, indexed once. `limited` are those whose use is counted."""

    by_id: Mapping[str, AnyPromotion]
    indexed: PromotionSet
    lists: Mapping[str, Sequence[str]]
    holidays: Mapping[str, frozenset[date]]
    limited: frozenset[str]


class PromotionBook:
    """Used in the one thread that owns the trade; reads both databases, writes nothing."""

    def __init__(self, trade: Trade, reference: Reference) -> None:
        self._trade = trade
        self._reference = reference
        self._ready: OrderedDict[int, Ready] = OrderedDict()
        self._extended: tuple[int, tuple[AnyPromotion, ...], PromotionSet] | None = None
        self._hq: tuple[int, Mapping[str, PromotionUse], int] | None = None
        self._usage: tuple[tuple[object, ...], Mapping[str, Usage]] | None = None
        self._own: list[PromotionChange] = []
        self._own_from = -1
        self._own_upto = -1

    def ready(self, version: int) -> Ready:
        """The promotions of a version, read and indexed when they are first asked for."""
        found = self._ready.get(version)
        if found is None:
            found = self._ready[version] = self._read(version)
            while len(self._ready) > VERSIONS_KEPT:
                self._ready.popitem(last=False)
        self._ready.move_to_end(version)
        return found

    def offers(self, basket: Basket, store: str, business_day: str) -> Offers:
        """Everything besides goods and hands that a basket's price depends on, as of when it was opened."""
        version = basket.versions.get(PROMOTIONS, 0)
        ready = self.ready(version)
        return Offers(
            promotions=self._with_own(version, ready, own_promotions(basket.coupons)),
            at=opened_at(basket),
            store=store,
            channel=CHANNEL,
            coupons=engine_coupons(basket.coupons),
            usage=self.usage(basket, business_day) if ready.limited else {},
            holidays=ready.holidays,
        )

    def current(self, basket: Basket | None) -> Ready:
        """The promotions of the open basket, else the newest."""
        versions = basket.versions if basket else self._reference.versions()
        return self.ready(versions.get(PROMOTIONS, 0))

    def naming(self, product: Product, basket: Basket | None) -> tuple[AnyPromotion, ...]:
        """Promotions on this very product, told on its tile: on lines and multi-buys, for everybody."""
        if not product.discount:
            return ()
        return tuple(
            one.promotion
            for one, places in self.current(basket).indexed.touching([shelf_goods(product)])
            if one.stage in ("line", "multi")
            and places[0]
            and not one.scopes[0].everything
            and not needs_coupon(one.promotion)
            and not one.promotion.conditions.needs_member()
        )

    def is_code(self, code: str, basket: Basket | None) -> bool:
        """Whether a promotion lists this public code."""
        return bool(self.current(basket).indexed.of_code(code))

    def of_code(self, code: str, basket: Basket | None) -> Sequence[AnyPromotion]:
        """The promotions a public code opens; refused for a code nobody has heard of."""
        found = self.current(basket).indexed.of_code(code)
        if not found:
            raise Refused("coupon.unknown", code=shown(code))
        return [one.promotion for one in found]

    def usage(self, basket: Basket, business_day: str) -> Mapping[str, Usage]:
        """How often the limited promotions were used before this basket, by HQ's count and our own.

        That stays as it is while the basket is open, so it is reckoned for its first line and kept.
        """
        key = (basket.versions, basket.used_upto, basket.member, business_day)
        if self._usage is None or self._usage[0] != key:
            self._usage = (key, self._reckon_usage(basket, business_day))
        return self._usage[1]

    def _reckon_usage(self, basket: Basket, business_day: str) -> Mapping[str, Usage]:
        ready = self.ready(basket.versions.get(PROMOTIONS, 0))
        counted, mark = self._counted(basket.versions.get(USES, 0))
        member = basket.member
        by_member = member.promotion_uses if member else {}
        found: dict[str, Usage] = {}
        own: dict[str, list[PromotionChange]] = {}
        for change in self._own_changes(mark, basket.used_upto):
            own.setdefault(change.promotion, []).append(change)
        for promotion in ready.limited:
            told = counted.get(promotion)
            ours = own.get(promotion, ())
            today = told.today if told is not None and told.day == business_day else 0
            mine = [one.times for one in ours if member is not None and one.member_id == member.member_id]
            found[promotion] = Usage(
                in_all=max(0, (told.in_all if told else 0) + sum(one.times for one in ours)),
                today=max(0, today + sum(one.times for one in ours if one.business_day == business_day)),
                by_member=max(0, by_member.get(promotion, 0) + sum(mine)),
                discount_minor=max(
                    0, (told.discount_minor if told else 0) - sum(one.amount_minor for one in ours)
                ),
            )
        return found

    def _read(self, version: int) -> Ready:
        promotions = tuple(self._reference.promotions(version))
        lists = {one.id: one.products for one in self._reference.product_lists(version)}
        return Ready(
            by_id={one.id: one for one in promotions},
            indexed=PromotionSet(promotions, lists),
            lists=lists,
            holidays={
                one.id: frozenset(date.fromisoformat(day) for day in one.dates)
                for one in self._reference.holiday_lists(version)
            },
            limited=frozenset(one.id for one in promotions if _is_counted(one)),
        )

    def _with_own(self, version: int, ready: Ready, own: tuple[AnyPromotion, ...]) -> PromotionSet:
        """The version's set with what the basket's coupons bring along; made anew only when those change."""
        if not own:
            return ready.indexed
        if self._extended is None or self._extended[:2] != (version, own):
            self._extended = (version, own, PromotionSet((*ready.by_id.values(), *own), ready.lists))
        return self._extended[2]

    def _counted(self, version: int) -> tuple[Mapping[str, PromotionUse], int]:
        if self._hq is None or self._hq[0] != version:
            counters = {one.id: one for one in self._reference.promotion_uses(version)}
            mark = self._reference.promotion_mark(self._trade.incarnation, version)
            self._hq = (version, counters, mark)
        return self._hq[1], self._hq[2]

    def _own_changes(self, mark: int, upto: int) -> list[PromotionChange]:
        if self._own_from < 0 or mark < self._own_from:
            self._own, self._own_from, self._own_upto = [], mark, mark
        if upto > self._own_upto:
            self._own += self._trade.promotion_changes(self._own_upto)
            self._own_upto = self._trade.head_seq()
        return [one for one in self._own if mark < one.seq <= upto]


def shelf_goods(product: Product) -> Goods:
    """One of a product as it stands on the shelf, to ask which promotions name it."""
    return Goods(
        line_id=product.id,
        product_id=product.id,
        unit=product.unit,
        options=(),
        quantity_milli=ONE_MILLI,
        unit_price_minor=product.price_minor,
        member_price_minor=None,
        tax_class=product.tax_class,
        member_discount=product.member_discount,
        category=product.category,
        tags=product.tags,
    )


def opened_at(basket: Basket) -> datetime:
    """The basket's business instant in the shop's own time; a basket of an older program has UTC."""
    if basket.opened_at:
        return datetime.fromisoformat(basket.opened_at)
    return datetime.fromtimestamp(basket.opened_ms / 1000, UTC).replace(tzinfo=None)


def _is_counted(promotion: AnyPromotion) -> bool:
    limits = promotion.limits
    return isinstance(promotion, FlashSale) or limits != Limits(per_basket=limits.per_basket)
