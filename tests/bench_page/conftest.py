"""A bench of its own for each file of tests: the real process, with a screen that the tests see into."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.bench_page.fake_screen import FakeScreen
from tests.support.browser import browser
from tests.support.ports import free_ports
from tests.support.waiting import LONG_S, wait_for

__all__ = ["browser"]
GOODS = {
    "cards": [
        {"uid": "04A2B3C4D5E680", "names": {"zh-Hans": "陈小满", "en": "Chen Xiaoman"}, "kind": "member"},
        {"uid": "04112233445566", "names": {"zh-Hans": "林店长", "en": "Lin, manager"}, "kind": "staff"},
    ],
    "barcodes": [{"code": "6901234567892", "names": {"zh-Hans": "矿泉水", "en": "Spring water"}}],
    "links": {"hq": "http://127.0.0.1:1/", "payments": "http://127.0.0.1:1/payments"},
}


@dataclass
class RunningBench:
    """The bench's process, its address, and the folder it works in."""

    address: str
    run_dir: Path
    network_port: int
    broker_port: int
    printer_port: int
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBench]:
    """A bench that answers; its peripherals are the real emulators."""
    run_dir = tmp_path_factory.mktemp("run")
    (run_dir / "bench.json").write_text(json.dumps(GOODS))
    port, network, broker, printer = free_ports(4)
    command = [sys.executable, "-m", "emulators.bench", "--run-dir", str(run_dir), "--port", str(port)]
    command += ["--network-port", str(network), "--broker-port", str(broker), "--printer-port", str(printer)]
    with (run_dir / "out.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    running = RunningBench(f"http://127.0.0.1:{port}", run_dir, network, broker, printer, process)

    def answers() -> bool:
        assert process.poll() is None, (run_dir / "out.log").read_text()
        try:
            return httpx.get(f"{running.address}/api/links", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        wait_for(answers, "the bench answers")
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(30) == 0, (run_dir / "out.log").read_text()
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="module")
def api(bench: RunningBench) -> Iterator[httpx.Client]:
    """Calls to the bench's API."""
    with httpx.Client(base_url=bench.address, timeout=LONG_S) as client:
        yield client


@pytest.fixture
def screen(bench: RunningBench, api: httpx.Client) -> Iterator[FakeScreen]:
    """The till's screen, seen by the bench."""
    fake = FakeScreen(bench.run_dir)
    try:
        wait_for(lambda: api.get("/api/state").json()["screens"]["screen"]["connected"], "the screen is seen")
        yield fake
    finally:
        fake.close()
        wait_for(
            lambda: not api.get("/api/state").json()["screens"]["screen"]["connected"], "the screen is missed"
        )
