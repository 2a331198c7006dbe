"""The parts of `make setup`, without downloading anything."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer import debian
from installer.__main__ import only_one
from installer.environment import Environment
from installer.say import SetupError
from installer.unpack import check_starts, library_folders

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A project without dependencies, in a folder of its own."""
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "requirements-dev.txt").write_text("")
    (tmp_path / "requirements-bench.txt").write_text("# more\n")
    (tmp_path / "pyproject.toml").write_text("")
    return Environment(tmp_path)


def test_an_environment_is_made_once_and_again_when_its_python_is_gone(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not environment.works()
    environment.make()
    assert environment.works()
    made = environment.python.lstat().st_ctime_ns
    environment.make()
    assert environment.python.lstat().st_ctime_ns == made
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3")
    assert not environment.works()
    calls: list[list[str]] = []
    monkeypatch.setattr(environment, "call", lambda command, *_: calls.append(command))
    environment.make()
    assert calls and "--clear" in calls[0]


def test_packages_are_installed_once_for_the_same_lock(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(environment, "call", lambda command, *_: calls.append(command))
    environment.install_packages("run")
    environment.install_packages("run")
    assert len(calls) == 1 and "--require-hashes" in calls[0]
    (environment.root / "requirements.txt").write_text("# changed\n")
    environment.install_packages("run")
    assert len(calls) == 2
    environment.install_packages("test")
    environment.install_packages("run")
    assert len(calls) == 3, "the lock for test holds all of the lock for run"


def test_a_step_that_failed_is_not_stamped(environment: Environment) -> None:
    (environment.root / "requirements.txt").write_text("no-such-package==1 --hash=sha256:00\n")
    environment.python = Path(sys.executable)
    with pytest.raises(SetupError) as caught:
        environment.install_packages("run")
    assert "packages could not be installed" in str(caught.value)
    assert not environment.has("run", environment.digest("requirements.txt"))


def test_what_is_missing_is_named_by_its_package(tmp_path: Path) -> None:
    there = debian.Need("there", "tests", lambda: True)
    gone = debian.Need("gone", "tests", lambda: False)
    assert debian.missing([there, gone]) == [gone]
    assert debian.program_path("sh", tmp_path) is not None
    assert debian.program_path("no-such-program", tmp_path) is None
    assert debian.library_loads("libc.so.6") and not debian.library_loads("libnothing.so.9")


def test_without_root_the_one_line_to_type_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "privilege", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SetupError) as caught:
        debian.install([debian.Need("libgl1", "the screen", lambda: False)], tmp_path / "log")
    assert "sudo apt-get install -y --no-install-recommends libgl1" in str(caught.value)


def test_a_failed_command_says_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        debian.run(["sh", "-c", "echo no such mirror; exit 100"], tmp_path / "log", "apt-get failed")
    assert "no such mirror" in str(caught.value) and "apt-get failed" in str(caught.value)


def test_an_unpacked_program_is_started_with_its_own_libraries(tmp_path: Path) -> None:
    program = tmp_path / "usr" / "sbin" / "mosquitto"
    library = tmp_path / "usr" / "lib" / "x86_64-linux-gnu" / "libdlt.so.2"
    for file in (program, library):
        file.parent.mkdir(parents=True)
    library.write_bytes(b"")
    program.write_text('#!/bin/sh\n[ -n "$LD_LIBRARY_PATH" ] && echo mosquitto version 2\nexit 3\n')
    program.chmod(0o755)
    assert library_folders(tmp_path) == [library.parent]
    check_starts(tmp_path)
    program.write_text("#!/bin/sh\necho 'libdlt.so.2: cannot open' >&2\nexit 127\n")
    with pytest.raises(SetupError, match=r"libdlt\.so\.2"):
        check_starts(tmp_path)


def test_two_setups_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import fcntl, sys; lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX)"
    code += "; print(flush=True); sys.stdin.read(); open(sys.argv[2], 'w')"
    done = tmp_path / "the first is done"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / ".setup.lock"), str(done)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        other.stdout.readline()
        let_go = other.stdin.close
        said: list[str] = []
        monkeypatch.setattr("installer.__main__.say", lambda text: (said.append(text), let_go()))
        with only_one(tmp_path):
            assert done.exists()
    assert len(said) == 1 and "another setup is running" in said[0]
    with (tmp_path / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_python_that_does_not_fit_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (folder / name).write_text("#!/bin/sh\nexit 1\n")
        (folder / name).chmod(0o755)
    for name in ("dirname", "sh"):
        (folder / name).symlink_to(f"/bin/{name}")
    script = (ROOT / "tools" / "setup.sh").read_text().replace(" /usr/bin/python3;", ";")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "setup.sh").write_text(script)
    result = subprocess.run(
        ["/bin/sh", str(tmp_path / "tools" / "setup.sh")],
        env={"PATH": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert "no Python 3.11, 3.12 or 3.13 found" in result.stderr and "make setup PYTHON=" in result.stderr


def test_the_locks_name_no_host_and_have_a_hash_for_everything() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text and "--index-url" not in text and "--find-links" not in text
        entries = [line for line in text.splitlines() if "==" in line]
        assert entries and all(line.endswith("\\") for line in entries)


def test_a_second_setup_has_nothing_to_do() -> None:
    setup = [str(ROOT / "tools" / "setup.sh"), "test"]
    for _ in range(2):
        result = subprocess.run(setup, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    assert "installing" not in result.stdout
    assert "built" not in result.stdout
