"""Members in HQ's pages: every button of a member's page, rules with their checks, lists, virtual card."""

import io
import json
import re
import string
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.testclient import TestClient

from hq import catalogue
from hq.database import database_path, open_to_read
from hq.ledger import SqlBook, balances_of, benefits, telling
from hq.members import finding, records, rules, virtual_card
from hq.members.opening import Opening, open_account
from hq.signals import Changes
from hq.web.app import make_app
from hq.web.context import Context
from hq.web.texts import CATALOGUES
from retail.catalogue import LANGUAGES, Category, Product, Tier
from retail.ledger.earning import Reward
from retail.ledger.passes import PassKind, buy_pass
from retail.ledger.value_refund import balance_refund, refund_balance
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.members.card_token import read_card
from retail.members.coupons import CouponKind
from retail.members.tiers import TierRule, TierRules
from retail.messages import Request
from retail.pricing.promotion import AmountOff, Conditions
from retail.pricing.pushed import PushedPromotion
from tests.hq_members.conftest import NOW_MS, House

AT = records.moment(NOW_MS)
OFF = AmountOff(id="p", names={"en": "8 off"}, conditions=Conditions(coupon=True), off_minor=800)
DOCUMENTS = [
    Tier(id="basic", names={"en": "Member"}),
    Tier(id="gold", names={"en": "Gold", "zh-Hans": "金卡"}, discount_bp=500, order=1),
    TierRules(id="tiers", base="basic"),
    ValueRules(id="value"),
    PushedPromotion(id="p", promotion=OFF),
    CouponKind(id="cake", names={"en": "8 off a cake"}, promotion="p", per_member=1),
    Category(id="c", names={"en": "c"}),
    Product(id="americano", names={"en": "Americano"}, category="c", price_minor=1_600),
    Product(id="nuts", names={"en": "Nuts"}, category="c", price_minor=8_000, by_weight=True, unit="kg"),
    Product(id="bag", names={"en": "Bag"}, category="c", price_minor=20, discount=False),
]


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    with house.begin() as connection:
        catalogue.put(connection, DOCUMENTS)
    house.enrol("m-1", "13800006207", "陈静怡", birthday="1990-03-07")
    house.enrol("m-2", "13900003318", "Ann Lee")

    def look() -> None:
        with house.begin() as connection:
            telling.tell(connection, AT)

    look()
    worker: Any = SimpleNamespace(connected=True, look=look)
    reader = open_to_read(database_path(house.home))
    context = Context(house.engine, reader, Changes(), worker, lambda: NOW_MS, house.keys)
    headers = {"accept-language": "en"}
    with TestClient(
        make_app(context, "127.0.0.1"), base_url="http://127.0.0.1:8800", headers=headers
    ) as client:
        yield client


def press(web: TestClient, action: str, member_id: str = "m-1", **given: str) -> str:
    return web.post(f"/members/{member_id}/{action}", data=given).text


def test_the_list_shows_masks_and_is_searched(web: TestClient) -> None:
    page = web.get("/members").text
    assert "陈*怡" in page and "138****6207" in page and "A*** L***" in page
    assert "13800006207" not in page and "陈静怡" not in page
    for words, there in (("3318", False), ("13800006207", True), ("陈静怡", True), ("nobody", False)):
        assert ("陈*怡" in web.get("/members", params={"q": words}).text) is there
    assert "陈*怡" not in web.get("/members?tier=gold").text


def test_somebody_joins_at_hq_and_a_wrong_phone_is_said_at_its_field(web: TestClient) -> None:
    wrong = web.post("/members", data={"phone": "1380000", "name": "<b>"})
    assert wrong.status_code == 422
    assert "too many or too few digits" in wrong.text and "&lt;b&gt;" in wrong.text
    page = web.post("/members", data={"phone": "13700000000", "name": "吴昊", "birthday": "1999-12-31"}).text
    assert "Welcome" in page and "吴昊" in page and "1999-12-31" in page
    assert "a member&#39;s already" in web.post("/members", data={"phone": "13700000000"}).text


