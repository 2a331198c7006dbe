"""Who works and buys at the demo shop, from ``people.toml``: the only demo data that is secret-like.

`people` gives what a till may know: masked and hashed. `cards` and `pins` give the clear numbers
to the bench, to demos and to tests; nothing that serves a real shop may call them.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from retail.catalogue import Member, Names, Operator
from retail.members.names import masked_name
from retail.members.phone import masked_phone, normal_phone
from retail.secrets import card_hash, phone_hash, pin_hash
from retail.streams import AnyDocument
from tillbox.demo_shop.data import load, names_of

SALT_BYTES = 16


class DemoCard(NamedTuple):
    """A card to tap on the bench: its UID in hex, whose it is, and which kind."""

    uid: str
    names: Names
    kind: Literal["member", "staff"]


def _salt(lookup_key: bytes, operator: str) -> bytes:
    """A salt that is the same in every run, so that the documents are; real PINs get random ones."""
    return hmac.new(lookup_key, f"demo-salt:{operator}".encode(), hashlib.sha256).digest()[:SALT_BYTES]


def people(lookup_key: bytes) -> list[AnyDocument]:
    """Operators, then members, with hashes under `lookup_key` in place of their numbers."""
    tables = load("people")
    operators: list[AnyDocument] = [
        Operator(
            id=table["id"],
            names=names_of(table["names"], f"operator.{table['id']}"),
            role=table["role"],
            pin_hash=pin_hash(table["pin"], _salt(lookup_key, table["id"])),
            card_hash=card_hash(lookup_key, table["card"]),
            shift=table.get("shift", ""),
            shift_starts=table.get("shift_starts", ""),
            discount_limit_bp=table["discount_limit_bp"],
        )
        for table in tables["operator"]
    ]
    members: list[AnyDocument] = [
        Member(
            id=table["id"],
            names={"zh-Hans": masked_name(table["name"])},
            phone_masked=masked_phone(normal_phone(table["phone"])),
            tier=table["tier"],
            card_hashes=(card_hash(lookup_key, table["card"]),),
            phone_hash=phone_hash(lookup_key, table["phone"]),
            points=table["points"],
            birth_month=table.get("birth_month", 0),
        )
        for table in tables["member"]
    ]
    return operators + members


def cards() -> list[DemoCard]:
    """All cards of the demo, staff first, in the file's order."""
    tables = load("people")
    kinds: tuple[tuple[str, Literal["member", "staff"]], ...] = (("operator", "staff"), ("member", "member"))
    return [
        DemoCard(table["card"], _shown(table), kind) for section, kind in kinds for table in tables[section]
    ]


def _shown(table: Mapping[str, Any]) -> Names:
    """Staff by their names, members as tills know them."""
    if "names" in table:
        return names_of(table["names"], f"operator.{table['id']}")
    return {"zh-Hans": masked_name(table["name"])}


def pins() -> dict[str, str]:
    """The demo operators' PINs by operator id."""
    return {table["id"]: table["pin"] for table in load("people")["operator"]}
