"""Sealing: what anyone may write and only HQ can read.

An ephemeral X25519 key agrees with HQ's public key (RFC 7748); HKDF-SHA256 (RFC 5869) makes of it an
AES-256-GCM key, with the two public keys as context. That key seals one text and no other, so its nonce is
zero. On the wire: base64 of the ephemeral public key (32 bytes) and the ciphertext with its tag.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from retail.errors import ContractError

KEY_BYTES = 32
SEALED_LENGTH_MAX = 8_192
_NONCE = bytes(12)


def seal(public: str, plain: bytes, secret: bytes) -> str:
    """`plain` for the holder of the private half of `public` (base64).

    `secret`: 32 random bytes of the caller's, never used before and forgotten at once.
    """
    to = _public(public)
    ephemeral = X25519PrivateKey.from_private_bytes(secret)
    ours = ephemeral.public_key().public_bytes_raw()
    box = AESGCM(_key(ephemeral.exchange(to), ours + to.public_bytes_raw())).encrypt(_NONCE, plain, None)
    return base64.b64encode(ours + box).decode()


def unseal(private: X25519PrivateKey, sealed: str) -> bytes:
    """What was sealed; `ContractError` ``sealed.unreadable`` for anything else, which says no more."""
    try:
        if len(sealed) > SEALED_LENGTH_MAX:
            raise ValueError
        data = base64.b64decode(sealed, validate=True)
        theirs, box = data[:KEY_BYTES], data[KEY_BYTES:]
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        ours = private.public_key().public_bytes_raw()
        return AESGCM(_key(shared, theirs + ours)).decrypt(_NONCE, box, None)
    except (InvalidTag, ValueError, binascii.Error):
        raise ContractError("sealed.unreadable", path="$.sealed") from None


def _public(text: str) -> X25519PublicKey:
    try:
        return X25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ContractError("sealing_key.malformed", path="$.public") from None


def _key(shared: bytes, context: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"tillbox.seal.1" + context).derive(shared)
