"""HQ for tests: its worker in a thread of the test, or the whole of it as a process."""

import os
import subprocess
import sys
import threading
import time
import urllib.request
from typing import Any

from sqlalchemy import Table, func, select

from hq.database import database_path, open_hq, open_to_read
from hq.signals import Changes
from hq.worker import Worker
from tests.support.broker import Broker
from tests.support.ports import free_port
from tests.support.waiting import wait_for


def unix_ms() -> int:
    """Now."""
    return time.time_ns() // 1_000_000


class Headquarters:
    """HQ's worker in a thread of the test."""

    def __init__(self, broker: Broker) -> None:
        path = database_path(broker.home)
        self.writer = open_hq(path)
        self.reader = open_to_read(path)
        self.worker = Worker(self.writer, self.reader, broker.certificate_for("hq"), Changes(), unix_ms)
        self._thread = threading.Thread(target=self.worker.run, daemon=True)
        self._thread.start()

    def count(self, table: Table) -> int:
        """How many rows."""
        with self.reader.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows."""
        with self.reader.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table))]

    def stop(self) -> None:
        """End the thread."""
        self.worker.stop()
        self._thread.join(30)


class HqProcess:
    """`python -m hq` on a broker's home."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> None:
        """Run it, and wait until it serves its page."""
        home = self._broker.home
        command = [sys.executable, "-m", "hq", "--home", str(home), "--port", str(self.port)]
        with (home / "hq.out").open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "--broker-port", str(self._broker.port)], env=os.environ, stdout=out, stderr=out
            )
        if wait:
            wait_for(self._serves, "HQ's page")

    def kill(self) -> None:
        """kill -9."""
        if self._process:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process
        self._process.terminate()
        code = self._process.wait(30)
        self._process = None
        return code

    def exit_code(self) -> int:
        """Wait for its own end."""
        assert self._process
        code = self._process.wait(30)
        self._process = None
        return code

    def _serves(self) -> bool:
        assert self._process and self._process.poll() is None, (self._broker.home / "hq.out").read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/api/alarms", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
