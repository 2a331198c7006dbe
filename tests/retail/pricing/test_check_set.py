"""What is said about promotions among one another and in a shop that sells these goods at this time."""

from datetime import datetime

import pytest

from retail.catalogue import Names
from retail.money import currency
from retail.pricing import promotion as doc
from retail.pricing.check import Finding
from retail.pricing.check_set import Shop, Sold, check_promotions
from retail.pricing.words import sentence

N: Names = {"en": "x"}
SHOP = Shop(
    products=(Sold("tea", 1800, "drinks", ("hot",)), Sold("cake", 3000, "food"), Sold("gum", 200, "food")),
    tiers=frozenset({"gold"}),
    lists={"sweets": ("cake", "gum"), "old": ("gone",)},
    at=datetime(2026, 5, 20, 12),
)
TEA = doc.Scope(products=("tea",))
FOOD = doc.Scope(categories=("food",))


def said(*promotions: doc.AnyPromotion, shop: Shop = SHOP) -> list[tuple[int, str, str, str]]:
    return [(at, one.severity, one.code, one.path) for at, one in check_promotions(promotions, shop)]


def percent(number: str = "p", **more: object) -> doc.AnyPromotion:
    return doc.Percentage(id=number, names=N, off_bp=1000, **more)  # type: ignore[arg-type]


def test_promotions_that_fit_the_shop_are_not_talked_about() -> None:
    sound: list[doc.AnyPromotion] = [
        percent("a"),
        percent("b", scope=doc.Scope(tags=("hot",)), conditions=doc.Conditions(tiers=("gold",))),
        percent("c", scope=doc.Scope(lists=("sweets",), except_products=("gum",))),
        percent("d", calendar=doc.Calendar(ends_at="2026-05-20")),
        doc.FixedPrice(id="e", names=N, scope=FOOD, price_minor=2999),
        doc.NForPrice(id="f", names=N, scope=TEA, pieces=2, price_minor=3599),
        doc.AmountOff(id="g", names=N, scope=FOOD, off_minor=199),
        doc.Bundle(
            id="h", names=N, parts=(doc.Part(scope=TEA, pieces=2), doc.Part(scope=FOOD)), price_minor=6599
        ),
        doc.ThresholdGift(id="i", names=N, threshold_minor=5000, gifts=TEA),
    ]
    assert said(*sound) == []


def test_the_same_id_and_the_same_code_are_found_at_the_later_one() -> None:
    coded = doc.Conditions(coupon_codes=("X", "X"))
    found = said(percent("a", conditions=coded), percent("b", conditions=coded), percent("a"))
    assert found == [
        (1, "warning", "promotion.code_shared", "conditions.coupon_codes"),
        (2, "error", "promotion.id_twice", "id"),
    ]


IN_SHOP: list[tuple[doc.AnyPromotion, str, str, str]] = [
    (
        percent(calendar=doc.Calendar(ends_at="2026-05-19")),
        "warning",
        "promotion.is_over",
        "calendar.ends_at",
    ),
    (
        percent(calendar=doc.Calendar(ends_at="2026-05-20T12:00")),
        "warning",
        "promotion.is_over",
        "calendar.ends_at",
    ),
    (
        percent(conditions=doc.Conditions(tiers=("silver",))),
        "error",
        "promotion.unknown_tier",
        "conditions.tiers",
    ),
    (
        percent(conditions=doc.Conditions(tiers=("gold", "silver"))),
        "warning",
        "promotion.unknown_tier",
        "conditions.tiers",
    ),
    (percent(scope=doc.Scope(products=("coffee",))), "error", "promotion.no_goods", "scope"),
    (percent(scope=doc.Scope(lists=("old",))), "error", "promotion.no_goods", "scope"),
    (
        percent(scope=doc.Scope(products=("tea", "coffee"))),
        "warning",
        "promotion.unknown_name",
        "scope.products",
    ),
    (
        percent(scope=doc.Scope(tags=("hot",), categories=("x",))),
        "warning",
        "promotion.unknown_name",
        "scope.categories",
    ),
    (
        percent(scope=doc.Scope(tags=("hot",), lists=("x",))),
        "warning",
        "promotion.unknown_name",
        "scope.lists",
    ),
    (
        percent(scope=doc.Scope(tags=("hot",), except_products=("tea",))),
        "error",
        "promotion.no_goods",
        "scope",
    ),
    (
        doc.ThresholdGift(id="p", names=N, threshold_minor=1, gifts=doc.Scope(products=("pen",))),
        "error",
        "promotion.gift_not_sold",
        "gifts",
    ),
    (
        doc.BuyXGetY(id="p", names=N, scope=TEA, get=doc.Scope(products=("pen",))),
        "error",
        "promotion.no_goods",
        "get",
    ),
    (
        doc.FixedPrice(id="p", names=N, scope=FOOD, price_minor=3000),
        "warning",
        "promotion.never_cheaper",
        "price_minor",
    ),
    (
        doc.FlashSale(id="p", names=N, scope=TEA, price_minor=1800, quota=1),
        "warning",
        "promotion.never_cheaper",
        "price_minor",
    ),
    (
        doc.NForPrice(id="p", names=N, scope=TEA, pieces=2, price_minor=3600),
        "warning",
        "promotion.never_cheaper",
        "price_minor",
    ),
    (
        doc.Bundle(
            id="p", names=N, parts=(doc.Part(scope=TEA, pieces=2), doc.Part(scope=FOOD)), price_minor=6600
        ),
        "warning",
        "promotion.never_cheaper",
        "price_minor",
    ),
    (
        doc.AmountOff(id="p", names=N, scope=FOOD, off_minor=200),
        "warning",
        "promotion.gives_some_away",
        "off_minor",
    ),
]


@pytest.mark.parametrize(("promotion", "severity", "code", "path"), IN_SHOP)
def test_what_does_not_fit_the_shop_is_found(
    promotion: doc.AnyPromotion, severity: str, code: str, path: str
) -> None:
    assert said(promotion) == [(0, severity, code, path)]


def test_what_nobody_knows_is_not_judged() -> None:
    assert [at for promotion, *_ in IN_SHOP for at in said(promotion, shop=Shop())] == []


def test_an_end_that_is_no_instant_is_said_once() -> None:
    found = said(percent(calendar=doc.Calendar(ends_at="soon")))
    assert [code for _, _, code, _ in found] == ["calendar.not_an_instant"]


def test_sentences_write_money_and_rates_as_people_do() -> None:
    cheaper = Finding("promotion.never_cheaper", "warning", "", {"price_minor": 3000, "dearest_minor": 2950})
    assert "30.00" in sentence(cheaper, "zh-Hant", currency("CNY"))
    assert "3,000" in sentence(cheaper, "en", currency("JPY"))
    much = Finding("promotion.very_much_off", "warning", "", {"off_bp": 9050})
    assert "90.5%" in sentence(much, "en", currency("CNY"))
    assert sentence(Finding("promotion.new", "warning", ""), "en", currency("CNY")) == "promotion.new"
