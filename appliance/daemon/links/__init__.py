"""How to reach a device: a serial line, a TCP port, a device file. Drivers speak through one of them."""

from appliance.daemon.links.fd import Link
from appliance.daemon.links.file import FileLink
from appliance.daemon.links.serial import SerialLink
from appliance.daemon.links.tcp import TcpLink

LinkOptions = SerialLink | TcpLink | FileLink

__all__ = ["FileLink", "Link", "LinkOptions", "SerialLink", "TcpLink"]
