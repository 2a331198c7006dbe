"""All peripherals of a till in one process: their wires in a folder, and what a person can do to them.

For the bench and for tests of the whole. Starts threads, no processes; `close()` ends them.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulators.card_reader import Pn532
from emulators.display import VfdDisplay
from emulators.drawer import Drawer
from emulators.line import Line, TcpLine
from emulators.printer import EscposPrinter
from emulators.scanner import SerialScanner

FAULTS: dict[str, tuple[str, ...]] = {
    "scanner": ("cable_out",),
    "printer": ("paper_out", "cover_open", "cable_out"),
    "drawer": ("jammed",),
    "display": ("cable_out",),
    "reader": ("cable_out",),
}
"""Which faults each device can have."""
HOLD_S_MAX = 10.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Wires:
    """Where the daemon finds them: paths of serial lines, a TCP port, the socket of the pins."""

    scanner: Path
    reader: Path
    display: Path
    gpio: Path
    printer_port: int


class Peripherals:
    """A scanner, a card reader, a customer display, a receipt printer and a cash drawer.

    `printer_port` 0 takes a free one; a taken one raises `OSError`. `font` draws the receipts.
    """

    def __init__(self, folder: Path, printer_port: int = 0, *, font: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._listeners: list[Callable[[], None]] = []
        self._faults: set[tuple[str, str]] = set()
        self.printer = EscposPrinter(font=font, on_change=self._changed)
        printer_line = TcpLine(self.printer.took, printer_port)
        self.printer.line = printer_line
        self.scanner = SerialScanner(folder / "scanner")
        self.reader = Pn532(folder / "reader", self._changed)
        self.display = VfdDisplay(folder / "display", self._changed)
        self.drawer = Drawer(folder / "gpio.sock", on_change=self._changed)
        self._lines: dict[str, Line] = {
            "scanner": self.scanner.line,
            "printer": printer_line,
            "display": self.display.line,
            "reader": self.reader.line,
        }
        self.wires = Wires(
            scanner=self.scanner.line.link,
            reader=self.reader.line.link,
            display=self.display.line.link,
            gpio=folder / "gpio.sock",
            printer_port=printer_line.port,
        )

    def close(self) -> None:
        """Unplug everything."""
        for line in self._lines.values():
            line.unplug()
        self.drawer.close()

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, in any thread, whenever anything to be seen has changed."""
        self._listeners.append(callback)

    def _changed(self) -> None:
        for callback in self._listeners:
            callback()

    # What a person does

    def scan(self, text: str, symbology: str = "") -> bool:
        """Scan a code; False if the cable is out."""
        return self.scanner.scan(text, symbology)

    def scan_torn(self, text: str) -> bool:
        """A read whose end gets lost."""
        return self.scanner.torn(text)

    def tap(self, uid: str, hold_s: float = 0.6) -> None:
        """Lay a card with this UID (hex) on the reader and take it away; `ValueError` if it is none.

        As a person does: after `hold_s`, or when the reader has seen it if that is later, but not for ever.
        """
        self.reader.present(uid)
        threading.Thread(target=self._hold, args=(uid, hold_s), name="card", daemon=True).start()

    def _hold(self, uid: str, hold_s: float) -> None:
        time.sleep(hold_s)
        patience_ends = time.monotonic() + HOLD_S_MAX
        while not self.reader.was_read and time.monotonic() < patience_ends:
            time.sleep(LOOK_EVERY_S)
        self.reader.remove(uid)

    def push_drawer(self) -> None:
        """Push the drawer shut."""
        self.drawer.push()

    def scan_flood(self, codes: list[str]) -> bool:
        """Reads without a pause."""
        return self.scanner.flood(codes)

    def tear_off(self) -> None:
        """Take all slips away."""
        self.printer.tear_off()

    def set_fault(self, device: str, fault: str, on: bool) -> None:
        """Break a device, or mend it. `ValueError` if it has no such fault (see `FAULTS`)."""
        if fault not in FAULTS.get(device, ()):
            known = ", ".join(f"{name}.{one}" for name, faults in FAULTS.items() for one in faults)
            raise ValueError(f"no fault {device}.{fault}; there are {known}")
        if fault == "cable_out":
            line = self._lines[device]
            (line.unplug if on else line.plug)()
        elif fault == "paper_out":
            self.printer.set_paper_out(on)
        elif fault == "cover_open":
            self.printer.set_cover_open(on)
        else:
            self.drawer.jam(on)
        (self._faults.add if on else self._faults.discard)((device, fault))
        self._changed()

    # What a person sees

    def slips(self) -> list[str]:
        """The texts of all slips, oldest first."""
        return [slip.text for slip in self.printer.slips()]

    def paper_text(self) -> str:
        """The last slip's text."""
        return self.printer.text()

    def paper_png(self, index: int = -1) -> bytes:
        """A slip's picture as PNG: the last one's, or by its place in `slips()`; else `IndexError`."""
        return self.printer.png(index)

    def drawer_state(self) -> dict[str, Any]:
        """Whether it is open and jammed, and how often it has opened."""
        drawer = self.drawer
        return {"open": drawer.is_open, "jammed": drawer.is_jammed, "openings": drawer.openings}

    def display_lines(self) -> list[str]:
        """Both rows of the customer display."""
        return self.display.lines()

    def faults(self) -> dict[str, dict[str, bool]]:
        """Every fault there can be, and whether it is."""
        return {
            device: {fault: (device, fault) in self._faults for fault in faults}
            for device, faults in FAULTS.items()
        }

    def state(self) -> dict[str, Any]:
        """Everything that can be seen, but for pictures."""
        return {
            "printer": {"slips": len(self.printer.slips()), "used_mm": self.printer.paper.used_dots // 8},
            "drawer": self.drawer_state(),
            "display": {"lines": self.display_lines()},
            "reader": {"card": self.reader.uid},
            "faults": self.faults(),
        }
