"""The client of threads against a real server."""

from pathlib import Path
from typing import Any

import pytest

from appliance.ipc.client import Client
from appliance.ipc.daemon_contract import Device, DeviceChanged
from retail.errors import Busy, ContractError, DeviceFault, Refused
from tests.support.waiting import wait_for

from .conftest import Host


class Told:
    """What a client was told, in order."""

    def __init__(self, path: Path) -> None:
        self.all: list[tuple[str, Any]] = []
        self.client = Client(
            path,
            lambda name, params: self.all.append((name, params)),
            lambda snapshot: self.all.append(("connected", snapshot)),
            lambda: self.all.append(("lost", None)),
            name="test",
        ).start()

    def names(self) -> list[str]:
        return [name for name, _ in self.all]


def test_calls_answers_events_and_errors(host: Host) -> None:
    told = Told(host.path)
    assert told.client.wait_connected(20)
    wait_for(lambda: told.names() == ["connected"])
    assert told.client.call("focus.take") == {}
    device = Device(id="receipt", capability="printer", driver="printer_escpos", state="degraded")
    host.do(lambda: host.server.broadcast(DeviceChanged(device=device)))
    wait_for(lambda: "device.changed" in told.names())
    assert told.all[1][1]["revision"] == 1
    document = {"elements": [{"type": "text", "text": "谢谢，"}]}
    params = {"device": "empty", "job_id": "j", "document": document}
    with pytest.raises(DeviceFault) as fault:
        told.client.call("printer.print", params)
    assert fault.value.code == "printer.paper_out"
    with pytest.raises(Refused) as refused:
        told.client.call("drawer.open", {"device": "d", "job_id": "k"})
    assert refused.value.may_override == "manager"
    with pytest.raises(ContractError) as wrong:
        told.client.call("printer.print", {**params, "job_id": 7})
    assert wrong.value.path == "$.params.job_id"
    told.client.close()


def test_without_a_server_a_call_is_busy_at_once_and_a_post_is_false(tmp_path: Path) -> None:
    client = Client(tmp_path / "nobody.sock").start()
    with pytest.raises(Busy) as caught:
        client.call("focus.take")
    assert caught.value.code == "ipc.not_connected"
    assert client.post("focus.take") is False
    client.close()


def test_a_call_too_long_for_the_wire_is_refused_before_it_is_sent(host: Host) -> None:
    client = Client(host.path).start()
    assert client.wait_connected(20)
    with pytest.raises(ContractError) as caught:
        client.call("display.show", {"device": "d", "lines": ["x" * 70_000]})
    assert caught.value.code == "ipc.line_too_long"
    assert client.call("focus.take") == {}
    client.close()


def test_a_call_that_is_not_answered_in_time_is_of_unknown_outcome(host: Host) -> None:
    client = Client(host.path).start()
    assert client.wait_connected(20)
    with pytest.raises(DeviceFault) as caught:
        client.call("job.status", {"job_id": "slow"}, timeout_s=0.05)
    assert caught.value.code == "ipc.timeout"
    client.close()


def test_a_server_that_dies_and_comes_back_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "daemon.sock"
    first = Host(path)
    told = Told(path)
    assert told.client.wait_connected(20)
    first.close()
    wait_for(lambda: told.names() == ["connected", "lost"])
    second = Host(path)
    wait_for(lambda: told.names() == ["connected", "lost", "connected"])
    assert told.client.call("focus.take") == {}
    told.client.close()
    second.close()


def test_a_post_arrives(host: Host) -> None:
    client = Client(host.path).start()
    assert client.wait_connected(20)
    assert client.post("display.show", {"device": "d", "lines": ["x"]})
    wait_for(lambda: host.seen)
    client.close()
