"""Decides which appliance is to be sent which stream now. Pure of I/O but for its reading.

Pushing twice and losing a push are harmless: an appliance that does not report the version in
time gets it again, at growing intervals.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from hq import catalogue
from hq.appliances import Appliance, appliances
from hq.journal import Sender
from retail.messages import Push
from retail.streams import STREAMS

FIRST_REPEAT_MS = 5_000
REPEAT_MS_MAX = 5 * 60_000
VERSION_MAX = 2**40
"""A version beyond this is nonsense and is not followed."""


@dataclass(frozen=True)
class _Sent:
    base: int
    version: int
    at_ms: int
    wait_ms: int


@dataclass(frozen=True)
class Planned:
    """One push to one appliance."""

    to: Sender
    push: Push


class PushPlan:
    """Remembers what was sent when; lives in memory, because sending again is harmless."""

    def __init__(self, first_repeat_ms: int = FIRST_REPEAT_MS) -> None:
        self._first_repeat_ms = first_repeat_ms
        self._sent: dict[tuple[Sender, str], _Sent] = {}

    def forget(self, to: Sender) -> None:
        """It has just connected: whatever it lacks goes to it at once."""
        for key in [key for key in self._sent if key[0] == to]:
            del self._sent[key]

    def due(self, connection: Connection, now_ms: int) -> list[Planned]:
        """Pushes for every appliance that is online and behind."""
        newest = catalogue.versions(connection)
        made: dict[tuple[str, int], Push | None] = {}
        planned = []
        for item in appliances(connection):
            for name, version in newest.items():
                base = item.versions.get(name, 0)
                if not item.online or base >= version or not self._is_time(item, name, version, now_ms):
                    continue
                if (name, base) not in made:
                    made[name, base] = catalogue.changes_since(connection, name, base)
                push = made[name, base]
                if push is not None:
                    planned.append(Planned(Sender(item.tenant, item.appliance), push))
        return planned

    def _is_time(self, item: Appliance, name: str, version: int, now_ms: int) -> bool:
        key, base = (Sender(item.tenant, item.appliance), name), item.versions.get(name, 0)
        before = self._sent.get(key)
        fresh = before is None or (before.base, before.version) != (base, version)
        if before is not None and not fresh and now_ms - before.at_ms < before.wait_ms:
            return False
        wait_ms = self._first_repeat_ms if before is None or fresh else before.wait_ms * 2
        self._sent[key] = _Sent(base, version, now_ms, min(wait_ms, REPEAT_MS_MAX))
        return True


def ahead(connection: Connection, reported: dict[str, int]) -> list[tuple[str, int]]:
    """Our streams of which an appliance has a version that HQ never gave."""
    newest = catalogue.versions(connection)
    return [
        (name, version)
        for name, version in reported.items()
        if name in STREAMS and newest.get(name, 0) < version <= VERSION_MAX
    ]
