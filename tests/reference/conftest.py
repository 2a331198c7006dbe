"""A reference.db of its own for each test, and short ways to push documents into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from appliance.runtime.paths import Home
from appliance.store.engine import create_key
from appliance.store.reference import ApplyResult, ReferenceReader, apply_push, open_reference
from retail.messages.wire import Push, PushDocument
from retail.streams import AnyDocument

Send = Callable[..., ApplyResult]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a key and nothing else."""
    home = Home(tmp_path)
    create_key(home.database_key)
    return home


@pytest.fixture
def writer(home: Home) -> Iterator[Engine]:
    """The side of sync and the importer."""
    engine = open_reference(home, writable=True)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(home: Home, writer: Engine) -> Iterator[ReferenceReader]:
    """The till's side: another connection, read-only."""
    engine = open_reference(home, writable=False)
    yield ReferenceReader(engine)
    engine.dispose()


@pytest.fixture
def send(writer: Engine) -> Send:
    """send(base, version, *documents, gone=(...), stream=...): one push in one transaction."""

    def _send(
        base: int,
        version: int,
        *documents: AnyDocument,
        gone: tuple[AnyDocument, ...] = (),
        stream: str = "catalogue",
    ) -> ApplyResult:
        pushed = [PushDocument(document=one) for one in documents]
        pushed += [PushDocument(document=one, gone=True) for one in gone]
        with writer.begin() as connection:
            return apply_push(
                connection, Push(stream=stream, base=base, version=version, documents=tuple(pushed))
            )

    return _send
