"""Parts start in order, are started again when they die, and nothing is left when it ends."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.launcher.conftest import SLEEPER
from tests.support.ports import free_port
from tests.support.waiting import LONG_S
from tillbox.launcher.house import House
from tillbox.launcher.keeper import Part
from tillbox.launcher.readiness import at_once, listens

MakeHouse = Callable[..., tuple[House, list[str]]]
MakePart = Callable[..., Part]


async def until(condition: Callable[[], bool], within_s: float = LONG_S) -> None:
    """Wait for something to become true; fails the test when it does not."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def file_is_there(path: Path) -> Callable[[], object]:
    async def check() -> bool:
        return path.exists()

    return check


def test_a_part_starts_only_when_what_it_needs_is_ready(
    make_house: MakeHouse, make_part: MakePart, tmp_path: Path
) -> None:
    ready = f"pathlib.Path({str(tmp_path / 'a')!r}).touch()"
    first = f"import time, pathlib; time.sleep(0.2); {ready}; time.sleep(60)"
    second = (
        f"import time, pathlib; part = pathlib.Path({str(tmp_path / 'b.part')!r})"
        f"; part.write_text(str(pathlib.Path({str(tmp_path / 'a')!r}).exists()))"
        f"; part.replace({str(tmp_path / 'b')!r}); time.sleep(60)"
    )
    house, said = make_house(
        make_part("first", first, file_is_there(tmp_path / "a")),
        make_part("second", second, file_is_there(tmp_path / "b"), after=("first",)),
    )

    async def run() -> None:
        assert await house.start() == []
        await house.end()

    asyncio.run(run())
    assert (tmp_path / "b").read_text() == "True"
    assert ["first" in said[0], "second" in said[1]] == [True, True]


def test_a_killed_part_is_started_again_and_the_file_for_scripts_says_so(
    make_house: MakeHouse, make_part: MakePart, tmp_path: Path
) -> None:
    house, said = make_house(make_part("part", SLEEPER, at_once))

    def told() -> dict[str, object]:
        part = json.loads((tmp_path / "launcher.json").read_text())["parts"][0]
        assert isinstance(part, dict)
        return part

    async def run() -> int:
        await house.start()
        first_pid = told()["pid"]
        assert isinstance(first_pid, int)
        os.kill(first_pid, signal.SIGKILL)
        await until(lambda: told()["restarts"] == 1 and told()["state"] == "ready")
        again_pid = told()["pid"]
        assert isinstance(again_pid, int) and again_pid != first_pid
        await house.end()
        return again_pid

    pid = asyncio.run(run())
    assert not alive(pid)
    assert any("SIGKILL" in line for line in said)
    assert told()["state"] == "ended"


def test_a_part_that_cannot_come_up_is_given_up_with_its_last_words(
    make_house: MakeHouse, make_part: MakePart
) -> None:
    async def never() -> bool:
        return False

    house, said = make_house(
        make_part("broken", "raise SystemExit('no such table')", never),
        make_part("other", SLEEPER, at_once, after=("broken",)),
    )

    async def run() -> list[str]:
        failed = await house.start()
        await house.end()
        return failed

    assert asyncio.run(run()) == ["broken"]
    assert house.keepers["other"].child is None
    assert any("given up" in line for line in said)
    assert any("no such table" in line for line in said)


def test_a_part_that_never_gets_ready_is_ended(make_house: MakeHouse, make_part: MakePart) -> None:
    house, said = make_house(
        make_part("mute", SLEEPER, listens("127.0.0.1", free_port()), ready_within_s=0.1, end_within_s=1.0)
    )

    async def run() -> list[str]:
        failed = await house.start()
        await house.end()
        return failed

    assert asyncio.run(run()) == ["mute"]
    assert any("not ready within 0.1 s" in line for line in said)


def test_a_deaf_part_and_its_own_children_are_killed_in_the_end(
    make_house: MakeHouse, make_part: MakePart, tmp_path: Path
) -> None:
    deaf = (
        "import signal, subprocess, sys, time, pathlib\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )

    def written() -> bool:
        return (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != ""

    house, _ = make_house(make_part("deaf", deaf, at_once, end_within_s=0.3))

    async def run() -> float:
        await house.start()
        await until(written)
        started = time.monotonic()
        await house.end()
        return time.monotonic() - started

    assert asyncio.run(run()) < 20
    grandchild = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + LONG_S
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(grandchild)


def test_many_kills_of_a_part_that_comes_up_are_never_given_up(
    make_house: MakeHouse, make_part: MakePart
) -> None:
    house, _ = make_house(make_part("part", SLEEPER, at_once, stable_after_s=0.0))
    keeper = house.keepers["part"]

    async def run() -> None:
        await house.start()
        for count in range(7):
            await until(lambda count=count: keeper.restarts == count and keeper.state == "ready")
            assert keeper.pid is not None
            os.kill(keeper.pid, signal.SIGKILL)
        await until(lambda: keeper.restarts == 7 and keeper.state == "ready")
        await house.end()

    asyncio.run(run())
