"""Joining: at a till (sealed), at HQ, by the command line. And what changes in a record afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from hq import catalogue
from hq.ledger.members import give_tier
from hq.ledger.tiering import settle
from hq.members import records
from hq.members.keys import Keys
from hq.members.merging import bring_together
from hq.members.saving import save
from hq.members.unsealing import read_sealed
from retail.catalogue import Tier
from retail.errors import ContractError, Refused
from retail.ledger.accounts import checked_id
from retail.members.phone import normal_phone
from retail.members.record import MemberRecord, freeze_member
from retail.messages.asking import EnrolAsked, Enrolled
from retail.secrets import card_hash, phone_hash

NAME_MAX = 60
ADDRESS_MAX = 200
YEAR_MIN = 1900


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody who joins gives, as typed. `card_hash` is the keyed hash of an NFC card."""

    phone: str
    name: str = ""
    birthday: str = ""
    address: str = ""
    contact: bool = False
    card_hash: str = ""


def enrol(connection: Connection, keys: Keys, asked: EnrolAsked, now_ms: int) -> Enrolled:
    """Answer a till. The same id again gets the same answer; a known phone the member who has it.

    `Refused` ``phone.*``, ``member.*``, ``sealing_key.unknown``, ``sealed.unreadable``.
    """
    personal = read_sealed(keys, asked.kid, asked.sealed)
    form = Form(
        phone=personal.phone,
        name=personal.name,
        birthday=personal.birthday,
        contact=personal.contact,
        card_hash=asked.card_hash,
    )
    record, is_new = join(connection, keys, asked.member_id, form, now_ms)
    return Enrolled(member_id=record.id, number=record.number, is_new=is_new)


def join(
    connection: Connection, keys: Keys, member_id: str, form: Form, now_ms: int
) -> tuple[MemberRecord, bool]:
    """The member under this id, and whether the id is their own; else it is another name of theirs."""
    known = records.canonical(connection, checked_id(member_id, "member"))
    if found := records.load(connection, keys, [known]).get(known):
        return found, found.id == member_id
    phone = phone_of(form.phone)
    birthday = birthday_of(form.birthday, now_ms)
    owner = records.holder(connection, "phone", phone_hash(keys.lookup, phone))
    if owner is not None:
        bring_together(connection, owner, member_id, records.moment(now_ms))
        record = records.get(connection, keys, owner)
        if form.card_hash and records.holder(connection, "card", form.card_hash) is None:
            record = _with_card(record, form.card_hash)
        save(connection, keys, record)
        return record, False
    _check_card(connection, form.card_hash, member_id)
    ((sequence, number),) = records.next_numbers(connection)
    record = MemberRecord(
        id=member_id,
        number=number,
        chain=records.chain_of(connection),
        joined_at=records.moment(now_ms),
        name=text_of(form.name, "name", NAME_MAX),
        phone=phone,
        birthday=birthday,
        address=text_of(form.address, "address", ADDRESS_MAX),
        contact=form.contact,
        cards=(form.card_hash,) if form.card_hash else (),
    )
    save(connection, keys, record)
    records.set_sequences(connection, [(member_id, sequence)])
    settle(connection, record.id, records.moment(now_ms))
    return record, True


def edit(connection: Connection, keys: Keys, member_id: str, now_ms: int, **given: Any) -> MemberRecord:
    """Change name, phone, birthday, address or contact of a member; texts as typed.

    `Refused` ``phone.taken`` when it is another member's, and as `join`.
    """
    record = records.living(connection, keys, member_id)
    changes: dict[str, Any] = {}
    if "phone" in given:
        changes["phone"] = phone = phone_of(given["phone"]) if given["phone"].strip() else ""
        owner = records.holder(connection, "phone", phone_hash(keys.lookup, phone)) if phone else None
        if owner not in (None, record.id):
            raise Refused("phone.taken", field="phone", member_id=owner)
        changes["other_phones"] = tuple(other for other in record.other_phones if other != phone)
    if "name" in given:
        changes["name"] = text_of(given["name"], "name", NAME_MAX)
    if "address" in given:
        changes["address"] = text_of(given["address"], "address", ADDRESS_MAX)
    if "birthday" in given:
        changes["birthday"] = birthday_of(given["birthday"], now_ms)
    if "contact" in given:
        changes["contact"] = bool(given["contact"])
    changed = msgspec.structs.replace(record, **changes)
    save(connection, keys, changed)
    return changed


