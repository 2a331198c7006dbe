"""What every scanner must do."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.ipc.client import Client
from appliance.runtime.clock import ManualClock
from appliance.runtime.settings import DeviceConfig
from emulators import line
from emulators.scanner import SerialScanner, WedgeScanner
from tests.support.waiting import wait_for

from .conftest import Daemon, serial

TORN_MS = 60


class Counter:
    """A scanner on its cable, and the daemon that listens to it.

    Without a clock of the test's own a pause within a read is the machine's, and does not tear it.
    """

    def __init__(self, folder: Path, kind: str, clock: ManualClock | None = None) -> None:
        reads = {"torn_ms": TORN_MS if clock else 60_000, "length_max": 64}
        self.scanner: SerialScanner | WedgeScanner
        if kind == "serial":
            self.scanner = SerialScanner(folder / "scanner")
            self.cable: Any = self.scanner.line
            link: dict[str, Any] = serial(folder / "scanner")
        else:
            self.scanner = self.cable = WedgeScanner(folder / "scanner")
            link = {"path": str(folder / "scanner")}
        config = DeviceConfig(id="s", driver=f"scanner_{kind}", options={"link": link, "reads": reads})
        self.daemon = Daemon(folder, [config], clock)

    def codes(self) -> list[str]:
        return [scan["data"] for scan in self.daemon.of("scanner.scanned")]

    def gathered(self) -> bytes:
        """What the driver has of a read that has not ended."""
        driver: Any = self.daemon.service._supervisors["s"]._driver
        return bytes(driver._reads._bytes)

    def close(self) -> None:
        self.daemon.close()
        self.cable.unplug()


@pytest.fixture(params=["serial", "wedge"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path, request.param)
    counter.daemon.until("s", "ready")
    yield counter
    counter.close()


def test_reads_come_one_by_one_with_the_time_of_their_last_byte(counter: Counter) -> None:
    for code in ("6901234567892", "ABC-abc 12/3.%$", "https://example.org/?q=1&r=~x"):
        counter.scanner.scan(code)
    wait_for(lambda: len(counter.codes()) == 3)
    assert counter.codes() == ["6901234567892", "ABC-abc 12/3.%$", "https://example.org/?q=1&r=~x"]
    times = [scan["at_ns"] for scan in counter.daemon.of("scanner.scanned")]
    assert times == sorted(times)


def test_an_aim_identifier_is_told_apart(counter: Counter) -> None:
    counter.scanner.scan("]E06901234567892")
    counter.scanner.scan("]not an identifier")
    wait_for(lambda: len(counter.codes()) == 2)
    first, second = counter.daemon.of("scanner.scanned")
    assert (first["symbology"], first["data"]) == ("]E0", "6901234567892")
    assert (second["symbology"], second["data"]) in [("", "]not an identifier"), ("]no", "t an identifier")]


@pytest.mark.parametrize("kind", ["serial", "wedge"])
def test_a_torn_read_is_garbled_and_its_rest_is_no_code(tmp_path: Path, kind: str) -> None:
    clock = ManualClock()
    counter = Counter(tmp_path, kind, clock)
    counter.daemon.until("s", "ready")
    counter.scanner.torn("69012345")
    wait_for(lambda: counter.gathered() == b"69012345")
    clock.advance(TORN_MS)
    wait_for(lambda: counter.daemon.of("scanner.garbled"))
    counter.scanner.scan("67892")
    counter.scanner.scan("4006381333931")
    wait_for(counter.codes)
    assert counter.codes() == ["4006381333931"]
    assert [event["reason"] for event in counter.daemon.of("scanner.garbled")] == ["torn"]
    counter.close()


def test_an_over_long_read_is_dropped_whole(counter: Counter) -> None:
    counter.scanner.scan("9" * 65)
    counter.scanner.scan("4006381333931")
    wait_for(counter.codes)
    assert counter.codes() == ["4006381333931"]
    assert [event["reason"] for event in counter.daemon.of("scanner.garbled")] == ["too_long"]


def test_a_flood_comes_through_whole_and_in_order(counter: Counter) -> None:
    codes = [f"{number:013d}" for number in range(100)]
    if isinstance(counter.scanner, SerialScanner):
        counter.scanner.flood(codes)
    else:
        for code in codes:
            counter.scanner.scan(code)
    wait_for(lambda: len(counter.codes()) >= 100)
    assert counter.codes() == codes
    assert counter.daemon.of("scanner.garbled") == []


def test_a_pulled_cable_is_noticed_and_put_back_works(counter: Counter) -> None:
    counter.cable.unplug()
    wait_for(lambda: counter.daemon.devices["s"]["state"] in ("absent", "backing_off"))
    counter.cable.plug()
    counter.daemon.until("s", "ready")
    counter.scanner.scan("4006381333931")
    wait_for(counter.codes)


def test_a_scan_nobody_has_the_focus_for_is_dropped_and_the_focus_moves(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    other = Client(counter.daemon.path, lambda *event: heard.append(event), name="bench").start()
    assert other.wait_connected(20)
    other.call("focus.take")
    wait_for(lambda: counter.daemon.of("focus.lost"))
    assert counter.daemon.of("focus.lost") == [{"to": "bench"}]
    counter.scanner.scan("1111111111111")
    wait_for(lambda: [params for name, params in heard if name == "scanner.scanned"])
    other.close()
    # Nobody has the focus now: what is scanned goes nowhere, not even to the next who takes it.
    wait_for(lambda: counter.daemon.service._focus is None)
    came: list[Any] = []
    take = counter.daemon.service.input_came

    def notice(event: Any) -> None:
        came.append(event)
        take(event)

    monkeypatch.setattr(counter.daemon.service, "input_came", notice)
    counter.scanner.scan("2222222222222")
    wait_for(lambda: came)
    counter.daemon.client.call("focus.take")
    counter.scanner.scan("3333333333333")
    wait_for(counter.codes)
    assert counter.codes() == ["3333333333333"]


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path, "serial")
    counter.daemon.until("s", "ready")
    yield counter
    counter.close()


def test_bytes_that_are_no_text_are_garbled(wired: Counter) -> None:
    assert isinstance(wired.scanner, SerialScanner)
    wired.scanner.raw(b"690\xff\xfe123\r690\x01123\r")
    wait_for(lambda: len(wired.daemon.of("scanner.garbled")) == 2)
    assert {event["reason"] for event in wired.daemon.of("scanner.garbled")} == {"not_text"}
    assert wired.codes() == []


def test_gs1_separators_chinese_and_every_terminator_come_through(wired: Counter) -> None:
    assert isinstance(wired.scanner, SerialScanner)
    wired.scanner.raw("]C10104012345678901\x1d10AB\r\n会员，1\t\r\n\r\nX\n".encode())
    wait_for(lambda: len(wired.codes()) == 3)
    assert wired.codes() == ["0104012345678901\x1d10AB", "会员，1", "X"]


def test_a_scanner_at_9600_baud_is_not_torn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    counter = Counter(tmp_path, "serial", clock)
    counter.daemon.until("s", "ready")
    counter.cable._baud = 9600

    def pass_by(seconds: float) -> None:
        clock.advance(round(seconds * 1000))

    monkeypatch.setattr(line, "time", SimpleNamespace(sleep=pass_by, monotonic=time.monotonic))
    counter.scanner.scan("69012345678926901234567892")
    wait_for(counter.codes)
    assert counter.daemon.of("scanner.garbled") == []
    counter.close()


def test_half_an_input_event_waits_for_its_rest(tmp_path: Path) -> None:
    counter = Counter(tmp_path, "wedge")
    counter.daemon.until("s", "ready")
    assert isinstance(counter.scanner, WedgeScanner)
    whole = counter.scanner._press(30) + counter.scanner._press(28)
    counter.scanner.raw(whole[:13])
    counter.scanner.raw(whole[13:])
    wait_for(counter.codes)
    assert counter.codes() == ["a"]
    counter.close()
