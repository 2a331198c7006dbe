"""Goods counted and moved, made by the presenters themselves."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from samples_members import names, state

from appliance.checkout.ports import StockRecord
from appliance.ui.i18n import Translator
from appliance.ui.presenters.compose import present
from appliance.ui.sheets import MenuSheet, StockSheet
from appliance.ui.state import Goods, StockDetails, StockTask, TillState
from appliance.ui.views import SheetView, StockView
from retail.catalogue import Category, Product
from retail.messages.events import StockCounted, StockMoved
from retail.stock import MoveKind

SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 10, 5, 10, 42, tzinfo=SHANGHAI)
AT_MS = round(NOW.timestamp() * 1000)


def product(id_: str, hans: str, hant: str, en: str, **more: Any) -> Product:
    return Product(id=id_, names=names(hans, hant, en), category="goods", art=id_, **more)


def moved(minutes: int, kind: MoveKind, product_id: str, milli: int, reason: str, **more: str) -> StockRecord:
    body = StockMoved(
        movement_id=kind,
        kind=kind,
        product_id=product_id,
        quantity_milli=milli,
        operator_id="wang",
        reason=reason,
        **more,
    )
    return StockRecord(AT_MS - minutes * 60_000, body)


def counted(minutes: int, product_id: str, milli: int, level_milli: int) -> StockRecord:
    body = StockCounted(count_id=product_id, product_id=product_id, counted_milli=milli, operator_id="wang")
    return StockRecord(AT_MS - minutes * 60_000, body, level_milli)


PRODUCTS = {
    one.id: one
    for one in (
        product("beans", "耶加雪菲 250g", "耶加雪菲 250g", "Beans 250 g", price_minor=7800, plu="6001"),
        product("water", "山泉水 550 ml", "山泉水 550 ml", "Water 550 ml", price_minor=300, plu="6002"),
        product(
            "cran",
            "蔓越莓饼干 散称",
            "蔓越莓餅乾 散稱",
            "Cran biscuits",
            price_minor=8800,
            unit="kg",
            by_weight=True,
            plu="6003",
        ),
        product("drip", "挂耳 8 包", "掛耳 8 包", "Drip bags x8", price_minor=5900, plu="6004"),
    )
}
RECORDS = (
    moved(0, "waste", "cran", 250, "expired"),
    moved(1, "received", "water", 24_000, "delivery", batch="L2610"),
    counted(2, "drip", 12_000, 14_000),
    counted(3, "beans", 8000, 8000),
)
COUNTING = StockTask(product=PRODUCTS["beans"], digits="12", records=RECORDS[2:], products=PRODUCTS)
WASTING = StockTask(
    kind="waste",
    product=PRODUCTS["water"],
    level_milli=30_000,
    records=RECORDS,
    products=PRODUCTS,
    details=StockDetails(reason="damaged", batch="L2610"),
)


def till(language: str, task: StockTask, small: bool = False) -> TillState:
    base = state(language)
    shelves = names("周边", "周邊", "Goods")
    shop = replace(base.shop, categories=(Category(id="goods", names=shelves, icon="package"),))
    desk = replace(base.desk, basket=None, customer=None)
    goods = Goods("goods", tuple(PRODUCTS.values()))
    return replace(base, shop=shop, desk=desk, goods=goods, place="stock", stock=task, small=small, now=NOW)


def shown(now: TillState) -> tuple[StockView, SheetView | None]:
    presented = present(now, Translator(now.language, strict=True))
    assert isinstance(presented.screen, StockView)
    return presented.screen, presented.sheet


def stock_begin(language: str) -> object:
    """Nothing done yet."""
    return shown(till(language, StockTask()))


def stock_begin_small(language: str) -> object:
    """The same on a small screen."""
    return shown(till(language, StockTask(), True))


def stock_count(language: str) -> object:
    """A count typed, two kept."""
    return shown(till(language, COUNTING))


def stock_count_small(language: str) -> object:
    """The same on a small screen."""
    return shown(till(language, COUNTING, True))


def stock_waste(language: str) -> object:
    """Goods to be thrown away, the amount still missing."""
    return shown(till(language, WASTING))


def stock_waste_small(language: str) -> object:
    """The same on a small screen."""
    return shown(till(language, WASTING, True))


def stock_shelf_small(language: str) -> object:
    """The shelf over the list."""
    return shown(replace(till(language, COUNTING, True), goods_over=True))


def stock_menu(language: str) -> object:
    """What can be done."""
    return shown(replace(till(language, COUNTING), sheet=MenuSheet("stock")))


def stock_reasons(language: str) -> object:
    """Why goods are wasted."""
    return shown(replace(till(language, WASTING), sheet=MenuSheet("stock_reason")))


def stock_details(language: str) -> object:
    """A delivery's batch and date."""
    received = replace(WASTING, kind="received", details=StockDetails())
    sheet = StockSheet({"batch": "L2610", "expires": "2027013", "note": ""}, "expires")
    return shown(replace(till(language, received), sheet=sheet))
