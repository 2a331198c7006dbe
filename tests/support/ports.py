"""Where every test gets its ports from: below the kernel's own, never the same twice, apart from other runs.

A port found by `bind(0)` and let go again lies among those the kernel gives to outgoing connections, so that
anybody may have it before the process under test listens there. These lie outside, in blocks; whoever holds a
block's lock is the only one to hand out its ports, and the lock goes with its process, however that ends.
"""

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import TextIO

FIRST = 10_000
BLOCK = 100
KERNELS_FIRST_USUALLY = 32_768
KERNELS_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def end_of_ours() -> int:
    """The port after the last one that tests may have."""
    kernels_first = int(KERNELS_RANGE.read_text().split()[0])
    return kernels_first if kernels_first >= FIRST + 10 * BLOCK else KERNELS_FIRST_USUALLY


class Ports:
    """The blocks of this process; a new one is taken when the last is used up."""

    def __init__(self) -> None:
        self._locks: list[TextIO] = []
        self._left = range(0)
        self._folder = Path(tempfile.gettempdir()) / f"tillbox-test-ports-{os.getuid()}"
        self._folder.mkdir(exist_ok=True)

    def take(self, count: int) -> range:
        """So many free ports in a row."""
        while True:
            if len(self._left) < count:
                self._left = self._new_block()
            taken, self._left = self._left[:count], self._left[count:]
            if all(map(is_free, taken)):
                return taken

    def _new_block(self) -> range:
        starts = range(FIRST, end_of_ours() - BLOCK + 1, BLOCK)
        # From a place of our own, so that the run before has time to let go of its ports.
        first = os.getpid() % len(starts)
        for start in (*starts[first:], *starts[:first]):
            lock = (self._folder / str(start)).open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            self._locks.append(lock)
            return range(start, start + BLOCK)
        raise AssertionError("every block of ports is held by a run of tests")


def is_free(port: int) -> bool:
    """Whether nobody has it now, not even a connection that lingers."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


_ours = Ports()


def free_ports(count: int) -> range:
    """So many ports in a row that nobody has, and that no other test gets."""
    return _ours.take(count)


def free_port() -> int:
    """A port that nobody has, and that no other test gets."""
    return free_ports(1)[0]
