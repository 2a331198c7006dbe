"""One process of ours: started in its own group, ended with us whatever happens to us.

The kernel kills it when the launcher dies, even by `kill -9` (PR_SET_PDEATHSIG, prctl(2)). That signal is
tied to the thread that started the process, so only the main thread may.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from retail.errors import InvariantBroken

PR_SET_PDEATHSIG = 1
OUTPUT_BYTES_MAX = 4 << 20
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with(parent_pid: int) -> None:
    """Runs in the child before it becomes the program: no imports and no locks here."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)


class Child:
    """A running process; `await exited()` gives its code, negative for a signal."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], output: Path, folder: Path) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise InvariantBroken("launcher.not_main_thread")
        if output.exists() and output.stat().st_size > OUTPUT_BYTES_MAX:
            output.replace(output.with_suffix(".out.1"))
        parent_pid = os.getpid()
        with output.open("ab") as file:
            self._process = subprocess.Popen(
                argv,
                env=dict(env),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                process_group=0,
                preexec_fn=lambda: _die_with(parent_pid),
            )
        self.pid = self._process.pid
        self._exit: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pidfd = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._reap)

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._exit.set_result(self._process.wait())
        # Whatever it started belongs to its group and must not outlive it.
        self.signal_group(signal.SIGKILL)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._exit.done()

    async def exited(self) -> int:
        """Its exit code, once it has ended; may be awaited by many."""
        return await asyncio.shield(self._exit)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to it and whatever it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def end(self, within_s: float) -> None:
        """Ask it to end, and kill it if it does not within that time."""
        if self.running:
            self.signal_group(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.exited(), within_s)
        if self.running:
            self.signal_group(signal.SIGKILL)
            await self.exited()
