"""`tillbox run` with the real parts: a basket outlives the screen, and the end leaves nothing running."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.launcher.test_launch import COMMAND, alive
from tests.support.house import hears_its_devices
from tests.support.waiting import LONG_S, wait_for
from tillbox.demo_shop import cards

PARTS = ["broker", "hq", "bench", "daemon", "sync", "ui", "customer"]


@pytest.fixture
def run(tmp_path: Path, base: int) -> Iterator[subprocess.Popen[str]]:
    """A whole house in a new home that said it is ready; killed with everything when the test is over."""
    command = [*COMMAND, "--home", str(tmp_path), "--port", str(base), "--no-window"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "Tillbox is ready" in line:
                break
        else:
            pytest.fail("".join(said))
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def asking(api: httpx.Client) -> Callable[[], dict[str, Any]]:
    """What the screen says, nothing while it is not running."""

    def view() -> dict[str, Any]:
        answer = api.get("/api/screen/state")
        return dict(answer.json()["view"], at=answer.json()["place"]) if answer.status_code == 200 else {}

    return view


@pytest.mark.timeout(300)
def test_a_basket_outlives_the_screen_and_the_end_leaves_nothing(
    run: subprocess.Popen[str], tmp_path: Path, base: int
) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{base}", timeout=LONG_S) as api:
        view = asking(api)
        assert [part["name"] for part in api.get("/api/processes").json()["processes"]] == PARTS
        for name in ("screen", "customer-screen"):
            assert api.get(f"/api/{name}.png").content.startswith(b"\x89PNG")
        staff = next(card for card in cards() if card.kind == "staff")
        code = api.get("/api/barcodes").json()["barcodes"][0]["code"]
        wait_for(lambda: (now := view()).get("at") == "sign_in" and hears_its_devices(now))
        api.post("/api/tap", json={"uid": staff.uid})
        wait_for(lambda: view().get("at") == "sale")
        api.post("/api/scan", json={"code": code})
        wait_for(lambda: view().get("line_count") == 1)

        api.post("/api/kill", json={"name": "ui"})
        wait_for(lambda: processes(tmp_path)["ui"]["restarts"] == 1)
        wait_for(lambda: processes(tmp_path)["ui"]["state"] == "ready")
        wait_for(lambda: view().get("line_count") == 1)

        pids = [part["pid"] for part in processes(tmp_path).values()]
        assert len(pids) == len(PARTS) and all(map(alive, pids))
    run.send_signal(signal.SIGINT)
    assert run.wait(LONG_S) == 0
    assert not any(map(alive, pids))


def processes(home: Path) -> dict[str, dict[str, Any]]:
    """What the launcher tells scripts, by name."""
    told = json.loads((home / "run" / "launcher.json").read_text())
    return {part["name"]: part for part in told["parts"]}


def test_help_says_what_the_command_does() -> None:
    shown = subprocess.run(
        [sys.executable, *COMMAND[1:], "--help"], capture_output=True, text=True, check=True
    )
    for word in ("--port", "--no-window", "--home", "one address", "goes on where this one stopped"):
        assert word in " ".join(shown.stdout.split())
