"""What the bench page can do, its API can do; and bad input is told what to do instead."""

import json
import socket
import subprocess
import sys
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.bench_page.conftest import RunningBench
from tests.bench_page.fake_screen import FakeScreen
from tests.support.waiting import wait_for


def test_the_picture_is_the_screens_own_and_follows_it(api: httpx.Client, screen: FakeScreen) -> None:
    first = api.get("/api/screen.png")
    picture = Image.open(BytesIO(first.content))
    assert picture.size == (1280, 800)
    assert picture.getpixel((5, 5)) == (33, 72, 199)
    screen.draw((14, 107, 58))

    def is_green() -> bool:
        shown = Image.open(BytesIO(api.get("/api/screen.png").content))
        return shown.getpixel((5, 5)) == (14, 107, 58)

    wait_for(is_green, "the picture follows")


def test_a_screen_at_rest_is_not_captured_again(api: httpx.Client, screen: FakeScreen) -> None:
    api.get("/api/screen.png")
    captures = screen.captures
    assert api.get("/api/screen.png").headers["x-frame"] == str(screen.frame)
    assert screen.captures == captures


def test_touch_goes_down_and_up_at_the_place(api: httpx.Client, screen: FakeScreen) -> None:
    assert api.post("/api/touch", json={"x": 640, "y": 400}).json()["done"] is True
    assert screen.touches == [("down", 640, 400), ("up", 640, 400)]


def test_touch_finds_a_control_by_name_and_text(api: httpx.Client, screen: FakeScreen) -> None:
    assert api.post("/api/touch", json={"name": "pay"}).json() == {"done": True, "x": 998.0, "y": 600.0}
    api.post("/api/touch", json={"name": "tile", "text": "美式"})
    assert screen.touches[-1] == ("up", 200, 50)


def test_a_control_that_is_missing_or_disabled_is_said(api: httpx.Client, screen: FakeScreen) -> None:
    missing = api.post("/api/touch", json={"name": "pai"})
    assert (missing.status_code, "sale" in missing.json()["what_to_do"]) == (404, True)
    assert api.post("/api/touch", json={"name": "off"}).status_code == 409
    assert screen.touches == []


def test_text_and_keys_are_typed(api: httpx.Client, screen: FakeScreen) -> None:
    api.post("/api/type", json={"text": "拿铁"})
    api.post("/api/type", json={"key": "enter"})
    assert screen.typed == ["拿铁", "<enter>"]


def test_state_and_controls_are_the_screens(api: httpx.Client, screen: FakeScreen) -> None:
    assert api.get("/api/screen/state").json() == {"place": "sale", "view": {"due": "22.00"}}
    assert api.get("/api/screen/find?name=pay").json()["found"][0]["text"] == "收款 22.00"
    assert api.get("/api/screen/find?name=nothing").json() == {"found": []}


@pytest.mark.parametrize(
    "path", ["screen.png", "customer-screen.png", "screen/state", "screen/find?name=pay"]
)
def test_without_a_screen_it_is_said_that_it_is_not_running(api: httpx.Client, path: str) -> None:
    answer = api.get(f"/api/{path}")
    assert answer.status_code == 503
    assert "not running" in answer.json()["error"]
    assert "/api/processes" in answer.json()["what_to_do"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("touch", {"x": -1, "y": 2}),
        ("touch", {"x": "left", "y": 2}),
        ("touch", {"x": 1, "y": float(10**9)}),
        ("touch", {"nmae": "pay"}),
        ("type", {"text": "a", "key": "enter"}),
        ("type", {"key": "f1"}),
        ("type", {"text": "x" * 500}),
        ("scan", {}),
        ("scan", {"code": ""}),
        ("scan", {"code": "69", "flood": 100_000}),
        ("scan", {"code": "69", "torn": "yes"}),
        ("scan", {"code": "69\r12"}),
        ("tap", {"uid": "04A2"}),
        ("tap", {"uid": "not hexadecimal"}),
        ("faults", {"device": "printer", "fault": "on_fire"}),
        ("faults", {"device": "printer", "fault": "paper_out", "on": 1}),
        ("kill", {"name": "init"}),
        ("touch", [1, 2]),
    ],
)
def test_bad_input_is_answered_with_what_to_do(api: httpx.Client, path: str, body: Any) -> None:
    answer = api.post(f"/api/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"] and answer.json()["what_to_do"]


def test_what_is_not_json_or_too_long_is_refused(api: httpx.Client) -> None:
    assert api.post("/api/scan", content=b"{").status_code == 400
    assert api.post("/api/scan", content=b"[" * 50_000).status_code == 400
    assert api.post("/api/scan", content=b" " * 70_000).status_code == 413
    assert api.get("/api/paper.png?slip=one").status_code == 400
    assert api.get("/api/paper.png?slip=99").status_code == 404
    assert api.get("/api/nothing").json()["what_to_do"] == "see docs/bench-api.md"


