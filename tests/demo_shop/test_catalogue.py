"""The demo shop's goods: complete, consistent, and sold under numbers that scanners accept."""

import json
from collections import Counter
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from PIL import ImageFont

from retail.barcodes.gtin import has_valid_check_digit
from retail.catalogue import LANGUAGES, Category, Document, Member, OptionGroup, Product, Shop, TaxClass, Tier
from retail.errors import ContractError
from retail.streams import STREAMS, AnyDocument
from tillbox.demo_shop import documents, opening
from tillbox.demo_shop.catalogue import product

ASSETS = Path(__file__).parents[2] / "appliance" / "ui" / "assets"
T = TypeVar("T", bound=Document)
KEY = bytes(range(32))
TILE_WIDTH_DP = 105
PICTURED_LONGER = {"cranberry-loose", "spring-water"}
"""Their names are given by the screens' drafts; a tile shows them on two lines."""


@pytest.fixture(scope="module")
def all_documents() -> list[AnyDocument]:
    return documents(KEY)


def of_kind(all_documents: list[AnyDocument], kind: type[T]) -> list[T]:
    return [document for document in all_documents if type(document) is kind]


def test_the_shop_is_as_large_as_promised(all_documents: list[AnyDocument]) -> None:
    products = of_kind(all_documents, Product)
    assert 55 <= len(products) <= 70
    assert [c.id for c in of_kind(all_documents, Category)] == [
        "coffee", "tea", "bakery", "cakes", "snacks", "goods",
    ]  # fmt: skip
    assert sum(1 for p in products if any(len(g) == 13 for g in p.gtins)) >= 12
    assert sum(1 for p in products if any(len(g) == 8 for g in p.gtins)) == 1
    assert sum(1 for p in products if p.member_price_minor is not None) >= 6
    assert {p.unit for p in products if p.by_weight} == {"kg"}
    assert len(of_kind(all_documents, Shop)) == 1


def test_ids_are_unique_within_their_kind_and_every_kind_has_a_stream(
    all_documents: list[AnyDocument],
) -> None:
    ids = Counter((type(document), document.id) for document in all_documents)
    assert [key for key, count in ids.items() if count > 1] == []
    streamed = {kind for kinds in STREAMS.values() for kind in kinds}
    assert {type(document) for document in all_documents} <= streamed


def test_everything_is_named_in_all_three_languages(all_documents: list[AnyDocument]) -> None:
    for document in all_documents:
        names = getattr(getattr(document, "promotion", document), "names", None)
        if not names or isinstance(document, Member):
            continue  # a rule has no name, and a member their own only
        assert list(names) == list(LANGUAGES), document.id
        assert all(text == text.strip() and text for text in names.values()), document.id
        assert names["en"].isascii(), names["en"]
        if isinstance(document, OptionGroup):
            assert all(list(choice.names) == list(LANGUAGES) for choice in document.choices)
    shop = of_kind(all_documents, Shop)[0]
    for names in (shop.store_names, shop.workstation_names, shop.address, shop.footer):
        assert list(names) == list(LANGUAGES)


@pytest.mark.parametrize(
    ("id", "zh_hans", "price_minor"),
    [
        ("latte", "拿铁", 2200),
        ("americano", "美式", 1600),
        ("pearl-milk-tea", "珍珠奶茶", 1800),
        ("matcha-latte", "抹茶拿铁", 2400),
        ("coconut-latte", "生椰拿铁", 2300),
        ("lemon-tea", "手打柠檬茶", 1700),
        ("butter-croissant", "黄油可颂", 1200),
        ("basque", "巴斯克", 2600),
        ("choc-cookie", "巧克力曲奇", 1200),
        ("tiramisu", "提拉米苏", 2800),
        ("beans-yirgacheffe", "耶加雪菲 250g", 7800),
        ("drip-bags", "挂耳 8 包", 5900),
    ],
)
def test_favourites_cost_what_the_drafts_show(
    all_documents: list[AnyDocument], id: str, zh_hans: str, price_minor: int
) -> None:
    found = {p.id: p for p in of_kind(all_documents, Product)}[id]
    assert (found.names["zh-Hans"], found.price_minor) == (zh_hans, price_minor)
    assert found.favourite > 0


def test_favourites_are_numbered_without_a_gap(all_documents: list[AnyDocument]) -> None:
    numbers = sorted(p.favourite for p in of_kind(all_documents, Product) if p.favourite)
    assert numbers == list(range(1, 13))


def test_what_must_not_be_discounted_and_what_is_sold_out(all_documents: list[AnyDocument]) -> None:
    products = of_kind(all_documents, Product)
    assert {p.id for p in products if not p.member_discount} == {"spring-water", "paper-bag"}
    assert {p.id for p in products if p.sold_out} == {"basque"}


