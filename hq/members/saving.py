"""Writing records so that the tills hear of it."""

from sqlalchemy import Connection

from hq.members import documents, records
from hq.members.keys import Keys
from retail.members.record import MemberRecord


def save(connection: Connection, keys: Keys, *changed: MemberRecord) -> None:
    """Write these records, new ones too, and their documents."""
    records.write(connection, keys, changed)
    documents.publish(connection, [record.id for record in changed])
