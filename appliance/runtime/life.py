"""The life of a service: a clean stop on a signal, word to systemd, sockets it passed, fatal failures.

Knows systemd's protocols (sd_notify(3), sd_listen_fds(3)) and nothing about what the service does.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)
LISTEN_FDS_START = 3


class Life:
    """One service's life: `await stopped()` until a signal or a fatal failure; `exit_code` says which."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.exit_code = 0

    def listen_for_signals(self) -> None:
        """SIGTERM and SIGINT end the service cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self.stop)

    def stop(self) -> None:
        """Ask for a clean end."""
        self._stop.set()

    def fail(self, what: str, error: BaseException) -> None:
        """Something that must not die has died: log it and end with exit code 1. From any thread."""
        log.critical("%s died: %r", what, error, exc_info=error)
        self.exit_code = 1
        self._loop.call_soon_threadsafe(self._stop.set)

    def spawn(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        """Run a task for as long as the service lives; its failure is the service's."""
        task = self._loop.create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(task.get_name(), error)

    async def stopped(self) -> None:
        """Return when the service shall end; feeds systemd's watchdog until then."""
        notify("READY=1")
        interval_s = watchdog_interval_s()
        while not self._stop.is_set():
            try:
                await asyncio.wait_for(self._stop.wait(), interval_s)
            except TimeoutError:
                notify("WATCHDOG=1")
        notify("STOPPING=1")
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def watchdog_interval_s() -> float | None:
    """How often systemd wants to hear from us (half of its limit), or None."""
    limit_us = os.environ.get("WATCHDOG_USEC", "")
    return int(limit_us) / 2_000_000 if limit_us.isdigit() and int(limit_us) else None


def notify(state: str) -> None:
    """Tell systemd, if it asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(address)
            sock.send(state.encode())
        except OSError as error:
            log.warning("can't notify systemd: %s", error)


def activated_socket() -> socket.socket | None:
    """The listening socket that systemd passed to this very process, or None."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS", "0") == "0":
        return None
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    os.set_inheritable(LISTEN_FDS_START, False)
    return socket.socket(fileno=LISTEN_FDS_START)
