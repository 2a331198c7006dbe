"""The bench page in a browser: what is shown, touched, typed, printed and switched."""

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bench_page.conftest import RunningBench
from tests.bench_page.fake_screen import FakeScreen
from tests.support.waiting import wait_for

WORDS = Path(__file__).resolve().parents[2] / "emulators" / "bench" / "page" / "words.js"


@pytest.fixture
def page(browser: Browser, bench: RunningBench, screen: FakeScreen) -> Iterator[Page]:
    """The page at the size it is made for; a mistake in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.goto(bench.address)
    expect(page.locator("#till")).not_to_have_class(re.compile("is-off"))
    yield page
    folder = os.environ.get("TILLBOX_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / "bench.png", full_page=True)
    context.close()
    assert mistakes == []


def test_a_click_on_the_picture_touches_the_same_place_of_the_screen(page: Page, screen: FakeScreen) -> None:
    box = page.locator("#till canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.up()
    wait_for(lambda: len(screen.touches) >= 2, "the screen is touched")
    phases = [phase for phase, _, _ in screen.touches]
    assert (phases[0], phases[-1]) == ("down", "up")
    for _, x, y in screen.touches:
        assert (abs(x - 960) <= 2, abs(y - 400) <= 2) == (True, True)


def test_a_drag_moves_the_finger_and_ends_where_it_ends(page: Page, screen: FakeScreen) -> None:
    box = page.locator("#till canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 300, steps=8)
    page.mouse.up()
    wait_for(lambda: screen.touches and screen.touches[-1][0] == "up", "the finger is lifted")
    assert "move" in [phase for phase, _, _ in screen.touches]
    assert screen.touches[-1][2] > screen.touches[0][2] + 200


def test_keys_typed_on_the_picture_reach_the_screen(page: Page, screen: FakeScreen) -> None:
    page.locator("#till canvas").click()
    page.keyboard.type("nt")
    page.keyboard.insert_text("拿铁")
    page.keyboard.press("Enter")
    wait_for(lambda: "".join(screen.typed) == "nt拿铁<enter>", "the screen has what was typed")


def test_the_picture_is_drawn_and_follows_the_screen(page: Page, screen: FakeScreen) -> None:
    pixel = "document.querySelector('#till canvas').getContext('2d').getImageData(640, 20, 1, 1).data.join()"
    page.wait_for_function(f"{pixel} === '33,72,199,255'")
    screen.draw((179, 38, 30))
    page.wait_for_function(f"{pixel} === '179,38,30,255'")


def test_a_slip_rolls_out_of_the_printer_and_is_torn_off(page: Page, bench: RunningBench) -> None:
    expect(page.locator(".nothing")).to_be_visible()
    with socket.create_connection(("127.0.0.1", bench.printer_port), 2) as printer:
        printer.sendall(b"\x1b@HELLO\n\n\n\x1dVA\x03")
    slip = page.locator("#paper img")
    expect(slip.last).to_be_visible()
    assert page.evaluate("document.querySelector('#paper img').naturalWidth") >= 384
    at_rest = """() => {
        const { scrollTop, scrollHeight, clientHeight } = document.querySelector('.outlet');
        const moving = document.querySelector('#paper').getAnimations().length;
        return moving === 0 && scrollHeight - clientHeight - scrollTop <= 1;
    }"""
    with socket.create_connection(("127.0.0.1", bench.printer_port), 2) as printer:
        printer.sendall(b"LONG\n" * 60 + b"\x1dVA\x03")
    expect(slip).to_have_count(2)
    page.wait_for_function(at_rest)
    assert page.evaluate("document.querySelector('.outlet').scrollTop") > 100
    page.locator("#tear").click()
    expect(slip).to_have_count(0)
    expect(page.locator(".nothing")).to_be_visible()


def test_scan_box_goods_and_odd_reads_reach_the_scanners_line(page: Page, bench: RunningBench) -> None:
    with (bench.run_dir / "scanner").open("rb", buffering=0) as line:
        page.locator("#scan input").fill("5901234123457")
        page.keyboard.press("Enter")
        assert line.read(64) == b"5901234123457\r"
        page.get_by_role("button", name="矿泉水").click()
        assert line.read(64) == b"6901234567892\r"
        page.get_by_role("button", name="校验位错误").click()
        assert line.read(64) == b"6901234567893\r"


def test_a_fault_is_switched_and_seen(page: Page, api: httpx.Client) -> None:
    page.locator("#receipt").get_by_role("switch", name="缺纸").check()
    paper_out = {"device": "printer", "fault": "paper_out", "on": True}
    wait_for(lambda: paper_out in api.get("/api/faults").json()["faults"], "the paper is out")
    expect(page.locator(".led")).to_have_class(re.compile("is-bad"))
    api.post("/api/faults", json={**paper_out, "on": False})
    expect(page.locator("#receipt").get_by_role("switch", name="缺纸")).not_to_be_checked()


def test_the_display_glows_what_it_was_sent(page: Page, bench: RunningBench) -> None:
    with (bench.run_dir / "display").open("wb", buffering=0) as line:
        line.write(b"\x1bQATOTAL          22.00\r\x1bQBCHANGE          8.00\r")
    cells = page.locator(".vfd span")
    expect(cells).to_have_count(40)
    expect(cells.nth(0)).to_have_text("T")
    expect(cells.nth(39)).to_have_text("0")


def test_every_word_is_there_in_every_language(page: Page, browser: Browser) -> None:
    words = page.evaluate("import('/words.js').then((module) => module.WORDS)")
    assert {frozenset(texts) for texts in words.values()} == {frozenset(words["en"])}
    assert all(text for texts in words.values() for text in texts.values())
    used = set(re.findall(r'say\("(\w+)"', (WORDS.parent / "devices.js").read_text() + WORDS.read_text()))
    used |= set(re.findall(r'data-t(?:-\w+)?="(\w+)"', (WORDS.parent / "index.html").read_text()))
    assert used <= set(words["en"])
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tillbox Bench")
    expect(page.get_by_role("button", name="Chen Xiaoman")).to_be_visible()


def test_nothing_sticks_out_at_either_width(page: Page) -> None:
    for width in (1440, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_says_when_the_screen_goes_and_shows_it_when_it_is_back(
    page: Page, screen: FakeScreen, bench: RunningBench
) -> None:
    screen.close()
    expect(page.locator("#till .off")).to_be_visible()
    again = FakeScreen(bench.run_dir)
    screen.close = again.close  # type: ignore[method-assign]  # the fixture ends whichever runs last
    expect(page.locator("#till .off")).to_be_hidden()


def test_processes_are_listed_with_their_state(page: Page, bench: RunningBench) -> None:
    parts = [{"name": "ui", "pid": 1, "state": "ready", "restarts": 2, "last_end": "SIGKILL"}]
    parts.append({"name": "sync", "pid": 2, "state": "given_up", "restarts": 5, "last_end": "exit code 1"})
    file = bench.run_dir / "launcher.json"
    file.write_text(json.dumps({"parts": parts}))
    try:
        expect(page.locator("#processes tr")).to_have_count(2)
        expect(page.locator("#processes tr").first).to_contain_text("重启 2 次")
        expect(page.locator("#health")).to_have_class(re.compile("is-warn"))
    finally:
        file.unlink()
    expect(page.locator("#processes")).to_be_hidden()
