"""Promotions in HQ's pages and JSON: forms that say what is wrong, trials to the cent, lists, figures."""

import csv
import io
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from hq import catalogue
from hq.database import open_hq, open_to_read
from hq.ingest import take
from hq.pushes import PushPlan
from hq.signals import Changes
from hq.web import promotion_form as forms
from hq.web.app import make_app
from hq.web.context import Context
from hq.web.texts import CATALOGUES
from retail.catalogue import Category, Product, Shop, TaxClass, Tier
from retail.errors import ContractError
from retail.messages import Topics
from retail.money import currency
from retail.pricing import promotion as doc
from retail.pricing.promotion import AnyPromotion, Calendar, Conditions, Hours, Limits, Part, Scope
from retail.pricing.pushed import HolidayList, ProductList
from tests.hq.test_promotions import promoted
from tests.support.journal import Chain

NOW_MS = 1_772_600_000_000  # 2026-03-04, a Wednesday morning in Shanghai
CNY = currency("CNY")
NAMES = {"zh-Hans": "满40减5", "zh-Hant": "滿40減5", "en": "5 off 40"}
TEA = Scope(categories=("tea",), except_products=("lemon",))
ALL_CALENDAR = Calendar(
    starts_at="2026-03-01", ends_at="2026-05-01T22:00", weekdays=(1, 3),
    hours=(Hours(from_="14:00", until="17:00"), Hours(from_="22:00", until="02:00")),
    dates=("2026-03-04",), holidays=("spring",), except_dates=("2026-03-05",), days_of_month=(8, 18),
)  # fmt: skip
ALL_CONDITIONS = Conditions(
    stores=("main",), channels=("counter",), member=True, tiers=("gold",), birthday_month=True, coupon=True,
    coupon_codes=("SPRING", "MAY"), minimum_minor=1250, minimum_pieces=2,
)  # fmt: skip
ALL_LIMITS = Limits(per_basket=1, per_member=2, per_day=3, in_all=4, budget_minor=50050)
EVERY_KIND: list[AnyPromotion] = [
    doc.Percentage(id="a", names=NAMES, scope=TEA, off_bp=1250, calendar=ALL_CALENDAR),
    doc.AmountOff(id="b", names=NAMES, off_minor=350, conditions=ALL_CONDITIONS, limits=ALL_LIMITS),
    doc.FixedPrice(id="c", names=NAMES, price_minor=990, group="spring", priority=7),
    doc.FlashSale(id="d", names=NAMES, price_minor=100, quota=50),
    doc.NForPrice(id="e", names=NAMES, pieces=3, price_minor=2000, same_product=True),
    doc.NForM(id="f", names=NAMES, pieces=3, paid=2),
    doc.NthAtRate(id="g", names=NAMES, scope=Scope(products=("milk", "lemon"))),
    doc.BuyXGetY(id="h", names=NAMES, get=Scope(products=("milk",)), off_bp=10_000),
    doc.BuyXGetY(id="i", names=NAMES, scope=TEA, buy_pieces=2),
    doc.Bundle(id="j", names=NAMES, parts=(Part(scope=TEA), Part(scope=Scope(lists=("summer",)), pieces=2)),
               off_bp=2000),
    doc.GroupBuy(id="k", names=NAMES, parts=(Part(scope=TEA, pieces=2),), price_minor=3000),
    doc.ThresholdOff(id="l", names=NAMES, threshold_minor=4000, off_minor=500, repeats=True),
    doc.ThresholdPercentage(id="m", names=NAMES, threshold_minor=10_000, off_bp=1200),
    doc.ThresholdGift(id="n", names=NAMES, threshold_minor=8000, gifts=Scope(products=("milk",))),
]  # fmt: skip


