"""A real mosquitto with mutual TLS on a free port, and the certificates of those who use it."""

import datetime as dt
import shutil
import socket
import subprocess
from pathlib import Path

from hq import broker, pki
from mqttbase import BrokerAddress
from tests.support.ports import free_port
from tests.support.waiting import wait_for


def mosquitto_path() -> str:
    """Where mosquitto is; Debian keeps it outside a user's PATH."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    assert found, "mosquitto is not installed"
    return found


class Broker:
    """One mosquitto of a home; started, killed and started again on the same port."""

    def __init__(self, home: Path, tenant: str = "demo") -> None:
        self.home = home
        self.keys = home / "keys"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        now = dt.datetime.now(dt.UTC)
        server = pki.issue(self.keys, "broker", "broker", now, server=True)
        pki.issue(self.keys, "hq", "hq", now)
        self.files = broker.write(home / "broker", self.keys / "ca.crt", server, tenant, self.port)

    def certificate_for(self, appliance: str) -> BrokerAddress:
        """The address with that appliance's own certificate."""
        identity = pki.issue(self.keys, appliance, appliance, dt.datetime.now(dt.UTC))
        return BrokerAddress("127.0.0.1", self.port, self.keys / "ca.crt", identity.certificate, identity.key)

    def start(self) -> None:
        """Run it and wait until it accepts connections."""
        log = (self.home / "broker" / "log").open("ab")
        self._process = subprocess.Popen(
            [mosquitto_path(), "-c", str(self.files.config)], stdout=log, stderr=log
        )
        wait_for(self._answers, what="mosquitto")

    def kill(self) -> None:
        """kill -9."""
        if self._process:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    stop = kill

    def _answers(self) -> bool:
        assert self._process and self._process.poll() is None, (self.home / "broker" / "log").read_text()
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self.port)) == 0
