"""An open link: bytes in and out of one descriptor, with every failure told as a `DeviceFault`.

Knows nothing about what opened the descriptor: `on_close` takes care of that.
"""

import contextlib
import os
import select
import time
from collections.abc import Callable

from retail.errors import DeviceFault

READ_BYTES_MAX = 4096


class Link:
    """A descriptor in non-blocking mode."""

    def __init__(self, fd: int, on_close: Callable[[], None]) -> None:
        self._fd = fd
        self._on_close: Callable[[], None] | None = on_close

    def fileno(self) -> int:
        """The descriptor, for select."""
        return self._fd

    def read(self) -> bytes:
        """What has come, perhaps nothing. Raises `device.lost` when the other end is gone."""
        try:
            data = os.read(self._fd, READ_BYTES_MAX)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceFault("device.lost", detail=error.strerror) from error
        if not data:
            raise DeviceFault("device.lost", detail="end of file")
        return data

    def read_within(self, timeout_s: float) -> bytes:
        """What comes within the time; nothing if nothing does."""
        readable, _, _ = select.select([self._fd], [], [], max(0.0, timeout_s))
        return self.read() if readable else b""

    def drain(self) -> None:
        """Throw away what waits to be read."""
        while self.read_within(0):
            pass

    def write(self, data: bytes, stall_timeout_s: float = 3.0) -> None:
        """Send everything. Raises `device.silent` if not a byte is taken for so long, `device.lost`."""
        view = memoryview(data)
        deadline = time.monotonic() + stall_timeout_s
        while view:
            _, writable, _ = select.select([], [self._fd], [], max(0.0, deadline - time.monotonic()))
            if not writable:
                raise DeviceFault("device.silent", detail="takes no more bytes", left=len(view))
            try:
                sent = os.write(self._fd, view)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                raise DeviceFault("device.lost", detail=error.strerror) from error
            if sent:
                view = view[sent:]
                deadline = time.monotonic() + stall_timeout_s

    def close(self) -> None:
        """Let go; more than once is fine."""
        on_close, self._on_close = self._on_close, None
        if on_close:
            with contextlib.suppress(OSError):
                on_close()
