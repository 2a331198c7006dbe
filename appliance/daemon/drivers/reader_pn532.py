"""Card readers with NXP's PN532 on a serial line (HSU): the UID of the card that is laid on.

PN532 User Manual (UM0701-02): frames section 6.2.1, commands section 7. One card at a time, ISO 14443 A.
"""

import time

from msgspec import Struct

from appliance.daemon.capabilities import Host
from appliance.daemon.links import Link, LinkOptions
from retail.errors import DeviceFault

CAPABILITY = "card_reader"
WAKE_UP = b"\x55\x55" + bytes(14)
ACK = bytes.fromhex("0000ff00ff00")
HOST_TO_READER, READER_TO_HOST = 0xD4, 0xD5
GET_FIRMWARE_VERSION, SAM_CONFIGURATION, RF_CONFIGURATION, IN_LIST_PASSIVE_TARGET = 0x02, 0x14, 0x32, 0x4A
ANSWER_TIMEOUT_S = 1.0
TRIES = 3
MISSES_UNTIL_GONE = 2
"""A card at the field's edge is missed now and then; that is no second tap."""


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it is, and how often it is asked."""

    link: LinkOptions
    poll_ms: int = 120


class WrongFrameError(Exception):
    """A frame whose check sums do not hold."""


def frame(command: int, data: bytes = b"") -> bytes:
    """A normal information frame from the host."""
    body = bytes([HOST_TO_READER, command]) + data
    check = -sum(body) & 0xFF
    return b"\x00\x00\xff" + bytes([len(body), -len(body) & 0xFF]) + body + bytes([check, 0])


class FrameParser:
    """Bytes in, the bodies of frames out (`b""` is an ACK); finds the next frame after any noise."""

    def __init__(self) -> None:
        self._buffer = b""

    def clear(self) -> None:
        """Forget what has come."""
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that these bytes complete. Raises `WrongFrameError` after skipping the wrong frame."""
        self._buffer += data
        bodies: list[bytes] = []
        while True:
            start = self._buffer.find(b"\x00\xff")
            if start < 0:
                # Keep what may be the beginning of a start code.
                self._buffer = self._buffer[-1:]
                return bodies
            self._buffer = self._buffer[start:]
            if len(self._buffer) < 4:
                return bodies
            length, check = self._buffer[2], self._buffer[3]
            if (length, check) == (0x00, 0xFF):
                bodies.append(b"")
                self._buffer = self._buffer[4:]
                continue
            if (length + check) & 0xFF:
                self._buffer = self._buffer[2:]
                raise WrongFrameError("length")
            if len(self._buffer) < 5 + length:
                return bodies
            body, data_check = self._buffer[4 : 4 + length], self._buffer[4 + length]
            if (sum(body) + data_check) & 0xFF:
                self._buffer = self._buffer[2:]
                raise WrongFrameError("data")
            self._buffer = self._buffer[5 + length :]
            bodies.append(body)


class Pn532Reader:
    """A reader that is asked again and again."""

    def __init__(self, options: Options, host: Host) -> None:
        self._options, self._host = options, host
        self._link: Link | None = None
        self._parser = FrameParser()
        self._present = ""
        self._misses = 0

    def open(self) -> None:
        self._link = self._options.link.open()
        self._parser.clear()
        self._present, self._misses = "", 0
        self._link.write(WAKE_UP)
        # Normal mode, no time-out, no IRQ line; must be the first command after waking up (7.2.10).
        self._command(SAM_CONFIGURATION, b"\x01\x14\x01")
        version = self._command(GET_FIRMWARE_VERSION)
        if len(version) < 4 or version[0] != 0x32:
            raise DeviceFault("device.garbled", detail="not a PN532")
        # MaxRetries: one try at finding a card, or the answer comes only with a card (7.3.1, item 5).
        self._command(RF_CONFIGURATION, b"\x05\xff\x01\x01")
        self._host.condition("", {"firmware": f"{version[1]}.{version[2]}"})

    def _command(self, command: int, data: bytes = b"") -> bytes:
        """A command's answer without its code. Raises `device.silent`, `device.garbled`, `device.lost`."""
        code = "device.silent"
        for _ in range(TRIES):
            try:
                return self._try(command, data)
            except WrongFrameError:
                code = "device.garbled"
            except TimeoutError:
                code = "device.silent"
        raise DeviceFault(code, command=command)

    def _try(self, command: int, data: bytes) -> bytes:
        assert self._link
        self._link.drain()
        self._parser.clear()
        self._link.write(frame(command, data))
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        acknowledged = False
        left_s = ANSWER_TIMEOUT_S
        while left_s > 0:
            # Looked at once more after the time is over: it may have been us who were late.
            left_s = deadline - time.monotonic()
            for body in self._parser.feed(self._link.read_within(left_s)):
                if not body:
                    acknowledged = True
                elif acknowledged and body[:2] == bytes([READER_TO_HOST, command + 1]):
                    return body[2:]
        raise TimeoutError

    def poll(self) -> float:
        answer = self._command(IN_LIST_PASSIVE_TARGET, b"\x01\x00")
        at_ns = self._host.now_ns()
        uid = self._uid(answer)
        if uid:
            self._misses = 0
            if uid != self._present:
                self._present = uid
                self._host.tapped(uid, at_ns)
        elif self._present:
            self._misses += 1
            if self._misses >= MISSES_UNTIL_GONE:
                self._present, self._misses = "", 0
        return self._options.poll_ms / 1000

    @staticmethod
    def _uid(answer: bytes) -> str:
        """The UID in an answer (7.3.5): count, number, SENS_RES (2), SEL_RES, length, UID."""
        if len(answer) < 6 or answer[0] == 0:
            return ""
        length = answer[5]
        uid = answer[6 : 6 + length]
        return uid.hex().upper() if len(uid) == length and length in (4, 7, 10) else ""

    def fileno(self) -> int | None:
        """It speaks only when asked."""
        return None

    def readable(self) -> None:
        """Never called."""

    def test(self) -> None:
        """A card that still lies there is told anew."""
        self._command(GET_FIRMWARE_VERSION)
        self._present = ""

    def close(self) -> None:
        if self._link:
            self._link.close()
            self._link = None

    def node(self) -> str:
        return self._options.link.node()


def make(options: Options, host: Host) -> Pn532Reader:
    """The driver."""
    return Pn532Reader(options, host)
