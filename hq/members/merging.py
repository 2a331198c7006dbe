"""Two records of one person become one, with all that both hold."""

from datetime import datetime

from sqlalchemy import Connection, select

from hq.ledger import SqlBook
from hq.ledger.members import absorb, give_tier
from hq.ledger.reserving import open_of_member
from hq.ledger.rules import tier_rules
from hq.members import notes, records, vault
from hq.members.keys import Keys
from hq.members.saving import save
from hq.tables import ledger_member
from retail.ledger.lots import Purse
from retail.members import merging as rules
from retail.members.record import MemberRecord


def merge(
    connection: Connection, keys: Keys, survivor_id: str, absorbed_id: str, now_ms: int
) -> MemberRecord:
    """Everything of the second becomes the first's; its id goes on meaning them. The survivor's record.

    `Refused` ``member.same``, ``.unknown``, ``.erased``, ``.has_open_spends``. The same merge again changes
    nothing.
    """
    survivor = records.get(connection, keys, survivor_id)
    if survivor_id != absorbed_id and records.canonical(connection, absorbed_id) == survivor.id:
        return survivor
    absorbed = records.get(connection, keys, absorbed_id)
    at = records.moment(now_ms)
    waiting = len(open_of_member(connection, absorbed.id))
    made = rules.merge(
        f"merge:{absorbed.id}", survivor, absorbed, _pairs(connection, survivor.id, absorbed.id), waiting, at
    )
    if made.booking is not None:
        SqlBook(connection).post(made.booking, at)
    notes.move(connection, keys, survivor.id, absorbed.id)
    vault.destroy_key(connection, absorbed.id)
    absorb(connection, survivor.id, absorbed.id)
    _keep_better_tier(connection, survivor.id, absorbed.id, at)
    # The pointer first: phones and cards are nobody's before they are the survivor's.
    save(connection, keys, made.absorbed)
    save(connection, keys, made.survivor)
    return made.survivor


def bring_together(connection: Connection, survivor_id: str, alias: str, at: datetime) -> None:
    """An id that never had a record turns out to be a known member: what was booked under it goes over."""
    nobody = MemberRecord(id=alias, number="", chain="", joined_at=at)
    someone = MemberRecord(id=survivor_id, number="", chain="", joined_at=at)
    waiting = len(open_of_member(connection, alias))
    pairs = _pairs(connection, survivor_id, alias)
    made = rules.merge(f"merge:{alias}", someone, nobody, pairs, waiting, at)
    if made.booking is not None:
        SqlBook(connection).post(made.booking, at)
    absorb(connection, survivor_id, alias)


def _pairs(connection: Connection, survivor_id: str, absorbed_id: str) -> list[tuple[Purse, Purse]]:
    book = SqlBook(connection)
    theirs = book.purses(absorbed_id)
    begin = len(f"member/{absorbed_id}")
    return [(book.purse(f"member/{survivor_id}{purse.path[begin:]}", purse.unit), purse) for purse in theirs]


def _keep_better_tier(connection: Connection, survivor_id: str, absorbed_id: str, at: datetime) -> None:
    """A tier given by hand to either is the survivor's, the higher of two."""
    tiers = tier_rules(connection)
    ranks = {rule.tier: rank for rank, rule in enumerate(tiers.tiers, 1)} if tiers else {}
    rows = connection.execute(
        select(ledger_member).where(ledger_member.c.member_id.in_((survivor_id, absorbed_id)))
    )
    given = {row.member_id: row.given_tier for row in rows}
    mine, theirs = given.get(survivor_id, ""), given.get(absorbed_id, "")
    if theirs and ranks.get(theirs, 0) > ranks.get(mine, 0):
        give_tier(connection, survivor_id, theirs, at)
