"""A service's life, and one line a record in its log."""

import asyncio
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.runtime import logs
from appliance.runtime.life import Life
from tests.support.waiting import PROCESS_S


@pytest.fixture
def notified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield sock


def test_systemd_is_told_of_readiness_of_each_turn_and_of_the_end(
    notified: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "40000")

    told: list[bytes] = []

    def end_it_after_a_turn() -> None:
        told.extend(notified.recv(100) for _ in range(2))
        os.kill(os.getpid(), signal.SIGTERM)

    async def live() -> int:
        life = Life()
        life.listen_for_signals()
        ending = asyncio.create_task(asyncio.to_thread(end_it_after_a_turn))
        await life.stopped()
        await ending
        return life.exit_code

    assert asyncio.run(live()) == 0
    assert told == [b"READY=1", b"WATCHDOG=1"]
    while (last := notified.recv(100)) == b"WATCHDOG=1":
        pass
    assert last == b"STOPPING=1"


def test_a_task_that_dies_takes_the_service_with_it() -> None:
    async def live() -> int:
        life = Life()

        async def die() -> None:
            raise RuntimeError("a bug")

        async def go_on() -> None:
            await asyncio.sleep(3600)

        life.spawn("goes on", go_on())
        life.spawn("dies", die())
        await asyncio.wait_for(life.stopped(), 30)
        return life.exit_code

    assert asyncio.run(live()) == 1


def test_a_socket_that_systemd_passed_is_taken_by_the_right_process_only(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from appliance.runtime.life import activated_socket\n"
        "assert activated_socket() is None\n"
        "os.environ['LISTEN_PID'] = str(os.getpid())\n"
        "sock = activated_socket()\n"
        "print(sock.getsockname(), 'LISTEN_FDS' in os.environ)\n"
    )
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "s"))
        sock.listen()
        environment = {**os.environ, "LISTEN_PID": "1", "LISTEN_FDS": "1"}
        # The shell puts the socket where systemd would, without touching this process's own descriptors.
        command = ["bash", "-c", f'exec "$0" -c "$1" 3<&{sock.fileno()}', sys.executable, code]
        told = subprocess.run(
            command, env=environment, pass_fds=(sock.fileno(),), capture_output=True, timeout=PROCESS_S
        )
    assert told.stdout.decode().strip() == f"{tmp_path / 's'} False", told.stderr


def test_a_record_is_one_line_even_with_a_traceback(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        logs.set_up(tmp_path / "log", "test")
        try:
            raise ValueError("first\nsecond")
        except ValueError:
            logging.getLogger("a.b").exception("it failed")
        lines = (tmp_path / "log" / "test.log").read_text("utf-8").splitlines()
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:], root.level = before, level
    assert len(lines) == 1
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ERROR a\.b it failed ⏎ Traceback", lines[0])
