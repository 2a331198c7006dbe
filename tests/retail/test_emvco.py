"""Merchant QR codes: what is written reads back, and one wrong character is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import emvco
from retail.errors import ContractError
from retail.money import currency

MERCHANT = emvco.Merchant("SHANYU COFFEE", "SHANGHAI", "CN", "5814", "TB000001")


@given(st.integers(1, 10**10), st.text("0123456789abcdef", min_size=1, max_size=25))
def test_amount_and_reference_read_back(amount_minor: int, reference: str) -> None:
    fields = emvco.parse(emvco.merchant_qr(MERCHANT, amount_minor, currency("CNY"), reference))
    whole, _, part = fields["54"].partition(".")
    assert int(whole) * 100 + int(part) == amount_minor
    assert fields["53"] == "156"
    assert emvco.fields_of(fields["62"])["05"] == reference


def test_the_crc_of_the_specification_s_example_is_right() -> None:
    # EMV QRCPS Merchant-Presented Mode v1.1, annex A.
    example = (
        "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914"
        "BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708"
        "A60086670902ME91320016A0112233449988770708123456786304A13A"
    )
    assert f"{emvco.crc(example[:-4]):04X}" == "A13A"


@given(st.integers(0, 60))
def test_a_torn_or_changed_code_is_refused(place: int) -> None:
    code = emvco.merchant_qr(MERCHANT, 5840, currency("CNY"), "0199")
    changed = code[:place] + ("X" if code[place] != "X" else "Y") + code[place + 1 :]
    with pytest.raises(ContractError):
        emvco.parse(changed)
    with pytest.raises(ContractError):
        emvco.parse(code[: place + 1])


def test_a_code_over_nothing_is_refused() -> None:
    with pytest.raises(ContractError):
        emvco.merchant_qr(MERCHANT, 0, currency("CNY"), "x")


@pytest.mark.parametrize("torn", ["5", "54", "540", "54x1", "5405123", "AB0112"])
def test_fields_that_are_not_whole_are_refused(torn: str) -> None:
    assert emvco.fields_of("540512.00") == {"54": "12.00"}
    with pytest.raises(ContractError) as refused:
        emvco.fields_of(f"540512.00{torn}")
    assert refused.value.code == "emvco.torn"


def test_what_no_code_can_say_is_refused() -> None:
    for amount_minor, reference, code in (
        (0, "0199", "amount"),
        (-1, "0199", "amount"),
        (5840, "", "field_length"),
    ):
        with pytest.raises(ContractError) as refused:
            emvco.merchant_qr(MERCHANT, amount_minor, currency("CNY"), reference)
        assert refused.value.code == f"emvco.{code}"
