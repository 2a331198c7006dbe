"""A barcode scanner: on a serial line, or playing a keyboard through an input device.

Speaks what real ones speak: text with a terminator, or `struct input_event` of a US keyboard.
"""

import os
import select
import struct
import time
from pathlib import Path

from emulators.line import PtyLine

EVENT = struct.Struct("@llHHi")
EV_SYN, EV_KEY, KEY_ENTER, KEY_LEFTSHIFT = 0, 1, 28, 42
_ROWS = ((2, "1234567890-="), (16, "qwertyuiop[]"), (30, "asdfghjkl;'`"), (43, "\\zxcvbnm,./"), (57, " "))
_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))
_KEYS = {char: first + index for first, row in _ROWS for index, char in enumerate(row)}


class SerialScanner:
    """A scanner on a pty at `link`; `baud` paces its bytes as a real line does."""

    def __init__(self, link: Path, *, terminator: bytes = b"\r", baud: int | None = None) -> None:
        self.line = PtyLine(link, lambda data: None, baud=baud)
        self._terminator = terminator

    def scan(self, data: str, symbology: str = "") -> bool:
        """One good read; `symbology` is the AIM identifier sent before it, such as `]E0`."""
        return self.line.send((symbology + data).encode() + self._terminator)

    def torn(self, data: str) -> bool:
        """A read whose end never comes."""
        return self.line.send(data.encode())

    def flood(self, codes: list[str]) -> bool:
        """Reads without a pause, as fast as the line takes them."""
        return self.line.send(b"".join(code.encode() + self._terminator for code in codes))

    def raw(self, data: bytes) -> bool:
        """Whatever a broken one might send."""
        return self.line.send(data)


class WedgeScanner:
    """A scanner that types into the named pipe `path`, as an input device would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1
        self.plug()

    def plug(self) -> None:
        """Put the cable in."""
        if self._fd < 0:
            self.path.unlink(missing_ok=True)
            os.mkfifo(self.path)
            # For reading too: then opening does not wait for a reader.
            self._fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def unplug(self) -> None:
        """Pull it out."""
        if self._fd >= 0:
            self.path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = -1

    def scan(self, data: str) -> None:
        """One good read."""
        self.torn(data)
        self._write(self._press(KEY_ENTER))

    def torn(self, data: str) -> None:
        """A read without its Enter."""
        for char in data:
            self._write(self._type(char))

    def raw(self, data: bytes) -> None:
        """Whatever bytes, such as half an event."""
        self._write(data)

    def _type(self, char: str) -> bytes:
        if char in _KEYS:
            return self._press(_KEYS[char])
        plain = _SHIFTED.get(char, char.lower())
        down, up = self._event(EV_KEY, KEY_LEFTSHIFT, 1), self._event(EV_KEY, KEY_LEFTSHIFT, 0)
        return down + self._press(_KEYS[plain]) + up

    def _press(self, code: int) -> bytes:
        return self._event(EV_KEY, code, 1) + self._event(EV_KEY, code, 0)

    @staticmethod
    def _event(kind: int, code: int, value: int) -> bytes:
        return EVENT.pack(0, 0, kind, code, value) + EVENT.pack(0, 0, EV_SYN, 0, 0)

    def _write(self, data: bytes) -> None:
        while data:
            _, writable, _ = select.select([], [self._fd], [], 1)
            if not writable:
                return
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:
                # There is room, but for less than all of a small write; the reader makes more.
                time.sleep(0.001)
