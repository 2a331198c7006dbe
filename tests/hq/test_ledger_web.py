"""The page of members' money, in three languages, and the same as JSON."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from hq.signals import Changes
from hq.web.app import make_app
from hq.web.context import Context
from retail.catalogue import Member
from tests.support.ledger import CNY, Office


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office([Member(id="m1", names={"en": "A"}, points=120)])
    yield made
    made.close()


@pytest.fixture
def web(office: Office) -> Iterator[TestClient]:
    worker: Any = SimpleNamespace(connected=True, look=lambda: None)
    context = Context(office.engine, office.engine, Changes(), worker, lambda: office.now_ms)
    with TestClient(make_app(context, "127.0.0.1"), base_url="http://127.0.0.1:8800") as client:
        yield client


def test_what_is_owed_what_moved_and_what_tills_hold(office: Office, web: TestClient) -> None:
    assert "Nothing is owed" in web.get("/ledger", headers={"accept-language": "en"}).text
    office.top_up("m1", 50_000)
    office.sell([office.promise("pass", 9_999, "p1", "ten", member_id="m1")], member_id="m1")
    office.reserve("stored_value", "m1", 700, auth_id="a1")
    office.now_ms += 25 * 3_600_000
    office.sell([office.promise("gift_card", 10_000, "c1", "card")])
    said = web.get("/api/ledger").json()
    assert {row["kind"]: row["amount"] for row in said["owed"]} == {
        "principal": 50_000,
        "bonus": 10_000,
        "gift_cards": 11_000,
        "passes": 9_999,
        "points": 120,
    }
    assert said["moved"] == [{"kind": "gift_card.sold", "unit": CNY, "entries": 1, "change": 11_000}]
    (hold,) = said["holds"]
    assert (hold["auth_id"], hold["stale"], hold["asks"][0]["amount"]) == ("a1", True, 700)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Gift cards", "Topped up", "older than a day", "120 points")),
        ("zh-CN", ("礼品卡", "充值", "超过一天", "120 积分")),
        ("zh-TW", ("禮品卡", "充值", "超過一天", "120 積分")),
    ],
)
def test_the_page_says_it_in_each_language(
    office: Office, web: TestClient, language: str, words: tuple[str, ...]
) -> None:
    office.reserve("points", "m1", 100, units=100, auth_id="a1")
    office.now_ms += 25 * 3_600_000
    office.top_up("m1", 50_000)
    office.sell([office.promise("gift_card", 10_000, "c1", "card")])
    text = web.get("/ledger", headers={"accept-language": language}).text
    for word in words:
        assert word in text
    assert "ledger." not in text and "entry." not in text
