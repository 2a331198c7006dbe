"""The daemon as a process: its start, its configuration's mistakes, its end and its death."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.ipc.client import Client
from emulators.peripherals import Peripherals
from tests.support.waiting import LONG_S, PROCESS_S, wait_for


class Process:
    """`python -m appliance.daemon` with a home of its own."""

    def __init__(self, home: Path, gpio: Path) -> None:
        self.home = home
        pins = {"GPIOZERO_PIN_FACTORY": "bench", "TILLBOX_BENCH_GPIO": str(gpio)}
        self.environment = {**os.environ, **pins, "TILLBOX_HOME": str(home)}
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "appliance.daemon"]
        self.child = subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE)
        return self.child

    def end(self) -> None:
        if self.child and self.child.poll() is None:
            self.child.kill()
        if self.child:
            self.child.communicate(timeout=PROCESS_S)


@pytest.fixture
def process(tmp_path: Path, bench: Peripherals) -> Iterator[Process]:
    home = tmp_path / "home"
    (home / "conf.d").mkdir(parents=True)
    process = Process(home, bench.wires.gpio)
    yield process
    process.end()


def configure(process: Process, bench: Peripherals) -> None:
    wires = bench.wires
    (process.home / "conf.d" / "50-devices.toml").write_text(
        f"""
[[device]]
id = "scanner"
driver = "scanner_serial"
options.link = {{ type = "serial", path = "{wires.scanner}" }}
[[device]]
id = "drawer"
driver = "drawer_gpio"
options = {{ relay_pin = 17, sensor_pin = 27 }}
[[device]]
id = "receipt"
driver = "printer_escpos"
options.link = {{ type = "tcp", host = "127.0.0.1", port = {wires.printer_port} }}
"""
    )


def test_it_serves_is_killed_serves_again_and_ends_cleanly(process: Process, bench: Peripherals) -> None:
    configure(process, bench)
    states: dict[str, str] = {}
    scans: list[str] = []

    def told(name: str, params: dict[str, object]) -> None:
        if name == "scanner.scanned":
            scans.append(str(params["data"]))

    def connected(snapshot: dict[str, list[dict[str, str]]]) -> None:
        states.update({device["id"]: device["state"] for device in snapshot["devices"]})

    client = Client(process.home / "run" / "daemon.sock", told, connected, name="test").start()
    child = process.start()
    assert client.wait_connected(LONG_S)
    # The connection stands a moment before its first word is passed on.
    wait_for(lambda: set(states) == {"scanner", "drawer", "receipt"})
    client.call("focus.take")
    job = {"device": "drawer", "job_id": "1"}
    wait_for(lambda: _opened(client, job))
    assert bench.drawer_state()["openings"] == 1
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=PROCESS_S)
    wait_for(lambda: not client._ready.is_set())
    child = process.start()
    assert client.wait_connected(LONG_S)
    assert client.call("job.status", {"job_id": "1"})["outcome"] == "unknown"
    client.call("focus.take")
    wait_for(lambda: bench.scan("6901234567892") and scans)
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=PROCESS_S)
    assert child.returncode == 0
    assert b"stopped" in errors
    assert not (process.home / "run" / "daemon.sock").exists()
    assert "ready with 3 devices" in (process.home / "log" / "daemon.log").read_text()
    client.close()


def _opened(client: Client, job: dict[str, str]) -> bool:
    try:
        return client.call("drawer.open", job)["outcome"] == "done"
    except Exception:  # the pins may not be set up yet: the caller tries again
        time.sleep(0.1)
        return False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[screen]\nlanguag = "en"\n', ["10-mine.toml: $.screen.languag", "nearest='language'"]),
        (
            '[[device]]\nid = "a"\ndriver = "scaner_serial"\n',
            ["$.device[0].driver", "nearest='scanner_serial'"],
        ),
        ("[screen]\nwidth = 'wide'\n", ["$.screen.width", "int"]),
        ("[screen\n", ["10-mine.toml", "config.not_toml"]),
    ],
)
def test_a_wrong_configuration_is_said_and_ends_it_with_78(
    process: Process, text: str, said: list[str]
) -> None:
    (process.home / "conf.d" / "10-mine.toml").write_text(text)
    child = process.start()
    _, errors = child.communicate(timeout=PROCESS_S)
    assert child.returncode == 78
    for part in said:
        assert part in errors.decode()


def test_a_second_daemon_of_the_same_home_is_refused(process: Process, bench: Peripherals) -> None:
    process.start()
    client = Client(process.home / "run" / "daemon.sock").start()
    assert client.wait_connected(LONG_S)
    second = Process(process.home, bench.wires.gpio)
    _, errors = second.start().communicate(timeout=PROCESS_S)
    assert b"ipc.socket_in_use" in errors
    assert client.call("focus.take") == {}
    client.close()


def test_an_idle_daemon_is_small() -> None:
    code = "import sys, appliance.daemon.__main__; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=PROCESS_S, check=True)
    modules = set(loaded.stdout.decode().split())
    assert not modules & {"escpos", "PIL", "gpiozero", "serial", "qrcode", "kivy", "sqlalchemy"}
