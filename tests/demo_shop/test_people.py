"""Who works and buys at the demo shop, and that their numbers are in no document."""

import re
from collections import Counter

import msgspec

from retail.catalogue import Member, Operator, Tier
from retail.secrets import card_hash, phone_hash, pin_matches
from tillbox.demo_shop import cards, documents, pins
from tillbox.demo_shop.data import load

KEY = bytes(range(32))


def operators() -> dict[str, Operator]:
    return {d.id: d for d in documents(KEY) if isinstance(d, Operator)}


def members() -> dict[str, Member]:
    return {d.id: d for d in documents(KEY) if isinstance(d, Member)}


def test_two_cashiers_and_a_manager_sign_in_with_their_own_pin_only() -> None:
    staff, known = operators(), pins()
    assert Counter(o.role for o in staff.values()) == {"cashier": 2, "manager": 1}
    assert set(known) == set(staff)
    for owner, pin in known.items():
        assert re.fullmatch(r"\d{6}", pin)
        assert [o.id for o in staff.values() if pin_matches(pin, o.pin_hash)] == [owner]


def test_every_card_finds_its_owner_by_its_keyed_hash() -> None:
    by_hash = {o.card_hash: o.names for o in operators().values()}
    by_hash |= {h: m.names for m in members().values() for h in m.card_hashes}
    shown = cards()
    assert Counter(card.kind for card in shown) == {"staff": 3, "member": 6}
    assert {card.uid: by_hash[card_hash(KEY, card.uid)] for card in shown} == {c.uid: c.names for c in shown}


def test_every_member_is_found_by_phone_and_belongs_to_a_tier() -> None:
    tiers = {d.id for d in documents(KEY) if isinstance(d, Tier)}
    known = members()
    for table in load("people")["member"]:
        member = known[table["id"]]
        assert member.phone_hash == phone_hash(KEY, table["phone"])
        assert re.fullmatch(r"1\d\d\*{4}\d{4}", member.phone_masked)
        assert member.tier in tiers
        assert all("*" in name for name in member.names.values())


def test_no_document_holds_a_phone_a_pin_or_a_card() -> None:
    wire = msgspec.json.encode(documents(KEY)).decode().upper()
    tables = load("people")
    for table in tables["operator"] + tables["member"]:
        for secret in ("pin", "card", "phone"):
            if secret in table:
                assert f'"{table[secret]}"' not in wire
                assert len(table[secret]) < 7 or table[secret] not in wire


def test_the_same_key_gives_the_same_documents_and_another_key_other_hashes() -> None:
    assert documents(KEY) == documents(KEY)
    other = {d.id: d for d in documents(bytes(32)) if isinstance(d, Member)}
    assert all(other[m.id].card_hashes != m.card_hashes for m in members().values())
