"""How cards, phones and PINs are kept without keeping them: keyed hashes and slow hashes.

A card or phone is found by HMAC-SHA256 under the fleet's lookup key, which never leaves the
key files; without it a list of hashes cannot be tried against all phone numbers. A PIN has only
a million values, so it is hashed with scrypt (RFC 7914) and a salt of its own.

Pure: keys and salts are arguments. No error here repeats the number it is about.
"""

import hashlib
import hmac
import re
import unicodedata

from retail.errors import ContractError

LOOKUP_KEY_BYTES_MIN = 16
UID_BYTES = (4, 7, 10)
"""Single, double and triple size of a card's UID, ISO/IEC 14443-3 clause 6.5.4."""
PHONE_DIGITS_MIN, PHONE_DIGITS_MAX = 5, 15
"""E.164 allows fifteen digits; the shortest are a landline's without its area code."""

CARD_NUMBER_MIN, CARD_NUMBER_MAX = 8, 32
NUMBER = re.compile(r"[0-9A-Z._-]{1,40}")
"""A member's number as it stands on a card."""
TAIL_DIGITS = 4

SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 1
"""16 MiB and some 30 ms: slow for who tries all PINs, unnoticed by who types one."""
SCRYPT_N_MAX = 2**17
SCRYPT_MEMORY_BYTES_MAX = 256 * 1024 * 1024
PIN_SALT_BYTES_MIN = 8
PIN_HASH_BYTES = 32


def normal_uid(uid: str) -> str:
    """A card's UID as upper-case hex without separators; `ContractError` when it is none."""
    cleaned = uid.strip().upper().replace(":", "").replace("-", "").replace(" ", "")
    try:
        size_bytes = len(bytes.fromhex(cleaned))
    except ValueError:
        raise ContractError("card.uid_not_hex", length=len(cleaned)) from None
    if size_bytes not in UID_BYTES:
        raise ContractError("card.uid_wrong_length", size_bytes=size_bytes, allowed=list(UID_BYTES))
    return cleaned


def normal_phone(phone: str) -> str:
    """A phone number's digits, China's country code left out; `ContractError` when it is none."""
    digits = phone.strip().removeprefix("+")
    for separator in (" ", "-", "(", ")"):
        digits = digits.replace(separator, "")
    if not (digits.isascii() and digits.isdigit()):
        raise ContractError("phone.not_digits", length=len(digits))
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    if not PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX:
        raise ContractError("phone.wrong_length", length=len(digits))
    return digits


def _keyed(key: bytes, text: str) -> str:
    if len(key) < LOOKUP_KEY_BYTES_MIN:
        raise ContractError("lookup_key.too_short", size_bytes=len(key), size_bytes_min=LOOKUP_KEY_BYTES_MIN)
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def card_hash(key: bytes, uid: str) -> str:
    """64 hex digits under which documents know a card."""
    return _keyed(key, normal_uid(uid))


def phone_hash(key: bytes, phone: str) -> str:
    """64 hex digits under which documents know a phone number."""
    return _keyed(key, normal_phone(phone))


def gift_card_hash(key: bytes, number: str) -> str:
    """64 hex digits under which a gift card is known; `ContractError` when it is no card's number.

    Letters and figures, as printed or in its code; spaces and hyphens say nothing.
    """
    return _keyed(key, f"gift:{normal_card_number(number)}")


def normal_card_number(number: str) -> str:
    """A gift card's number without spaces and hyphens, in capitals."""
    cleaned = number.strip().upper().replace(" ", "").replace("-", "")
    if not (cleaned.isascii() and cleaned.isalnum()):
        raise ContractError("gift_card.number", length=len(cleaned))
    if not CARD_NUMBER_MIN <= len(cleaned) <= CARD_NUMBER_MAX:
        raise ContractError("gift_card.number", length=len(cleaned))
    return cleaned


def number_hash(key: bytes, number: str) -> str:
    """64 hex digits under which documents know a member's number; case and spaces do not count."""
    cleaned = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    if not NUMBER.fullmatch(cleaned):
        raise ContractError("member.bad_number", length=len(number))
    return _keyed(key, f"number:{cleaned}")


def tail_hash(key: bytes, phone: str) -> str:
    """64 hex digits under which HQ knows the last four digits of a phone number."""
    return _keyed(key, f"tail:{normal_phone(phone)[-TAIL_DIGITS:]}")


def pin_hash(pin: str, salt: bytes) -> str:
    """``scrypt$n$r$p$salt$hash`` with salt and hash in hex; the salt is random, one for each PIN."""
    if not (pin.isascii() and pin.isdigit()):
        raise ContractError("pin.not_digits", length=len(pin))
    if len(salt) < PIN_SALT_BYTES_MIN:
        raise ContractError("pin.salt_too_short", size_bytes=len(salt), size_bytes_min=PIN_SALT_BYTES_MIN)
    derived = _scrypt(pin, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P, PIN_HASH_BYTES)
    return f"scrypt${SCRYPT_N}${SCRYPT_R}${SCRYPT_P}${salt.hex()}${derived.hex()}"


def pin_matches(pin: str, stored: str) -> bool:
    """Whether a PIN is the one that was hashed, in time that does not tell how near it was.

    `ContractError` for a stored hash that is malformed or would cost more than a till should
    spend: such an operator cannot sign in by PIN until HQ sends a good one.
    """
    try:
        scheme, n_text, r_text, p_text, salt_text, hash_text = stored.split("$")
        n, r, p = int(n_text), int(r_text), int(p_text)
        salt, expected = bytes.fromhex(salt_text), bytes.fromhex(hash_text)
    except ValueError:
        raise ContractError("pin.malformed_hash") from None
    is_power_of_two = n > 1 and n & (n - 1) == 0
    if scheme != "scrypt" or not is_power_of_two or n > SCRYPT_N_MAX or not (0 < r <= 16 and 0 < p <= 4):
        raise ContractError("pin.malformed_hash")
    if len(salt) < PIN_SALT_BYTES_MIN or len(expected) != PIN_HASH_BYTES:
        raise ContractError("pin.malformed_hash")
    return hmac.compare_digest(_scrypt(pin, salt, n, r, p, len(expected)), expected)


def _scrypt(pin: str, salt: bytes, n: int, r: int, p: int, size_bytes: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=SCRYPT_MEMORY_BYTES_MAX, dklen=size_bytes
    )
