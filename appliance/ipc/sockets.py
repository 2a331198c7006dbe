"""Unix sockets: binding and connecting by any path, one server a path, and who is at the other end.

`sun_path` holds 108 bytes (unix(7)); a longer path is reached through a descriptor of its folder.
"""

import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retail.errors import ContractError

SUN_PATH_BYTES_MAX = 107


@dataclass(frozen=True)
class Credentials:
    """A peer, as the kernel says (SO_PEERCRED)."""

    pid: int
    uid: int
    gid: int


def peer_credentials(sock: socket.socket) -> Credentials:
    """Who is at the other end of a connected Unix socket."""
    size = struct.calcsize("3i")
    return Credentials(*struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)))


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A name for the socket that fits into `sun_path`, good inside the `with`."""
    if len(os.fsencode(path)) <= SUN_PATH_BYTES_MAX:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connect(path: Path, timeout_s: float) -> socket.socket:
    """A connected socket without a timeout; `OSError` when nobody listens."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        with reachable(path) as name:
            sock.connect(name)
        sock.settimeout(None)
    except BaseException:
        sock.close()
        raise
    return sock


class Listener:
    """The one listening socket at a path, mode 600; a file left by a killed server is replaced.

    Raises `ContractError` `ipc.socket_in_use` while another server lives there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        # The kernel frees this lock whatever way the holder dies, which no socket file can do.
        lock = path.with_name(path.name + ".lock")
        self._lock = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._refuse_living()
            path.unlink(missing_ok=True)
            self.socket = self._bind()
        except BlockingIOError:
            os.close(self._lock)
            raise ContractError("ipc.socket_in_use", path=str(path)) from None
        except BaseException:
            os.close(self._lock)
            raise

    def _refuse_living(self) -> None:
        """Somebody without our lock, such as systemd, may listen here."""
        try:
            connect(self.path, timeout_s=1).close()
        except OSError:
            return
        raise ContractError("ipc.socket_in_use", path=str(self.path))

    def _bind(self) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Before bind(), so that there is no moment at which others may connect.
        os.fchmod(sock.fileno(), 0o600)
        with reachable(self.path) as name:
            sock.bind(name)
        sock.listen(64)
        sock.setblocking(False)
        return sock

    def close(self) -> None:
        """Stop listening and take the file away."""
        self.socket.close()
        self.path.unlink(missing_ok=True)
        os.close(self._lock)
