"""Single rows: what is taken, what is taken with a note, what is refused and why."""

import pytest

from retail.catalogue import Category, Product, TaxClass
from tests.support.lists import codes, products

HEAD = "条码,编码,品名,零售价\n"


def test_a_plain_row_is_taken_without_a_word(take):
    report = take(HEAD + "6901234567892,12,冰红茶,3.50\n")
    assert (report.taken, report.warned, report.refused, report.rows) == (1, 0, 0, [])
    (made,) = products(report)
    assert made.id == "p-6901234567892" and made.gtins == ("6901234567892",) and made.plu == "12"
    assert made.names == {"zh-Hans": "冰红茶"} and made.price_minor == 350


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("", "price.empty"),
        ("0", "price.zero"),
        ("0.00", "price.zero"),
        ("-3", "amount.negative"),
        ("3.505", "amount.too_many_decimals"),
        ("3.5元/斤", "amount.not_an_amount"),
        ("面议", "amount.not_an_amount"),
        ("nan", "amount.not_an_amount"),
        ("1e400", "amount.too_large"),
        ("6901234567892", "amount.too_large"),
        ('"3,5"', "amount.comma"),
    ],
)
def test_a_bad_price_refuses_its_row_and_never_the_next(take, price, code):
    report = take(HEAD + f"6901234567892,,茶,{price}\n6901234567908,,水,2\n")
    assert codes(report)[0] == (2, "零售价", code)
    assert (report.taken, report.refused) == (1, 1) and products(report)[0].names == {"zh-Hans": "水"}


@pytest.mark.parametrize(
    ("price", "price_minor"),
    [("¥3.50", 350), ("３．５", 350), ("3.5元", 350), ('"1,234.50"', 123450), ("3.500", 350), (" 12 ", 1200)],
)
def test_ways_of_writing_a_price(take, price, price_minor):
    assert products(take(HEAD + f"6901234567892,,茶,{price}\n"))[0].price_minor == price_minor


def test_a_comma_is_decimal_only_where_semicolons_separate(take):
    assert products(take("name;price\nTea;3,50\nCake;1.234,50\n"))[0].price_minor == 350
    assert products(take("name;price\nTea;3,50\nCake;1.234,50\n"))[1].price_minor == 123450


@pytest.mark.parametrize("code", ["-", "——", "--", "无", "0", "0000000000000", "N/A", "NULL", ""])
def test_dashes_and_words_for_none_are_no_barcode(take, code):
    report = take(HEAD + f"{code},77,茶,1\n")
    assert products(report)[0].gtins == () and products(report)[0].plu == "77" and report.rows == []


def test_goods_without_any_number_are_taken_with_a_note_and_keep_their_id(take):
    first, again = take(HEAD + "-,,散茶,1\n"), take(HEAD + "-,,散茶,2\n")
    assert codes(first) == [(2, "条码", "code.none")]
    assert products(first)[0].id == products(again)[0].id


@pytest.mark.parametrize(
    ("written", "kept", "why"),
    [
        ("6901234567890", "6901234567890", "code.wrong_check_digit"),
        ("01000002", "01000002", "code.in_house"),
        ("00101", "00101", ""),
        ("'6901234567892", "6901234567892", ""),
        ('"=""6901234567892"""', "6901234567892", ""),
        ("6901234567892.0", "6901234567892", ""),
        ("690 1234 567892", "6901234567892", ""),
        ("６９０１２３４５６７８９２", "6901234567892", ""),
        ("6947124607705a", "6947124607705a", ""),
    ],
)
def test_codes_are_kept_as_the_shelf_carries_them(take, written, kept, why):
    report = take(HEAD + f"{written},,茶,1\n")
    assert products(report)[0].gtins == (kept,)
    assert [code for _, _, code in codes(report)] == ([why] if why else [])


@pytest.mark.parametrize(
    ("written", "why"),
    [("6.90123E+12", "code.scientific"), ("冰红茶", "code.not_a_code"), ("x" * 65, "code.not_a_code")],
)
def test_a_code_that_is_none_refuses_the_row(take, written, why):
    assert codes(take(HEAD + f"{written},,茶,1\n")) == [(2, "条码", why)]


def test_several_barcodes_in_one_cell(take):
    assert products(take(HEAD + "6901234567892/6901234567908,,茶,1\n"))[0].gtins == (
        "6901234567892",
        "6901234567908",
    )


def test_a_barcode_twice_refuses_the_later_row_and_names_the_earlier(take):
    report = take(
        HEAD + "6901234567892,,茶,1\n0012345678905,,水,2\n012345678905,,水,3\n6901234567892,,茶,4\n"
    )
    assert [(n.row, n.code, n.detail) for n in report.rows] == [
        (4, "code.of_earlier_row", "3"),
        (5, "code.of_earlier_row", "2"),
    ]
    assert [one.price_minor for one in products(report)] == [100, 200]


def test_a_plu_twice_is_left_out_of_the_later_row(take):
    report = take("货号,自编码,品名,售价\n6901234567892,57,茶,1\n6901234567908,57,水,2\n")
    assert [(n.row, n.column, n.code, n.detail) for n in report.rows] == [
        (3, "自编码", "plu.of_other_row", "2")
    ]
    assert [one.plu for one in products(report)] == ["57", ""]


FULL = "货号,品名,售价,会员价,最低售价,单位,计价方式,是否积分,允许折扣,前台议价,保质期(天),税率,助记码\n"


