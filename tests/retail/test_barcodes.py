"""What a scan is: goods, a secret, a member, a receipt, or nothing that may be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcodes import Scan, ScanKind, check_digit, has_valid_check_digit, read, shown
from retail.errors import Refused

digits12 = st.text("0123456789", min_size=12, max_size=12)


@given(digits12)
def test_one_wrong_digit_is_always_noticed(payload: str) -> None:
    code = payload + check_digit(payload)
    for place in range(13):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert not has_valid_check_digit(wrong)


def test_check_digits_of_real_codes() -> None:
    assert all(map(has_valid_check_digit, ("4006381333931", "73513537", "036000291452")))


def test_a_wrong_check_digit_is_refused_unless_the_shop_sells_that_very_code() -> None:
    with pytest.raises(Refused, match=r"scan\.wrong_check_digit"):
        read("6901234567890")
    assert read("6901234567890", known=True).kind is ScanKind.GOODS


@pytest.mark.parametrize("code", ["134512345678901234", "281234567890123456", "6212345678901234567"])
def test_payment_codes_are_known_and_never_shown(code: str) -> None:
    scan = read(code)
    assert scan.kind is ScanKind.PAYMENT_CODE
    assert code not in repr(scan)


def test_a_gs1_element_string_gives_its_gtin() -> None:
    assert read("0106901234567892\x1d10ABC", "]C1").code == "6901234567892"


def test_receipts_and_members_have_prefixes_of_their_own() -> None:
    assert read("TBR1:T1-000042").kind is ScanKind.RECEIPT
    assert read("TBM1:token").code == "token"


@pytest.mark.parametrize("code", ["4006381333931", "73513537", "036000291452", "04006381333931", "4011"])
def test_what_goods_can_be_called_is_shown_whole(code: str) -> None:
    assert shown(code) == code


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("6901234567890", "…7890"),
        ("GC20260012345678", "…5678"),
        ("8888000012349", "…2349"),
        ("TBM1.eyJraWQiOiIx", "…OiIx"),
        ("VIP99", "…99"),
        ("X", "…"),
    ],
)
def test_of_what_may_be_money_the_end_is_shown(code: str, seen: str) -> None:
    assert shown(code) == seen
    assert code not in repr(Scan(ScanKind.GOODS, code))


@given(st.text(min_size=8, max_size=40))
def test_no_more_than_half_of_a_code_that_goods_cannot_have_is_seen(code: str) -> None:
    if not has_valid_check_digit(code):
        assert len(shown(code)) - 1 <= min(4, len(code) / 2)


@given(st.text(max_size=600))
def test_no_text_on_the_wire_breaks_the_reader(data: str) -> None:
    try:
        scan = read(data)
    except Refused as refusal:
        assert refusal.code in ("scan.unreadable", "scan.wrong_check_digit", "scan.gs1")
    else:
        assert scan.code
