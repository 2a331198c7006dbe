"""What tills are told of a member's record: masks and keyed hashes. Balances are put to it by `hq.ledger`."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select

from hq import catalogue
from hq.members.records import LIVING
from hq.members.vault import FEW
from hq.tables import document, ledger_member, member, member_lookup
from retail.catalogue import Member

KIND = catalogue.KIND_OF[Member]
NAMELESS = {"zh-Hans": "会员", "zh-Hant": "會員", "en": "Member"}


def documents(connection: Connection, member_ids: Iterable[str]) -> list[Member]:
    """Documents without balances, tier and benefits, of those who are members; needs no key.

    Who was merged or erased has none: theirs is to be taken from the tills.
    """
    wanted = sorted(set(member_ids))
    return [
        one for start in range(0, len(wanted), FEW) for one in _few(connection, wanted[start : start + FEW])
    ]


def _few(connection: Connection, ids: list[str]) -> list[Member]:
    hashes: dict[tuple[str, str], list[str]] = {}
    looked = select(member_lookup).where(member_lookup.c.member_id.in_(ids), member_lookup.c.kind != "tail")
    for row in connection.execute(looked.order_by(member_lookup.c.position)):
        hashes.setdefault((row.member_id, row.kind), []).append(row.hash)
    aliases = _aliases(connection, ids)
    rows = connection.execute(select(member).where(member.c.member_id.in_(ids), member.c.state.in_(LIVING)))
    return [
        Member(
            id=row.member_id,
            names={"zh-Hans": row.name_masked} if row.name_masked else dict(NAMELESS),
            phone_masked=row.phone_masked,
            card_hashes=tuple(hashes.get((row.member_id, "card"), ())),
            phone_hash=next(iter(hashes.get((row.member_id, "phone"), ())), ""),
            number_hash=next(iter(hashes.get((row.member_id, "number"), ())), ""),
            state=row.state,
            birth_month=row.birth_month,
            aliases=tuple(aliases.get(row.member_id, ())),
        )
        for row in rows
    ]


RECORD_FIELDS = (
    "names",
    "phone_masked",
    "card_hashes",
    "phone_hash",
    "number_hash",
    "state",
    "birth_month",
    "aliases",
)
"""What of a `Member` document comes from the record; the rest is the ledger's."""


def publish(connection: Connection, member_ids: Iterable[str]) -> None:
    """Bring the documents of these members to what their records say, balances left as they are.

    Who was merged or erased is taken from the tills, and nothing of them stays in what is kept of the
    document.
    """
    wanted = set(member_ids)
    current = {one.id: one for one in documents(connection, wanted)}
    there = _there(connection, wanted)
    changed = []
    for member_id, made in current.items():
        fields = {name: getattr(made, name) for name in RECORD_FIELDS}
        known = there.get(member_id)
        changed.append(msgspec.structs.replace(known, **fields) if known else made)
    gone = sorted(there.keys() - current.keys())
    catalogue.put(connection, [*changed, *(Member(id=one, names=dict(NAMELESS)) for one in gone)])
    if gone:
        catalogue.remove(connection, KIND, gone)


def _there(connection: Connection, member_ids: set[str]) -> dict[str, Member]:
    found: dict[str, Member] = {}
    wanted = sorted(member_ids)
    for start in range(0, len(wanted), FEW):
        rows = select(document.c.json).where(
            document.c.stream == catalogue.STREAM_OF[KIND],
            document.c.kind == KIND,
            document.c.id.in_(wanted[start : start + FEW]),
            document.c.gone == 0,
        )
        told = (msgspec.json.decode(text, type=Member) for text in connection.execute(rows).scalars())
        found |= {one.id: one for one in told}
    return found


def _aliases(connection: Connection, member_ids: list[str]) -> dict[str, list[str]]:
    """Other ids of these members, those behind those too."""
    owner = {one: one for one in member_ids}
    asked = list(member_ids)
    while asked:
        rows = connection.execute(
            select(ledger_member.c.member_id, ledger_member.c.merged_into).where(
                ledger_member.c.merged_into.in_(asked)
            )
        ).all()
        owner |= {row.member_id: owner[row.merged_into] for row in rows}
        asked = [row.member_id for row in rows]
    found: dict[str, list[str]] = {}
    for alias, member_id in sorted(owner.items()):
        if alias != member_id:
            found.setdefault(member_id, []).append(alias)
    return found
