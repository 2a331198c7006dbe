"""What every card reader must do, and the PN532's frames beside another driver's."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import serial as pyserial

from appliance.daemon.drivers import reader_pn532
from appliance.daemon.drivers.reader_pn532 import (
    ACK,
    GET_FIRMWARE_VERSION,
    MISSES_UNTIL_GONE,
    FrameParser,
    Pn532Reader,
    WrongFrameError,
    frame,
)
from appliance.runtime.settings import DeviceConfig
from emulators.card_reader import Pn532
from tests.support.waiting import LONG_S, wait_for

from .conftest import Daemon, serial

SEARCH = 0x4A


class Counted(Pn532):
    """A reader that counts how often it was asked for a card."""

    searches = 0

    def _carry_out(self, command: int, data: bytes) -> None:
        super()._carry_out(command, data)
        self.searches += command == SEARCH

    def wait_searches(self, count: int) -> None:
        """Until it was asked so many times more; the next question means that the last answer was heard."""
        before = self.searches
        wait_for(lambda: self.searches >= before + count)


class Desk:
    """A reader and its daemon."""

    def __init__(self, folder: Path) -> None:
        self.reader = Counted(folder / "reader")
        options = {"link": serial(folder / "reader", 115200), "poll_ms": 20}
        self.daemon = Daemon(folder, [DeviceConfig(id="r", driver="reader_pn532", options=options)])

    def lost(self) -> dict[str, Any]:
        """The device as it was told when it backed off, however short that was."""

        def told() -> list[dict[str, Any]]:
            changes = [change["device"] for change in self.daemon.of("device.changed")]
            return [device for device in changes if device["state"] == "backing_off"]

        return wait_for(told)[0]

    def uids(self) -> list[str]:
        return [tap["uid"] for tap in self.daemon.of("card.tapped")]

    def close(self) -> None:
        self.daemon.close()
        self.reader.line.unplug()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """With a driver that waits for a slow machine's answer; a reader that it lost tells its card anew."""
    monkeypatch.setattr(reader_pn532, "ANSWER_TIMEOUT_S", 10.0)
    desk = Desk(tmp_path)
    desk.daemon.until("r", "ready")
    yield desk
    desk.close()


@pytest.mark.parametrize("uid", ["04A2B3C4", "04A2B3C4D5E680", "04A2B3C4D5E680112233"])
def test_a_card_is_told_once_while_it_lies_there(desk: Desk, uid: str) -> None:
    desk.reader.present(uid)
    wait_for(desk.uids)
    desk.reader.wait_searches(6)
    assert desk.uids() == [uid]


def test_a_card_taken_away_and_laid_on_again_is_told_again(desk: Desk) -> None:
    desk.reader.present("04A2B3C4")
    wait_for(desk.uids)
    desk.reader.remove()
    desk.reader.wait_searches(MISSES_UNTIL_GONE + 1)
    desk.reader.present("04A2B3C4")
    wait_for(lambda: len(desk.uids()) == 2)
    desk.reader.present("11223344")
    wait_for(lambda: len(desk.uids()) == 3)
    assert desk.uids() == ["04A2B3C4", "04A2B3C4", "11223344"]


def test_a_garbled_answer_is_asked_for_again(desk: Desk) -> None:
    desk.reader.garble_next = 1
    desk.reader.present("04A2B3C4")
    wait_for(desk.uids)
    assert desk.daemon.devices["r"]["state"] == "ready"


def test_a_reader_that_only_garbles_is_lost_and_comes_back(desk: Desk) -> None:
    desk.reader.garble_next = 10
    assert desk.lost()["fault"] == "device.garbled"
    desk.daemon.until("r", "ready")


def test_a_pulled_cable_and_a_power_cut_are_recovered_from(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_pn532, "ANSWER_TIMEOUT_S", 0.5)
    desk.reader.line.unplug()
    wait_for(lambda: desk.daemon.devices["r"]["state"] in ("absent", "backing_off"))
    desk.reader.power_cycle()
    desk.reader.line.plug()
    desk.daemon.until("r", "ready")
    desk.daemon.events.clear()
    desk.reader.power_cycle()
    assert desk.lost()["fault"] == "device.silent"
    desk.daemon.until("r", "ready")
    desk.reader.present("04A2B3C4")
    wait_for(desk.uids)


def test_another_driver_reads_the_same_card_from_the_emulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adafruit_pn532.uart import PN532_UART

    wait_ready = PN532_UART._wait_ready
    monkeypatch.setattr(PN532_UART, "_wait_ready", lambda other, timeout=1: wait_ready(other, LONG_S))
    emulator = Pn532(tmp_path / "reader")
    with pyserial.Serial(str(tmp_path / "reader"), 115200, timeout=0.5) as port:
        other = PN532_UART(port)
        assert other.firmware_version == (0x32, 1, 6, 7)
        emulator.present("04A2B3C4D5E680")
        assert other.read_passive_target() == bytes.fromhex("04A2B3C4D5E680")
    emulator.line.unplug()


def test_our_frames_are_those_of_another_driver() -> None:
    from adafruit_pn532.adafruit_pn532 import PN532

    class Recorder(PN532):  # type: ignore[misc]  # it comes without types
        def __init__(self) -> None:
            self.debug = False
            self.sent = b""

        def _write_data(self, framebytes: bytes) -> None:
            self.sent = framebytes

    for command, data in ((0x02, b""), (0x14, b"\x01\x14\x01"), (0x4A, b"\x01\x00")):
        other = Recorder()
        other._write_frame(bytearray([0xD4, command]) + data)
        assert frame(command, data) == other.sent


def test_frames_are_found_after_noise_and_torn_ones_completed() -> None:
    good = b"\x00\x00\xff\x02\xfe\xd5\x15\x16\x00"
    parser = FrameParser()
    found: list[bytes] = []
    for byte in b"\x12\xff\x00\x34" + ACK + b"\x99\x00" + good + good:
        found += parser.feed(bytes([byte]))
    assert found == [b"", b"\xd5\x15", b"\xd5\x15"]
    with pytest.raises(WrongFrameError):
        parser.feed(b"\x00\x00\xff\x02\xfd\xd5\x15\x16\x00")
    with pytest.raises(WrongFrameError):
        parser.feed(b"\x00\x00\xff\x02\xfe\xd5\x15\x17\x00")
    assert parser.feed(good) == [b"\xd5\x15"]


def test_an_answer_that_came_in_time_counts_however_late_we_look(monkeypatch: pytest.MonkeyPatch) -> None:
    class Answered:
        """A link whose answer is there as soon as something was asked."""

        def drain(self) -> None:
            """Nothing waits."""

        def write(self, data: bytes) -> None:
            """It is taken."""

        def read_within(self, timeout_s: float) -> bytes:
            return ACK + b"\x00\x00\xff\x02\xfe\xd5\x03\x28\x00"

    # The machine has other work for a minute, just when the answer is to be waited for.
    asked_at = iter([0.0])
    monkeypatch.setattr(reader_pn532, "time", SimpleNamespace(monotonic=lambda: next(asked_at, 60.0)))
    options: Any = None
    reader = Pn532Reader(options, options)
    link: Any = Answered()
    reader._link = link
    assert reader._try(GET_FIRMWARE_VERSION, b"") == b""
