"""The demo shop's promotions: sound, named in three languages, and the design's example to the cent."""

from pathlib import Path

import pytest

from retail.catalogue import LANGUAGES, Operator
from retail.pricing.check import check_promotion
from retail.pricing.pushed import PushedPromotion
from tests.support.desk import Till, new_home, open_till
from tillbox.demo_shop import documents, promotions

KEY = bytes(range(32))
MADE = [one.promotion for one in promotions() if isinstance(one, PushedPromotion)]


def test_a_dozen_kinds_are_on_at_once():
    assert len(MADE) >= 12
    assert len({type(one) for one in MADE}) >= 11


@pytest.mark.parametrize("promotion", MADE, ids=lambda one: one.id)
def test_each_is_sound_and_named_in_every_language(promotion):
    assert not [one for one in check_promotion(promotion) if one.severity == "error"]
    assert set(promotion.names) == set(LANGUAGES)


@pytest.fixture(scope="module")
def till(tmp_path_factory) -> Till:
    home = new_home(Path(tmp_path_factory.mktemp("demo")), tuple(documents(KEY)))
    till = open_till(home, signed_in=False)
    operator = next(one for one in till.reference.operators() if isinstance(one, Operator))
    till.checkout.staff.sign_in_for_record(operator, "morning", till.clock.now())
    return till


def test_the_designs_basket_comes_to_the_cent(till):
    selling = till.checkout.selling
    latte = selling.add_product_id("latte", till.clock.now()).lines[0]
    oat = {"size": "size.large", "temperature": "temperature.hot", "milk": "milk.oat"}
    selling.choose_options(latte.line_id, {**oat, "coffee-sugar": "coffee-sugar.less"}, till.clock.now())
    for product, milli in (("pearl-milk-tea", 2000), ("americano", 1000), ("butter-croissant", 2000)):
        selling.add_product_id(product, till.clock.now(), milli)
    selling.add_product_id("choc-cookie", till.clock.now())
    selling.add_product_id("cranberry-loose", till.clock.now(), 125, weighed=True)
    for product in ("spring-water", "paper-bag"):
        selling.add_product_id(product, till.clock.now())
    member = till.reference.member("m-100086")
    assert member is not None
    basket = selling.attach_member(member, till.clock.now())
    priced = till.checkout.desk.price(basket)
    off = {rule.rule: (rule.times, rule.amount_minor) for rule in priced.applied}
    assert priced.base_minor == 13200
    assert off["promotion:milk-tea-second-half"] == (1, -900)
    assert off["tier:gold"][1] == -460
    assert off["promotion:every-40-5"] == (2, -1000)
    assert priced.total_minor == 10840
    near = priced.near_misses[0]
    assert (near.promotion_id, near.missing_minor, near.gain_minor, near.applied_times) == (
        "every-40-5",
        160,
        500,
        2,
    )
    selling.clear(till.clock.now())


def test_every_promotion_of_goods_bought_together_comes_off(till):
    wanted = {
        "egg-tart-3-for-2": ("egg-tart",) * 3,
        "dessert-2-for-32": ("swiss-roll", "caramel-pudding"),
        "beans-get-filters": ("beans-yunnan", "filters"),
        "breakfast": ("egg-sandwich", "flat-white"),
        "cakes-100": ("matcha-crepe",) * 3,
        "instant-flash": ("capsules",),
        "happy-hour": ("cold-brew",),
        "goods-150-tote": ("tumbler", "capsules", "tote"),
    }
    for promotion, products in wanted.items():
        # The till's clock stands at 16:53, in the happy hour.
        for product in products:
            till.checkout.selling.add_product_id(product, till.clock.now())
        basket = till.checkout.desk.require_basket()
        applied = {rule.rule for rule in till.checkout.desk.price(basket).applied}
        assert f"promotion:{promotion}" in applied
        till.checkout.selling.clear(till.clock.now())