def test_pages_of_other_sites_are_refused(api: httpx.Client) -> None:
    stranger = {"Origin": "http://example.com"}
    assert api.post("/api/paper/tear", headers=stranger).status_code == 403
    assert api.get("/api/state", headers={"Host": "example.com"}).status_code == 403
    ours = {"Origin": str(api.base_url).rstrip("/")}
    assert api.post("/api/paper/tear", headers=ours).status_code == 200


def test_a_scan_comes_out_of_the_scanners_line(api: httpx.Client, bench: RunningBench) -> None:
    with (bench.run_dir / "scanner").open("rb", buffering=0) as line:
        assert api.post("/api/scan", json={"code": "6901234567892"}).status_code == 200
        assert line.read(64) == b"6901234567892\r"
        api.post("/api/scan", json={"code": "690123", "torn": True})
        assert line.read(64) == b"690123"
        api.post("/api/scan", json={"code": "12345670", "flood": 20})
        received = b""
        while received.count(b"\r") < 20:
            received += line.read(4096)
        assert received == b"12345670\r" * 20


def test_a_pulled_scanner_cable_is_said_and_mended(api: httpx.Client, bench: RunningBench) -> None:
    api.post("/api/faults", json={"device": "scanner", "fault": "cable_out"})
    assert not (bench.run_dir / "scanner").exists()
    assert {"device": "scanner", "fault": "cable_out", "on": True} in api.get("/api/faults").json()["faults"]
    assert api.post("/api/scan", json={"code": "1"}).status_code == 409
    api.post("/api/faults", json={"device": "scanner", "fault": "cable_out", "on": False})
    assert (bench.run_dir / "scanner").exists()


def test_what_is_printed_is_there_as_text_and_picture_until_it_is_torn_off(
    api: httpx.Client, bench: RunningBench
) -> None:
    api.post("/api/paper/tear")
    assert api.get("/api/paper.txt").text == ""
    for word in (b"FIRST", b"SECOND"):
        with socket.create_connection(("127.0.0.1", bench.printer_port), 2) as printer:
            printer.sendall(b"\x1b@" + word + b"\n\x1dVA\x03")
        wait_for(lambda word=word: word.decode() in api.get("/api/paper.txt").text, "it is printed")  # type: ignore[misc]  # bound now
    slips = api.get("/api/slips").json()["slips"]
    assert ["FIRST" in slips[0], "SECOND" in slips[1]] == [True, True]
    assert "FIRST" in api.get("/api/paper.txt?slip=0").text
    picture = Image.open(BytesIO(api.get("/api/paper.png?slip=0").content))
    assert picture.width >= 384
    darkest, brightest = picture.convert("L").getextrema()
    assert darkest < 100 < 200 < brightest
    assert api.get("/api/state").json()["paper"]["slips"] == 2
    api.post("/api/paper/tear")
    assert api.get("/api/slips").json() == {"slips": []}


def test_the_display_shows_what_came_on_its_line(api: httpx.Client, bench: RunningBench) -> None:
    with (bench.run_dir / "display").open("wb", buffering=0) as line:
        line.write(b"\x1bQALatte          22.00\r\x1bQBTOTAL          22.00\r")
    wanted = {"lines": ["Latte          22.00", "TOTAL          22.00"]}
    wait_for(lambda: api.get("/api/display").json() == wanted, "the display shows it")


def test_events_tell_the_state_at_once_and_each_change(api: httpx.Client, bench: RunningBench) -> None:
    def jammed(state: dict[str, Any]) -> bool:
        return any(item["on"] for item in state["faults"] if item["fault"] == "jammed")

    with api.stream("GET", "/api/events") as stream:
        states = (
            json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line[:6] == "data: "
        )
        assert not jammed(next(states))
        httpx.post(f"{bench.address}/api/faults", json={"device": "drawer", "fault": "jammed"})
        # What the tests before left moving may be told first.
        assert any(jammed(state) for state in islice(states, 10))
    api.post("/api/faults", json={"device": "drawer", "fault": "jammed", "on": False})


def test_kill_ends_the_process_that_the_launcher_named(api: httpx.Client, bench: RunningBench) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as victim:
        parts = [{"name": "ui", "pid": victim.pid, "state": "ready", "restarts": 0, "last_end": ""}]
        parts.append(
            {"name": "sync", "pid": None, "state": "restarting", "restarts": 3, "last_end": "SIGKILL"}
        )
        file: Path = bench.run_dir / "launcher.json"
        file.write_text(json.dumps({"parts": parts}))
        try:
            assert api.get("/api/processes").json() == {"processes": parts}
            assert api.post("/api/kill", json={"name": "sync"}).status_code == 409
            assert api.post("/api/kill", json={"name": "ui"}).json() == {"done": True, "pid": victim.pid}
            assert victim.wait(20) == -9
        finally:
            victim.kill()
            file.unlink()


def test_cards_barcodes_and_links_are_the_launchers(api: httpx.Client) -> None:
    assert api.get("/api/cards").json()["cards"][0]["uid"] == "04A2B3C4D5E680"
    assert api.get("/api/barcodes").json()["barcodes"][0]["code"] == "6901234567892"
    assert set(api.get("/api/links").json()["links"]) == {"hq", "payments"}
