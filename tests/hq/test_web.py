"""HQ's addresses without a browser: JSON, refusals, and who may ask."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from hq import catalogue, payments
from hq.database import open_hq, open_to_read
from hq.ingest import take
from hq.journal import Sender
from hq.pushes import PushPlan
from hq.signals import Changes
from hq.web.app import make_app
from hq.web.context import Context
from hq.web.texts import CATALOGUES
from retail.catalogue import LANGUAGES, Language, Product, Shop
from retail.messages import Topics
from retail.streams import STREAMS
from tests.support.journal import Chain

HERE = {"host": "127.0.0.1"}
SHOP = Shop(
    id="shop",
    names={"en": "Demo"},
    store_names={},
    workstation_names={},
    merchant_name="DEMO",
    merchant_city="X",
    merchant_id="M",
)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient]:
    path = tmp_path / "hq.db"
    writer = open_hq(path)
    with writer.begin() as connection:
        catalogue.put(
            connection, [SHOP, Product(id="a/b", names={"en": "<b>"}, category="c", price_minor=100)]
        )
        wanted = payments.Create(
            attempt_id="p1", sale_id="s", amount_minor=5, currency="CNY", expires_at_ms=10**6
        )
        payments.create(connection, Sender("demo", "till-1"), wanted, 0)
    chain = Chain()
    chain.add()
    payload = json.dumps({"type": "events", "events": chain.events}).encode()
    take(writer, PushPlan(), Topics("demo", "till-1").up_event, payload, 1)
    worker: Any = SimpleNamespace(connected=True, look=lambda: None)
    context = Context(writer, open_to_read(path), Changes(), worker, lambda: 1_000)
    with TestClient(make_app(context, "127.0.0.1"), base_url="http://127.0.0.1:8800") as client:
        yield client


def test_sales_and_the_days_total_as_json(web: TestClient) -> None:
    total = web.get("/api/sales/day-total?day=2026-03-02").json()
    assert (total["count"], total["total_minor"], total["tenders"]) == (1, 2200, {"cash": 2200})
    [sale] = web.get("/api/sales").json()["sales"]
    assert sale["lines"] == [
        {
            "names": {"zh-Hans": "拿铁", "zh-Hant": "拿鐵", "en": "Latte"},
            "quantity_milli": 1000,
            "unit": "each",
        }
    ]
    assert web.get(f"/api/sales/{sale['sale_id']}").json()["total_minor"] == 2200
    assert web.get("/api/sales/nothing").status_code == 404
    assert web.get("/api/sales/day-total?day=1999-01-01").json()["count"] == 0


def test_a_price_by_json(web: TestClient) -> None:
    address = "/api/products/a%2Fb/price"
    assert web.put(address, json={"price_minor": 150, "member_price_minor": 120}).json() == {"version": 2}
    assert web.put(address, json={"price_minor": "150"}).status_code == 422
    assert web.put(address, json={"price_minor": 1, "price": 2}).status_code == 422
    refused = web.put(address, json={"price_minor": 100, "member_price_minor": 101})
    assert (refused.status_code, refused.json()["error"]) == (409, "price.member_above")
    assert web.put("/api/products/none/price", json={"price_minor": 1}).status_code == 404
    assert web.get("/api/products?q=%3Cb").json()["products"][0]["price_minor"] == 150


def test_the_simulator_by_json(web: TestClient) -> None:
    assert web.post("/api/payments/p1/no-answer").status_code == 200
    assert web.get("/api/payments").json()["payments"][0]["silent"] is True
    assert web.post("/api/payments/p1/release").status_code == 200
    assert web.post("/api/payments/p1/paid").status_code == 200
    late = web.post("/api/payments/p1/declined")
    assert (late.status_code, late.json()["params"]["state"]) == (409, "paid")
    assert web.post("/api/payments/none/paid").status_code == 404
    assert web.post("/api/payments/p1/eaten").json()["error"] == "action.unknown"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"host": "evil.example:8800"},
        {"content-length": "99999999"},
    ],
)
def test_a_foreign_page_changes_nothing(web: TestClient, headers: dict[str, str]) -> None:
    assert web.post("/payments/p1/paid", headers=headers).status_code == 403
    assert web.get("/api/payments").json()["payments"][0]["state"] == "pending"


def test_our_own_page_may_change(web: TestClient) -> None:
    headers = {"origin": "http://127.0.0.1:8800", "sec-fetch-site": "same-origin"}
    assert web.post("/payments/p1/paid", headers=headers, follow_redirects=False).status_code == 303


def test_bad_form_input_comes_back_with_what_was_typed(web: TestClient) -> None:
    form = {"price": '"><x>1,5.0.', "member_price": "0"}
    answer = web.post("/products/a%2Fb/price", data=form, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "&#34;&gt;&lt;x&gt;1,5.0." in answer.text and "Enter an amount" in answer.text
    assert "<b>&lt;b&gt;</b>" in answer.text


def test_the_language_is_kept_and_leads_to_no_other_site(web: TestClient) -> None:
    for back in ("//evil.example", "https://evil.example/x", "/\\evil.example", "%2F%2Fevil"):
        answer = web.get(f"/language?to=en&back={back}", follow_redirects=False)
        assert "evil" not in answer.headers["location"].removeprefix("/x"), back
    assert "Sales" in web.get("/").text
    assert "銷售" in web.get("/language?to=zh-Hant&back=/").text


def test_an_unknown_address_says_which_there_are(web: TestClient) -> None:
    assert "/api/sales" in web.get("/api/sails").json()["params"]["known"]
    assert web.get("/nothing").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stream_has_a_name_in_every_language(language: Language) -> None:
    assert {f"stream.{name}" for name in STREAMS} <= CATALOGUES[language].keys()
