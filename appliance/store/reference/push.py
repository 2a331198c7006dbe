"""Applies HQ's pushes to reference.db. The caller owns the transaction; no clock, no network."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_args

import msgspec
from sqlalchemy import Connection

from appliance.store.reference.codes import codes_of, member_codes
from appliance.store.reference.keys import index_keys
from appliance.store.reference.pinyin import spell
from retail.catalogue import Member, Product
from retail.errors import ContractError
from retail.messages.wire import Push, PushDocument
from retail.streams import STREAMS, AnyDocument

_encoder = msgspec.json.Encoder(order="deterministic")
_KINDS: dict[type, str] = {kind: str(kind.__struct_config__.tag) for kind in get_args(AnyDocument)}

FAVOURITE_MAX, ORDER_MAX, SEQ_BITS, ORDER_BITS = (1 << 12) - 1, (1 << 24) - 1, 27, 24

BATCH_DOCUMENTS = 2_000


@dataclass(frozen=True)
class ApplyResult:
    """`version` is where the stream stands now; `reason` is empty, ``current`` or ``gap``."""

    applied: bool
    version: int
    changed: int
    reason: str = ""


def apply_push(connection: Connection, push: Push) -> ApplyResult:
    """Bring one stream to the push's version, in the caller's transaction.

    Applied when the stream stands at `base`, or for a snapshot (base 0), which also ends what it
    does not name. Older or repeated pushes change nothing; one that starts later is a ``gap``:
    ask HQ for a snapshot. Documents that are the same stay as they are and do not count.
    `ContractError` for an unknown stream, a document of another stream or a version that goes back.
    """
    _check(push)
    row = connection.exec_driver_sql("SELECT version FROM stream WHERE name = ?", (push.stream,)).first()
    current = int(row[0]) if row else 0
    if push.version <= current:
        return ApplyResult(False, current, 0, "current")
    if push.base not in (0, current):
        return ApplyResult(False, current, 0, "gap")
    latest = {(_KINDS[type(one.document)], one.document.id): one for one in push.documents}
    items, changed = iter(latest.items()), 0
    while batch := list(islice(items, BATCH_DOCUMENTS)):
        changed += _put(connection, push, batch)
    if push.base == 0:
        changed += _end_missing(connection, push, latest)
    connection.exec_driver_sql(
        "INSERT INTO stream VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
        (push.stream, push.version),
    )
    return ApplyResult(True, push.version, changed)


def _check(push: Push) -> None:
    allowed = STREAMS.get(push.stream)
    if allowed is None:
        raise ContractError("push.unknown_stream", path="$.stream", stream=push.stream)
    if push.base < 0 or push.version <= push.base:
        raise ContractError("push.goes_back", path="$.version", base=push.base, version=push.version)
    for place, one in enumerate(push.documents):
        if not isinstance(one.document, allowed):
            raise ContractError(
                "push.other_stream", path=f"$.documents[{place}]", stream=push.stream, id=one.document.id
            )


def _put(connection: Connection, push: Push, latest: Iterable[tuple[tuple[str, str], PushDocument]]) -> int:
    """Write some documents; how many are new, different or gone."""
    fresh: list[tuple[str, AnyDocument, bytes]] = []
    changed = 0
    for (kind, id_), one in latest:
        body = _encoder.encode(one.document)
        old = connection.exec_driver_sql(
            "SELECT seq, body FROM document WHERE kind = ? AND id = ? AND until_version IS NULL", (kind, id_)
        ).first()
        if (old is None) if one.gone else (old is not None and old[1] == body):
            continue
        changed += 1
        if old is not None:
            _end(connection, push.version, [int(old[0])])
        if not one.gone:
            fresh.append((kind, one.document, body))
    _insert(connection, push, fresh)
    return changed


def _end(connection: Connection, version: int, seqs: list[int]) -> None:
    _many(connection, "UPDATE document SET until_version = ? WHERE seq = ?", [(version, seq) for seq in seqs])


def _end_missing(connection: Connection, push: Push, named: Collection[tuple[str, str]]) -> int:
    rows = connection.exec_driver_sql(
        "SELECT kind, id, seq FROM document WHERE stream = ? AND until_version IS NULL", (push.stream,)
    ).all()
    missing = [int(seq) for kind, id_, seq in rows if (kind, id_) not in named]
    _end(connection, push.version, missing)
    return len(missing)


def _insert(connection: Connection, push: Push, fresh: list[tuple[str, AnyDocument, bytes]]) -> None:
    # Numbers are given here, not by the database, so that each table is filled with one statement.
    last = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'document'").scalar() or 0
    documents, products, keys, codes = [], [], [], []
    for seq, (kind, document, body) in enumerate(fresh, start=int(last) + 1):
        documents.append((seq, push.stream, kind, document.id, push.version, body))
        if isinstance(document, Product):
            spelling = spell(document.names, document.mnemonic)
            pinyin = "/".join(" ".join(syllables) for syllables in spelling.syllables)
            rank, initials = rank_of(document, seq), " ".join(spelling.initials)
            products.append((seq, rank, document.category, document.favourite, initials, pinyin))
            keys.append((rank, index_keys(document, spelling)))
            codes += [(*code, seq) for code in codes_of(document)]
        elif isinstance(document, Member):
            codes += [(*code, seq) for code in member_codes(document)]
    _many(
        connection,
        "INSERT INTO document (seq, stream, kind, id, from_version, body) VALUES (?, ?, ?, ?, ?, ?)",
        documents,
    )
    _many(
        connection,
        "INSERT INTO product (seq, rank, category, favourite, initials, pinyin) VALUES (?, ?, ?, ?, ?, ?)",
        products,
    )
    _many(connection, "INSERT INTO search (rowid, keys) VALUES (?, ?)", keys)
    _many(connection, "INSERT INTO lookup (kind, code, seq) VALUES (?, ?, ?)", codes)


def _many(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, rows)


def rank_of(product: Product, seq: int) -> int:
    """Where a product stands: favourites by their number, then the others; by order; by age.

    One number of 63 bits, unique through `seq`, which makes it the row's number in the search index.
    """
    favourite = min(product.favourite, FAVOURITE_MAX - 1) if product.favourite > 0 else FAVOURITE_MAX
    order = min(max(product.order + (ORDER_MAX >> 1), 0), ORDER_MAX)
    return (favourite << ORDER_BITS | order) << SEQ_BITS | seq % (1 << SEQ_BITS)
