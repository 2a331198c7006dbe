"""The database file itself, as SQLite and SQLCipher see it, and rows that refer to nothing."""

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from tillbox.verify.findings import Findings

CIPHER_TRIES = 3
"""A page that the till is just writing back can be read half old, half new: it is looked at again."""


def check_file(connection: Connection, findings: Findings) -> None:
    """``PRAGMA cipher_integrity_check`` and ``integrity_check``: each page's HMAC, then the trees."""
    for _ in range(CIPHER_TRIES):
        broken = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
        if not broken:
            break
    else:
        for message in broken:
            findings.add("file.cipher", "ok", message, file="trade.db")
    for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if message != "ok":
            findings.add("file.damaged", "ok", message, file="trade.db")


def check_references(connection: Connection, findings: Findings) -> None:
    """Effects of sales that are not there."""
    rows = connection.exec_driver_sql(
        "SELECT effect_id, sale_number FROM effect WHERE sale_number NOT IN (SELECT number FROM sale)"
    )
    for row in rows:
        findings.add("effect.without_sale", found=row.sale_number, effect=row.effect_id, field="sale_number")


def damaged(error: DatabaseError, findings: Findings) -> None:
    """Reading stopped here: the rest of the file can't be looked at."""
    findings.add("file.unreadable", "", error.orig, file="trade.db")
