"""Who may write trade.db: one process at a time, said by a lock that the kernel drops with its holder.

The till's screen takes it for as long as it runs; the command line takes it for one command. Readers
need none.
"""

import fcntl
import os
from types import TracebackType

from appliance.runtime.paths import Home
from retail.errors import Busy

LOCK_NAME = "trade.lock"
HOLDER_LENGTH_MAX = 200


class TradeLock:
    """The right to write trade.db of one home; given back by `release`, by leaving a `with`, or by dying.

    `who` is told to whoever comes second (``the till's screen``, ``tillbox replay``). Raises `Busy`
    ``store.trade_in_use`` with `holder` when somebody else has it.
    """

    def __init__(self, home: Home, who: str) -> None:
        home.run_dir.mkdir(parents=True, exist_ok=True)
        path = home.run_dir / LOCK_NAME
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._descriptor, HOLDER_LENGTH_MAX, 0).decode("utf-8", "replace").strip()
            os.close(self._descriptor)
            raise Busy("store.trade_in_use", path=str(path), holder=holder) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{who} (process {os.getpid()})\n".encode(), 0)

    def release(self) -> None:
        """Let others write. The file stays: only the lock on it counts."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "TradeLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
