"""HQ's pages in a real browser: sales come live, prices change in place, payments are pressed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from hq import catalogue, payments
from hq.database import database_path, open_hq
from hq.journal import Sender
from retail.catalogue import Category, Operator, Product, Shop
from retail.streams import AnyDocument
from tests.support.broker import Broker
from tests.support.hq import HqProcess, unix_ms
from tests.support.till import TillHome
from tests.support.waiting import LONG_S, wait_for

# HQ, the till's agent and a browser all start before the first test, on a machine that may have other work.
pytestmark = pytest.mark.timeout(480)
FIRST_SALES_S = 2 * LONG_S

SHOP = Shop(
    id="shop",
    names={"zh-Hans": "山隅咖啡", "zh-Hant": "山隅咖啡", "en": "Shanyu Coffee"},
    store_names={"zh-Hans": "一店", "zh-Hant": "一店", "en": "First"},
    workstation_names={},
    merchant_name="DEMO CAFE",
    merchant_city="SHANGHAI",
    merchant_id="M-1",
)
LATTE = Product(
    id="latte",
    names={"zh-Hans": "拿铁", "zh-Hant": "拿鐵", "en": "Latte"},
    category="coffee",
    price_minor=2200,
    plu="101",
)
DOCUMENTS: list[AnyDocument] = [
    SHOP,
    LATTE,
    Category(id="coffee", names={"zh-Hans": "咖啡", "zh-Hant": "咖啡", "en": "Coffee"}),
    Operator(id="op-1", names={"zh-Hans": "王芳", "zh-Hant": "王芳", "en": "Wang Fang"}),
]


class House:
    """HQ as a process, its database, and one till that sells."""

    def __init__(self, root: Path) -> None:
        self.broker = Broker(root)
        self.broker.start()
        self.engine: Engine = open_hq(database_path(root))
        with self.engine.begin() as connection:
            catalogue.put(connection, DOCUMENTS)
        self.hq = HqProcess(self.broker)
        self.hq.start()
        self.till = TillHome(root / "till-1", self.broker)
        self.till.start()
        self.till.sell(2)
        wait_for(lambda: self.till.cursor()[0] == 2, "two sales", FIRST_SALES_S)

    def close(self) -> None:
        self.till.close()
        self.hq.kill()
        self.broker.stop()
        self.engine.dispose()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house"))
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(
        locale="zh-CN", base_url=house.hq.url, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(LONG_S * 1000)
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on(
        "console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None
    )
    yield made
    context.close()
    assert wrong == []


def test_a_sale_appears_while_the_page_is_open(page: Page, house: House) -> None:
    page.goto("/")
    before = page.locator("#sales tbody tr").count()
    sold = house.till.sell(1)
    expect(page.locator("#sales tbody tr")).to_have_count(before + 1)
    row = page.locator("#sales tbody tr").first
    expect(row).to_contain_text("王芳")
    expect(row).to_contain_text("拿铁")
    expect(page.locator("#day-total")).to_have_text(f"¥{22 * (before + 1)}.00")
    row.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text(sold["body"]["receipt_number"])


def test_a_price_is_changed_in_place_and_the_till_gets_it(page: Page, house: House) -> None:
    page.goto("/products")
    row = page.locator("#p-latte")
    row.locator("[name=price]").fill("二十五")
    row.get_by_role("button").click()
    expect(row.get_by_role("alert")).to_contain_text("12.50")
    expect(row.locator("[name=price]")).to_have_value("二十五")
    row.locator("[name=price]").fill("25")
    row.locator("[name=member_price]").fill("26.00")
    row.get_by_role("button").click()
    expect(row.get_by_role("alert")).to_contain_text("会员价")
    row.locator("[name=member_price]").fill("23.50")
    row.get_by_role("button").click()
    expect(row.get_by_role("status")).to_contain_text("已保存")
    expect(row.locator(".tills .ok")).to_have_count(2)
    with house.engine.connect() as connection:
        latte = catalogue.product(connection, "latte")
    assert latte and (latte.price_minor, latte.member_price_minor) == (2500, 2350)


@pytest.mark.parametrize(("button", "state"), [("已付款", "paid"), ("拒绝", "declined")])
def test_a_payment_is_decided_by_a_button(page: Page, house: House, button: str, state: str) -> None:
    attempt = f"attempt-{state}"
    ask(house, attempt)
    page.goto("/payments")
    card = page.locator(f"#a-{attempt}")
    expect(card).to_contain_text("¥108.40")
    card.get_by_role("button", name="不回应").click()
    expect(card).to_contain_text("不作回应")
    card.get_by_role("button", name=button).click()
    expect(card).to_have_count(0)
    with house.engine.connect() as connection:
        found = {item.attempt_id: item.state for item in payments.intents(connection)}
    assert found[attempt] == state


def test_a_payment_appears_while_the_page_is_open(page: Page, house: House) -> None:
    page.goto("/payments")
    ask(house, "attempt-live")
    expect(page.locator("#a-attempt-live")).to_be_visible()


@pytest.mark.parametrize(("language", "word"), [("简体", "终端"), ("繁體", "終端"), ("English", "Tills")])
def test_every_page_stands_in_every_language_at_both_widths(page: Page, language: str, word: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=language).click()
    expect(page.locator("nav").first).to_contain_text(word)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (
            "/",
            "/products",
            "/ledger",
            "/payments",
            "/tills",
            "/sales/till-1-inc-till-1-1",
            "/nothing",
        ):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            text = page.locator("body").inner_text()
            assert not re.search(r"\b(nav|sales|sale|products|payments|tills|alarms)\.[a-z_]+\b", text), text


def test_pages_say_when_hq_is_gone_and_go_on_when_it_is_back(page: Page, house: House) -> None:
    page.goto("/")
    house.hq.kill()
    expect(page.locator("#stale")).to_be_visible()
    house.hq.start()
    expect(page.locator("#stale")).to_be_hidden()


def ask(house: House, attempt: str) -> None:
    wanted = payments.Create(
        attempt_id=attempt, sale_id="s", amount_minor=10840, currency="CNY", expires_at_ms=unix_ms() + 600_000
    )
    with house.engine.begin() as connection:
        payments.create(connection, Sender("demo", "till-1"), wanted, unix_ms())
