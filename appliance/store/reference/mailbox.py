"""What came from HQ besides documents: how far it holds the journal, answers, news of payments.

Sync writes within its own transactions; the till reads `answer` and `payment`. Nothing here is the
only copy: HQ tells it again when it is asked.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from retail.messages import GENESIS, Answer, PaymentNews

ANSWER_KEPT_MS = 7 * 24 * 3_600_000
_NEWS = "state, revision, amount_minor, currency, qr, provider_reference, reason, params"


@dataclass(frozen=True)
class Cursor:
    """HQ holds the journal up to and including `upto`, whose hash is `hash`."""

    upto: int = 0
    hash: str = GENESIS


def cursor(connection: Connection, incarnation: str) -> Cursor:
    """How far HQ was when we heard last; the beginning when we never did."""
    row = connection.exec_driver_sql(
        "SELECT upto, hash FROM upload_cursor WHERE incarnation = ?", (incarnation,)
    ).first()
    return Cursor(row.upto, row.hash) if row else Cursor()


def keep_cursor(connection: Connection, incarnation: str, at: Cursor) -> None:
    """Remember how far HQ is."""
    connection.exec_driver_sql(
        "INSERT INTO upload_cursor VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET upto = excluded.upto, hash = excluded.hash",
        (incarnation, at.upto, at.hash),
    )


def keep_answer(connection: Connection, answer: Answer, now_ms: int) -> bool:
    """Keep the first answer to a request; whether it was the first."""
    text = msgspec.json.encode(answer.body).decode()
    done = connection.exec_driver_sql(
        "INSERT INTO hq_answer VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (answer.id, text, answer.error, now_ms),
    )
    return done.rowcount == 1


def answer(connection: Connection, request_id: str) -> Answer | None:
    """HQ's answer to a request, once there is one."""
    row = connection.exec_driver_sql(
        "SELECT body, error FROM hq_answer WHERE request_id = ?", (request_id,)
    ).first()
    if row is None:
        return None
    body: dict[str, Any] = msgspec.json.decode(row.body)
    return Answer(id=request_id, body=body, error=row.error)


def answered(connection: Connection, request_ids: Collection[str]) -> set[str]:
    """Those of the requests that have an answer."""
    marks = ", ".join("?" * len(request_ids))
    rows = connection.exec_driver_sql(
        f"SELECT request_id FROM hq_answer WHERE request_id IN ({marks})", tuple(request_ids)
    )
    return {str(row[0]) for row in rows}


def keep_news(connection: Connection, news: Iterable[PaymentNews]) -> list[str]:
    """Keep what is newer and never leave an end again; the attempts that changed."""
    changed = []
    for one in news:
        done = connection.exec_driver_sql(
            f"INSERT INTO payment_news (attempt_id, {_NEWS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET state = excluded.state, revision = excluded.revision,"
            " amount_minor = excluded.amount_minor, currency = excluded.currency, qr = excluded.qr,"
            " provider_reference = excluded.provider_reference, reason = excluded.reason,"
            " params = excluded.params"
            " WHERE excluded.revision > revision AND (state = 'pending' OR state = excluded.state)",
            (
                one.attempt_id,
                one.state,
                one.revision,
                one.amount_minor,
                one.currency,
                one.qr,
                one.provider_reference,
                one.reason,
                msgspec.json.encode(one.params).decode(),
            ),
        )
        if done.rowcount:
            changed.append(one.attempt_id)
    return changed


def payment(connection: Connection, attempt_id: str) -> PaymentNews | None:
    """How a payment stands as far as HQ has told, or None."""
    row = connection.exec_driver_sql(
        f"SELECT {_NEWS} FROM payment_news WHERE attempt_id = ?", (attempt_id,)
    ).first()
    if row is None:
        return None
    told = {**row._mapping, "params": msgspec.json.decode(row.params)}
    return PaymentNews(attempt_id=attempt_id, **told)


def forget_old_answers(connection: Connection, now_ms: int) -> int:
    """Drop answers that nobody waits for any more; how many."""
    return connection.exec_driver_sql(
        "DELETE FROM hq_answer WHERE at_ms < ?", (now_ms - ANSWER_KEPT_MS,)
    ).rowcount
