"""Lines on the wire: JSON-RPC 2.0 objects, their limits, and our errors as theirs and back.

Does no I/O.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from retail.errors import Busy, ContractError, DeviceFault, InvariantBroken, Refused, TillboxError

LINE_BYTES_MAX = 64 << 10
"""With its newline."""
UNENDED_BYTES_MAX = 1 << 20
"""A line that is still going on here will not end: the connection is closed."""
QUEUE_LINES_MAX = 256
CALLS_MAX = 64
"""Calls of one client that may be under way at once."""

NOT_JSON, NOT_A_REQUEST, NO_SUCH_METHOD, WRONG_PARAMS = -32700, -32600, -32601, -32602
_FAMILIES: dict[int, type[TillboxError]] = {1: Refused, 2: DeviceFault, 3: Busy, 4: InvariantBroken}

Id = int | str | None


class UnendedLineError(Exception):
    """More bytes without a newline than anyone who means well sends."""


class Request(msgspec.Struct, frozen=True):
    """A call; `id` unset means that no answer is wanted."""

    method: str
    jsonrpc: str = "2.0"
    params: msgspec.Raw = msgspec.Raw(b"{}")
    id: Id | msgspec.UnsetType = msgspec.UNSET


class LineSplitter:
    """Bytes in, lines out; a line over the limit comes out as None, once."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._too_long_bytes = 0

    @property
    def is_skipping(self) -> bool:
        """Whether the rest of a line that was too long is still to come."""
        return self._too_long_bytes > 0

    def feed(self, data: bytes) -> Iterator[bytes | None]:
        """The lines that these bytes complete. Raises `UnendedLineError`."""
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if self._too_long_bytes:
                self._too_long_bytes = 0
            elif end + 1 > LINE_BYTES_MAX:
                yield None
            elif line.strip():
                yield line
        if len(self._buffer) >= LINE_BYTES_MAX:
            if not self._too_long_bytes:
                yield None
            self._too_long_bytes += len(self._buffer)
            self._buffer.clear()
            if self._too_long_bytes > UNENDED_BYTES_MAX:
                raise UnendedLineError


def encode(message: object) -> bytes:
    """One line, newline included."""
    return msgspec.json.encode(message) + b"\n"


def result(call_id: Id, value: object) -> dict[str, object]:
    """An answer."""
    return {"jsonrpc": "2.0", "id": call_id, "result": value}


def call(call_id: Id | msgspec.UnsetType, method: str, params: object) -> dict[str, object]:
    """A call, or without an id a notification: an event, or a call that wants no answer."""
    message: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
    return message if call_id is msgspec.UNSET else {**message, "id": call_id}


def error(call_id: Id, failure: TillboxError, code: int | None = None) -> dict[str, object]:
    """An error as docs/ipc.md tells it; `code` for the ones of JSON-RPC itself."""
    if code is None:
        code = next((c for c, family in _FAMILIES.items() if isinstance(failure, family)), WRONG_PARAMS)
    family = next((k.__name__ for k in type(failure).__mro__ if k in _ALL), "InvariantBroken")
    data: dict[str, object] = {"family": family, "code": failure.code, "params": dict(failure.params)}
    if isinstance(failure, Refused) and failure.may_override:
        data["may_override"] = failure.may_override
    return {"jsonrpc": "2.0", "id": call_id, "error": {"code": code, "message": failure.code, "data": data}}


_ALL = (Refused, DeviceFault, Busy, ContractError, InvariantBroken)


def failure_of(told: dict[str, Any]) -> TillboxError:
    """The error that the other end told, as one of our families."""
    data = told.get("data") or {}
    code = str(data.get("code") or told.get("message") or "ipc.unknown_error")
    params = {str(key): value for key, value in (data.get("params") or {}).items()}
    family = next((k for k in _ALL if k.__name__ == data.get("family")), InvariantBroken)
    if family is ContractError:
        return ContractError(code, path=str(params.pop("path", "")), **params)
    if family is Refused:
        return Refused(code, may_override=data.get("may_override"), **params)
    return family(code, **params)
