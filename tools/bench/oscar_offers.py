"""The same promotions and baskets as django-oscar's offers: in memory, through its own applicator.

Only what both can say: percentages, prices for so many units, so many for the price of fewer, money off from
a threshold on. django-oscar takes offers by priority, each as often as it goes; it looks for no best total.
Its offers are exclusive, as ours are within one stacking group: a unit is one offer's, and nobody else's.
"""

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from retail.pricing import Goods
from retail.pricing import promotion as doc

SAYABLE = (doc.Percentage, doc.FixedPrice, doc.NForM, doc.NForPrice, doc.ThresholdOff)


def sayable(one: doc.AnyPromotion) -> bool:
    """Whether django-oscar has an offer for it: a kind it knows, over named goods, for everybody."""
    plain = one.conditions == doc.Conditions() and not one.scope.is_all()
    return isinstance(one, SAYABLE) and plain


class OscarShop:
    """django-oscar with a database in memory that holds the goods of these baskets and these promotions."""

    def __init__(self, promotions: Sequence[doc.AnyPromotion], baskets: Sequence[Sequence[Goods]]) -> None:
        _configure()
        from oscar.core.loading import get_class, get_model

        self._applicator = get_class("offer.applicator", "Applicator")()
        self._strategy = get_class("partner.strategy", "Default")()
        self._model = get_model
        self._goods = {one.product_id: one for basket in baskets for one in basket}
        self._products = self._make_products()
        for place, promotion in enumerate(promotions):
            self._make_offer(promotion, len(promotions) - place)
        self.baskets = [self._make_basket(basket) for basket in baskets]

    def price(self, at: int) -> tuple[int, float]:
        """A basket's total in minor units and the milliseconds of process time that its offers took."""
        basket = self.baskets[at]
        basket.reset_offer_applications()
        began = time.process_time_ns()
        self._applicator.apply(basket)
        spent = (time.process_time_ns() - began) / 1e6
        return int(basket.total_incl_tax * 100), spent

    def _make_products(self) -> dict[str, Any]:
        kind = self._model("catalogue", "ProductClass").objects.create(name="goods", track_stock=False)
        partner = self._model("partner", "Partner").objects.create(name="shop")
        made = {}
        for name, goods in self._goods.items():
            product = self._model("catalogue", "Product").objects.create(title=name, product_class=kind)
            self._model("partner", "StockRecord").objects.create(
                product=product, partner=partner, partner_sku=name, price=_money(goods.unit_price_minor)
            )
            made[name] = product
        return made

    def _make_offer(self, one: doc.AnyPromotion, priority: int) -> None:
        kinds = "oscar.apps.offer.benefits.", "oscar.apps.offer.conditions."
        benefit, value, condition, least = _said(one)
        goods = self._model("offer", "Range").objects.create(name=one.id)
        through = self._model("offer", "RangeProduct")
        through.objects.bulk_create(
            through(range=goods, product=product)
            for name, product in self._products.items()
            if name in one.scope.products or self._goods[name].category in one.scope.categories
        )
        benefits, conditions = self._model("offer", "Benefit"), self._model("offer", "Condition")
        self._model("offer", "ConditionalOffer").objects.create(
            name=one.id,
            priority=priority,
            exclusive=True,
            max_basket_applications=1 if isinstance(one, doc.ThresholdOff) and not one.repeats else None,
            benefit=benefits.objects.create(proxy_class=kinds[0] + benefit, range=goods, value=value),
            condition=conditions.objects.create(proxy_class=kinds[1] + condition, range=goods, value=least),
        )

    def _make_basket(self, basket: Sequence[Goods]) -> Any:
        made = self._model("basket", "Basket").objects.create()
        made.strategy = self._strategy
        for goods in basket:
            made.add_product(self._products[goods.product_id], goods.quantity_milli // 1000)
        return made


def _said(one: doc.AnyPromotion) -> tuple[str, Decimal | None, str, Decimal]:
    """Benefit and its value, condition and its value."""
    if isinstance(one, doc.Percentage):
        return "PercentageDiscountBenefit", Decimal(one.off_bp) / 100, "CountCondition", Decimal(1)
    if isinstance(one, doc.FixedPrice):
        return "FixedPriceBenefit", _money(one.price_minor), "CountCondition", Decimal(1)
    if isinstance(one, doc.NForPrice):
        return "FixedPriceBenefit", _money(one.price_minor), "CountCondition", Decimal(one.pieces)
    if isinstance(one, doc.NForM):
        return "MultibuyDiscountBenefit", None, "CountCondition", Decimal(one.pieces)
    assert isinstance(one, doc.ThresholdOff)
    return "AbsoluteDiscountBenefit", _money(one.off_minor), "ValueCondition", _money(one.threshold_minor)


def _money(minor: int) -> Decimal:
    return Decimal(minor) / 100


class _NoMigrations(dict[str, None]):
    """Every application is without migrations."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> None:
        return None


def _configure() -> None:
    """Settings for one process: its database is memory, and nothing is logged or searched."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from oscar import INSTALLED_APPS, defaults

    if settings.configured:
        return
    settings.configure(
        **{name: value for name, value in vars(defaults).items() if name.isupper()},
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=INSTALLED_APPS,
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        SITE_ID=1,
        SECRET_KEY="bench",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        LOGGING_CONFIG=None,
        # Tables straight from the models: two hundred migrations would take minutes.
        MIGRATION_MODULES=_NoMigrations(),
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