def test_everything_on_a_members_page_does_what_it_says(web: TestClient, house: House) -> None:
    assert "another member&#39;s" in press(web, "edit", phone="13900003318", name="", birthday="", address="")
    changed = {
        "phone": "13800006207",
        "name": "陈怡",
        "birthday": "",
        "address": "示例路 1 号",
        "contact": "1",
    }
    assert "示例路 1 号" in press(web, "edit", **changed)
    assert "Frozen" in press(web, "freeze", frozen="1")
    assert "Frozen" not in press(web, "freeze", frozen="")
    assert "少糖" in press(web, "note", kind="feedback", text="少糖")
    assert "少糖" in web.get("/members/feedback").text
    assert "Write something" in press(web, "note", kind="note", text=" ")
    assert "8 off a cake" in press(web, "coupon", coupon="cake")
    assert "has had all 1" in press(web, "coupon", coupon="cake")
    assert "no such kind" in press(web, "coupon", coupon="none")
    assert "Gold" in press(web, "tier", tier="gold")
    assert "hexadecimal" in press(web, "bind", card="zz")
    press(web, "bind", card="04C7E2A19D5A80")
    with house.begin() as connection:
        assert finding.one(connection, house.keys, "04C7E2A19D5A80").id == "m-1"
        assert balances_of(connection, "m-1", AT).tier == "gold"
        assert [one.kind for one in balances_of(connection, "m-1", AT).coupons] == ["cake"]
    assert "陈*" in web.get("/members?tier=gold").text


def test_a_reward_s_product_goes_by_its_name(web: TestClient, house: House) -> None:
    at = "/members/rules/reward/new"
    page = web.post(at, data={"points": "30", "product": "americano coffee"})
    assert page.status_code == 422 and "americano coffee" in page.text
    named = Product(
        id="p-77", names={"en": "Flat white", "zh-Hans": "澳白"}, category="c", price_minor=2_000, plu="1077"
    )
    with house.begin() as connection:
        catalogue.put(connection, [named])
    for typed in ("Flat white", "1077", "p-77", "澳白"):
        assert "Flat white" in web.post(at, data={"points": "30", "product": typed}).text
    with house.begin() as connection:
        kept = rules.all_of(connection, "reward")
    assert [one.product for one in kept] == ["p-77"] * 4
    overview = web.get("/members/rules").text
    assert "Flat white" in overview and "p-77" not in overview
    chinese = web.get("/members/rules", headers={"accept-language": "zh-CN"}).text
    assert "澳白" in chinese and "Flat white" not in chinese
    assert 'value="Flat white"' in web.get(f"/members/rules/reward/{kept[0].id}").text
    twin = msgspec.structs.replace(named, id="p-78", plu="1078")
    with house.begin() as connection:
        catalogue.put(connection, [twin])
    assert 'value="1077"' in web.get(f"/members/rules/reward/{kept[0].id}").text


def test_the_page_tells_how_long_a_tier_holds_what_is_missing_and_the_way_there(
    web: TestClient, house: House
) -> None:
    rule = TierRule(tier="gold", spend_minor=100_000, visits=5)
    with house.begin() as connection:
        catalogue.put(connection, [TierRules(id="tiers", base="basic", tiers=(rule,))])
    before = web.get("/members/m-1").text
    assert "¥1,000.00 or 5 more visits to Gold" in before and "No change yet" in before
    page = press(web, "tier", tier="gold")
    assert "2026-02-02 to 2027-02-02" in page
    assert "Member → Gold" in page and "Given by hand" in page
    told = web.get("/api/members/m-1").json()["tier_changes"]
    assert [(one["before"], one["after"], one["why"]) for one in told] == [("basic", "gold", "given")]


