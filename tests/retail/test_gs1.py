"""GS1 element strings: what is built is read, and what is torn says where."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcodes import check_digit, read
from retail.barcodes.gs1 import FNC1, parse
from retail.errors import ContractError, Refused

GTIN = "06901234567892"
texts = st.text("ABCXYZabc0189-./%", min_size=1, max_size=20)
gtins = st.text("0123456789", min_size=13, max_size=13).map(lambda text: text + check_digit(text))
dates = st.dates(dt.date(1977, 1, 1), dt.date(2075, 12, 31))
elements = st.fixed_dictionaries(
    {"01": gtins},
    optional={
        "10": texts,
        "21": texts,
        "11": dates.map("{:%y%m%d}".format),
        "15": dates.map("{:%y%m%d}".format),
        "17": dates.map("{:%y%m%d}".format),
        "30": st.integers(0, 10**8 - 1).map(str),
        "3103": st.integers(0, 10**6 - 1).map("{:06d}".format),
        "3922": st.integers(0, 10**9).map(str),
        "240": texts,
        "99": texts,
    },
)
ALONE = ("01", "11", "15", "17", "3103")


def build(parts: list[tuple[str, str]], always: bool = False) -> str:
    """As a printer of labels does it: FNC1 behind what has no length of its own, but not at the end."""
    made = [ai + value + ("" if ai in ALONE and not always else FNC1) for ai, value in parts]
    return "".join(made).removesuffix(FNC1)


@given(elements, st.randoms(use_true_random=False), st.booleans())
def test_what_is_built_is_read_in_any_order(known: dict[str, str], chance, always: bool) -> None:  # type: ignore[no-untyped-def]
    parts = list(known.items())
    chance.shuffle(parts)
    found = parse(build(parts, always), 2026)
    assert dict(found.elements) == known
    assert (found.gtin, found.batch, found.serial) == (known["01"], known.get("10", ""), known.get("21", ""))
    for ai, said in (("11", found.made), ("15", found.best_before), ("17", found.expires)):
        text = known.get(ai, "")
        assert said[2:].replace("-", "") == text
        assert not said or 1977 <= int(said[:4]) <= 2076
    assert found.weight_milli == int(known.get("3103", 0))
    assert found.price == ((int(known["3922"]), 2) if "3922" in known else None)


@given(elements, st.data())
def test_a_torn_code_is_refused_or_says_less_but_never_anything_else(
    known: dict[str, str], data: st.DataObject
) -> None:
    whole = build(list(known.items()))
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        found = parse(cut, 2026)
    except ContractError as error:
        assert error.code.startswith("gs1.") and error.path
    else:
        assert all(known[ai].startswith(value) for ai, value in found.elements.items() if ai in known)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        parse(text)
    except ContractError as error:
        assert error.code.startswith("gs1.")


@given(st.integers(2000, 2049), st.integers(1, 12))
def test_day_00_is_the_last_of_its_month(year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    assert parse(f"17{year % 100:02d}{month:02d}00", 2026).expires == f"{year}-{month:02d}-{last:02d}"


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ("17260230", "gs1.date", "17"),
        ("17261301", "gs1.date", "17"),
        ("17260001", "gs1.date", "17"),
        (f"01{GTIN}1726", "gs1.torn", "18"),
        (f"01{GTIN[:9]}", "gs1.torn", "2"),
        (f"01{GTIN}10", "gs1.torn", "18"),
        (f"01{GTIN}0X1", "gs1.unknown_ai", "16"),
        (f"01{GTIN}1", "gs1.unknown_ai", "16"),
        (f"01{GTIN}10{'A' * 21}", "gs1.too_long", "18"),
        (f"01{GTIN}10A B", "gs1.characters", "18"),
        ("0106901A34567892", "gs1.characters", "2"),
        (f"01{GTIN}0100000000000000", "gs1.contradicts", "32"),
    ],
)
def test_bad_input_says_what_and_where(data: str, code: str, path: str) -> None:
    with pytest.raises(ContractError) as caught:
        parse(data, 2026)
    assert (caught.value.code, caught.value.path) == (code, path)
    with pytest.raises(Refused) as refused:
        read(data, "]C1")
    assert (refused.value.code, refused.value.params["why"]) == ("scan.gs1", code)


@pytest.mark.parametrize(
    ("text", "milli"), [("3100000012", 12_000), ("3103001250", 1250), ("3105125450", 1255)]
)
def test_weights_with_any_number_of_decimals(text: str, milli: int) -> None:
    assert parse(text).weight_milli == milli


def test_a_scan_carries_what_its_code_says() -> None:
    scan = read(f"01{GTIN}1726022810L7{FNC1}21S-1", "]d2", year=2026)
    assert scan.code == "6901234567892"
    assert scan.gs1 is not None
    assert (scan.gs1.expires, scan.gs1.batch, scan.gs1.serial) == ("2026-02-28", "L7", "S-1")


def test_the_same_digits_in_a_plain_symbol_are_no_element_string() -> None:
    assert read(f"01{GTIN}10A", "]C0").gs1 is None
    with pytest.raises(Refused, match=r"scan\.wrong_check_digit"):
        read("0106901234567899", "]C1")
