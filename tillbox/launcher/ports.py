"""Which port each part listens on: a base and what `launcher.toml` or the command line set otherwise."""

import contextlib
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from appliance.runtime.config import read_layer
from appliance.runtime.strict import convert
from retail.errors import ContractError

ADDRESS = "127.0.0.1"
BASE = 8600
PORT_MAX = 65535
FREED_WITHIN_S = 1.5
WHAT = {
    "bench": "the bench page",
    "hq": "HQ's page",
    "broker": "the message broker",
    "network": "the till's way to the broker",
    "printer": "the emulated printer",
}
"""Every port's name and what is there; the order is the distance from the base."""


class Ports(Struct, frozen=True, kw_only=True):
    """One port for each part, all on this machine only."""

    bench: int
    hq: int
    broker: int
    network: int
    printer: int


class PortSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[ports]` of `launcher.toml`; what is not said follows from the base."""

    base: int | None = None
    bench: int | None = None
    hq: int | None = None
    broker: int | None = None
    network: int | None = None
    printer: int | None = None


class LauncherSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`launcher.toml` in the home folder."""

    ports: PortSettings = PortSettings()


def read_settings(file: Path) -> LauncherSettings:
    """The file's settings, the defaults where there is none; `ContractError` says what is wrong where."""
    if not file.exists():
        return LauncherSettings()
    return convert(read_layer(file), LauncherSettings, path=f"{file.name}: $")


def choose(settings: PortSettings, options: Mapping[str, int | None]) -> Ports:
    """The ports to use: an option wins over the file, a port's own setting over the base.

    `options` has `base` and the names of `WHAT`. Raises `ContractError` `ports.out_of_range`, `ports.same`.
    """
    base = options.get("base") or settings.base or BASE
    chosen = {
        name: options.get(name) or getattr(settings, name) or base + distance
        for distance, name in enumerate(WHAT)
    }
    holders: dict[int, str] = {}
    for name, port in chosen.items():
        if not 0 < port <= PORT_MAX:
            raise ContractError("ports.out_of_range", path=f"ports.{name}", port=port, port_max=PORT_MAX)
        if port in holders:
            raise ContractError("ports.same", path=f"ports.{name}", port=port, other=holders[port])
        holders[port] = name
    return Ports(**chosen)


def is_free(port: int) -> bool:
    """Whether nobody listens there now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
            # Two sockets may be bound with SO_REUSEADDR; only one may listen.
            probe.listen(1)
        except OSError:
            return False
    return True


def taken(ports: Ports, wait_s: float = FREED_WITHIN_S) -> dict[str, int]:
    """The ports that somebody else has: name -> port. A run that was just killed is given time to vanish."""
    deadline = time.monotonic() + wait_s
    while True:
        found = {name: port for name, port in structs.asdict(ports).items() if not is_free(port)}
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)
