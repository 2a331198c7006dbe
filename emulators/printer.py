"""An ESC/POS receipt printer on TCP or a pty: prints, answers when asked how it is, and has faults.

Paper runs out, the cover opens, the cable comes out. What waits in its buffer while it is stopped comes
out later, as from a real one.
"""

import threading
from collections.abc import Callable

from emulators import escpos_parser as op
from emulators.ink import Ink
from emulators.line import Line
from emulators.paper import DOTS_PER_MM, Paper, Slip

BUFFER_BYTES_MAX = 256 << 10
ROLL_MM = 80_000
NEAR_END_MM = 3_000
REAL_TIME_STATUS = b"\x10\x04"
CLEAR_BUFFERS = bytes.fromhex("10140801031401060208")


class EscposPrinter:
    """A printer; connect it with `printer.line = TcpLine(printer.took)` or a `PtyLine`."""

    def __init__(
        self, *, columns: int = 48, font: str = "", on_change: Callable[[], None] = lambda: None
    ) -> None:
        self.paper = Paper(columns)
        self.line: Line | None = None
        self.kicks = 0
        self.is_mute = False
        """Answers nothing, as printers on a one-way cable."""
        self._ink = Ink(font)
        self._on_change = on_change
        self._parser = op.Parser()
        self._lock = threading.RLock()
        self._tail = b""
        self._recent = b""
        self.clears = 0
        self._roll_end_dots = ROLL_MM * DOTS_PER_MM
        self._cover_open = False
        self._auto_status = 0

    # What a person sees and does

    @property
    def unknown(self) -> list[bytes]:
        """Commands that came and are not known."""
        return self._parser.unknown

    @property
    def is_paper_out(self) -> bool:
        """Whether the roll has ended."""
        return self.paper.used_dots >= self._roll_end_dots

    @property
    def is_cover_open(self) -> bool:
        """Whether the cover is open."""
        return self._cover_open

    def set_paper_left_mm(self, left_mm: int) -> None:
        """A roll with so much paper; 0 takes the paper out."""
        with self._lock:
            self._roll_end_dots = self.paper.used_dots + left_mm * DOTS_PER_MM
        self._state_changed()

    def set_paper_out(self, is_out: bool) -> None:
        """Take the paper out, or put a new roll in."""
        self.set_paper_left_mm(0 if is_out else ROLL_MM)

    def set_cover_open(self, is_open: bool) -> None:
        """Open or close the cover."""
        with self._lock:
            self._cover_open = is_open
        self._state_changed()

    def slips(self) -> list[Slip]:
        """What was cut off, oldest first, and last what still hangs out, if anything."""
        with self._lock:
            return [slip for slip in self.paper.slips if slip.items]

    def text(self) -> str:
        """The last slip's text."""
        slips = self.slips()
        return slips[-1].text if slips else ""

    def png(self, index: int = -1) -> bytes:
        """A slip's picture, the last one's if not told otherwise."""
        with self._lock:
            slips = self.slips()
            return self._ink.png(self.paper, slips[index] if slips else Slip())

    def tear_off(self) -> None:
        """Take all slips away."""
        with self._lock:
            del self.paper.slips[:-1]
            self.paper.slips[-1].items.clear()
        self._on_change()

    # The cable

    def took(self, data: bytes) -> None:
        """Bytes from the computer."""
        with self._lock:
            self._answer_at_once(data)
            if self._parser.waiting() + len(data) <= BUFFER_BYTES_MAX:
                self._parser.feed(data)
            if CLEAR_BUFFERS in self._recent + data:
                self._parser.clear()
                self.clears += 1
                self._recent = b""
            else:
                # The command may be torn between two packets.
                self._recent = (self._recent + data)[-len(CLEAR_BUFFERS) + 1 :]
            self._print()
        self._on_change()

    def _answer_at_once(self, data: bytes) -> None:
        """DLE EOT is heard wherever it stands, even amid a picture, as by real printers."""
        stream = self._tail + data
        at = stream.find(REAL_TIME_STATUS)
        while 0 <= at < len(stream) - 2:
            if 1 <= stream[at + 2] <= 4:
                self._send(bytes([self._status(stream[at + 2])]))
            at = stream.find(REAL_TIME_STATUS, at + 2)
        # A question may be torn between two packets.
        rest = stream[-2:]
        self._tail = rest if rest == REAL_TIME_STATUS else rest[-1:] if rest[-1:] == b"\x10" else b""

    def _status(self, what: int) -> int:
        """Answers to DLE EOT 1 to 4."""
        out, cover = self.is_paper_out, self._cover_open
        if what == 1:
            return 0x12 | (0x08 if out or cover else 0)
        if what == 2:
            return 0x12 | (0x04 if cover else 0) | (0x20 if out else 0)
        if what == 4:
            near = self._roll_end_dots - self.paper.used_dots < NEAR_END_MM * DOTS_PER_MM
            return 0x12 | (0x0C if near else 0) | (0x60 if out else 0)
        return 0x12

    def _print(self) -> None:
        while not self._cover_open and not self.is_paper_out and (what := self._parser.next()):
            if isinstance(what, op.Ask):
                self._send(bytes([0x0C if self.is_paper_out else 0x00]))
            elif isinstance(what, op.AutoStatus):
                self._auto_status = what.mask
                self._send_auto_status()
            elif isinstance(what, op.Kick):
                self.kicks += 1
            else:
                self.paper.apply(what)

    def _state_changed(self) -> None:
        with self._lock:
            self._send_auto_status()
            self._print()
        self._on_change()

    def _send_auto_status(self) -> None:
        if self._auto_status:
            first = 0x10 | (0x08 if self.is_paper_out or self._cover_open else 0)
            first |= 0x20 if self._cover_open else 0
            self._send(bytes([first, 0x00, 0x0C if self.is_paper_out else 0x00, 0x00]))

    def _send(self, data: bytes) -> None:
        if self.line and not self.is_mute:
            self.line.send(data)
