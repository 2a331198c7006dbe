"""A whole run as a process: Ctrl-C and `kill -9` leave nothing running; what is in the way is said."""

import fcntl
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import LONG_S, wait_for

SCRIPT = """
import sys
from pathlib import Path
from appliance.runtime.paths import Home
import tillbox.home
from tillbox.launcher import launch
from tillbox.launcher.keeper import Part
from tillbox.launcher.readiness import at_once

tillbox.home.ensure_home = lambda home: home.log_dir.mkdir(parents=True, exist_ok=True)
launch.prepare = lambda *_: Path("unused")
sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
launch.parts = lambda *_: [Part(name, sleeper, at_once) for name in ("one", "two", "three")]
wishes = launch.Wishes(Home(Path(sys.argv[1])), ports={"base": int(sys.argv[2])})
sys.exit(launch.launch(wishes, launch.say_line))
"""
COMMAND = (sys.executable, "-c", "import tillbox.cli; tillbox.cli.main()", "run")


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


@pytest.fixture
def started(tmp_path: Path, base: int) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run with three trivial parts that is ready, and the parts' processes."""
    run = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(base)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert run.stdout is not None
        for line in run.stdout:
            if f"http://127.0.0.1:{base}/" in line:
                break
        told = json.loads((tmp_path / "run" / "launcher.json").read_text())
        assert (told["pid"], told["ports"]["bench"]) == (run.pid, base)
        pids = [part["pid"] for part in told["parts"]]
        assert all(map(alive, pids)) and len(pids) == 3
        yield run, pids
    finally:
        run.kill()
        run.wait()
        if run.stdout:
            run.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_and_leaves_nothing(
    started: tuple[subprocess.Popen[str], list[int]], number: signal.Signals
) -> None:
    run, pids = started
    run.send_signal(number)
    assert run.wait(LONG_S) == 0
    assert not any(map(alive, pids))


def test_killing_the_launcher_itself_leaves_nothing(
    started: tuple[subprocess.Popen[str], list[int]], tmp_path: Path, base: int
) -> None:
    run, pids = started
    run.kill()
    run.wait()
    wait_for(lambda: not any(map(alive, pids)))
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(base)], stdout=subprocess.PIPE, text=True
    ) as again:
        try:
            assert again.stdout is not None
            assert any("is ready" in line for line in again.stdout)
            again.send_signal(signal.SIGINT)
            assert again.wait(LONG_S) == 0
        finally:
            again.kill()


def run_command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )


def test_a_taken_port_is_said_with_what_needs_it_before_anything_starts(tmp_path: Path, base: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", base + 1))
        other.listen()
        refused = run_command(tmp_path, "--port", str(base))
    assert refused.returncode == 3
    assert f"Port {base + 1} is taken, and HQ's page needs it" in refused.stderr
    assert "--hq-port" in refused.stderr and "launcher.toml" in refused.stderr
    assert not (tmp_path / "run" / "launcher.json").exists()
    assert not (tmp_path / "data").exists()


def test_a_second_run_of_the_same_home_is_refused(tmp_path: Path, base: int) -> None:
    (tmp_path / "run").mkdir()
    with (tmp_path / "run" / "launcher.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4242")
        lock.flush()
        refused = run_command(tmp_path, "--port", str(base))
    assert refused.returncode == 4
    assert "process 4242" in refused.stderr


def test_a_misspelt_setting_is_said_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "launcher.toml").write_text("[ports]\nbrokr = 9\n")
    refused = run_command(tmp_path)
    assert refused.returncode == 2
    assert "did you mean broker?" in refused.stderr
