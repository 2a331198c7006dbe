"""TCP: printers on the network, usually port 9100."""

import contextlib
import socket

from msgspec import Struct

from appliance.daemon.links.fd import Link
from retail.errors import DeviceFault


class TcpLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="tcp"):
    """A host and its port."""

    host: str
    port: int = 9100
    connect_timeout_ms: int = 2000

    def node(self) -> str:
        """There is no file to watch."""
        return ""

    def open(self) -> Link:
        """Connect. Raises `device.absent`."""
        try:
            sock = socket.create_connection((self.host, self.port), self.connect_timeout_ms / 1000)
        except OSError as error:
            raise DeviceFault("device.absent", host=self.host, port=self.port, detail=str(error)) from error
        # Status requests are a few bytes: they must not wait for more to send.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A printer whose power is cut says nothing; notice it in seconds, not hours.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        with contextlib.suppress(AttributeError, OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        sock.setblocking(False)
        return Link(sock.fileno(), sock.close)
