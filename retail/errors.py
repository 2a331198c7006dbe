"""The five families of errors, shared by every process.

An error carries a code and parameters; only the user interface turns them into sentences.
`DeviceFault` and `Busy` travel over the wire between the daemon and its clients.
"""

from collections.abc import Mapping
from typing import Any


class TillboxError(Exception):
    """A failure with a `code` (``noun.reason``) and `params` that a sentence can be made of."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, Any] = params

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({inside})" if inside else self.code


class Refused(TillboxError):
    """A rule said no. `may_override` names the role that could still allow it, if any."""

    def __init__(self, code: str, /, *, may_override: str | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.may_override = may_override


class DeviceFault(TillboxError):
    """A device cannot do what was asked; the code says what a person should look at."""


class Busy(TillboxError):
    """Something is at its limit; trying again later is right."""


class ContractError(TillboxError):
    """A message, file or configuration is not of its agreed form; `path` says where."""

    def __init__(self, code: str, /, *, path: str = "", **params: Any) -> None:
        super().__init__(code, path=path, **params)
        self.path = path


class InvariantBroken(TillboxError):
    """Our own bug: stop, restart, report. Never caught to go on."""
