"""How the parts of one HQ process tell each other that something changed, and nothing else.

The facts stand in the database; a signal only says "look now".
"""

import asyncio
import contextlib
import threading


class Changes:
    """A counter that grows with each change; threads set it, coroutines wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._closed = False
        self._waiters: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    @property
    def count(self) -> int:
        """How many changes there were."""
        return self._count

    @property
    def closed(self) -> bool:
        """Whether the process is on its way out."""
        return self._closed

    def tell(self) -> None:
        """Something changed."""
        with self._lock:
            self._count += 1
            waiters = list(self._waiters.items())
        for event, loop in waiters:
            with contextlib.suppress(RuntimeError):  # its loop has just ended
                loop.call_soon_threadsafe(event.set)

    def close(self) -> None:
        """Wake everybody for the last time."""
        self._closed = True
        self.tell()

    async def beyond(self, count: int, timeout_s: float) -> int:
        """Wait until the counter is above `count`, at most so long; its value then."""
        event = asyncio.Event()
        with self._lock:
            self._waiters[event] = asyncio.get_running_loop()
        try:
            if self._count <= count and not self._closed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), timeout_s)
        finally:
            with self._lock:
                del self._waiters[event]
        return self._count
