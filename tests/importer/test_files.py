"""Whole files: encodings, delimiters, workbooks, and files that cannot be used."""

import zipfile
from pathlib import Path

import pytest

from retail.errors import ContractError
from tests.support.lists import cell, codes, products, row, xlsx

TEXT = "货号,品名,类别,零售价\n6901234567892,冰红茶,饮料,3.50\n"
HANT = "貨號,品名,類別,售價,會員價\n6901234567892,凍檸茶,飲料,3.50,3\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_in_every_usual_form_is_the_same_table(take, encoding, delimiter, ending):
    report = take(TEXT.replace(",", delimiter).replace("\n", ending).encode(encoding))
    assert products(report)[0].names == {"zh-Hans": "冰红茶"} and products(report)[0].price_minor == 350
    assert report.rows == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_headings_in_traditional_characters(take, encoding):
    report = take(HANT.encode(encoding))
    assert (
        products(report)[0].names == {"zh-Hans": "凍檸茶"} and products(report)[0].member_price_minor == 300
    )


def test_headings_in_english_with_titles_above_and_columns_nobody_knows(take):
    report = take("My shop\n\nItem No.,Product Name,Retail Price,Cost,Mood\n12,Flat white,4.20,1,good\n")
    assert report.columns == {"number": "Item No.", "name": "Product Name", "price": "Retail Price"}
    assert (report.unused, report.unknown) == (["Cost"], ["Mood"])
    assert products(report)[0].names == {"en": "Flat white"} and products(report)[0].plu == "12"


def test_a_quote_that_never_closes_costs_its_own_row_at_most(take):
    lines = [TEXT.splitlines()[0], '6901234567908,"冰红茶,饮料,3.50']
    lines += [f"69100000{n:05d},货{n},饮料,1" for n in range(40)] + ['6901234567915,5" 钉子,五金,2']
    report = take("\n".join(lines))
    assert report.taken >= 41 and products(report)[-1].names == {"zh-Hans": '5" 钉子'}


def test_a_quoted_name_may_hold_separators_and_line_breaks(take):
    report = take(TEXT + '6901234567908,"茶,\n红 ""大""",饮料,1\n6901234567915,水,饮料,1\n')
    assert products(report)[1].names == {"zh-Hans": '茶, 红 "大"'} and report.taken == 3


def test_an_xls_of_an_old_till_with_title_merged_categories_and_a_sheet_of_remarks(take):
    report = take(Path(__file__).parent / "data" / "old_till.xls")
    assert report.file == {"format": "XLS", "sheet": "商品", "heading_row": "3"}
    tea, green, melon = products(report)
    assert tea.gtins == ("6901234567892",) and tea.plu == "12" and tea.member_price_minor == 320
    assert green.gtins == ("6901234567885",) and green.category == tea.category
    assert melon.by_weight and melon.unit == "kg" and melon.price_minor == 398
    assert (7, "零售价", "price.zero") in codes(report)


def test_an_xlsx_gives_stored_results_of_formulas_and_says_where_one_is_missing(take, tmp_path):
    rows = [
        row(1, "商品档案"),
        row(2, "货号", "品名", "零售价", "会员价"),
        row(3, 6901234567892.0, "茶") + cell("C3", 3.5, "1+2.5"),
        row(4, "6901234567908", "水") + cell("C4", None, "A1*2"),
        row(5, "6901234567915", "饼", 0.1 + 0.2) + cell("D5", None, "C5"),
    ]
    report = take(xlsx(tmp_path / "a.xlsx", {"空": [], "商品": rows}))
    assert codes(report) == [(4, "零售价", "formula.no_value"), (5, "会员价", "formula.no_value")]
    assert [(one.gtins[0], one.price_minor) for one in products(report)] == [
        ("6901234567892", 350),
        ("6901234567915", 30),
    ]


