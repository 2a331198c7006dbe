"""Hashes of cards, phones and PINs: right against independent vectors, strict with nonsense."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError
from retail.secrets import card_hash, normal_phone, normal_uid, phone_hash, pin_hash, pin_matches

KEY = bytes(range(32))
SALT = b"sixteen salt byt"


def test_a_card_is_the_hmac_of_its_upper_case_uid() -> None:
    expected = hmac.new(KEY, b"04A1B2C3D4E5F6", hashlib.sha256).hexdigest()
    for written in ("04A1B2C3D4E5F6", "04a1b2c3d4e5f6", "04:A1:B2:C3:D4:E5:F6", " 04 a1 b2 c3 d4 e5 f6 "):
        assert card_hash(KEY, written) == expected


@pytest.mark.parametrize("uid", ["", "04A1", "04A1B2C3D4", "not a card", "04A1B2C3D4E5F", "０４Ａ１Ｂ２Ｃ３"])
def test_what_is_no_uid_is_refused_without_being_repeated(uid: str) -> None:
    with pytest.raises(ContractError) as caught:
        card_hash(KEY, uid)
    assert not uid or uid not in str(caught.value)


@given(st.sampled_from((4, 7, 10)).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_a_uid_survives_being_normalised(uid: bytes) -> None:
    assert bytes.fromhex(normal_uid(uid.hex())) == uid


@pytest.mark.parametrize("written", ["13800006207", "+86 138 0000 6207", "86-138-0000-6207"])
def test_one_phone_has_one_hash_however_it_is_written(written: str) -> None:
    assert phone_hash(KEY, written) == hmac.new(KEY, b"13800006207", hashlib.sha256).hexdigest()


@pytest.mark.parametrize("phone", ["", "abc", "1234", "1" * 16, "１３８００００６２０７"])
def test_what_is_no_phone_number_is_refused(phone: str) -> None:
    with pytest.raises(ContractError):
        normal_phone(phone)


def test_a_short_lookup_key_is_refused() -> None:
    with pytest.raises(ContractError, match="lookup_key"):
        card_hash(b"short", "04A1B2C3")


def test_a_pin_hash_is_scrypt_and_matches_its_pin_only() -> None:
    stored = pin_hash("246810", SALT)
    expected = hashlib.scrypt(b"246810", salt=SALT, n=2**14, r=8, p=1, dklen=32)
    assert stored == f"scrypt$16384$8$1${SALT.hex()}${expected.hex()}"
    assert pin_matches("246810", stored)
    for wrong in ("246811", "", "24681", "2468100", "二四六八"):
        assert not pin_matches(wrong, stored)


def test_two_salts_hide_that_two_pins_are_equal() -> None:
    assert pin_hash("111111", SALT) != pin_hash("111111", SALT[::-1])


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "246810",
        "md5$1$1$1$00$00",
        f"scrypt$x$8$1${SALT.hex()}${'00' * 32}",
        f"scrypt$16383$8$1${SALT.hex()}${'00' * 32}",
        f"scrypt$1073741824$8$1${SALT.hex()}${'00' * 32}",
        f"scrypt$16384$8$1$00${'00' * 32}",
        f"scrypt$16384$8$1${SALT.hex()}$",
    ],
)
def test_a_malformed_or_ruinous_stored_hash_is_refused(stored: str) -> None:
    with pytest.raises(ContractError, match=r"pin\.malformed_hash"):
        pin_matches("246810", stored)


@pytest.mark.parametrize("pin", ["", "12345a", "１２３４５６"])
def test_only_digits_become_a_pin(pin: str) -> None:
    with pytest.raises(ContractError, match=r"pin\.not_digits"):
        pin_hash(pin, SALT)
