"""The server against a peer that writes bytes by hand."""

import json
import os
import socket
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.ipc.daemon_contract import Scanned
from appliance.ipc.sockets import Listener, connect
from retail.errors import ContractError
from tests.support.waiting import LONG_S

from .conftest import Host


class Line:
    """A raw connection, one line at a time."""

    def __init__(self, path: Path) -> None:
        self.sock = connect(path, 2)
        self.sock.settimeout(20)
        self.file = self.sock.makefile("rb")

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def read(self) -> Any:
        return json.loads(self.file.readline())

    def ask(self, message: object) -> Any:
        self.send(json.dumps(message).encode() + b"\n")
        return self.read()

    def hello(self) -> Any:
        return self.ask(call("hello", {"client": "raw"}))

    def close(self) -> None:
        self.file.close()
        self.sock.close()


def call(method: str, params: object, call_id: object = 1) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}


@pytest.fixture
def line(host: Host) -> Any:
    line = Line(host.path)
    yield line
    line.close()


def test_hello_answers_with_the_whole_state_and_a_revision(line: Line) -> None:
    answer = line.hello()
    assert answer["id"] == 1
    assert answer["result"]["devices"][0]["id"] == "receipt"
    assert answer["result"]["revision"] == 0


@pytest.mark.parametrize("bad", [b"{nonsense\n", b'{"jsonrpc": \n', b"\xff\xfe\x00\n", b"}{\n"])
def test_a_line_that_is_not_json_gets_an_error_and_the_next_one_an_answer(line: Line, bad: bytes) -> None:
    line.send(bad)
    answer = line.read()
    assert answer["error"]["code"] == -32700
    assert answer["id"] is None
    assert "result" in line.hello()


@pytest.mark.parametrize(
    "bad",
    [
        "[]",
        "1",
        '"hello"',
        "{}",
        '{"jsonrpc":"1.0","id":1,"method":"hello"}',
        '[{"jsonrpc":"2.0","id":1,"method":"hello"}]',
        '{"jsonrpc":"2.0","id":1,"method":7}',
    ],
)
def test_json_that_is_not_a_request_gets_an_error(line: Line, bad: str) -> None:
    line.send(bad.encode() + b"\n")
    assert line.read()["error"]["code"] == -32600
    assert "result" in line.hello()


def test_an_error_carries_the_id_of_the_bad_request_where_it_has_one(line: Line) -> None:
    assert line.ask({"jsonrpc": "2.0", "id": 77, "method": 5})["id"] == 77


def test_an_unknown_method_names_the_nearest(line: Line) -> None:
    answer = line.ask(call("printer.prind", {}))
    assert answer["error"]["code"] == -32601
    assert answer["error"]["data"]["params"]["nearest"] == "printer.print"


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"device": "receipt", "job_id": 7, "document": {"elements": []}}, "$.params.job_id"),
        ({"device": "receipt", "job_id": "a"}, "$.params.document"),
        (
            {"device": "receipt", "job_id": "a", "document": {"elements": [{"type": "txt"}]}},
            "$.params.document",
        ),
        ({"devise": "receipt", "job_id": "a", "document": {"elements": []}}, "$.params.devise"),
        (
            {"device": "r", "job_id": "a", "document": {"elements": [{"type": "cut", "blod": True}]}},
            "$.params.document.elements[0].blod",
        ),
        ([1, 2], "$.params"),
    ],
)
def test_wrong_params_say_where(line: Line, params: object, path: str) -> None:
    answer = line.ask(call("printer.print", params))
    assert answer["error"]["code"] == -32602
    assert answer["error"]["data"]["params"]["path"].startswith(path)


def test_a_misspelt_param_names_the_nearest(line: Line) -> None:
    answer = line.ask(call("device.test", {"devise": "receipt"}))
    assert answer["error"]["data"]["params"]["nearest"] == "device"


def test_an_oversized_line_gets_an_error_and_the_next_one_an_answer(line: Line) -> None:
    line.send(b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 300_000 + b'"}\n')
    answer = line.read()
    assert answer["error"]["code"] == -32600
    assert answer["error"]["data"]["params"]["bytes_max"] == 65536
    assert line.hello()["result"]["version"] == "test"


