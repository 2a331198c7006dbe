"""The keys HQ holds for its members: files of mode 600 in the home's `keys` folder, made once."""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retail.members.pushed import CardKey, SealingKey
from sqlitebase import create_key, read_key

LOOKUP, CHAIN, SEALING, CARD = "lookup.key", "members.key", "sealing.key", "virtual-card.key"
Kind = TypeVar("Kind", SealingKey, CardKey)


@dataclass(frozen=True)
class Keys:
    """`lookup` makes hashes, `chain` encrypts the members' own keys, `sealing` reads what tills seal, `card`
    signs virtual cards."""

    lookup: bytes = field(repr=False)
    chain: bytes = field(repr=False)
    sealing: X25519PrivateKey = field(repr=False)
    card: Ed25519PrivateKey = field(repr=False)

    def documents(self) -> tuple[SealingKey, CardKey]:
        """The public halves as tills are told them; their ids are the keys' names (`kid`)."""
        return _named(SealingKey, self.sealing), _named(CardKey, self.card)

    @property
    def sealing_kid(self) -> str:
        """The name of the key that tills seal to."""
        return self.documents()[0].id

    @property
    def card_kid(self) -> str:
        """The name of the key that signs virtual cards."""
        return self.documents()[1].id


def load_keys(folder: Path) -> Keys:
    """The keys in this folder; those that are missing are made. `ContractError` for files others may read."""

    def key(name: str) -> bytes:
        create_key(folder / name)
        return bytes.fromhex(read_key(folder / name))

    return Keys(
        key(LOOKUP),
        key(CHAIN),
        X25519PrivateKey.from_private_bytes(key(SEALING)),
        Ed25519PrivateKey.from_private_bytes(key(CARD)),
    )


def _named(kind: type[Kind], key: X25519PrivateKey | Ed25519PrivateKey) -> Kind:
    public = key.public_key().public_bytes_raw()
    return kind(id=hashlib.sha256(public).hexdigest()[:16], public=base64.b64encode(public).decode())
