"""Promotions in a real browser: a shop manager writes one, tries it, sends it to the tills and stops it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hq import catalogue
from hq.database import database_path, open_hq
from retail.catalogue import Category, Product, Shop, TaxClass
from retail.pricing.pushed import PushedPromotion
from tests.support.broker import Broker
from tests.support.hq import HqProcess
from tests.support.waiting import LONG_S

SHOP = Shop(id="shop", names={"zh-Hans": "山隅咖啡", "en": "Demo"}, store_names={}, workstation_names={})
GOODS = [
    Category(id="coffee", names={"zh-Hans": "咖啡", "zh-Hant": "咖啡", "en": "Coffee"}),
    TaxClass(id="standard", names={}, rate_bp=600),
    Product(
        id="latte", names={"zh-Hans": "拿铁", "en": "Latte"}, category="coffee", price_minor=2200, plu="101"
    ),
    Product(
        id="mocha", names={"zh-Hans": "摩卡", "en": "Mocha"}, category="coffee", price_minor=2400, plu="102"
    ),
]


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[HqProcess]:
    broker = Broker(tmp_path)
    broker.start()
    engine = open_hq(database_path(tmp_path))
    with engine.begin() as connection:
        catalogue.put(connection, [SHOP, *GOODS])
    made = HqProcess(broker)
    made.start()
    yield made
    made.kill()
    broker.stop()
    with engine.connect() as connection:
        assert catalogue.held(connection, PushedPromotion) == []  # every test stops what it began
    engine.dispose()


@pytest.fixture
def page(browser: Browser, hq: HqProcess) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", base_url=hq.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(LONG_S * 1000)
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    yield made
    context.close()
    assert wrong == []


def test_a_manager_writes_tries_sends_and_stops_a_promotion(page: Page) -> None:
    page.goto("/promotions")
    page.get_by_role("link", name="新建促销").click()
    page.get_by_role("link", name="第 N 件打折").click()
    page.locator("[name='names.zh-Hans']").fill("第二杯半价")
    page.locator("[name='scope.add']").fill("拿铁")
    page.locator("[name='scope.add'] + button").click()
    expect(page.locator(".chosen")).to_have_text("拿铁")
    page.locator("[name='off_bp']").fill("五折")
    page.locator("[name='try.product.0']").fill("101")
    page.locator("[name='try.quantity.0']").fill("2")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("alert").first).to_contain_text("请填百分数")
    page.locator("[name='off_bp']").fill("5折")
    page.get_by_role("button", name="试算").click()
    expect(page.locator(".answer .amount")).to_have_text(["¥44.00", "¥33.00"])
    expect(page.locator("#answer")).to_contain_text("顾客省 ¥11.00")
    page.get_by_role("button", name="保存并发到终端").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    expect(page.locator("#says")).to_contain_text("第 2 件半价")
    page.set_viewport_size({"width": 390, "height": 800})
    shown = page.url.partition("?")[0]
    for address in (shown, f"{shown}/edit", "/promotions", "/promotions/new", "/promotions/report",
                    "/promotions/lists", "/promotions/new?kind=bundle"):  # fmt: skip
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto(shown)
    page.locator("summary", has_text="停止").click()
    page.get_by_role("button", name="停止").click()
    expect(page.locator("#promotions")).to_contain_text("已停止")
