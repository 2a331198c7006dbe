"""A member's virtual card: a signed token in a QR code that lives for a minute and opens once.

``TBM1.<body>.<signature>``, both base64url without padding; the signature (Ed25519, RFC 8032) is
over everything before its dot. Tills hold public keys only, so none of them can make a card, and
they can check one with the network down. A screenshot is worth nothing after `exp`; before it,
each verifier takes a `jti` once, and HQ once for all when the spend is authorised.
"""

import base64
import binascii
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from retail.errors import Busy, ContractError, Refused

PREFIX = "TBM1"
LIFE_S = 60
LIFE_S_MAX = 300
SKEW_S = 30
"""How far the clocks of a till and of HQ may be apart."""
TOKEN_LENGTH_MAX = 600
SEEN_MAX = 10_000


class CardToken(Struct, frozen=True, kw_only=True):
    """What a token says. `kid` names the key, `iat` and `exp` are Unix seconds, `jti` is random."""

    kid: str
    chain: str
    member: str
    jti: str
    iat: int
    exp: int


def sign_card(
    key: Ed25519PrivateKey, kid: str, chain: str, member_id: str, jti: str, now_s: int, life_s: int = LIFE_S
) -> str:
    """A fresh token for a member; `life_s` at most `LIFE_S_MAX`."""
    if not 0 < life_s <= LIFE_S_MAX:
        raise ContractError("card_token.bad_life", path="$.life_s", life_s=life_s, life_s_max=LIFE_S_MAX)
    token = CardToken(kid=kid, chain=chain, member=member_id, jti=jti, iat=now_s, exp=now_s + life_s)
    signed = f"{PREFIX}.{_encoded(msgspec.json.encode(token))}"
    return f"{signed}.{_encoded(key.sign(signed.encode('ascii')))}"


def is_card_token(text: str) -> bool:
    """Whether a scan looks like a virtual card; says nothing about its being good."""
    return text.startswith(f"{PREFIX}.")


def read_card(text: str, keys: Mapping[str, Ed25519PublicKey], chain: str, now_s: int) -> CardToken:
    """The token, verified for this chain at this moment.

    `Refused` ``card_token.malformed``, ``.unknown_key``, ``.forged``, ``.other_chain``,
    ``.expired``, ``.not_yet`` (the till's clock is wrong, or HQ's), ``.lives_too_long``.
    """
    signed, _, signature = text.strip().rpartition(".")
    prefix, _, body = signed.partition(".")
    if prefix != PREFIX or len(text) > TOKEN_LENGTH_MAX:
        raise Refused("card_token.malformed")
    try:
        token = msgspec.json.decode(_decoded(body), type=CardToken)
        mark = _decoded(signature)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise Refused("card_token.malformed") from None
    key = keys.get(token.kid)
    if key is None:
        raise Refused("card_token.unknown_key", kid=token.kid[:40])
    try:
        key.verify(mark, signed.encode("ascii"))
    except InvalidSignature:
        raise Refused("card_token.forged") from None
    if token.chain != chain:
        raise Refused("card_token.other_chain")
    if not 0 < token.exp - token.iat <= LIFE_S_MAX:
        raise Refused("card_token.lives_too_long", life_s=token.exp - token.iat)
    if now_s >= token.exp + SKEW_S:
        raise Refused("card_token.expired", late_s=now_s - token.exp)
    if now_s < token.iat - SKEW_S:
        raise Refused("card_token.not_yet", early_s=token.iat - now_s)
    return token


def accept_once(seen: Mapping[str, int], token: CardToken, now_s: int) -> dict[str, int]:
    """The verifier's memory (jti to the second it may be forgotten) after taking a token.

    `Refused` ``card_token.replayed``; `Busy` ``card_token.too_many`` when the memory is full: it
    is never made room for by forgetting a token that could come again.
    """
    alive = {jti: until_s for jti, until_s in seen.items() if until_s > now_s}
    if token.jti in alive:
        raise Refused("card_token.replayed")
    if len(alive) >= SEEN_MAX:
        raise Busy("card_token.too_many", count_max=SEEN_MAX)
    return {**alive, token.jti: token.exp + SKEW_S}


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
