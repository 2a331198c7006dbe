"""Phones, names, numbers, virtual cards: one form each, masked, and nothing forged or replayed."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import Busy, ContractError, Refused
from retail.members import card_token
from retail.members.card_token import CardToken, accept_once, is_card_token, read_card, sign_card
from retail.members.names import masked_name
from retail.members.phone import by_tail, masked_phone, normal_phone
from retail.members.record import is_member_number, member_number
from retail.secrets import phone_hash

NOW = 1_800_000_000
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {"k1": KEY.public_key()}


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13812346207", "+8613812346207"),
        (" 138 1234-6207 ", "+8613812346207"),
        ("+86 138 1234 6207", "+8613812346207"),
        ("0086-13812346207", "+8613812346207"),
        ("8613812346207", "+8613812346207"),
        ("１３８１２３４６２０７", "+8613812346207"),
        ("010-62345678", "+861062345678"),
        ("(0755) 2345678", "+867552345678"),
        ("+86 10 6234 5678", "+861062345678"),
        ("+852 9123 4567", "+85291234567"),
        ("00886912345678", "+886912345678"),
    ],
)
def test_phones_have_one_form(typed: str, normal: str) -> None:
    assert normal_phone(typed) == normal
    assert normal_phone(normal) == normal


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12812346207", "phone.not_a_number_in_china"),
        ("1381234620", "phone.wrong_length"),
        ("138123462078", "phone.wrong_length"),
        ("+8612812346207", "phone.not_a_number_in_china"),
        ("+1", "phone.wrong_length"),
        ("+0123456789", "phone.wrong_length"),
        ("91234567", "phone.wrong_length"),
        ("138abc46207", "phone.not_digits"),
        ("", "phone.not_digits"),
        ("²³812346207", "phone.not_a_number_in_china"),
    ],
)
def test_what_is_no_phone_is_said_without_repeating_it(typed: str, code: str) -> None:
    with pytest.raises(ContractError) as wrong:
        normal_phone(typed)
    assert wrong.value.code == code
    assert not typed or typed not in str(wrong.value)


@given(st.text(max_size=20))
def test_any_text_is_a_phone_or_a_clear_no(text: str) -> None:
    try:
        normal = normal_phone(text)
    except ContractError as wrong:
        assert wrong.code.startswith("phone.")
        return
    assert normal_phone(normal) == normal and normal[0] == "+" and normal[1:].isdigit()


def test_a_till_finds_a_phone_however_hq_wrote_it() -> None:
    key = b"k" * 16
    assert phone_hash(key, normal_phone("138 1234 6207")) == phone_hash(key, "13812346207")


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613812346207", "138****6207"),
        ("13812346207", "138****6207"),
        ("+85291234567", "+852****4567"),
        ("+8612345678", "+86****78"),
        ("12345", "****45"),
        ("1", "****"),
        ("", "****"),
    ],
)
def test_masked_phones(phone: str, masked: str) -> None:
    assert masked_phone(phone) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈静怡", "陈*怡"),
        ("陈怡", "陈*"),
        ("陈", "*"),
        ("欧阳娜娜", "欧**娜"),
        ("John Smith", "J*** S***"),
        ("X", "***"),
        ("  ", ""),
        ("E\u0301milie", "É***"),
        ("g\u0303a", "g\u0303***"),
        ("김민수", "김*수"),
        ("陈 Amy", "* A***"),
        ("7号", "7***"),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@given(st.text(min_size=1, max_size=30))
def test_a_masked_name_never_shows_a_whole_word(name: str) -> None:
    for word in masked_name(name).split():
        assert "*" in word


def test_members_are_found_by_the_last_digits_and_nobody_leafs_through_them() -> None:
    phones = [(f"m{n}", f"+861381234{n:04}") for n in range(60)]
    assert by_tail(phones, "0007") == ["m7"]
    assert by_tail(phones, "9999") == []
    for tail, code in (("007", "member.tail_too_short"), ("00ab", "member.tail_too_short")):
        with pytest.raises(Refused) as refused:
            by_tail(phones, tail)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        by_tail([(f"m{n}", "+8613812346207") for n in range(6)], "6207")
    assert refused.value.code == "member.too_many"


@given(st.integers(0, 10**8 - 1), st.integers(0, 8), st.integers(1, 9))
def test_a_member_number_with_one_wrong_digit_is_noticed(sequence: int, place: int, off: int) -> None:
    number = member_number(sequence, "M")
    assert is_member_number(f" {number} ", "M")
    digits = number[1:]
    wrong = digits[:place] + str((int(digits[place]) + off) % 10) + digits[place + 1 :]
    assert not is_member_number(f"M{wrong}", "M")


def test_numbers_have_a_range_and_a_form() -> None:
    assert not is_member_number("M12", "M") and not is_member_number("Mabcdefghi", "M")
    with pytest.raises(ContractError):
        member_number(10**8)


def token(life_s: int = 60, jti: str = "j1") -> str:
    return sign_card(KEY, "k1", "chain", "m1", jti, NOW, life_s)


def test_a_virtual_card_is_read_while_it_lives() -> None:
    text = token()
    assert is_card_token(text) and not is_card_token("6901234567892")
    assert len(text) < 300
    for late_s in (-card_token.SKEW_S, 0, 59 + card_token.SKEW_S):
        read = read_card(f" {text}\n", KEYS, "chain", NOW + late_s)
        assert read == CardToken(kid="k1", chain="chain", member="m1", jti="j1", iat=NOW, exp=NOW + 60)


def signed(**changes: object) -> str:
    body = {"kid": "k1", "chain": "chain", "member": "m1", "jti": "j", "iat": NOW, "exp": NOW + 60} | changes
    part = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()
    mark = KEY.sign(f"TBM1.{part}".encode())
    return f"TBM1.{part}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    ("text", "now_s", "code"),
    [
        ("", NOW, "malformed"),
        ("TBM1.x", NOW, "malformed"),
        ("TBM1.e30.e30", NOW, "malformed"),
        ("TBM1.é.e30", NOW, "malformed"),
        ("TBM1." + "a" * 700 + ".b", NOW, "malformed"),
        (token()[:-4], NOW, "forged"),
        (signed(kid="k2"), NOW, "unknown_key"),
        (signed(chain="other"), NOW, "other_chain"),
        (signed(exp=NOW + 301), NOW, "lives_too_long"),
        (signed(exp=NOW), NOW, "lives_too_long"),
        (signed(), NOW + 90, "expired"),
        (signed(), NOW - 31, "not_yet"),
    ],
)
def test_a_card_that_is_not_good_says_why(text: str, now_s: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_card(text, KEYS, "chain", now_s)
    assert refused.value.code == f"card_token.{code}"


@given(st.integers(0, 10**4), st.integers(1, 255))
def test_no_byte_of_a_card_can_change(place: int, other: int) -> None:
    raw = token()
    head, body, mark = raw.split(".")
    data = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    data[place % len(data)] ^= other
    changed = base64.urlsafe_b64encode(bytes(data)).rstrip(b"=").decode()
    with pytest.raises(Refused):
        read_card(f"{head}.{changed}.{mark}", KEYS, "chain", NOW)


def test_a_card_opens_once_and_a_full_memory_forgets_nothing_that_could_come_again() -> None:
    first, second = (read_card(token(jti=jti), KEYS, "chain", NOW) for jti in ("a", "b"))
    seen = accept_once({}, first, NOW)
    seen = accept_once(seen, second, NOW)
    with pytest.raises(Refused) as refused:
        accept_once(seen, first, NOW + 60 + card_token.SKEW_S - 1)
    assert refused.value.code == "card_token.replayed"
    assert set(accept_once({"old": NOW - 1}, first, NOW)) == {"a"}
    full = {str(n): NOW + 1 for n in range(card_token.SEEN_MAX)}
    with pytest.raises(Busy):
        accept_once(full, first, NOW)
    with pytest.raises(ContractError):
        token(life_s=301)
