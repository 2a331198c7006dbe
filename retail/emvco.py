"""EMVCo merchant-presented QR codes (EMV QRCPS Merchant-Presented Mode v1.1, section 4).

A code is a list of two-digit id, two-digit length and value; field 63 closes it with a
CRC-16/CCITT-FALSE over everything up to and including ``6304``.
"""

import binascii
from dataclasses import dataclass

from retail.errors import ContractError
from retail.money import Currency


@dataclass(frozen=True)
class Merchant:
    """Who is paid. `account_field` is a merchant template id, 26-51; `account` its text."""

    name: str
    city: str
    country: str
    category_code: str
    account: str
    account_field: str = "26"
    scheme: str = "com.tillbox.pay"


def merchant_qr(merchant: Merchant, amount_minor: int, unit: Currency, reference: str) -> str:
    """The dynamic code for an exact amount; `reference` (at most 25) comes back with the payment."""
    if amount_minor <= 0:
        raise ContractError("emvco.amount", path="54", amount_minor=amount_minor)
    whole, part = divmod(amount_minor, 10**unit.digits)
    amount = f"{whole}.{part:0{unit.digits}d}" if unit.digits else str(whole)
    fields = [
        ("00", "01"),
        ("01", "12"),
        (merchant.account_field, _field("00", merchant.scheme) + _field("01", merchant.account)),
        ("52", merchant.category_code),
        ("53", unit.numeric),
        ("54", amount),
        ("58", merchant.country),
        ("59", merchant.name[:25]),
        ("60", merchant.city[:15]),
        ("62", _field("05", reference[:25])),
    ]
    body = "".join(_field(tag, value) for tag, value in fields) + "6304"
    return body + f"{crc(body):04X}"


def parse(code: str) -> dict[str, str]:
    """The top-level fields of a code; `ContractError` when it is torn or its CRC is wrong."""
    if len(code) < 8 or code[-8:-4] != "6304":
        raise ContractError("emvco.no_crc", path="63")
    if code[-4:] != f"{crc(code[:-4]):04X}":
        raise ContractError("emvco.wrong_crc", path="63")
    return fields_of(code)


def fields_of(text: str) -> dict[str, str]:
    """Split id-length-value triples, at any level."""
    fields: dict[str, str] = {}
    position = 0
    while position < len(text):
        tag, length = text[position : position + 2], text[position + 2 : position + 4]
        if not (tag + length).isdigit() or len(length) != 2:
            raise ContractError("emvco.torn", path=str(position))
        value = text[position + 4 : position + 4 + int(length)]
        if len(value) != int(length):
            raise ContractError("emvco.torn", path=tag)
        fields[tag] = value
        position += 4 + int(length)
    return fields


def crc(text: str) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, nothing reflected."""
    return binascii.crc_hqx(text.encode(), 0xFFFF)


def _field(tag: str, value: str) -> str:
    if not 0 < len(value) <= 99:
        raise ContractError("emvco.field_length", path=tag, length=len(value))
    return f"{tag}{len(value):02d}{value}"
