"""The documents HQ pushes, each stream with one growing version.

A change is one new version of its stream, whatever the number of documents; documents that are
the same as before keep theirs. Called within the caller's transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from hq.tables import document, stream
from retail.catalogue import Document, Product, Shop
from retail.errors import ContractError, Refused
from retail.messages import Push, PushDocument
from retail.money import AMOUNT_MINOR_MAX
from retail.streams import STREAMS, AnyDocument

KIND_OF: dict[type[Document], str] = {
    kind: str(kind.__struct_config__.tag) for kinds in STREAMS.values() for kind in kinds
}
STREAM_OF: dict[str, str] = {KIND_OF[kind]: name for name, kinds in STREAMS.items() for kind in kinds}

FEW = 500
_decoder = msgspec.json.Decoder(AnyDocument)

# Made once: building a statement costs more than running it.
_KIND = (document.c.stream == bindparam("stream"), document.c.kind == bindparam("kind"), document.c.gone == 0)
_ONE = select(document.c.json).where(*_KIND, document.c.id == bindparam("id"))
_ALL = select(document.c.json, document.c.version).where(*_KIND).order_by(document.c.id)
_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True)
class Held:
    """A document as HQ holds it, and the version of its stream that brought it."""

    document: AnyDocument
    version: int
    gone: bool


def put(connection: Connection, documents: Iterable[AnyDocument]) -> dict[str, int]:
    """Add or change documents; returns the new version of each stream that really changed."""
    fresh: dict[str, dict[tuple[str, str], str]] = {}
    for item in documents:
        kind = KIND_OF[type(item)]
        fresh.setdefault(STREAM_OF[kind], {})[kind, item.id] = _encoder.encode(item).decode()
    changed = {}
    for name, wanted in fresh.items():
        present = select(document.c.kind, document.c.id, document.c.json).where(
            document.c.stream == name, document.c.gone == 0
        )
        if len(wanted) <= FEW:
            # A few levels of stock each second must not read a hundred thousand products.
            present = present.where(
                document.c.kind.in_({kind for kind, _ in wanted}),
                document.c.id.in_({id_ for _, id_ in wanted}),
            )
        rows = connection.execute(present)
        same = {(row.kind, row.id) for row in rows if wanted.get((row.kind, row.id)) == row.json}
        news = {key: text for key, text in wanted.items() if key not in same}
        if news:
            changed[name] = _advance(connection, name)
            _write(connection, name, news, changed[name])
    return changed


def remove(connection: Connection, kind: str, ids: Iterable[str]) -> int | None:
    """Say that documents are gone; the stream's new version, or None when none of them was there."""
    name = STREAM_OF[kind]
    found = connection.execute(
        select(document.c.id).where(document.c.stream == name, document.c.kind == kind, document.c.gone == 0)
    ).scalars()
    wanted = set(ids)
    going = [found_id for found_id in found if found_id in wanted]
    if not going:
        return None
    version = _advance(connection, name)
    for document_id in going:
        connection.execute(
            update(document)
            .where(document.c.stream == name, document.c.kind == kind, document.c.id == document_id)
            .values(gone=1, version=version)
        )
    return version


def set_price(
    connection: Connection, product_id: str, price_minor: int, member_price_minor: int | None
) -> int:
    """A product's new prices; the catalogue's version afterwards. `Refused` says which price and why."""
    held = product(connection, product_id)
    if held is None:
        raise Refused("product.unknown", product_id=product_id)
    if not 0 <= price_minor <= AMOUNT_MINOR_MAX:
        raise Refused("price.out_of_range", field="price", price_minor=price_minor)
    if member_price_minor is not None and not 0 <= member_price_minor <= price_minor:
        raise Refused("price.member_above", field="member_price", price_minor=price_minor)
    changed = msgspec.structs.replace(held, price_minor=price_minor, member_price_minor=member_price_minor)
    put(connection, [changed])
    return versions(connection)["catalogue"]


def changes_since(connection: Connection, name: str, base: int) -> Push | None:
    """What an appliance at version `base` lacks, or None when it has all.

    A snapshot (base 0) when it has nothing, or stands at a version from which no difference is known.
    """
    row = connection.execute(select(stream).where(stream.c.stream == name)).one_or_none()
    if row is None or base == row.version:
        return None
    known = base if row.floor <= base < row.version else 0
    wanted = select(document.c.json, document.c.gone).where(
        document.c.stream == name, document.c.version > known
    )
    if known == 0:
        wanted = wanted.where(document.c.gone == 0)
    ordered = wanted.order_by(document.c.kind, document.c.id)
    documents = tuple(
        PushDocument(document=_decoder.decode(text), gone=bool(gone))
        for text, gone in connection.execute(ordered)
    )
    return Push(stream=name, base=known, version=row.version, documents=documents)


def overtake(connection: Connection, name: str, version: int) -> int:
    """Lift a stream above a version that an appliance has and HQ does not know (HQ was restored).

    Whoever stands below the new version gets a snapshot, because what was in between is lost.
    """
    values = {"version": version + 1, "floor": version + 1}
    connection.execute(
        insert(stream)
        .values(stream=name, **values)
        .on_conflict_do_update(index_elements=["stream"], set_=values, where=stream.c.version <= version)
    )
    return versions(connection)[name]


def versions(connection: Connection) -> dict[str, int]:
    """The newest version of each stream that has one."""
    return {row.stream: row.version for row in connection.execute(select(stream))}


def held(connection: Connection, kind: type[Document]) -> list[Held]:
    """All documents of a kind that are not gone, by id."""
    name = KIND_OF[kind]
    rows = connection.execute(_ALL, {"stream": STREAM_OF[name], "kind": name})
    return [Held(_decoder.decode(row.json), row.version, False) for row in rows]


def document_of(connection: Connection, kind: type[Document], document_id: str) -> AnyDocument | None:
    """A document of a kind by its id, or None when there is none or it is gone."""
    name = KIND_OF[kind]
    place = {"stream": STREAM_OF[name], "kind": name, "id": document_id}
    text = connection.execute(_ONE, place).scalar_one_or_none()
    return None if text is None else _decoder.decode(text)


def product(connection: Connection, product_id: str) -> Product | None:
    """A product that is sold, or None."""
    found = document_of(connection, Product, product_id)
    if found is not None and not isinstance(found, Product):
        raise ContractError("document.wrong_kind", path=f"document/product/{product_id}")
    return found


def shop(connection: Connection) -> Shop | None:
    """The shop's own words and numbers, or None while there are none."""
    found = [item.document for item in held(connection, Shop)]
    return found[0] if found and isinstance(found[0], Shop) else None


def _advance(connection: Connection, name: str) -> int:
    connection.execute(
        insert(stream)
        .values(stream=name, version=1)
        .on_conflict_do_update(index_elements=["stream"], set_={"version": stream.c.version + 1})
    )
    return int(
        connection.execute(select(func.max(stream.c.version)).where(stream.c.stream == name)).scalar_one()
    )


def _write(connection: Connection, name: str, news: dict[tuple[str, str], str], version: int) -> None:
    rows = [
        {"stream": name, "kind": kind, "id": document_id, "json": text, "version": version, "gone": 0}
        for (kind, document_id), text in news.items()
    ]
    statement = insert(document)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["stream", "kind", "id"],
            set_={
                "json": statement.excluded.json,
                "version": statement.excluded.version,
                "gone": statement.excluded.gone,
            },
        ),
        rows,
    )