class Web:
    """The pages without a broker, and the database below them."""

    def __init__(self, root: Path) -> None:
        self.engine: Engine = open_hq(root / "hq.db")
        with self.engine.begin() as connection:
            catalogue.put(
                connection,
                [
                    Shop(id="shop", names={"en": "Demo"}, store_names={}, workstation_names={}),
                    TaxClass(id="standard", names={}, rate_bp=600),
                    Tier(id="gold", names={"en": "Gold"}, discount_bp=500),
                    Category(id="tea", names={"zh-Hans": "茶", "en": "Tea"}),
                    Product(id="milk", names={"zh-Hans": "奶茶", "en": "Milk tea"}, category="tea",
                            price_minor=1800, plu="201"),
                    Product(id="lemon", names={"zh-Hans": "柠檬茶", "en": "Lemon tea"}, category="tea",
                            price_minor=1200, plu="202"),
                    ProductList(id="summer", names={"en": "Summer"}, products=("lemon",)),
                    HolidayList(id="spring", names={"en": "Spring"}, dates=("2026-03-04",)),
                ],
            )  # fmt: skip
        worker: Any = SimpleNamespace(connected=True, look=lambda: None)
        context = Context(self.engine, open_to_read(root / "hq.db"), Changes(), worker, lambda: NOW_MS)
        self.client = TestClient(make_app(context, "127.0.0.1"), base_url="http://127.0.0.1:8800")

    def put(self, promotion: AnyPromotion, **more: Any) -> Any:
        body = {"promotion": msgspec.to_builtins(promotion), **more}
        return self.client.put(f"/api/promotions/{promotion.id}", json=body)

    def save(self, **fields: Any) -> Any:
        given = {name.replace("__", "."): value for name, value in fields.items()}
        return self.client.post("/promotions/save", data=given, follow_redirects=False)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path)
    with made.client:
        yield made
    made.engine.dispose()


@pytest.mark.parametrize("promotion", EVERY_KIND, ids=lambda one: f"{one.id}-{type(one).__name__}")
def test_every_kind_comes_out_of_its_form_as_it_went_in(promotion: AnyPromotion) -> None:
    form = forms.typed(promotion, CNY)
    assert forms.read(form, CNY, None) == (promotion, {})
    assert forms.read(form, CNY, promotion) == (promotion, {})


def test_what_has_no_field_survives_an_edit() -> None:
    kept = doc.AmountOff(
        id="a", names=NAMES, off_minor=100, conditions=Conditions(goods=TEA, minimum_pieces=2)
    )
    assert forms.read(forms.typed(kept, CNY), CNY, kept) == (kept, {})


def test_every_kind_has_its_pages_in_every_language(web: Web) -> None:
    addresses = ["/promotions"]
    for promotion in EVERY_KIND:
        assert web.put(promotion, confirmed=True).status_code == 200
        addresses += [f"/promotions/{promotion.id}", f"/promotions/{promotion.id}/edit"]
    for language in CATALOGUES:
        web.client.cookies.set("language", language)
        for address in addresses:
            page = web.client.get(address)
            assert page.status_code == 200
            shown = re.sub(r'(name|id|for|href|action|formaction|value|aria-\w+)="[^"]*"', "", page.text)
            assert not re.search(r"\bpromo(tion)?\.[a-z_.]+\b", shown), address


def test_every_kind_has_an_empty_form_and_says_what_it_is(web: Web) -> None:
    chosen = web.client.get("/promotions/new").text
    for kind in forms.BENEFITS:
        assert f"/promotions/new?kind={kind}" in chosen
        assert web.client.get(f"/promotions/new?kind={kind}").status_code == 200


@pytest.mark.parametrize(
    ("text", "off_bp"),
    [("10", 1000), ("12.5%", 1250), ("9折", 1000), ("9.5 折", 500), ("85折", 1500), ("100", 10_000)],
)
def test_percent_is_typed_as_people_say_it(text: str, off_bp: int) -> None:
    assert forms.parse_percent(text) == off_bp