def test_every_reference_leads_somewhere(all_documents: list[AnyDocument]) -> None:
    categories = {c.id for c in of_kind(all_documents, Category)}
    groups = {g.id: g for g in of_kind(all_documents, OptionGroup)}
    taxes = {t.id for t in of_kind(all_documents, TaxClass)}
    for p in of_kind(all_documents, Product):
        assert p.category in categories, p.id
        assert p.tax_class in taxes, p.id
        assert set(p.options) <= set(groups), p.id
        assert len(set(p.options)) == len(p.options), p.id
    for group in groups.values():
        ids = [choice.id for choice in group.choices]
        assert group.default in ids
        assert len(set(ids)) == len(ids) >= 2


def test_every_choice_id_says_its_group_so_that_none_is_ambiguous(all_documents: list[AnyDocument]) -> None:
    every = [choice.id for g in of_kind(all_documents, OptionGroup) for choice in g.choices]
    assert len(set(every)) == len(every)


def test_member_prices_are_below_the_price(all_documents: list[AnyDocument]) -> None:
    for p in of_kind(all_documents, Product):
        assert p.price_minor > 0
        assert p.member_price_minor is None or 0 < p.member_price_minor < p.price_minor, p.id


def test_barcodes_are_right_and_belong_to_one_product(all_documents: list[AnyDocument]) -> None:
    gtins = [gtin for p in of_kind(all_documents, Product) for gtin in p.gtins]
    assert len(set(gtins)) == len(gtins)
    for gtin in gtins:
        assert has_valid_check_digit(gtin), gtin
        assert 690 <= int(gtin[:3]) <= 699, gtin


def test_every_product_has_a_short_number_of_its_own(all_documents: list[AnyDocument]) -> None:
    plus = [p.plu for p in of_kind(all_documents, Product)]
    assert len(set(plus)) == len(plus)
    assert all(plu.isdigit() and len(plu) == 3 for plu in plus)


def test_every_product_has_a_drawing_and_every_drawing_is_used(all_documents: list[AnyDocument]) -> None:
    drawings = {path.stem for path in (ASSETS / "art").glob("*.svg")}
    wanted = {p.art for p in of_kind(all_documents, Product)}
    assert wanted - drawings == set()
    assert drawings - wanted == set(), "a drawing that nothing shows"


def test_every_category_has_an_icon_in_the_atlas(all_documents: list[AnyDocument]) -> None:
    listed = (ASSETS / "icons.txt").read_text(encoding="utf-8").split()
    assert {c.icon for c in of_kind(all_documents, Category)} <= set(listed)


def test_names_fit_a_tile(all_documents: list[AnyDocument]) -> None:
    too_long = []
    for language, region in (("zh-Hans", "SC"), ("zh-Hant", "TC"), ("en", "SC")):
        font = ImageFont.truetype(str(ASSETS / "fonts" / f"NotoSans{region}-Regular.otf"), 16)
        names = [p.names[language] for p in of_kind(all_documents, Product) if p.id not in PICTURED_LONGER]
        too_long += [name for name in names if font.getlength(name) > TILE_WIDTH_DP]
    assert too_long == []


def test_tiers_rise_from_nothing_to_eight_percent(all_documents: list[AnyDocument]) -> None:
    tiers = sorted(of_kind(all_documents, Tier), key=lambda tier: tier.order)
    assert [tier.discount_bp for tier in tiers] == [0, 200, 500, 800]


def test_documents_travel_as_json_and_come_back_equal(all_documents: list[AnyDocument]) -> None:
    encoded = msgspec.json.encode(all_documents)
    assert msgspec.json.decode(encoded, type=list[AnyDocument]) == all_documents
    assert all("type" in entry for entry in json.loads(encoded))


def test_a_misspelt_key_is_refused_with_its_place() -> None:
    table = {"id": "x", "names": ["甲", "甲", "A"], "price": "1.00", "favorite": 1}
    with pytest.raises(ContractError) as caught:
        product(table, "coffee", 1)
    assert caught.value.path == "coffee.x"
    assert caught.value.params["keys"] == ["favorite"]


def test_a_name_missing_in_one_language_is_refused() -> None:
    with pytest.raises(ContractError) as caught:
        product({"id": "x", "names": ["甲", "", "A"], "price": "1.00"}, "tea", 1)
    assert caught.value.code == "demo_shop.names_not_in_all_languages"


def test_the_shelves_hold_goods_that_are_sold(all_documents: list[AnyDocument]) -> None:
    sold = {one.id: one for one in all_documents if isinstance(one, Product)}
    for counted, reorder_milli in opening():
        product = sold[counted.product_id]
        assert product.by_weight or counted.counted_milli % 1000 == reorder_milli % 1000 == 0
        assert 0 <= counted.counted_milli < 1_000_000 and reorder_milli > 0