def freeze(connection: Connection, keys: Keys, member_id: str, frozen: bool) -> MemberRecord:
    """Stop a member from spending, or let go on."""
    changed = freeze_member(records.living(connection, keys, member_id), frozen)
    save(connection, keys, changed)
    return changed


def set_tier(connection: Connection, keys: Keys, member_id: str, tier: str, now_ms: int) -> MemberRecord:
    """A tier by hand, for one window at least; `tier` by its id or name. ``tier.unknown``."""
    record = records.living(connection, keys, member_id)
    give_tier(connection, record.id, tier_named(connection, tier), records.moment(now_ms))
    return record


def tier_named(connection: Connection, text: str) -> str:
    """A tier's id by its id or its name in any language; `Refused` ``tier.unknown``."""
    found = tiers_by_name(connection).get(text.strip().casefold())
    if found is None:
        raise Refused("tier.unknown", field="tier", tier=text[:40])
    return found


def tiers_by_name(connection: Connection) -> dict[str, str]:
    """Tier ids by their ids and names in every language, case-folded."""
    found: dict[str, str] = {}
    for held in catalogue.held(connection, Tier):
        if isinstance(held.document, Tier):
            for word in (held.document.id, *held.document.names.values()):
                found[word.casefold()] = held.document.id
    return found


def bind_card(connection: Connection, keys: Keys, member_id: str, uid: str) -> MemberRecord:
    """From now on this NFC card is the member's; `Refused` ``card.taken``, ``card.uid_*``."""
    hash_ = card_of(keys, uid)
    record = records.living(connection, keys, member_id)
    _check_card(connection, hash_, record.id)
    changed = _with_card(record, hash_)
    save(connection, keys, changed)
    return changed


def unbind_card(connection: Connection, keys: Keys, member_id: str, uid: str = "") -> MemberRecord:
    """The card is nobody's any more; all of the member's cards when none is named. ``card.unknown``."""
    record = records.living(connection, keys, member_id)
    hash_ = card_of(keys, uid) if uid else ""
    if not record.cards or (hash_ and hash_ not in record.cards):
        raise Refused("card.unknown", member_id=record.id)
    left = tuple(card for card in record.cards if hash_ and card != hash_)
    changed = msgspec.structs.replace(record, cards=left)
    save(connection, keys, changed)
    return changed


def card_of(keys: Keys, uid: str) -> str:
    """A card's keyed hash; `Refused` for what is no card's number."""
    try:
        return card_hash(keys.lookup, uid)
    except ContractError as error:
        raise Refused(error.code, field="card", **_params(error)) from None


def phone_of(text: str) -> str:
    """E.164; `Refused` for what is no phone number, without saying which."""
    try:
        return normal_phone(text)
    except ContractError as error:
        raise Refused(error.code, field="phone", **_params(error)) from None


def birthday_of(text: str, now_ms: int) -> date | None:
    """A day that can be a member's birthday, None for an empty text; `Refused` ``member.bad_birthday``."""
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip().replace("/", "-").replace(".", "-"))
    except ValueError:
        raise Refused("member.bad_birthday", field="birthday") from None
    if not found.year >= YEAR_MIN or found > records.moment(now_ms).date():
        raise Refused("member.bad_birthday", field="birthday")
    return found


def text_of(text: str, field: str, length_max: int) -> str:
    """One line, trimmed; `Refused` ``member.too_long``."""
    cleaned = " ".join(text.split())
    if len(cleaned) > length_max:
        raise Refused("member.too_long", field=field, length=len(cleaned), length_max=length_max)
    return cleaned


def _check_card(connection: Connection, hash_: str, member_id: str) -> None:
    if hash_ and records.holder(connection, "card", hash_) not in (None, member_id):
        raise Refused("card.taken", field="card")


def _with_card(record: MemberRecord, hash_: str) -> MemberRecord:
    return msgspec.structs.replace(record, cards=tuple(dict.fromkeys((*record.cards, hash_))))


def _params(error: ContractError) -> dict[str, Any]:
    return {key: value for key, value in error.params.items() if key != "path"}
