"""What a scan is: goods, a secret, a member, a receipt, or nothing that may be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcodes import ScanKind, check_digit, has_valid_check_digit, read
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


@given(st.text(max_size=600))
def test_no_text_on_the_wire_breaks_the_reader(data: str) -> None:
    try:
        scan = read(data)
    except Refused as refusal:
        assert refusal.code in ("scan.unreadable", "scan.wrong_check_digit", "scan.gs1")
    else:
        assert scan.code