def test_goods_for_points_are_named_taken_back_and_a_pass_rests(web: TestClient, house: House) -> None:
    kind = PassKind(id="ten", names={"en": "Ten coffees"}, uses=10, price_minor=9_999)
    with house.begin() as connection:
        catalogue.put(connection, [Reward(id="free", points=20, product="americano"), kind])
        open_account(connection, "m-1", "CNY", Opening(0, 0, 30), AT, "opening")
        bought = buy_pass("e1", "s1", "p1", kind, "m-1", [("cash", 9_999)], AT)
        SqlBook(connection).post(bought.entry, AT)
        benefits.keep(connection, bought.pass_)
    asked = {"auth_id": "r1", "incarnation": "i", "member_id": "m-1", "reward": "free"}
    held = house.ask(Request(id="q1", kind="reward.redeem", body=asked)).body
    page = web.get("/members/m-1").text
    assert "Americano, one free" in page and "Ten coffees" in page and "p1" in page
    taken = press(web, "take_back", id=held["id"])
    assert "taken back" in taken and "Americano, one free" not in taken
    assert "taken back before" in press(web, "take_back", id=held["id"])
    with house.begin() as connection:
        assert balances_of(connection, "m-1", AT).points == 30
    assert "Frozen" in press(web, "rest", id="p1", frozen="1")
    assert "Frozen" not in press(web, "rest", id="p1", frozen="")
    assert "no such pass" in press(web, "rest", id="none", frozen="1")


def test_merging_and_erasing_ask_first(web: TestClient, house: House) -> None:
    with house.begin() as connection:
        open_account(connection, "m-2", "CNY", Opening(16_850, 10_000, 30), AT, "opening")
    assert "confirm" in press(web, "merge", other="13900003318")
    page = press(web, "merge", other="13900003318", sure="1")
    assert "one now" in page and "268.50" in page
    assert web.get("/members/m-2").text.count("268.50") > 0  # the old id means the same person
    with house.begin() as connection:
        number = records.get(connection, house.keys, "m-1").number
    assert "¥168.50" in press(web, "erase", number=number)
    with house.begin() as connection:
        book = SqlBook(connection)
        value = book.value("m-1", "CNY")
        owed = balance_refund(value, ValueRules(id="value"))
        book.post(refund_balance("r1", "r1", value, owed, "cash"), AT)
    assert "confirm" in press(web, "erase", number="M1")
    page = press(web, "erase", number=number.lower())
    assert "Everything personal is gone" in page and "陈静怡" not in page and "13800006207" not in page
    assert "陈" not in web.get("/members").text


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_every_page_speaks_every_language(web: TestClient, language: str) -> None:
    web.cookies.set("language", language)
    for kind in rules.KINDS:
        assert web.get(f"/members/rules/{kind}/new").status_code == 200
    for path in (
        "",
        "/m-1",
        "/rules",
        "/rules/birthday/rule",
        "/rules/value_rules/value",
        "/lists",
        "/feedback",
    ):
        assert CATALOGUES[language]["nav.members"] in web.get(f"/members{path}").text
    assert web.get("/members/nobody").status_code == 404
    assert web.get("/members/rules/nothing/new").status_code == 404


def steps(*given: tuple[str, str]) -> dict[str, str]:
    found = {"paid_min_minor": "1", "paid_max_minor": "5000", "balance_max_minor": "9000",
             "spend_first": "bonus", "refund_deducts": "share", "overdraft_max_minor": ""}  # fmt: skip
    for number, (paid, bonus) in enumerate(given):
        found |= {f"steps.{number}.paid_minor": paid, f"steps.{number}.bonus_minor": bonus}
    return found


