"""`tillbox price`: documents in, priced baskets out, and clear answers to bad ones."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tillbox.commands.price import app

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = re.search(r"```json\n(.*?)```", (ROOT / "docs/price-document.md").read_text("utf-8"), re.S)


def document(**changes: object) -> dict[str, Any]:
    assert EXAMPLE is not None
    return {**json.loads(EXAMPLE[1]), **changes}


def run(given: object, *options: str, language: str = "en_US.UTF-8") -> tuple[int, dict[str, Any]]:
    code, text, _ = said(given, *options, language=language)
    return code, json.loads(text)


def said(given: object, *options: str, language: str = "en_US.UTF-8") -> tuple[int, str, str]:
    text = given if isinstance(given, str | bytes) else json.dumps(given)
    result = CliRunner().invoke(app, ["-", *options], input=text, env={"LC_ALL": language})
    return result.exit_code, result.stdout, result.stderr


def test_the_example_of_the_docs() -> None:
    code, answer = run(document(), "--json")
    assert (code, answer["total_minor"], answer["search"]["exact"]) == (0, 3840, True)
    assert answer["near_misses"][0]["missing_minor"] == 160
    assert answer["lines"][0]["product"] == "tea"
    assert answer["findings"] == []


def test_the_published_schema_is_that_of_the_code() -> None:
    sys.path.append(str(ROOT / "tools"))
    from price_schema import schema_text

    assert (ROOT / "docs/price-document.schema.json").read_text("utf-8") == schema_text()


def test_text_for_a_person_in_two_languages() -> None:
    big = document(
        coupons=[{"code": "C9"}],
        basket=[{"product": "tea", "quantity": 2}, {"product": "cookie", "quantity": 20}],
        steps_max=1,
    )
    code, text, _ = said(big, "--text", language="zh_CN.UTF-8")
    assert code == 0
    assert "第二杯半价\t−9.00" in text
    assert "应付" in text and "券 C9 没用：没有这个券" in text
    code, text, err = said(document(taxes={"standard": {"rate_bp": 1000, "inclusive": False}}), "--text")
    assert "Tax added\t3.84" in text
    assert "5 off 40: 1.60 more" in text
    assert err == ""


def test_base_prices_options_labels_manual_and_usage() -> None:
    given = document(
        store="s1",
        prices=[{"product": "tea", "price_minor": 2000, "store": "s1"}],
        promotions=[],
        member=None,
        products=[
            {"id": "tea", "price_minor": 1800, "options": {"large": 300}, "in_store_item": "12345"},
            {"id": "nuts", "price_minor": 8800, "unit": "kg", "in_store_item": "54321"},
        ],
        basket=[
            {"product": "tea", "options": ["large"]},
            {"barcode": "2012345011007"},
            {"barcode": "2854321001257"},
            {"product": "tea", "quantity": -1},
            {"product": "tea", "unit_price_minor": 5, "line": "open"},
        ],
        manual_discounts=[
            {"id": "m", "operator": "o", "reason": "r", "limit_bp": 500, "off_bp": 500, "line": "open"}
        ],
        overrides=[{"line": "1", "unit_price_minor": 2200, "operator": "o", "reason": "r", "approver": "b"}],
        holidays={"labour": ["2026-05-01"]},
        usage={"x": {"in_all": 1}},
        barcode_layouts={"20": {"holds": "price"}, "28": {"holds": "weight", "decimals": 3}},
    )
    code, answer = run(given)
    assert code == 0, answer
    assert [line["total_minor"] for line in answer["lines"]] == [2200, 1100, 1100, -2000, 5]


YEN = {"currency": "JPY", "promotions": [], "member": None}
TEA = {"product": "tea"}


def test_a_currency_without_cents_and_prices_beyond_32_bits() -> None:
    code, answer = run(document(**YEN, products=[{"id": "tea", "price_minor": 2**33 + 1}], basket=[TEA]))
    assert (code, answer["total_minor"]) == (0, 2**33 + 1)


def bad(where: str, **changes: object) -> Any:
    return pytest.param(document(**changes), where, id=where + str(len(str(changes))))


@pytest.mark.parametrize(
    ("given", "where"),
    [
        bad("$.currency", currency=5),
        bad("", currency="XXX"),
        bad("$.instant", instant="noon"),
        bad("$.instant", instant="2026-05-01T10:00Z"),
        bad("$", colour="red"),
        bad("$.products[0].id", products=[{"id": "", "price_minor": 1}]),
        bad("$.products[1].id", products=[{"id": "a", "price_minor": 1}] * 2),
        bad("$.products[0].price_minor", products=[{"id": "a", "price_minor": -1}]),
        bad(
            "$.products[0].member_price_minor",
            products=[{"id": "a", "price_minor": 1, "member_price_minor": -1}],
        ),
        bad("$.basket[0].product", basket=[{"product": "tee"}]),
        bad("$.basket[0].options[0]", basket=[{"product": "tea", "options": ["x"]}]),
        bad("$.basket[0].quantity", basket=[{"product": "tea", "quantity": 0}]),
        bad("$.basket[0].quantity", basket=[{"product": "tea", "quantity": "0.0005"}]),
        bad("$.basket[0].quantity", basket=[{"product": "tea", "quantity": "many"}]),
        bad("$.basket[0].quantity", basket=[{"product": "tea", "quantity": 10**7}]),
        bad("$.basket[0].unit_price_minor", basket=[{"product": "tea", "unit_price_minor": -1}]),
        bad("$.basket[1].line", basket=[{"product": "tea", "line": "a"}] * 2),
        bad("$.basket[0].barcode", basket=[{"barcode": "2012345011008"}]),
        bad("$.basket[0].barcode", basket=[{"barcode": "2012345011007"}]),
        bad(
            "$.basket[0]",
            products=[{"id": "tea", "price_minor": 2**40}],
            basket=[{"product": "tea", "quantity": 10**6}],
        ),
        bad("$.basket", basket=[TEA] * 5001),
        bad("$.taxes", taxes={"reduced": {"rate_bp": 600}}),
        bad("$.taxes.standard.rate_bp", taxes={"standard": {"rate_bp": -1}}),
        bad("$.member.discount_bp", member={"tier": "g", "discount_bp": 10_001}),
        bad("$.holidays.x", holidays={"x": ["May"]}),
        bad("$.steps_max", steps_max=0),
        bad("prices", prices=[{"product": "tea", "price_minor": -1}]),
        bad(
            "",
            overrides=[{"line": "1", "unit_price_minor": 1, "operator": "o", "reason": "", "approver": "b"}],
        ),
        bad("", manual_discounts=[{"id": "m", "operator": "o", "reason": "r", "limit_bp": 0, "off_bp": 500}]),
    ],
)
def test_bad_documents_get_the_place_and_what_to_do(given: object, where: str) -> None:
    code, answer = run(given)
    assert (code, answer["path"]) == (2, where)
    assert "{" not in answer["text"] and len(answer["text"]) > len(where) + 15
    code, _, chinese = said(given, "--text", language="zh_CN.UTF-8")
    assert code == 2 and "。" in chinese


@pytest.mark.parametrize("given", [b"\xff\xfe", "{", "[" * 100_000, "null"])
def test_what_is_no_document_at_all(given: str | bytes) -> None:
    code, answer = run(given)
    assert (code, answer["path"]) == (2, "$")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"] == "document.unreadable"
    file = tmp_path / "basket.json"
    file.write_text("\ufeff" + json.dumps(document()), "utf-8")
    assert CliRunner().invoke(app, [str(file)]).exit_code == 0


def test_a_promotion_that_contradicts_itself_is_refused_in_a_manager_s_words() -> None:
    wrong = {"kind": "threshold_off", "id": "x", "names": {"en": "x"}, "threshold_minor": 0, "off_minor": 5}
    code, answer = run(document(promotions=[wrong]))
    assert code == 2
    assert [one["code"] for one in answer["findings"]] == ["promotion.threshold_of_nothing"]
    assert "threshold is zero" in answer["findings"][0]["text"]
    code, _, err = said(document(promotions=[wrong]), "--text", language="zh_CN.UTF-8")
    assert code == 2 and "门槛是零" in err
    strange = {"kind": "percentage", "id": "x", "names": {"en": "x"}, "off_bp": 9900}
    code, answer = run(document(promotions=[strange]))
    assert (code, answer["findings"][0]["severity"], answer["total_minor"]) == (0, "warning", 48)
    code, _, err = said(document(promotions=[strange]), "--text")
    assert code == 0 and "please check" in err


def test_every_error_has_words_in_every_language() -> None:
    from retail.pricing.saying import sentences

    words = sentences()["errors"]
    found_before = {"calendar.not_a_time"}
    codes = codes_in("calendar", "trial", "document", "manual", "index", "pricebook", "lots") - found_before
    assert codes and {code for code in codes if set(words.get(code, ())) != {"zh", "zh-Hant", "en"}} == set()


def test_every_finding_has_words_in_three_languages_with_the_same_parameters() -> None:
    from retail.pricing.words import sentences

    words = sentences()
    codes = codes_in("check", "check_set", "calendar") - {"document.promotion_refused"}
    assert codes and codes - set(words) == set()
    for code, said in words.items():
        assert set(said) == {"zh-Hans", "zh-Hant", "en"}, code
        assert len({tuple(sorted(re.findall(r"{\w+}", text))) for text in said.values()}) == 1, code


def codes_in(*modules: str) -> set[str]:
    """The codes that these modules of the engine raise or find."""
    source = "".join((ROOT / f"retail/pricing/{name}.py").read_text("utf-8") for name in modules)
    kinds = "promotion|calendar|document|price|pricing"
    raised = rf'(?:Error|Refused|Finding|_error|_warning|_unknown)\(\s*"((?:{kinds})\.[a-z_]+)"'
    return set(re.findall(raised, source))


PLAIN: dict[str, Any] = {"promotions": [], "member": None, "coupons": []}


def test_a_thousand_lines_are_priced_with_their_promotions() -> None:
    code, answer = run(document(basket=[{"product": "tea"}] * 500 + [{"product": "cookie"}] * 500))
    assert (code, len(answer["lines"]), answer["base_minor"]) == (0, 1000, 500 * 1800 + 500 * 1200)
    assert answer["total_minor"] == sum(line["total_minor"] for line in answer["lines"])
    code, answer = run(document(basket=[{"product": "tea"}] * 5001))
    assert (code, answer["error"]) == (2, "document.too_many_lines")
    assert "5000 lines" in answer["text"]


def test_a_million_pieces_is_the_most_there_can_be() -> None:
    code, answer = run(document(basket=[{"product": "tea", "quantity": 1_000_000}]))
    assert (code, answer["base_minor"], answer["lines"][0]["quantity_milli"]) == (0, 1_800_000_000, 10**9)
    code, answer = run(document(basket=[{"product": "tea", "quantity": 1_000_001}]))
    assert (code, answer["error"], answer["path"]) == (2, "quantity.too_large", "$.basket[0].quantity")


@pytest.mark.parametrize("weight", [0, "0", "0.000"])
def test_a_weight_of_zero_says_weigh_again(weight: object) -> None:
    nuts = [{"id": "nuts", "price_minor": 8800, "unit": "kg"}]
    basket = [{"product": "nuts", "quantity": weight}]
    code, answer = run(document(**PLAIN, products=nuts, basket=basket))
    assert (code, answer["error"]) == (2, "document.quantity_of_nothing")
    assert "Weigh it again" in answer["text"]


def test_a_currency_without_cents_is_counted_and_written_whole() -> None:
    cake = [{"id": "cake", "price_minor": 333}]
    half = {"kind": "percentage", "id": "half", "names": {"en": "Half"}, "off_bp": 5000}
    given = document(
        **PLAIN | {"promotions": [half]}, currency="JPY", products=cake, basket=[{"product": "cake"}]
    )
    code, answer = run(given)
    assert (code, answer["total_minor"]) == (0, 166)
    _, text, _ = said(given, "--text")
    assert "Half\t−167\n" in text and "Total\t166" in text


def test_a_price_above_two_to_the_thirty_first_is_right_and_one_beyond_all_sense_is_refused() -> None:
    def asked(price_minor: int, quantity: int) -> tuple[int, dict[str, Any]]:
        ring = [{"id": "ring", "price_minor": price_minor}]
        basket = [{"product": "ring", "quantity": quantity}]
        return run(document(products=ring, basket=basket, promotions=[], member=None))

    code, answer = asked(2**31 + 1, 3)
    assert (code, answer["total_minor"]) == (0, 3 * (2**31 + 1))
    code, answer = asked(10**15, 2)
    assert (code, answer["error"], answer["path"]) == (2, "document.amount_too_large", "$.basket[0]")
    code, answer = asked(10**15 + 1, 1)
    assert (code, answer["error"], answer["path"]) == (
        2,
        "document.out_of_range",
        "$.products[0].price_minor",
    )


def test_what_is_over_at_the_documents_instant_is_said() -> None:
    over = {
        "kind": "percentage",
        "id": "x",
        "names": {"en": "x"},
        "off_bp": 500,
        "calendar": {"ends_at": "2001-01-01"},
    }
    code, answer = run(document(promotions=[over]))
    assert (code, answer["findings"][0]["code"]) == (0, "promotion.is_over")
