"""Linux input events: `struct input_event` from any descriptor (linux/input.h), an event device or a pipe.

Python's evdev package needs a compiler and the kernel's headers at setup; these 24 bytes do not.
"""

import fcntl
import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from msgspec import Struct

from appliance.daemon.links.fd import Link
from retail.errors import DeviceFault

EVENT = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value."""
EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
EVIOCGRAB = 0x40044590


@dataclass(frozen=True)
class InputEvent:
    """One event; `value` of a key is 0 up, 1 down, 2 repeated."""

    type: int
    code: int
    value: int


class EvdevLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event device by its stable path, such as `/dev/input/by-id/...-event-kbd`."""

    path: str

    def node(self) -> str:
        """The path to watch."""
        return self.path

    def open(self) -> Link:
        """Open it, and if it is a real device grab it: else it types into the till's screen."""
        fd = -1
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            if stat.S_ISCHR(os.fstat(fd).st_mode):
                fcntl.ioctl(fd, EVIOCGRAB, 1)
        except OSError as error:
            if fd >= 0:
                os.close(fd)
            raise DeviceFault("device.absent", path=self.path, detail=error.strerror) from error
        return Link(fd, partial(os.close, fd))


class EventParser:
    """Bytes in, events out; keeps a torn event until its rest comes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[InputEvent]:
        """The events that these bytes complete."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            yield InputEvent(kind, code, value)