def test_merged_cells_count_for_all_their_rows(take, tmp_path):
    rows = [row(1, "品名", "售价", "类别"), row(2, "茶", 3, "饮料"), row(3, "水", 2), row(4, "饼", 1, "点心")]
    tea, water, cake = products(take(xlsx(tmp_path / "a.xlsx", {"a": rows}, merged=["C2:C3"])))
    assert tea.category == water.category != cake.category


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf\r\n  \n", "file.empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file.not_a_table"),
        (b"%PDF-1.7 hello", "file.not_a_table"),
        (b"<html><table><tr><td>", "file.not_a_table"),
        (b"just some words\nand more\n", "file.no_headings"),
        ("品名,类别\n茶,饮料\n".encode(), "file.heading_missing"),
        ("零售价,类别\n3,饮料\n".encode("gbk"), "file.heading_missing"),
        (b"\xff\xfe\xff", "file.encoding"),
        (b"PK\x03\x04 not a zip", "file.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not ole", "file.damaged"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(take, content, code):
    with pytest.raises(ContractError) as caught:
        take(content)
    assert caught.value.code == code and caught.value.path.endswith("list.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_damaged_bytes_cost_their_row_only(take, encoding):
    head, tea = TEXT.encode(encoding).splitlines(keepends=True)
    report = take(head + b"6901234567908,\xff\xff\xff,a,2\n" + tea)
    assert codes(report) == [(2, "品名", "row.bad_characters")]
    assert products(report)[0].names == {"zh-Hans": "冰红茶"}


def test_a_missing_heading_is_named_and_so_are_those_that_are_there(take):
    with pytest.raises(ContractError) as caught:
        take("\n编号,品名,颜色\n1,茶,绿\n")
    assert caught.value.params["missing"] == ["price"] and caught.value.params["row"] == 2
    assert caught.value.params["found"] == ["编号", "品名", "颜色"]


def test_a_file_that_is_not_there_and_a_folder(take, tmp_path):
    for path, code in ((tmp_path / "no.csv", "file.cannot_read"), (tmp_path, "file.is_folder")):
        with pytest.raises(ContractError) as caught:
            take(path)
        assert caught.value.code == code


def test_a_zip_that_is_no_workbook(take, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr("readme.txt", "hello")
    with pytest.raises(ContractError, match=r"file\.not_a_table"):
        take(tmp_path / "a.zip")


def test_an_xlsx_that_unpacks_to_far_too_much_is_not_unpacked(take, tmp_path):
    path = xlsx(tmp_path / "bomb.xlsx", {"a": [row(1, "品名", "售价")]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.xml", b"\0" * 64_000_000)
    with pytest.raises(ContractError, match=r"file\.out_of_proportion"):
        take(path)


def test_an_xlsx_with_one_cell_at_the_far_corner_is_not_made_a_rectangle_of(take, tmp_path):
    path = xlsx(
        tmp_path / "corner.xlsx", {"a": [row(1, "品名", "售价"), row(2, "茶", 1) + cell("XFD1048576", "x")]}
    )
    with pytest.raises(ContractError, match=r"file\.out_of_proportion"):
        take(path)


def test_a_torn_xlsx_is_damaged_and_nothing_worse(take, tmp_path):
    whole = xlsx(tmp_path / "a.xlsx", {"a": [row(1, "品名", "售价"), row(2, "茶", 1)]}).read_bytes()
    xls = (Path(__file__).parent / "data" / "old_till.xls").read_bytes()
    for data in (whole, xls):
        for part in (3, 5, 9):
            with pytest.raises(ContractError, match=r"file\.(damaged|no_headings|heading_missing)"):
                take(data[: len(data) * part // 10])


def test_ten_thousand_rows_are_all_taken(take):
    lines = ["条码,品名,零售价"] + [f"690{n:010d},货{n},{n % 90 + 1}.5" for n in range(10_000)]
    assert take("\n".join(lines)).taken == 10_000
