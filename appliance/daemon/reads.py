"""From single bytes or keys to whole reads: terminators, torn and over-long ones, AIM identifiers.

Shared by all scanners, whatever their link. AIM identifiers: ISO/IEC 15424, `]` and two characters.
"""

import re

from msgspec import Struct

from appliance.daemon.capabilities import Host

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
FUNCTION_1 = "\x1d"
"""GS, the separator of GS1 element strings; the only control character that is data."""
RESYNC_MS = 1000


class ReadOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How reads of a scanner look. `torn_ms` of silence within a read mean that its rest is lost."""

    torn_ms: int = 100
    length_max: int = 2048
    encoding: str = "utf-8"


class Reads:
    """Gathers one read at a time and tells the host of it."""

    def __init__(self, host: Host, options: ReadOptions) -> None:
        self._host, self._options = host, options
        self._bytes = bytearray()
        self._too_long = False
        self._last_ns = 0
        self._skip_until_ns = 0

    def feed(self, data: bytes) -> None:
        """Bytes that came just now, without any terminator."""
        self._last_ns = self._host.now_ns()
        if self._last_ns < self._skip_until_ns:
            return
        self._skip_until_ns = 0
        room = self._options.length_max - len(self._bytes)
        if len(data) > room:
            self._too_long = True
        self._bytes += data[: max(0, room)]

    def end(self) -> None:
        """A terminator came just now."""
        now_ns = self._host.now_ns()
        if now_ns < self._skip_until_ns:
            # The rest of a read whose beginning was given up: it is no code of its own.
            self._skip_until_ns = 0
            return
        data, too_long = bytes(self._bytes), self._too_long
        self._clear()
        if too_long:
            self._host.garbled("too_long")
        elif data:
            self._tell(data, now_ns)

    def tear(self) -> None:
        """What has been gathered will not be completed."""
        if self._bytes or self._too_long:
            self._clear()
            self._host.garbled("torn")

    def tend(self) -> float:
        """Give up a read that has gone silent; the answer is after how many seconds to look again."""
        if not self._bytes:
            return 60.0
        silent_ns = self._host.now_ns() - self._last_ns
        left_ns = self._options.torn_ms * 1_000_000 - silent_ns
        if left_ns > 0:
            return left_ns / 1e9
        self.tear()
        # Its rest may still come, and would look like a shorter code: skip up to the next terminator.
        self._skip_until_ns = self._host.now_ns() + RESYNC_MS * 1_000_000
        return 60.0

    def _clear(self) -> None:
        self._bytes.clear()
        self._too_long = False

    def _tell(self, data: bytes, at_ns: int) -> None:
        try:
            text = data.decode(self._options.encoding)
        except (UnicodeDecodeError, LookupError):
            self._host.garbled("not_text")
            return
        if any((ord(char) < 0x20 and char != FUNCTION_1) or ord(char) == 0x7F for char in text):
            self._host.garbled("not_text")
            return
        symbology = text[:3] if _AIM.match(text) else ""
        if text[len(symbology) :]:
            self._host.scanned(text[len(symbology) :], symbology, at_ns)
