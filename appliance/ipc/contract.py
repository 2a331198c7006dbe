"""How a contract is declared: methods and events by name, each with the Structs of what it carries.

The three contracts stand beside this file: `daemon_contract`, `sync_contract`, `screen_contract`.
`docs/ipc.md` says the same in words and is checked against them by `tests/ipc/test_ipc_page.py`.
"""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from msgspec import Struct

P = TypeVar("P", bound=Struct)
R = TypeVar("R", bound=Struct)


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a call carries; keys that are not declared are refused."""


class Result(Struct, frozen=True, kw_only=True):
    """What an answer carries; a newer server may say more."""


class EventParams(Struct, frozen=True, kw_only=True):
    """What an event carries. If it has a `revision`, the server fills it in."""


class Nothing(Params, frozen=True):
    """No params."""


class Done(Result, frozen=True):
    """An answer that says only that it is done."""


class HelloParams(Params, frozen=True):
    """Who calls: a short name for the log and for `focus.lost`."""

    client: str


@dataclass(frozen=True)
class Method(Generic[P, R]):
    """A method of a server."""

    name: str
    params: type[P]
    result: type[R]


@dataclass(frozen=True)
class Contract:
    """All that may be said on one socket."""

    name: str
    hello: type[Result]
    methods: tuple[Method[Any, Any], ...]
    events: dict[str, type[EventParams]] = field(default_factory=dict)

    def method(self, name: str) -> Method[Any, Any] | None:
        """The method of that name, `hello` included."""
        if name == "hello":
            return Method("hello", HelloParams, self.hello)
        return next((method for method in self.methods if method.name == name), None)

    def names(self) -> list[str]:
        """The names of all methods."""
        return ["hello", *(method.name for method in self.methods)]

    def event_name(self, params: EventParams) -> str:
        """The name under which these params travel."""
        return next(name for name, form in self.events.items() if form is type(params))
