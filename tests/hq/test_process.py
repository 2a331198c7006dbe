"""HQ as a process: it says when its port is taken, waits for a broker, ends when told."""

import socket
from pathlib import Path

from tests.support.broker import Broker
from tests.support.hq import HqProcess


def test_a_taken_port_is_said_with_the_way_out(tmp_path: Path) -> None:
    hq = HqProcess(Broker(tmp_path))
    with socket.socket() as other:
        other.bind(("127.0.0.1", hq.port))
        other.listen(1)
        hq.start(wait=False)
        assert hq.exit_code() == 3
    said = (tmp_path / "hq.out").read_text()
    assert str(hq.port) in said and "--port" in said


def test_it_serves_without_a_broker_and_ends_on_sigterm(tmp_path: Path) -> None:
    hq = HqProcess(Broker(tmp_path))
    try:
        hq.start()
        assert hq.terminate() == 0
    finally:
        hq.kill()
