"""Barcode scanners that play a keyboard (USB HID): key events of a US layout, read past the screen.

The device is grabbed: else what is scanned would be typed into the till.
"""

from msgspec import Struct

from appliance.daemon.capabilities import Host
from appliance.daemon.links.evdev import EV_KEY, EV_SYN, SYN_DROPPED, EvdevLink, EventParser, InputEvent
from appliance.daemon.links.fd import Link
from appliance.daemon.reads import ReadOptions, Reads

CAPABILITY = "scanner"

# Key codes of linux/input-event-codes.h, in the order of their numbers.
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (71, "789-456+1230.", "789-456+1230."),
    (55, "*", "*"),
    (98, "/", "/"),
)
PLAIN = {first + index: char for first, plain, _ in _ROWS for index, char in enumerate(plain)}
SHIFTED = {first + index: char for first, _, shifted in _ROWS for index, char in enumerate(shifted)}
SHIFT, CONTROL, TERMINATORS = {42, 54}, {29, 97}, {28, 96, 15}
"""Enter, the keypad's Enter, Tab."""


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Its event device, and how its reads look."""

    link: EvdevLink
    reads: ReadOptions = ReadOptions()


class WedgeScanner:
    """A scanner that types."""

    def __init__(self, options: Options, host: Host) -> None:
        self._options = options
        self._reads = Reads(host, options.reads)
        self._link: Link | None = None
        self._parser = EventParser()
        self._held: set[int] = set()

    def open(self) -> None:
        self._link = self._options.link.open()
        self._parser, self._held = EventParser(), set()

    def fileno(self) -> int | None:
        return self._link.fileno() if self._link else None

    def readable(self) -> None:
        assert self._link
        for event in self._parser.feed(self._link.read()):
            self._take(event)

    def _take(self, event: InputEvent) -> None:
        if event.type == EV_SYN and event.code == SYN_DROPPED:
            # The kernel's buffer overflowed: keys are missing.
            self._reads.tear()
            self._held.clear()
        elif event.type == EV_KEY and event.code in SHIFT | CONTROL:
            (self._held.add if event.value else self._held.discard)(event.code)
        elif event.type == EV_KEY and event.value == 1:
            self._press(event.code)

    def _press(self, code: int) -> None:
        if code in TERMINATORS:
            self._reads.end()
            return
        char = (SHIFTED if self._held & SHIFT else PLAIN).get(code)
        if char and self._held & CONTROL:
            # Control characters as scanners type them: GS1's separator is Ctrl and ].
            char = chr(ord(char.upper()) & 0x1F)
        if char:
            self._reads.feed(char.encode())

    def poll(self) -> float:
        return self._reads.tend()

    def test(self) -> None:
        """Nothing can be asked of a keyboard; that it is open is the answer."""

    def close(self) -> None:
        self._reads.tear()
        if self._link:
            self._link.close()
            self._link = None

    def node(self) -> str:
        return self._options.link.node()


def make(options: Options, host: Host) -> WedgeScanner:
    """The driver."""
    return WedgeScanner(options, host)
