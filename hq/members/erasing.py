"""A person is forgotten; what they bought, paid and held stays on the books under an id that means nobody."""

import msgspec
from sqlalchemy import Connection, Engine

from hq.ledger import SqlBook, benefits
from hq.ledger.members import units_left
from hq.ledger.reserving import open_of_member
from hq.members import notes, records, vault
from hq.members.keys import Keys
from hq.members.saving import save
from retail.members.coupons import Coupon
from retail.members.record import MemberRecord
from retail.members.record import erase as forget


def erase(connection: Connection, keys: Keys, member_id: str, now_ms: int) -> MemberRecord:
    """Forget a member at their request; what is left of the record. Call `scrub` after the commit.

    `Refused` ``member.has_money``, ``.owes``, ``.has_passes``, ``.has_open_spends``: settle these first.
    """
    record = records.get(connection, keys, member_id)
    book, at = SqlBook(connection), records.moment(now_ms)
    gone, booking = forget(
        f"erase:{record.id}",
        record,
        book.purses(record.id),
        open_reservations=len(open_of_member(connection, record.id)),
        passes_left=units_left(connection, record.id),
    )
    if booking is not None:
        book.post(booking, at)
    for coupon in benefits.of_member(connection, Coupon, record.id):
        if coupon.state == "issued":
            benefits.keep(connection, msgspec.structs.replace(coupon, state="void"))
    vault.destroy_key(connection, record.id)
    notes.forget(connection, record.id)
    save(connection, keys, gone)
    return gone


def scrub(engine: Engine) -> None:
    """Overwrite what the write-ahead log still holds of destroyed keys."""
    raw = engine.raw_connection()  # a checkpoint is no part of a transaction
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()
