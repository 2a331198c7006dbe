"""What may be asked of a device, and what a driver gets to live with.

A driver runs in one thread, its supervisor's. It never waits for input: it names a descriptor to watch
and is called when that is readable. It raises `DeviceFault`: a `device.*` code means that the device is
gone and must be opened anew, any other that it is there but can't do it now.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from retail.documents import Document

CAPABILITIES = ("printer", "drawer", "scanner", "card_reader", "customer_display")


class Host(Protocol):
    """What the daemon gives a driver. `wake` works from any thread, the rest from the driver's own."""

    def now_ns(self) -> int:
        """The monotonic clock."""

    def wake(self) -> None:
        """Have `poll()` called at once, in the driver's thread."""

    def condition(self, fault: str, detail: Mapping[str, bool | int | str]) -> None:
        """How the device is: a fault code or `""`, and what else is worth knowing."""

    def scanned(self, data: str, symbology: str, at_ns: int) -> None:
        """One complete read."""

    def garbled(self, reason: str) -> None:
        """A read of which nothing is used: `torn`, `too_long` or `not_text`."""

    def tapped(self, uid: str, at_ns: int) -> None:
        """A card came; `uid` in upper-case hex."""


@runtime_checkable
class Driver(Protocol):
    """What every driver has."""

    def open(self) -> None:
        """Reach the device and make it ready. Raises `DeviceFault` `device.absent` if it isn't there."""

    def fileno(self) -> int | None:
        """The descriptor to watch, if the device speaks by itself."""

    def readable(self) -> None:
        """The descriptor has something to read."""

    def poll(self) -> float:
        """Look after the device; the answer is after how many seconds to be called again."""

    def test(self) -> None:
        """Show a technician that it works."""

    def close(self) -> None:
        """Let go of everything; after any failure too, and more than once."""

    def node(self) -> str:
        """The path of the device's node, so that its coming is noticed at once; `""` if it has none."""


@runtime_checkable
class Printer(Driver, Protocol):
    """Prints documents."""

    def print_document(self, document: Document) -> None:
        """Print it and return when the printer has confirmed that it finished."""


@runtime_checkable
class CashDrawer(Driver, Protocol):
    """Opens a drawer."""

    def open_drawer(self) -> None:
        """Open it and return when it is seen open; `DeviceFault` `drawer.stuck` if it isn't."""


@runtime_checkable
class Scanner(Driver, Protocol):
    """Tells its host what was scanned."""


@runtime_checkable
class CardReader(Driver, Protocol):
    """Tells its host which card was tapped."""


@runtime_checkable
class CustomerDisplay(Driver, Protocol):
    """Shows text to the customer."""

    def display_text(self, lines: tuple[str, ...]) -> None:
        """Show these rows instead of what was there."""


PROTOCOLS: dict[str, type] = {
    "printer": Printer,
    "drawer": CashDrawer,
    "scanner": Scanner,
    "card_reader": CardReader,
    "customer_display": CustomerDisplay,
}