def test_a_line_of_exactly_the_limit_is_taken(line: Line) -> None:
    start = b'{"jsonrpc":"2.0","id":9,"method":"focus.take","params":{}'
    line.send(start + b" " * (65536 - len(start) - 2) + b"}\n")
    assert line.read() == {"jsonrpc": "2.0", "id": 9, "result": {}}


def test_a_line_without_an_end_is_cut_off(host: Host, line: Line) -> None:
    with pytest.raises(OSError):
        for _ in range(64):
            line.send(b"x" * 65536)
        for _ in range(100):
            if not line.sock.recv(4096):
                raise ConnectionResetError
    other = Line(host.path)
    assert "result" in other.hello()
    other.close()


def test_a_fault_and_a_refusal_keep_their_family(line: Line) -> None:
    document = {"elements": [{"type": "cut"}]}
    answer = line.ask(call("printer.print", {"device": "empty", "job_id": "a", "document": document}))
    assert answer["error"] == {
        "code": 2,
        "message": "printer.paper_out",
        "data": {"family": "DeviceFault", "code": "printer.paper_out", "params": {"device": "empty"}},
    }
    answer = line.ask(call("drawer.open", {"device": "d", "job_id": "b"}))
    assert answer["error"]["code"] == 1
    assert answer["error"]["data"]["may_override"] == "manager"


def test_a_bug_in_a_handler_is_answered_and_the_server_goes_on(line: Line) -> None:
    answer = line.ask(call("device.test", {"device": "receipt"}))
    assert answer["error"]["code"] == 4
    assert "result" in line.hello()


def test_a_notification_gets_no_answer(host: Host, line: Line) -> None:
    line.send(b'{"jsonrpc":"2.0","method":"display.show","params":{"device":"c","lines":["x"]}}\n')
    line.send(b'{"jsonrpc":"2.0","method":"no.such","params":{}}\n')
    assert line.hello()["id"] == 1
    # A slower call's task may run after hello: the one behind it is answered later still.
    assert line.ask(call("focus.take", {}, 2))["id"] == 2
    assert len(host.seen) == 2


def test_a_call_that_takes_long_holds_up_no_other(line: Line) -> None:
    line.send(json.dumps(call("job.status", {"job_id": "slow"}, 1)).encode() + b"\n")
    assert line.ask(call("focus.take", {}, 2))["id"] == 2


def test_too_many_calls_at_once_are_busy(line: Line) -> None:
    for number in range(65):
        line.send(json.dumps(call("job.status", {"job_id": "slow"}, number)).encode() + b"\n")
    answer = line.read()
    assert answer["id"] == 64
    assert answer["error"]["data"]["family"] == "Busy"


def test_events_come_only_after_hello_and_a_slow_client_is_cut_off(host: Host, line: Line) -> None:
    stranger = Line(host.path)
    line.hello()
    event = Scanned(device="s", data="x" * 4000, symbology="", at_ns=1)
    deadline = time.monotonic() + LONG_S
    while not host.gone and time.monotonic() < deadline:
        host.do(lambda: host.server.broadcast(event))
    assert host.gone == ["raw"]
    # The stranger never said hello, so nothing was told to it and nothing waits.
    assert "result" in stranger.hello()
    stranger.close()


def test_the_socket_is_ours_alone(host: Host) -> None:
    assert stat.S_IMODE(host.path.stat().st_mode) == 0o600


def test_a_second_server_on_a_living_socket_is_refused(host: Host) -> None:
    with pytest.raises(ContractError) as caught:
        Host(host.path)
    assert caught.value.code == "ipc.socket_in_use"
    assert caught.value.path == str(host.path)


def test_a_listener_without_our_lock_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(ContractError):
            Listener(path)
        assert path.exists()


def test_a_socket_left_by_a_killed_server_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "daemon.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    host = Host(path)
    line = Line(path)
    assert "result" in line.hello()
    line.close()
    host.close()
    assert not path.exists()


def test_a_path_longer_than_a_socket_address_works(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30) / ("folder" * 20) / "daemon.sock"
    assert len(os.fsencode(path)) > 200
    host = Host(path)
    line = Line(path)
    assert "result" in line.hello()
    line.close()
    host.close()


def test_another_user_is_cut_off(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.server._uids = {4242}
    line = Line(host.path)
    try:
        line.send(b'{"jsonrpc":"2.0","id":1,"method":"hello","params":{"client":"x"}}\n')
        assert line.file.readline() == b""
    except OSError:
        pass
    line.close()
