"""A PN532 on a serial line (HSU) with a card to lay on it. UM0701-02, sections 6.2.1 and 7."""

import threading
from collections.abc import Callable
from pathlib import Path

from emulators.line import PtyLine

ACK = bytes.fromhex("0000ff00ff00")
FIRMWARE = bytes.fromhex("32010607")
SYNTAX_ERROR = bytes.fromhex("0000ff01ff7f8100")


class Pn532:
    """A reader on a pty at `link`; `present()` lays a card on it, `remove()` takes it away."""

    def __init__(self, link: Path, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._buffer = b""
        self._uid: bytes | None = None
        self._was_read = False
        self._awake = False
        self._searching = False
        self._tries_max = 0xFF
        self.garble_next = 0
        """How many of the next answers carry a wrong check sum."""
        self.line = PtyLine(link, self._took)

    @property
    def was_read(self) -> bool:
        """Whether the card that lies there has been told to whoever asked."""
        return self._was_read

    @property
    def uid(self) -> str:
        """The card that lies there, in hex, or `""`."""
        return self._uid.hex().upper() if self._uid else ""

    def present(self, uid: str) -> None:
        """Lay a card on it; `uid` in hex, 4, 7 or 10 bytes."""
        value = bytes.fromhex(uid)
        if len(value) not in (4, 7, 10):
            raise ValueError("a UID has 4, 7 or 10 bytes")
        with self._lock:
            self._uid, self._was_read = value, False
            if self._searching:
                self._searching = False
                self._answer(0x4A, self._target())
        self._on_change()

    def remove(self, uid: str = "") -> None:
        """Take the card away; with a `uid` only if it still is that one."""
        with self._lock:
            if uid and self._uid != bytes.fromhex(uid):
                return
            self._uid = None
        self._on_change()

    def power_cycle(self) -> None:
        """Forget everything and sleep until it is woken."""
        with self._lock:
            self._awake, self._searching, self._tries_max, self._buffer = False, False, 0xFF, b""

    def _took(self, data: bytes) -> None:
        with self._lock:
            self._buffer += data
            while (start := self._buffer.find(b"\x00\xff")) >= 0:
                # Without the long preamble of 0x55 a sleeping chip does not hear the frame.
                if b"\x55\x55" in self._buffer[:start]:
                    self._awake = True
                self._buffer = self._buffer[start:]
                if len(self._buffer) < 4:
                    return
                length, check = self._buffer[2], self._buffer[3]
                if (length, check) == (0x00, 0xFF):
                    self._searching = False
                    self._buffer = self._buffer[4:]
                    continue
                if (length + check) & 0xFF:
                    self._buffer = self._buffer[2:]
                    continue
                if len(self._buffer) < 6 + length:
                    return
                body = self._buffer[4 : 5 + length]
                self._buffer = self._buffer[6 + length :]
                if sum(body) & 0xFF == 0 and self._awake:
                    self._carry_out(body[1], body[2:-1])

    def _carry_out(self, command: int, data: bytes) -> None:
        self.line.send(ACK)
        self._searching = False
        if command == 0x02:
            self._answer(command, FIRMWARE)
        elif command == 0x14:
            self._answer(command, b"")
        elif command == 0x32:
            if data[:1] == b"\x05" and len(data) >= 4:
                self._tries_max = data[3]
            self._answer(command, b"")
        elif command == 0x4A:
            if self._uid:
                self._answer(command, self._target())
            elif self._tries_max == 0xFF:
                self._searching = True
            else:
                self._answer(command, b"\x00")
        else:
            self.line.send(SYNTAX_ERROR)

    def _target(self) -> bytes:
        assert self._uid
        self._was_read = True
        sens_res, sel_res = (b"\x00\x44", b"\x00") if len(self._uid) == 7 else (b"\x00\x04", b"\x08")
        return b"\x01\x01" + sens_res + sel_res + bytes([len(self._uid)]) + self._uid

    def _answer(self, command: int, data: bytes) -> None:
        body = bytes([0xD5, command + 1]) + data
        check = -sum(body) & 0xFF
        if self.garble_next:
            self.garble_next -= 1
            check ^= 0x01
        length = bytes([len(body), -len(body) & 0xFF])
        self.line.send(b"\x00\x00\xff" + length + body + bytes([check, 0x00]))