@pytest.mark.parametrize("text", ["ten", "1e400", "0.001", "NaN", "折"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ContractError):
        forms.parse_percent(text)


def test_a_form_says_what_is_wrong_at_its_field_and_keeps_what_was_typed(web: Web) -> None:
    page = web.save(kind="threshold_off", names__en="5 off", threshold_minor="forty", calendar__hours="noon")
    assert page.status_code == 422
    for name in ("threshold_minor", "off_minor", "calendar.hours"):
        assert f'id="e-{name}"' in page.text, name
    assert 'value="forty"' in page.text
    page = web.save(kind="percentage", names__en="x", off_bp="5", calendar__starts_at__day="2026-05-02",
                    calendar__ends_at__day="2026-05-01")  # fmt: skip
    assert 'id="e-calendar.ends_at"' in page.text
    assert web.client.get("/api/promotions").json() == {"promotions": []}


def test_a_warning_needs_a_tick_and_another_warning_another_tick(web: Web) -> None:
    fields = {"kind": "percentage", "id": "slip", "names__en": "x", "off_bp": "95"}
    page = web.save(**fields)
    confirm = re.search(r'name="confirm" value="([^"]+)"', page.text)
    assert page.status_code == 200 and confirm
    again = {**fields, "names__en": "", "confirm": confirm[1]}
    assert 'name="confirm"' in web.save(**again).text
    assert web.save(**fields, confirm=confirm[1]).headers["location"] == "/promotions/slip?saved=save"
    assert web.client.get("/api/promotions/slip").json()["state"] == "on"


def test_goods_are_found_by_number_or_offered_by_words(web: Web) -> None:
    page = web.save(kind="percentage", off_bp="10", action="find", **{"scope.add": "201, tea"})
    assert re.search(r'name="scope.products" value="milk" checked', page.text)
    assert re.search(r'name="scope.products" value="lemon">', page.text)
    page = web.save(kind="percentage", names__en="x", off_bp="10", **{"scope.add": "tea"})
    assert page.status_code == 422 and 'id="e-scope.products"' in page.text
    saved = web.save(kind="percentage", id="a", names__en="x", off_bp="10", **{"scope.add": "Lemon tea"})
    assert saved.status_code == 303
    scope = web.client.get("/api/promotions/a").json()["promotion"]["scope"]
    assert scope["products"] == ["lemon"]


TRY = {
    "try.product.0": "201",
    "try.quantity.0": "2",
    "try.product.1": "lemon",
    "try.instant": "2026-03-04T12:00",
}


def totals(page: Any) -> list[str]:
    """The totals without and with the promotion."""
    return [amount.removeprefix("¥") for amount in re.findall(r'<p class="amount">(.*?)</p>', page.text)]


def test_a_draft_is_tried_to_the_cent_before_it_is_pushed(web: Web) -> None:
    web.put(doc.NthAtRate(id="second", names={"en": "Second at half"}, scope=Scope(products=("milk",))))
    fields = {"kind": "threshold_off", "names__en": "5 off 40", "threshold_minor": "40", "off_minor": "5"}
    page = web.save(**fields, action="try", **{**TRY, "try.who": "tier:gold"})
    assert totals(page) == ["38.40", "38.40"]  # the worked example: 1.60 are missing
    assert "5 off 40: 1.60 more" in page.text or "还差 1.60" in page.text
    page = web.save(**fields, action="try", **{**TRY, "try.who": "tier:gold", "try.quantity.1": "2"})
    assert totals(page) == [
        "49.80",
        "44.80",
    ]
    assert [one["promotion"]["id"] for one in web.client.get("/api/promotions").json()["promotions"]] == [
        "second"
    ]


def test_a_trial_says_what_it_lacks(web: Web) -> None:
    web.put(doc.AmountOff(id="a", names=NAMES, off_minor=100, conditions=Conditions(coupon=True)))
    for change, word in (
        ({"try.product.0": "", "try.product.1": ""}, "basket"),
        ({"try.product.0": "tea"}, "Lemon tea"),
        ({"try.product.0": "coffee"}, "coffee"),
        ({"try.quantity.0": "two"}, "quantity"),
        ({"try.instant": "noon"}, "instant"),
    ):
        page = web.client.post("/promotions/a/try", data={**TRY, **change}, headers={"accept-language": "en"})
        alert = re.search(r'role="alert">(.*?)</p>', page.text, re.DOTALL)
        assert page.status_code == 422 and alert and word in alert[1]
    page = web.client.post("/promotions/a/try", data={**TRY, "try.coupon": "1"})
    assert totals(page) == ["48.00", "45.00"]


def test_promotions_over_json(web: Web) -> None:
    slip = doc.Percentage(id="slip", names=NAMES, off_bp=9500)
    answer = web.put(slip)
    assert (answer.status_code, answer.json()["error"]) == (409, "promotion.refused")
    assert answer.json()["findings"][0]["code"] == "promotion.very_much_off"
    assert web.put(slip, draft=True).json() == {"findings": []}
    assert web.client.get("/api/promotions/slip").json()["state"] == "draft"
    assert web.put(slip, confirmed=True).status_code == 200
    assert web.client.put("/api/promotions/other", json={"promotion": {}}).status_code == 422
    assert web.client.delete("/api/promotions/slip").json() == {}
    assert web.client.delete("/api/promotions/slip").status_code == 404
    assert web.client.get("/api/promotions/slip").json()["state"] == "stopped"


def test_a_price_document_is_priced_as_at_the_command_line(web: Web) -> None:
    document = {
        "currency": "CNY", "instant": "2026-05-01T10:42", "basket": [{"product": "tea", "quantity": 2}],
        "products": [{"id": "tea", "price_minor": 1800}],
        "promotions": [{"kind": "nth_at_rate", "id": "s", "names": {"en": "s"}}],
    }  # fmt: skip
    assert web.client.post("/api/price", json=document).json()["total_minor"] == 2700
    many = [{"id": f"p{number}", "price_minor": 1} for number in range(5000)]
    large = json.dumps({**document, "products": [*document["products"], *many]})  # type: ignore[misc]
    assert len(large) > 64 * 1024
    assert web.client.post("/api/price", content=large).status_code == 200
    document["basket"] = [{"product": "coffee"}]
    answer = web.client.post("/api/price", json=document, headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["error"]) == (422, "document.unknown_product")
    assert "coffee" in answer.json()["text"]


def test_lists_are_made_of_what_people_type_and_stay_while_they_are_used(web: Web) -> None:
    made = web.client.post("/promotions/lists", data={"names.en": "Cold drinks", "entries": "202\n奶茶"})
    assert "Cold drinks" in made.text
    lists = web.client.get("/api/product-lists").json()["lists"]
    assert {"id": "cold-drinks", "names": {"en": "Cold drinks"}, "products": ["lemon", "milk"]} in lists
    page = web.client.post("/promotions/lists", data={"names.en": "Hot", "entries": "espresso"})
    assert page.status_code == 422 and "espresso" in page.text
    page = web.client.post("/promotions/holidays", data={"names.en": "May", "entries": "1 May"})
    assert page.status_code == 422
    web.client.post("/promotions/holidays", data={"names.en": "May", "entries": "2026-05-02，2026-05-01"})
    assert {"id": "may", "names": {"en": "May"}, "dates": ["2026-05-01", "2026-05-02"]} in (
        web.client.get("/api/holiday-lists").json()["lists"]
    )
    web.put(doc.AmountOff(id="a", names=NAMES, off_minor=1, scope=Scope(lists=("cold-drinks",))))
    assert web.client.delete("/api/product-lists/cold-drinks").status_code == 409
    web.client.delete("/api/promotions/a")
    assert web.client.delete("/api/product-lists/cold-drinks").status_code == 200


def test_a_draft_needs_an_id_that_is_no_address(web: Web) -> None:
    draft = {"kind": "percentage", "names.en": "x", "off_bp": "10", "action": "draft"}
    for wrong in ("report", "A b"):
        page = web.save(**draft, id=wrong)
        assert page.status_code == 422 and 'id="e-id"' in page.text
    assert web.save(**draft, id="fine").headers["location"] == "/promotions/fine?saved=draft"
    assert web.save(**draft, id="fine").status_code == 422  # taken


def test_the_list_says_what_is_used_up(web: Web) -> None:
    web.put(doc.AmountOff(id="three-off", names=NAMES, off_minor=300, limits=Limits(budget_minor=600)))
    chain = Chain()
    for number, shown in ((1, False), (2, True)):
        chain.add(body=promoted(number))
        payload = json.dumps({"type": "events", "events": chain.events}).encode()
        take(web.engine, PushPlan(), Topics("demo", "till-1").up_event, payload, NOW_MS)
        assert ("used up" in web.client.get("/promotions", headers={"accept-language": "en"}).text) == shown


def test_figures_as_a_page_and_as_csv(web: Web) -> None:
    web.put(doc.AmountOff(id="three-off", names={"en": "=cmd"}, off_minor=300))
    chain = Chain()
    chain.add(body=promoted(1, 2))
    payload = json.dumps({"type": "events", "events": chain.events}).encode()
    take(web.engine, PushPlan(), Topics("demo", "till-1").up_event, payload, NOW_MS)
    assert "¥6.00" in web.client.get("/promotions/report").text
    rows = list(csv.reader(io.StringIO(web.client.get("/promotions/report.csv").text.removeprefix("\ufeff"))))
    assert rows[1] == ["2026-03-02", "three-off", "'=cmd", "1", "2", "1", "16.00", "16.00", "6.00", "CNY"]
    assert web.client.get("/promotions/report?first=2026-03-03&last=2026-03-04").text.count("<table") == 0
    assert web.client.get("/api/promotions/report").json()["promotions"][0]["cost_minor"] == 600


def test_every_language_says_everything_with_the_same_parameters() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    first = CATALOGUES["zh-Hans"]
    for language, texts in CATALOGUES.items():
        assert set(texts) == set(first), language
        for key, text in texts.items():
            assert fields(text) <= fields(first[key]) | {"fold", "percent"}, (language, key)