def test_every_field_of_an_old_till_s_export(take):
    report = take(FULL + "6901234567892,茶,10,8.5,7,瓶,普通,□,否,是,180,13%,C\n")
    (made,) = products(report)
    assert (made.member_price_minor, made.price_min_minor, made.unit, made.by_weight) == (
        850,
        700,
        "each",
        False,
    )
    assert (made.points, made.discount, made.member_discount, made.haggle) == (False, False, False, True)
    assert (made.shelf_life_days, made.tax_class, made.mnemonic) == (180, "rate-1300", "C")
    assert report.rows == []


def test_tags_are_parted_by_commas_and_the_like(take):
    (made,) = products(take('货号,品名,售价,标签\n6901234567892,茶,10,"热饮、新品, 热饮"\n'))
    assert made.tags == ("热饮", "新品")


def test_zero_means_none_for_member_price_lowest_price_and_shelf_life(take):
    (made,) = products(take(FULL + "6901234567892,茶,10,0,0.0,瓶,普通,√,是,否,0,0,\n"))
    assert made.member_price_minor is made.price_min_minor is made.shelf_life_days is None
    assert made.tax_class == "rate-0"


def test_prices_that_contradict_the_price_are_left_out_with_a_note(take):
    report = take(FULL + "6901234567892,茶,10,11,12,瓶,普通,,,,,,\n")
    assert [code for _, _, code in codes(report)] == ["member_price.above_price", "price_min.above_price"]
    assert products(report)[0].member_price_minor is products(report)[0].price_min_minor is None


@pytest.mark.parametrize(
    ("unit", "pricing", "by_weight", "price_minor", "why"),
    [
        ("kg", "计重", True, 1001, []),
        ("斤", "计重", True, 2002, ["unit.converted"]),
        ("两", "", True, 20020, ["unit.converted"]),
        ("个", "计重", True, 1001, ["unit.not_a_weight"]),
        ("", "计重", True, 1001, ["unit.not_a_weight"]),
        ("", "普通", False, 1001, ["unit.empty"]),
        ("kg", "普通", False, 1001, ["unit.weight_but_by_piece"]),
        ("个", "计件", False, 1001, []),
        ("袋", "按心情", False, 1001, ["pricing.unknown"]),
    ],
)
def test_units_and_ways_of_pricing(take, unit, pricing, by_weight, price_minor, why):
    report = take(FULL + f"6901234567892,茶,10.01,,,{unit},{pricing},,,,,,\n")
    assert [code for _, _, code in codes(report)] == why
    (made,) = products(report)
    assert (made.by_weight, made.price_minor, made.unit) == (
        by_weight,
        price_minor,
        "kg" if by_weight else "each",
    )


def test_a_unit_that_does_not_convert_exactly_is_refused(take):
    assert codes(take(FULL + "6901234567892,茶,10,,,磅,计重,,,,,,\n")) == [(2, "单位", "unit.not_metric")]


def test_what_cannot_be_read_in_lesser_columns_is_noted_and_the_row_taken(take):
    report = take(FULL + "6901234567892,茶,10,abc,,瓶,普通,也许,是,否,半年,许多,\n")
    assert codes(report) == [
        (2, "会员价", "amount.not_an_amount"),
        (2, "是否积分", "flag.unknown"),
        (2, "保质期(天)", "days.not_whole"),
        (2, "税率", "rate.not_a_number"),
    ]
    assert (report.taken, report.warned) == (1, 1)


def test_importing_again_changes_nothing_and_an_updated_file_updates(take):
    text = "条码,品名,类别,税率,售价\n6901234567892,茶,饮料,13%,3\n6901234567908,饼,点心,6%,5\n"
    first = take(text)
    again = take(text, first.documents)
    assert (again.new, again.changed, again.same) == (0, 0, 2) and again.documents == first.documents
    later = take(text.replace(",3\n", ",3.5\n"), first.documents)
    assert (later.new, later.changed, later.same) == (0, 1, 1)


def test_a_known_product_keeps_its_id_and_what_the_file_does_not_say(take):
    there = Product(
        id="water", names={"zh-Hans": "水", "en": "Water"}, category="goods", price_minor=300, plu="9",
        gtins=("6901234567892",), art="water", favourite=3, options=("size",),
    )  # fmt: skip
    (made,) = products(take("barcode,name,price\n6901234567892,Spring water,3.20\n", [there]))
    assert (made.id, made.price_minor, made.art, made.favourite, made.options, made.plu, made.category) == (
        "water", 320, "water", 3, ("size",), "9", "goods",
    )  # fmt: skip
    assert made.names == {"zh-Hans": "水", "en": "Spring water"}


def test_known_categories_and_tax_classes_are_used_again(take):
    there = [
        Category(id="drinks", names={"zh-Hans": "饮料"}),
        TaxClass(id="standard", names={}, rate_bp=1300),
        TaxClass(id="a", names={}, rate_bp=1300),
    ]
    (made,) = products(take("品名,类别,售价,税率\n茶,饮料,3,0.13\n", there))
    assert (made.category, made.tax_class) == ("drinks", "standard")


def test_two_products_may_trade_their_plus(take):
    text = "条码,自编码,品名,售价\n6901234567892,{},茶,3\n6901234567908,{},饼,5\n"
    first = take(text.format(1, 2))
    later = take(text.format(2, 1), first.documents)
    assert later.rows == [] and [one.plu for one in products(later)] == ["2", "1"]


def test_blank_rows_repeated_headings_and_sums_are_not_goods(take):
    report = take(HEAD + ",,,\n6901234567892,,茶,1\n" + HEAD + "合计,,,123.45\n")
    assert (report.taken, report.refused, report.blank) == (1, 0, 3)


def test_a_row_with_more_cells_than_headings_may_have_shifted_and_is_refused(take):
    report = take(HEAD + "6901234567892,,茶,1,234.50\n")
    assert codes(report) == [(2, "", "row.too_many_cells")] and report.refused == 1
