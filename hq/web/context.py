"""What every page and address is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Engine
from starlette.requests import Request

from hq.members.keys import Keys
from hq.signals import Changes


class Watcher(Protocol):
    """The worker, as the web needs it."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""

    def look(self) -> None:
        """Something was written: look now."""


@dataclass(frozen=True)
class Context:
    """`reader` never takes the write lock; `now_ms` is Unix time in milliseconds."""

    writer: Engine
    reader: Engine
    changes: Changes
    worker: Watcher
    now_ms: Callable[[], int]
    keys: Keys | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with self.reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; what it wrote is looked at as soon as it is committed."""
        with self.writer.begin() as connection:
            yield connection
        self.worker.look()


def context_of(request: Request) -> Context:
    """The context of a request's application."""
    found: Context = request.app.state.context
    return found
