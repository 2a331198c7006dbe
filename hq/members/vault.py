"""Encryption under a member's own key: AES-256-GCM, a random nonce before the ciphertext.

The member's key lies beside the record, encrypted under the chain's key file. Whoever has the database
without that file has nothing; once a member's key is deleted nobody has.
"""

import os
from collections.abc import Iterable

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from hq.members.keys import Keys
from hq.tables import member_key
from retail.errors import ContractError

KEY_BITS = 256
NONCE_BYTES = 12
FEW = 500


class Personal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a record keeps encrypted. `birthday` is ``YYYY-MM-DD`` or empty; `cards` are keyed hashes."""

    name: str = ""
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    birthday: str = ""
    address: str = ""
    contact: bool = False
    cards: tuple[str, ...] = ()


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """`place` (the row's id) is authenticated: a row's bytes mean nothing in another row."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """The plain bytes; `ContractError` ``member.unreadable`` when key, place or bytes are others."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise ContractError("member.unreadable", path=place) from None


def keys_of(connection: Connection, keys: Keys, member_ids: Iterable[str]) -> dict[str, bytes]:
    """The members' own keys, of those that have one."""
    wanted = sorted(set(member_ids))
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), FEW):
        few = member_key.c.member_id.in_(wanted[start : start + FEW])
        for row in connection.execute(select(member_key).where(few)):
            found[row.member_id] = unseal(keys.chain, row.wrapped, row.member_id)
    return found


def make_keys(connection: Connection, keys: Keys, member_ids: Iterable[str]) -> dict[str, bytes]:
    """A fresh key for each of these members, who have none."""
    made = {member_id: AESGCM.generate_key(KEY_BITS) for member_id in member_ids}
    rows = [{"member_id": one, "wrapped": seal(keys.chain, key, one)} for one, key in made.items()]
    if rows:
        connection.execute(insert(member_key), rows)
    return made


def destroy_key(connection: Connection, member_id: str) -> None:
    """Nobody reads this member's record again. The bytes are overwritten in the file, not only unlinked."""
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(delete(member_key).where(member_key.c.member_id == member_id))


def pack(personal: Personal) -> bytes:
    """As it is encrypted."""
    return msgspec.json.encode(personal)


def unpack(plain: bytes) -> Personal:
    """What was packed."""
    return msgspec.json.decode(plain, type=Personal)
