"""Barcode scanners on a serial line: RS-232 or USB-CDC; each read ends with CR, LF or Tab."""

from msgspec import Struct

from appliance.daemon.capabilities import Host
from appliance.daemon.links import Link, LinkOptions
from appliance.daemon.reads import ReadOptions, Reads

CAPABILITY = "scanner"
TERMINATORS = b"\r\n\t"


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it is, and how its reads look."""

    link: LinkOptions
    reads: ReadOptions = ReadOptions()


class SerialScanner:
    """A scanner that sends text."""

    def __init__(self, options: Options, host: Host) -> None:
        self._options = options
        self._reads = Reads(host, options.reads)
        self._link: Link | None = None

    def open(self) -> None:
        self._link = self._options.link.open()
        # What waits there was scanned before anyone listened.
        self._link.drain()

    def fileno(self) -> int | None:
        return self._link.fileno() if self._link else None

    def readable(self) -> None:
        assert self._link
        data = self._link.read()
        start = 0
        for index, byte in enumerate(data):
            if byte in TERMINATORS:
                if index > start:
                    self._reads.feed(data[start:index])
                self._reads.end()
                start = index + 1
        if start < len(data):
            self._reads.feed(data[start:])

    def poll(self) -> float:
        return self._reads.tend()

    def test(self) -> None:
        """A fresh look at the line."""
        if self._link:
            self._link.read_within(0)

    def close(self) -> None:
        self._reads.tear()
        if self._link:
            self._link.close()
            self._link = None

    def node(self) -> str:
        return self._options.link.node()


def make(options: Options, host: Host) -> SerialScanner:
    """The driver."""
    return SerialScanner(options, host)
