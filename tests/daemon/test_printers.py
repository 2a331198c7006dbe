"""What every printer must do, each driver on each link against its emulator."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from PIL import Image

from appliance.daemon.drivers import printer_escpos
from appliance.runtime.settings import DeviceConfig
from emulators.ink import FONTS
from emulators.line import PtyLine, TcpLine
from emulators.printer import EscposPrinter
from retail.documents import Barcode, Cut, Document, Element, Logo, Qr, Row, Rule, Text
from retail.errors import Busy, ContractError, DeviceFault
from tests.support.ports import free_port
from tests.support.waiting import LONG_S, wait_for

from .conftest import Daemon

FONT = next((str(font) for font in FONTS if font.exists()), "")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver waits for a slow machine's answers; a test of silence says `hasty`."""
    monkeypatch.setattr(printer_escpos, "ASK_TIMEOUT_S", 10.0)


@pytest.fixture
def hasty(patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives up as soon as it does in a shop."""
    monkeypatch.setattr(printer_escpos, "ASK_TIMEOUT_S", 0.6)


class Station:
    """A printer, its cable, and the daemon that prints on it."""

    def __init__(self, folder: Path, link: str, confirm_timeout_ms: int = 20_000, **render: Any) -> None:
        self.printer = EscposPrinter(columns=32 if render.get("paper_mm") == 58 else 48)
        self.line: PtyLine | TcpLine
        if link == "tcp":
            self.line = TcpLine(self.printer.took, free_port())
            where: dict[str, Any] = {"type": "tcp", "host": "127.0.0.1", "port": self.line.port}
        else:
            self.line = PtyLine(folder / "lp0", self.printer.took)
            where = {"type": link, "path": str(folder / "lp0")}
        self.printer.line = self.line
        options = {
            "link": where, "render": render, "poll_ms": 40, "confirm_timeout_ms": confirm_timeout_ms,
        }  # fmt: skip
        self.daemon = Daemon(folder, [DeviceConfig(id="p", driver="printer_escpos", options=options)])
        self._jobs = 0

    def print(self, *elements: Element, job_id: str = "", deadline_ms: int = 25_000) -> dict[str, Any]:
        self._jobs += 1
        document = msgspec.to_builtins(Document(elements=(*elements, Cut())))
        job = {"device": "p", "job_id": job_id or f"job-{self._jobs}", "deadline_ms": deadline_ms}
        return self.daemon.client.call("printer.print", {**job, "document": document}, LONG_S)

    def texts(self) -> list[str]:
        return [slip.text for slip in self.printer.slips()]

    def close(self) -> None:
        self.daemon.close()
        self.line.unplug()


@pytest.fixture(params=["tcp", "serial", "file"])
def station(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path, request.param)
    station.daemon.until("p", "ready")
    yield station
    station.close()


def test_chinese_comes_out_to_the_last_comma_and_yen(station: Station) -> None:
    station.print(
        Text(text="，"),
        Text(text="《谢谢，欢迎再来。》", align="centre", bold=True, scale=2),
        Row(left="繁體：拿鐵", right="¥1,234.50"),
        Rule(),
    )
    yen = "繁體：拿鐵" + " " * 28 + "￥1,234.50"
    assert station.texts() == ["\n".join(["，", "《谢谢，欢迎再来。》", yen, "-" * 48])]
    assert station.printer.unknown == []


def test_codes_are_read_from_the_picture(station: Station) -> None:
    data = "https://example.org/s/0001?名=拿铁，"
    station.print(Qr(data=data, caption="扫码"), Barcode(data="TBX-0001"))
    picture = Image.open(io.BytesIO(station.printer.png())).convert("RGB")
    assert {code.text for code in zxingcpp.read_barcodes(picture)} == {data, "TBX-0001"}


def test_paper_out_is_told_before_a_job_and_paper_in_mends_it(station: Station) -> None:
    station.printer.set_paper_out(True)
    station.daemon.until("p", "degraded", "printer.paper_out")
    with pytest.raises(DeviceFault) as caught:
        station.print(Text(text="nothing"))
    assert caught.value.code == "printer.paper_out"
    assert caught.value.params["device"] == "p"
    station.printer.set_paper_out(False)
    station.daemon.until("p", "ready", "")
    station.print(Text(text="again"))
    assert station.texts() == ["again"]


def test_paper_that_ends_within_a_slip_fails_it_and_the_rest_never_comes(station: Station) -> None:
    station.printer.set_paper_left_mm(20)
    with pytest.raises(DeviceFault) as caught:
        station.print(*[Text(text=f"line {n}") for n in range(30)], job_id="torn")
    assert caught.value.code == "printer.paper_out"
    state = station.daemon.client.call("job.status", {"job_id": "torn"})
    assert state == {"job_id": "torn", "outcome": "failed", "fault": "printer.paper_out"}
    wait_for(lambda: station.printer.clears)
    station.printer.set_paper_out(False)
    station.daemon.until("p", "ready")
    station.print(Text(text="whole"))
    first, *others = station.texts()
    assert first.startswith("line 0")
    assert "line 29" not in first
    assert others == ["whole"]


def test_an_open_cover_is_told_and_closing_it_mends_it(station: Station) -> None:
    station.printer.set_cover_open(True)
    station.daemon.until("p", "degraded", "printer.cover_open")
    with pytest.raises(DeviceFault) as caught:
        station.print(Text(text="nothing"))
    assert caught.value.code == "printer.cover_open"
    station.printer.set_cover_open(False)
    station.daemon.until("p", "ready", "")


def test_a_pulled_cable_is_noticed_and_put_back_works_without_a_hand(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    station.line.unplug()
    wait_for(lambda: station.daemon.devices["p"]["state"] in ("backing_off", "absent"))
    with pytest.raises(DeviceFault) as caught:
        station.print(Text(text="nothing"))
    assert caught.value.code in ("device.lost", "device.absent", "device.silent")
    station.line.plug()
    station.daemon.until("p", "ready")
    station.print(Text(text="back"))
    assert station.texts()[-1] == "back"
    told = [record.message for record in caplog.records if record.name == "appliance.daemon"]
    assert len([line for line in told if line.startswith("p: lost")]) == 1
    assert told.count("p: back") == 1


def test_a_job_seen_before_is_not_printed_again(station: Station) -> None:
    for _ in range(3):
        assert station.print(Text(text="once"), job_id="same") == {"job_id": "same", "outcome": "done"}
    assert station.texts() == ["once"]


def test_a_printer_that_falls_silent_is_no_done(hasty: None, station: Station) -> None:
    station.printer.is_mute = True
    station.daemon.until("p", "backing_off", "device.silent")
    station.printer.is_mute = False
    station.daemon.until("p", "ready")


@pytest.fixture
def tcp(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path, "tcp")
    station.daemon.until("p", "ready")
    yield station
    station.close()


def test_a_slip_that_is_not_confirmed_is_unconfirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tcp = Station(tmp_path, "tcp", confirm_timeout_ms=1500)
    tcp.daemon.until("p", "ready")
    send = tcp.printer._send
    # Answers real-time questions, but never the one behind the slip.
    monkeypatch.setattr(tcp.printer, "_send", lambda data: send(data) if data[0] & 0x12 == 0x12 else None)
    with pytest.raises(DeviceFault) as caught:
        tcp.print(Text(text="sent"))
    assert caught.value.code == "printer.unconfirmed"
    tcp.close()


def test_a_picture_with_the_status_question_in_it_confuses_nobody(tmp_path: Path) -> None:
    """Real printers answer DLE EOT even amid a picture: stray answers must not count."""
    from appliance.daemon.escpos.render import Renderer

    station = Station(tmp_path, "tcp")
    station.daemon.until("p", "ready")
    original = Renderer.render
    noise = b"\x1dv0\x00\x06\x00\x01\x00" + b"\x10\x04\x01\x10\x04\x04"
    try:
        Renderer.render = lambda self, document: noise + original(self, document)  # type: ignore[method-assign]  # put back below
        station.print(Text(text="fine"))
        assert station.texts() == ["[picture 48x1]\nfine"]
    finally:
        Renderer.render = original  # type: ignore[method-assign]  # as it was
        station.close()


def test_too_many_jobs_are_busy_and_a_job_too_late_too(hasty: None, tcp: Station) -> None:
    send = tcp.daemon.client
    tcp.printer.is_mute = True
    document = {"elements": [{"type": "text", "text": "x"}]}
    results: list[Any] = []

    def ask(number: int) -> None:
        params = {"device": "p", "job_id": f"many-{number}", "deadline_ms": 200, "document": document}
        try:
            results.append(send.call("printer.print", params, LONG_S))
        except (Busy, DeviceFault) as failure:
            results.append(failure.code)

    import threading

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert len(results) == 24
    assert "device.queue_full" in results
    assert {"job.too_late", "device.silent"} & set(results)


def test_58_mm_paper_wraps_at_32_columns(tmp_path: Path) -> None:
    station = Station(tmp_path, "tcp", paper_mm=58)
    station.daemon.until("p", "ready")
    station.print(Row(left="拿铁（大杯，少糖，燕麦奶，不加冰）", right="￥32.00"), Rule())
    lines = station.texts()[0].split("\n")
    assert lines[-1] == "-" * 32
    assert lines[-2].endswith("￥32.00")
    assert not any(line.startswith(("，", "）")) for line in lines)
    station.close()


def test_a_printer_without_chinese_prints_it_as_a_picture(tmp_path: Path) -> None:
    station = Station(tmp_path, "tcp", chinese="raster", font=FONT, qr="raster")
    station.daemon.until("p", "ready")
    station.print(Text(text="谢谢，"), Text(text="plain"), Qr(data="TBX，1"))
    lines = station.texts()[0].split("\n")
    assert lines[0] == "[picture 72x30]"
    assert lines[1] == "plain"
    picture = Image.open(io.BytesIO(station.printer.png())).convert("RGB")
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["TBX，1"]
    station.close()


def test_a_logo_prints_and_a_missing_one_is_left_out(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (800, 100), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 400, 100))
    picture.save(tmp_path / "shop.png")
    station = Station(tmp_path, "tcp", logos={"shop": str(tmp_path / "shop.png")})
    station.daemon.until("p", "ready")
    station.print(Logo(name="shop"), Logo(name="other"), Text(text="below"))
    assert station.texts() == ["[picture 576x72]\nbelow"]
    paper = Image.open(io.BytesIO(station.printer.png())).convert("L")
    left, right = paper.getpixel((100, 60)), paper.getpixel((500, 60))
    assert isinstance(left, int) and isinstance(right, int)
    assert left < 90 < 200 < right
    station.close()


def test_the_test_slip_prints(tcp: Station) -> None:
    tcp.daemon.client.call("device.test", {"device": "p"}, LONG_S)
    assert "打印测试，谢谢。《样张》" in tcp.texts()[0]


def test_what_is_no_code_128_is_said_with_its_path(tcp: Station) -> None:
    with pytest.raises(ContractError) as caught:
        tcp.print(Text(text="x"), Barcode(data="中文"))
    assert caught.value.path == "$.document.elements[1].data"
    assert tcp.texts() == []


def test_a_document_for_what_is_no_printer_is_refused(tcp: Station) -> None:
    with pytest.raises(ContractError) as caught:
        tcp.daemon.client.call("drawer.open", {"device": "p", "job_id": "x"})
    assert caught.value.code == "device.cannot"
    with pytest.raises(ContractError) as caught:
        tcp.daemon.client.call("device.test", {"device": "pp"})
    assert caught.value.params["nearest"] == "p"
    assert json.dumps(tcp.daemon.devices["p"])
