"""Sealed text: only the holder of the private key reads it, and nothing changed goes through."""

import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import ContractError
from retail.members.sealing import seal, unseal

HQ = X25519PrivateKey.generate()
PUBLIC = base64.b64encode(HQ.public_key().public_bytes_raw()).decode()


@settings(max_examples=25)
@given(st.binary(max_size=300))
def test_what_is_sealed_comes_back_and_never_looks_the_same_twice(plain: bytes) -> None:
    first, second = (seal(PUBLIC, plain, os.urandom(32)) for _ in range(2))
    assert first != second
    assert unseal(HQ, first) == unseal(HQ, second) == plain


@settings(max_examples=50)
@given(st.integers(min_value=0, max_value=8 * (32 + 10 + 16) - 1))
def test_one_bit_changed_is_noticed(bit: int) -> None:
    data = bytearray(base64.b64decode(seal(PUBLIC, b"0123456789", os.urandom(32))))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ContractError, match=r"sealed\.unreadable"):
        unseal(HQ, base64.b64encode(data).decode())


@pytest.mark.parametrize("text", ["", "not base64 !", "AAAA", "A" * 10_000])
def test_anything_else_is_unreadable(text: str) -> None:
    with pytest.raises(ContractError, match=r"sealed\.unreadable"):
        unseal(HQ, text)


def test_another_key_reads_nothing_and_a_bad_one_is_refused() -> None:
    with pytest.raises(ContractError, match=r"sealed\.unreadable"):
        unseal(X25519PrivateKey.generate(), seal(PUBLIC, b"x", os.urandom(32)))
    with pytest.raises(ContractError, match=r"sealing_key\.malformed"):
        seal("AAAA", b"x", os.urandom(32))