def test_rules_are_checked_in_words_and_pushed(web: TestClient, house: House) -> None:
    address = "/members/rules/value_rules/value"
    wrong = web.post(address, data=steps(("500", "100"), ("200", "30")))
    assert wrong.status_code == 422 and "ascending order" in wrong.text and 'value="200"' in wrong.text
    assert "Careful" in web.post(address, data=steps(("200", "200"))).text
    assert web.post(address, data=steps(("2x", "1"))).status_code == 422
    page = web.post(address, data=steps(("200", "30"), ("500", "100"), ("", ""))).text
    assert "Saved and pushed" in page and "¥100.00 on top of ¥500.00" in page
    with house.begin() as connection:
        (kept,) = rules.all_of(connection, "value_rules")
    assert kept.steps == (
        TopUpStep(paid_minor=20_000, bonus_minor=3_000),
        TopUpStep(paid_minor=50_000, bonus_minor=10_000),
    )
    assert kept.spend_first == "bonus" and kept.returned_days == 30


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("pass_kind", {"names.en": "Ten", "uses": "0"}, "between 1 and"),
        ("pass_kind", {"uses": "3"}, "Give it a name"),
        ("pass_kind", {"names.en": "T", "uses": "3", "covers": "tea", "refund": "share"}, "no “tea”"),
        ("membership_kind", {"names.en": "M", "days": "x"}, "whole number"),
        ("gift_card_kind", {"names.en": "G", "price_minor": "10", "value_minor": "9"}, "worth less"),
        ("reward", {"points": "10"}, "one of the two"),
        ("reward", {"points": "10", "product": "nuts"}, "could never be free"),
        ("reward", {"points": "10", "product": "bag"}, "could never be free"),
        ("coupon_kind", {"names.en": "C", "promotion": "", "members_only": "1"}, "Choose the promotion"),
        ("coupon_kind", {"names.en": "C", "promotion": "p", "from_at": "2026-02-02T10:00",
                         "until": "2026-02-01T10:00", "members_only": "1"}, "ends before it begins"),
        ("tier_rules", {"base": "basic", "window_days": "365", "tiers.0.tier": "gold"}, "asks for nothing"),
        ("tier", {"names.en": "T", "discount_bp": "100"}, "between 0 and"),
        ("points_rules", {"points": "1", "per_minor": "0"}, "out of range"),
        ("birthday", {"coupon": "cake", "days_before": "100", "days_after": "100"}, "birthday"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(web: TestClient, kind: str, given: dict[str, str], said: str) -> None:
    answer = web.post(f"/members/rules/{kind}/new", data=given)
    assert answer.status_code == 422 and said in answer.text


def test_a_pass_is_made_changed_and_taken_off_sale(web: TestClient, house: House) -> None:
    given = {
        "names.en": "Ten Americanos",
        "uses": "10",
        "price_minor": "128",
        "covers": "americano",
        "refund": "share",
    }
    assert "Ten Americanos" in web.post("/members/rules/pass_kind/new", data=given).text
    with house.begin() as connection:
        (kept,) = rules.all_of(connection, "pass_kind")
    assert (kept.uses, kept.price_minor, kept.covers, kept.days) == (10, 12_800, ("americano",), None)
    changed = web.post(f"/members/rules/pass_kind/{kept.id}", data={**given, "days": "90"})
    assert "Saved" in changed.text
    assert web.post(f"/members/rules/pass_kind/{kept.id}", data={"drop": "1"}).status_code == 200
    with house.begin() as connection:
        assert rules.all_of(connection, "pass_kind") == []


def test_a_list_is_brought_in_and_taken_out_by_browser(web: TestClient) -> None:
    text = "手机,姓名,积分\n13811112222,周然,30\n1381111,x,1\n"
    tried = web.post("/members/lists", files={"file": ("m.csv", text)}, data={"dry_run": "1"}).text
    assert "Took 1 members" in tried and "A trial" in tried
    page = web.post("/members/lists", files={"file": ("m.csv", text.encode("gb18030"))}).text
    assert "Took 1 members (1 new" in page and "row 3" in page and "1381111," not in page
    assert "周然" in web.get("/members/lists/members.csv").content.decode("utf-8-sig")
    assert web.get("/members/lists/members.xlsx").content[:2] == b"PK"
    assert "no table" in web.post("/members/lists", files={"file": ("m.pdf", b"%PDF-1.7 ...")}).text
    assert web.post("/members", content=b"x" * 70_000).status_code == 403


def test_the_virtual_card_is_good_for_a_minute_and_its_link_is_the_members_alone(
    web: TestClient, house: House
) -> None:
    found = re.search(r'href="(/card/[^"]+)"', web.get("/members/m-1").text)
    assert found is not None
    page = web.get(found[1])
    assert page.status_code == 200 and "<svg" in page.text and 'http-equiv="refresh"' in page.text
    assert "陈静怡" not in page.text and page.headers["referrer-policy"] == "no-referrer"
    with house.begin() as connection:
        record = records.get(connection, house.keys, "m-1")
        token = virtual_card.token(house.keys, record, NOW_MS)
        key = house.keys.card.public_key().public_bytes_raw()
    keys = {house.keys.card_kid: Ed25519PublicKey.from_public_bytes(key)}
    assert read_card(token, keys, "shanyu", NOW_MS // 1000).member == "m-1"
    assert web.get(found[1][:-2]).status_code == 404
    assert web.get(found[1].replace("m-1", "m-2")).status_code == 404
    press(web, "link")
    assert web.get(found[1]).status_code == 404


def test_members_over_json(web: TestClient) -> None:
    (one,) = web.get("/api/members", params={"q": "6207"}).json()["members"]
    assert one["name"] == "陈静怡" and one["phone"] == "+8613800006207"
    assert web.get("/api/members/m-1").json()["points"] == 0
    new = {"phone": "13733334444", "name": "新", "id": "m-9"}
    assert web.post("/api/members", json=new).json()["is_new"]
    assert web.post("/api/members", json=new).json()["id"] == "m-9"
    assert web.post("/api/members", json={"phone": "1"}).json()["error"] == "phone.wrong_length"
    assert web.get("/api/members/nobody").status_code == 404


def test_a_drawn_code_says_what_it_should(web: TestClient, house: House) -> None:
    import zxingcpp
    from PIL import Image

    from hq.web.card import qr_svg

    svg = qr_svg("TBM1.hello")
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    image = Image.new("L", (size, size), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg):
        image.putpixel((int(x), int(y)), 0)
    data = io.BytesIO()
    image.resize((size * 6, size * 6)).save(data, "PNG")
    assert zxingcpp.read_barcodes(Image.open(data))[0].text == "TBM1.hello"


def test_every_language_says_everything_once_with_the_same_blanks() -> None:
    folder = Path(str(resources.files("hq.web"))) / "locales"
    for language in LANGUAGES:
        files = [json.loads(path.read_text("utf-8")) for path in folder.glob(f"{language}*.json")
                 if path.name.split(".")[0] == language]  # fmt: skip
        assert sum(map(len, files)) == len(CATALOGUES[language]), language
    first = CATALOGUES["en"]
    for language in LANGUAGES:
        assert CATALOGUES[language].keys() == first.keys()
        ours = json.loads((folder / f"{language}.members.json").read_text("utf-8"))
        for key, text in ours.items():
            assert blanks(text) == blanks(first[key]), (language, key)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_code_that_a_list_of_members_brings_has_a_sentence() -> None:
    root = Path(str(resources.files("hq.members")))
    source = "".join((root / name).read_text("utf-8") for name in ("reading.py", "importing.py"))
    given = set(
        re.findall(r'"((?:row|formula|phone|code|member|card|tier|points|amount|balance)\.[a-z_]+)"', source)
    )
    given |= {
        f"amount.{why}" for why in ("not_an_amount", "too_many_decimals", "comma", "negative", "too_large")
    }
    assert len(given) > 15
    assert all(f"import.{code}" in CATALOGUES["en"] for code in given), given
