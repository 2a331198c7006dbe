"""Serial lines: RS-232, USB-CDC and USB-serial adapters, through pyserial."""

from typing import Literal

from msgspec import Struct

from appliance.daemon.links.fd import Link
from retail.errors import DeviceFault


class SerialLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="serial"):
    """A line by its stable path, such as `/dev/serial/by-id/...`; 8 data bits."""

    path: str
    baud: int = 9600
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1
    hardware_handshake: bool = False

    def node(self) -> str:
        """The path to watch."""
        return self.path

    def open(self) -> Link:
        """Open it for us alone. Raises `device.absent`."""
        import serial

        try:
            port = serial.Serial(
                self.path,
                self.baud,
                parity=self.parity[0].upper(),
                stopbits=self.stop_bits,
                rtscts=self.hardware_handshake,
                timeout=0,
                exclusive=True,
            )
        except (OSError, ValueError) as error:
            raise DeviceFault("device.absent", path=self.path, detail=str(error)[:200]) from error
        return Link(port.fileno(), port.close)
