"""Search: every product is found by every two characters of its names, its initials and its numbers."""

import subprocess
import sys
from typing import Any

import pytest

from appliance.store.reference.pinyin import spell
from retail.catalogue import Product
from tests.support.waiting import PROCESS_S

NAMES = [
    {"zh-Hans": "抹茶拿铁", "zh-Hant": "抹茶拿鐵", "en": "Matcha Latte"},
    {"zh-Hans": "拿铁", "zh-Hant": "拿鐵", "en": "Latte"},
    {"zh-Hans": "恰恰怪味豆25g"},
    {"zh-Hans": "山泉水 550 ml", "en": "Spring Water 550 ml"},
    {"zh-Hans": "中華(软)20支/条、“特价”"},
    {"zh-Hans": "重庆小面"},
    {"en": 'Café 50% "off" & more'},
    {"zh-Hans": "玉𠮷拉面"},
]


@pytest.fixture
def shop(send, reader):
    """Every name once; PLUs 100, 101 ...; barcodes 6900000000000 + n."""
    send(
        0,
        1,
        *(
            Product(
                id=str(n),
                names=names,
                category="c",
                price_minor=1,
                plu=str(100 + n),
                gtins=(f"690000000{n:04d}",),
            )
            for n, names in enumerate(NAMES)
        ),
    )
    return reader


def found(reader, text: str, limit: int = 50) -> list[str]:
    return [hit.product.id for hit in reader.search(text, 1, limit)]


def test_every_substring_of_every_name_finds_its_product(shop):
    for n, names in enumerate(NAMES):
        for name in names.values():
            for length in (1, 2, 3, len(name)):
                for start in range(len(name) - length + 1):
                    part = name[start : start + length]
                    # Punctuation on its own is searchable too; only spaces are not text.
                    if part.strip():
                        assert str(n) in found(shop, part), (name, part)


def test_every_substring_of_initials_and_each_pinyin_syllable_finds_its_product(shop):
    for n, names in enumerate(NAMES):
        spelling = spell(names)
        for initials in spelling.initials:
            for start in range(len(initials)):
                assert str(n) in found(shop, initials[start : start + 3])
        for syllables in spelling.syllables:
            for start in range(len(syllables)):
                assert str(n) in found(shop, "".join(syllables[start:]))


def test_a_plu_and_the_start_of_a_barcode_find_the_product(shop):
    assert found(shop, "103") == ["3"]
    assert found(shop, "6900000000003") == ["3"]
    assert set(found(shop, "69000")) == {str(n) for n in range(len(NAMES))}


def test_two_characters_that_are_not_neighbours_find_nothing(shop):
    assert found(shop, "抹拿") == [] and found(shop, "铁茶") == []


def test_the_order_is_number_then_initials_then_beginning_then_anywhere(send, reader):
    def product(id_: str, name: str, **rest: Any) -> Product:
        return Product(id=id_, names={"zh-Hans": name}, category="c", price_minor=1, **rest)

    send(
        0,
        1,
        product("inside", "抹茶拿铁"),
        product("favourite inside", "生椰拿铁", favourite=1),
        product("initials", "奶茶"),
        product("number", "水", plu="nc"),
        product("begins", "NC汽水"),
    )
    assert found(reader, "nc") == ["number", "initials", "begins"]
    assert found(reader, "拿铁") == ["favourite inside", "inside"]


def test_the_hit_says_which_letters_were_typed(shop):
    marked = {hit.product.id: hit.marked for hit in shop.search("nt", 1)}
    assert marked == {"0": "mc**nt**", "1": "**nt**"}
    assert {hit.product.id: hit.marked for hit in shop.search("natie", 1)} == marked
    assert next(hit.marked for hit in shop.search("guaiwei", 1)) == "qq**gw**d25g"
    assert next(hit.marked for hit in shop.search("抹茶", 1)) == ""
    assert next(hit.marked for hit in shop.search("6900000000003", 1)) == "**6900000000003**"


def test_a_character_with_two_readings_is_found_by_both(shop):
    assert found(shop, "cqxm") == found(shop, "zqxm") == found(shop, "chongqing") == ["5"]


def test_the_shop_s_own_mnemonic_is_searched_as_well(send, reader):
    send(0, 1, Product(id="a", names={"zh-Hans": "郎酒"}, category="c", price_minor=1, mnemonic="YM*1"))
    assert found(reader, "ym1") == found(reader, "lj") == ["a"]


def test_words_in_any_order_must_all_be_there(shop):
    assert found(shop, "latte matcha") == found(shop, "铁 抹") == ["0"]
    assert found(shop, "latte water") == []


@pytest.mark.parametrize(
    "text", ["", "   ", '"', "*", "AND", "NEAR(", "-", "\0", "x" * 10_000, '" OR "', "^p"]
)
def test_nothing_that_is_typed_breaks_the_search(shop, text):
    assert isinstance(found(shop, text), list)


def test_the_limit_holds(shop):
    assert len(found(shop, "69", 3)) == 3 and found(shop, "69", 0) == []


def test_reading_and_searching_never_import_the_pinyin_dictionary(shop, home):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from appliance.runtime.paths import Home\n"
        "from appliance.store.reference import ReferenceReader, open_reference\n"
        "reader = ReferenceReader(open_reference(Home(Path(sys.argv[1])), writable=False))\n"
        "print(len(reader.search('nt', 1)), 'pypinyin' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(home.root)]
    ran = subprocess.run(command, timeout=PROCESS_S, check=True, capture_output=True, text=True)
    assert ran.stdout.split() == ["2", "False"]
