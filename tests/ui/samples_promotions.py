"""The design's basket with the demo shop's own promotions, priced by the engine, shown by the presenters."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from samples_refund import shown

from appliance.checkout.basket import Basket, BasketMember, Line, line_of
from appliance.checkout.by_hand import ByHand, NewPrice
from appliance.checkout.coupons import BasketCoupon, engine_coupons
from appliance.checkout.pricing import price_basket, rules_of
from appliance.checkout.promotions import Ready
from appliance.ui.i18n import Translator
from appliance.ui.presenters import customer
from appliance.ui.presenters.say import Say
from appliance.ui.sheets import ApprovalSheet, MenuSheet, Sheet, TypingSheet
from appliance.ui.state import DeskSnapshot, Devices, Goods, ShopSnapshot, TillState
from appliance.ui.views.people import CustomerView
from retail.catalogue import Names, OptionGroup, Product, Shop, TaxClass, Tier
from retail.money import CURRENCIES
from retail.pricing import Offers, PromotionSet
from retail.pricing.pushed import PushedPromotion
from tests.support.desk import SHANGHAI
from tillbox.demo_shop import catalogue, promotions
from tillbox.demo_shop.shop import shop as demo_shop

AT = datetime(2026, 11, 22, 10, 42)
OAT = {
    "size": "size.large",
    "temperature": "temperature.hot",
    "coffee-sugar": "coffee-sugar.less",
    "milk": "milk.oat",
}
BOUGHT: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("latte", 1000, OAT),
    ("pearl-milk-tea", 2000, {}),
    ("americano", 1000, {}),
    ("butter-croissant", 2000, {}),
    ("choc-cookie", 1000, {}),
    ("cranberry-loose", 125, {}),
    ("spring-water", 1000, {}),
    ("paper-bag", 1000, {}),
)


@lru_cache(maxsize=1)
def _documents() -> tuple[dict[str, Product], dict[str, OptionGroup], Ready]:
    made = catalogue()
    pushed = [one.promotion for one in promotions() if isinstance(one, PushedPromotion)]
    return (
        {one.id: one for one in made if isinstance(one, Product)},
        {one.id: one for one in made if isinstance(one, OptionGroup)},
        Ready({one.id: one for one in pushed}, PromotionSet(pushed), {}, {}, frozenset()),
    )


def _lines() -> tuple[Line, ...]:
    products, groups, _ = _documents()
    return tuple(
        line_of(products[product], groups, choices, f"l{number}", milli)
        for number, (product, milli, choices) in enumerate(BOUGHT)
    )


def _desk(member: bool = True, coupons: tuple[BasketCoupon, ...] = (), **changes: Any) -> DeskSnapshot:
    shop = demo_shop()
    gold = next(one for one in shop if isinstance(one, Tier) and one.id == "gold")
    names: Names = {"zh-Hans": "陈*怡", "zh-Hant": "陳*怡", "en": "Chen *yi"}
    held = BasketMember(
        member_id="m",
        names=names,
        phone_masked="138****6207",
        tier_id=gold.id,
        tier_names=gold.names,
        discount_bp=gold.discount_bp,
        points=2360,
    )
    basket = Basket(
        basket_id="b",
        opened_ms=0,
        operator_id="wang",
        shift="morning",
        order_number="A087",
        versions={},
        lines=changes.pop("lines", _lines()),
        member=held if member else None,
        selected="l1",
        coupons=coupons,
        **changes,
    )
    ready = _documents()[2]
    offers = Offers(promotions=ready.indexed, at=AT, channel="till", coupons=engine_coupons(coupons))
    rules = rules_of({one.id: one for one in shop if isinstance(one, TaxClass)})
    priced = price_basket(basket, rules, offers)
    return DeskSnapshot(basket=basket, priced=priced, due_minor=priced.total_minor, ready=ready)


def _goods() -> Goods:
    products, _, ready = _documents()
    shelf = sorted((one for one in products.values() if one.favourite), key=lambda one: one.favourite)
    tea = ready.by_id["milk-tea-second-half"]
    return Goods("", tuple(shelf[:12]), offers={"pearl-milk-tea": (tea,)})


def promoted(language: str) -> tuple[Any, ...]:
    """`till-sale`: 132.00, -9.00, -4.60, -10.00, 108.40."""
    return shown(language, place="sale", desk=_desk(), goods=_goods())


def promoted_small(language: str) -> tuple[Any, ...]:
    """The same at 800x480: one line of hint, the discounts folded."""
    return shown(language, place="sale", desk=_desk(), goods=_goods(), small=True)


def promoted_by_hand(language: str) -> tuple[Any, ...]:
    """Codes used and not used, money off by hand, another price."""
    hand = ByHand(discount_id="d", operator_id="wang", reason="regular", limit_bp=1000, off_bp=500)
    price = NewPrice(unit_price_minor=1000, operator_id="wang", reason="damaged", approver_id="li")
    lines = list(_lines())
    lines[2] = msgspec.structs.replace(lines[2], new_price=price)
    names = _documents()[2].by_id["spring-60-8"].names
    coupons = (
        BasketCoupon(code="SPRING8", names=names),
        BasketCoupon(code="WINTER", names={"zh-Hans": "冬日码", "zh-Hant": "冬日碼", "en": "Winter"}),
    )
    desk = _desk(coupons=coupons, by_hand=hand, lines=tuple(lines))
    return shown(language, place="sale", desk=desk, goods=_goods())


def _sheet(language: str, sheet: Sheet) -> tuple[Any, ...]:
    return shown(language, place="sale", desk=_desk(), goods=_goods(), sheet=sheet)


def discount_menu(language: str) -> tuple[Any, ...]:
    """What may be taken off."""
    return _sheet(language, MenuSheet("discount"))


def discount_amount(language: str) -> tuple[Any, ...]:
    """How much."""
    return _sheet(language, TypingSheet("off_percent", digits="15"))


def discount_reason(language: str) -> tuple[Any, ...]:
    """Why."""
    return _sheet(language, MenuSheet("discount_reason"))


def discount_approval(language: str) -> tuple[Any, ...]:
    """Above the limit a manager's card or PIN is taken."""
    asked = {"kind": "off_percent", "line": "", "value": 1500, "reason": "regular", "allowed_minor": 1084}
    return _sheet(language, ApprovalSheet("by_hand", "li", "13", args=asked))


def coupon_code(language: str) -> tuple[Any, ...]:
    """A code is typed."""
    return _sheet(language, TypingSheet("coupon", digits="SPRING8"))


def promoted_customer(language: str) -> CustomerView:
    """The customer's screen."""
    shop = next(one for one in demo_shop() if isinstance(one, Shop))
    state = TillState(
        shop=ShopSnapshot(shop), desk=_desk(), devices=Devices(), place="sale", language=language
    )
    state = replace(state, now=AT.replace(tzinfo=SHANGHAI))
    return customer.view(state, Say(Translator(language, strict=True), language, CURRENCIES["CNY"]))
