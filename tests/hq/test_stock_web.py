"""Stock in HQ's pages and JSON: forms that say what is wrong, a browser that sees levels move."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from starlette.testclient import TestClient

from hq import catalogue
from hq.database import database_path, open_hq, open_to_read
from hq.signals import Changes
from hq.stock import STORE, keeping
from hq.web.app import make_app
from hq.web.context import Context
from retail.catalogue import Product, Shop
from retail.stock import movement
from tests.support.broker import Broker
from tests.support.hq import HqProcess, unix_ms
from tests.support.waiting import LONG_S

SHOP = Shop(id="shop", names={"zh-Hans": "山隅咖啡", "en": "Demo"}, store_names={}, workstation_names={})
MUG = Product(
    id="mug", names={"zh-Hans": "马克杯", "en": "Mug"}, category="g", price_minor=1, plu="606",
    gtins=("6901234567892",),
)  # fmt: skip
NUTS = Product(id="a/nuts", names={"en": "<Nuts>"}, category="g", price_minor=1, unit="kg", by_weight=True)
NOW_MS = 1_770_000_000_000


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient]:
    path = tmp_path / "hq.db"
    writer = open_hq(path)
    with writer.begin() as connection:
        catalogue.put(connection, [SHOP, MUG, NUTS])
    worker: Any = SimpleNamespace(connected=True, look=lambda: None)
    context = Context(writer, open_to_read(path), Changes(), worker, lambda: NOW_MS)
    with TestClient(make_app(context, "127.0.0.1"), base_url="http://127.0.0.1:8800") as client:
        yield client


def test_goods_move_and_are_counted_over_json(web: TestClient) -> None:
    goods = {"kind": "received", "product_id": "mug", "quantity_milli": 12_000, "batch": "L1",
             "expires": "2026-02-04", "id": "delivery-7"}  # fmt: skip
    assert web.post("/api/stock/moves", json=goods).json() == {
        "movement_id": "delivery-7",
        "level_milli": 12_000,
    }
    assert web.post("/api/stock/moves", json=goods).json()["level_milli"] == 12_000  # said again
    counted = web.post("/api/stock/counts", json={"product_id": "mug", "counted_milli": 11_000})
    assert counted.json()["difference_milli"] == -1_000
    assert web.put("/api/stock/mug/reorder", json={"reorder_milli": 11_000}).json() == {}
    said = web.get("/api/stock").json()
    (mug,) = said["products"]
    assert (mug["level_milli"], mug["low"], said["low"]) == (11_000, True, 1)
    assert mug["batches"] == [{"batch": "L1", "expires": "2026-02-04", "quantity_milli": 11_000}]
    assert [one["batch"] for one in said["near_expiry"]] == ["L1"]
    assert web.get("/api/stock?days=0").json()["near_expiry"] == []
    history = web.get("/api/stock/mug").json()
    assert [one["kind"] for one in history["movements"]] == ["adjusted", "received"]
    assert history["movements"][0]["at_ms"] == NOW_MS


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"quantity_milli": 0}, 409, "stock.quantity"),
        ({"quantity_milli": 1500}, 409, "quantity.not_whole"),
        ({"quantity_milli": "1"}, 422, "request.malformed"),
        ({"kind": "stolen"}, 422, "request.malformed"),
        ({"product_id": "nothing"}, 404, "product.unknown"),
        ({"expires": "tomorrow"}, 409, "stock.date"),
        ({"kind": "transfer_out"}, 409, "stock.no_other_store"),
        ({"colour": "red"}, 422, "request.malformed"),
    ],
)
def test_bad_input_is_refused_with_its_reason_and_moves_nothing(
    web: TestClient, change: dict[str, Any], status: int, code: str
) -> None:
    goods = {"kind": "received", "product_id": "mug", "quantity_milli": 1000, **change}
    answer = web.post("/api/stock/moves", json=goods)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert web.get("/api/stock").json()["products"] == []


def test_a_count_of_the_future_is_refused(web: TestClient) -> None:
    counted = {"product_id": "mug", "counted_milli": 1000, "at_ms": NOW_MS + 3_600_000}
    assert web.post("/api/stock/counts", json=counted).json()["error"] == "stock.counted_in_future"
    assert web.get("/api/stock/nothing").status_code == 404


def test_names_are_escaped_and_ids_with_a_slash_have_a_page(web: TestClient) -> None:
    form = {"here": "", "product": "a/nuts", "what": "received:delivery", "quantity": "0.125"}
    page = web.post("/stock/move", data=form)
    assert page.status_code == 200
    assert "&lt;Nuts&gt;" in page.text and "<Nuts>" not in page.text
    assert "0.125 kg" in page.text


def test_the_refused_form_keeps_what_was_typed(web: TestClient) -> None:
    form = {"here": "", "product": "606", "what": "waste:damaged", "quantity": "三个", "note": "掉在地上"}
    page = web.post("/stock/move", data=form)
    assert page.status_code == 422
    assert 'value="三个"' in page.text and 'value="掉在地上"' in page.text
    assert re.search(r'<option value="waste:damaged" selected>', page.text)
    page = web.post("/stock/move", data={**form, "product": "no such"})
    assert "找不到这种商品" in page.text or "No such product" in page.text


class House:
    """HQ as a process, with one product low and one batch near its end."""

    def __init__(self, root: Path) -> None:
        self.broker = Broker(root)
        self.broker.start()
        self.engine: Engine = open_hq(database_path(root))
        now_ms = unix_ms()
        with self.engine.begin() as connection:
            catalogue.put(connection, [SHOP, MUG, NUTS])
            moved = movement("m1", "received", "mug", 10_000, keeping.instant(now_ms), STORE)
            keeping.move(connection, moved, now_ms)
        self.hq = HqProcess(self.broker)
        self.hq.start()

    def close(self) -> None:
        self.hq.kill()
        self.broker.stop()
        self.engine.dispose()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("stock"))
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(
        locale="zh-CN", base_url=house.hq.url, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(LONG_S * 1000)
    yield context.new_page()
    context.close()


def test_a_manager_counts_orders_and_writes_goods_off(page: Page, house: House) -> None:
    page.goto("/stock")
    expect(page.locator("#s-mug .level")).to_contain_text("10")
    page.locator("#move [name=product]").fill("6901234567892")
    page.locator("#move [name=what]").select_option("waste:damaged")
    page.locator("#move [name=quantity]").fill("1.5")
    page.locator("#move button").click()
    expect(page.get_by_role("alert")).to_contain_text("整数")
    page.locator("#move [name=quantity]").fill("2")
    page.locator("#move button").click()
    expect(page.locator("#level-now")).to_have_text("8")
    expect(page.locator("#movements tbody tr").first).to_contain_text("报损 – 损坏")
    page.locator("#count [name=counted]").fill("7")
    page.locator("#count button").click()
    expect(page.get_by_role("status")).to_contain_text("−1")
    page.locator("#reorder [name=reorder]").fill("7")
    page.locator("#reorder button").click()
    expect(page.locator("#level .chip")).to_contain_text("待补货")
    page.goto("/tills")
    expect(page.locator("#alarms")).to_contain_text("马克杯")


def test_a_level_moves_while_the_page_is_open(page: Page, house: House) -> None:
    page.goto("/stock/mug")
    expect(page.locator("#level-now")).to_be_visible()
    before = int(page.locator("#level-now").inner_text())
    with house.engine.begin() as connection:
        moved = movement("live", "received", "mug", 5_000, keeping.instant(unix_ms()), STORE)
        keeping.move(connection, moved, unix_ms())
    expect(page.locator("#level-now")).to_have_text(str(before + 5))


@pytest.mark.parametrize("language", ["简体", "繁體", "English"])
def test_the_pages_stand_in_every_language_at_both_widths(page: Page, house: House, language: str) -> None:
    with house.engine.begin() as connection:
        moved = movement(
            f"dated-{language}", "received", "mug", 2_000, keeping.instant(unix_ms()), STORE,
            batch="L-2026-7", expires="2026-01-02", note="x" * 80,
        )  # fmt: skip
        keeping.move(connection, moved, unix_ms())
    page.goto("/stock")
    page.get_by_role("link", name=language).click()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for address in ("/stock", "/stock?low=1", "/stock/mug"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            text = page.locator("body").inner_text()
            assert not re.search(r"\b(stock|move|reason|serial|error)\.[a-z_]+\b", text), text
            folder = os.environ.get("TILLBOX_PICTURES")
            if folder:
                name = f"{address.strip('/').replace('/', '-').replace('?', '-')}-{language}-{width}.png"
                page.screenshot(path=f"{folder}/{name}", full_page=True)
