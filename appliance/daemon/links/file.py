"""Device files that take plain bytes: USB printers as `/dev/usb/lp*`."""

import os
from functools import partial

from msgspec import Struct

from appliance.daemon.links.fd import Link
from retail.errors import DeviceFault


class FileLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="file"):
    """A device file by its stable path."""

    path: str

    def node(self) -> str:
        """The path to watch."""
        return self.path

    def open(self) -> Link:
        """Open it for reading and writing. Raises `device.absent`."""
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise DeviceFault("device.absent", path=self.path, detail=error.strerror) from error
        return Link(fd, partial(os.close, fd))
