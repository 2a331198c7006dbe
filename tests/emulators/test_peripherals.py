"""All peripherals together: what the bench relies on."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from emulators.escpos_parser import Parser
from emulators.peripherals import Peripherals
from emulators.printer import EscposPrinter
from tests.support.ports import free_port


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Peripherals]:
    bench = Peripherals(tmp_path, free_port())
    yield bench
    bench.close()


def test_a_taken_printer_port_is_an_error(bench: Peripherals, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Peripherals(tmp_path / "other", bench.wires.printer_port)


def test_cables_keep_their_names_and_ports_when_put_back(bench: Peripherals) -> None:
    before = bench.wires
    for device in ("scanner", "reader", "display", "printer"):
        bench.set_fault(device, "cable_out", True)
        bench.set_fault(device, "cable_out", True)
    assert not before.scanner.exists()
    assert not bench.scan("x")
    for device in ("scanner", "reader", "display", "printer"):
        bench.set_fault(device, "cable_out", False)
    assert before.scanner.exists() and before.reader.exists() and before.display.exists()
    assert bench.wires == before
    assert not any(on for faults in bench.faults().values() for on in faults.values())


def test_an_unknown_fault_names_the_ones_there_are(bench: Peripherals) -> None:
    with pytest.raises(ValueError, match=r"printer\.paper_out"):
        bench.set_fault("printer", "on_fire", True)


def test_every_change_is_told(bench: Peripherals) -> None:
    changes: list[int] = []
    bench.on_change(lambda: changes.append(1))
    bench.set_fault("printer", "paper_out", True)
    bench.drawer.relay(True)
    bench.push_drawer()
    assert len(changes) >= 3
    assert bench.state()["drawer"] == {"open": False, "jammed": False, "openings": 1}


def test_without_a_slip_the_paper_is_blank(bench: Peripherals) -> None:
    assert bench.paper_text() == ""
    assert Image.open(io.BytesIO(bench.paper_png())).width == 640


def test_a_command_torn_at_any_byte_prints_the_same() -> None:
    data = (
        b"\x1b@\x1c&"
        + "谢谢，".encode("gb18030")
        + b"\n\x1d!\x11A\n\x1dv0\x00\x01\x00\x02\x00\xff\x10\x1dV\x41\x03"
    )
    whole = EscposPrinter()
    whole.took(data)
    bytewise = EscposPrinter()
    for byte in data:
        bytewise.took(bytes([byte]))
    assert bytewise.text() == whole.text() == "谢谢，\nA\n[picture 8x2]"
    assert [slip.is_cut for slip in bytewise.slips()] == [True]


def test_chinese_outside_of_chinese_mode_and_four_byte_codes_come_out_wrong_as_on_real_printers() -> None:
    printer = EscposPrinter()
    printer.took("谢".encode("gb18030") + b"\n\x1c&" + "¥".encode("gb18030") + b"\n\x1b@")
    lines = printer.text().split("\n")
    assert "谢" not in lines[0] and len(lines[0]) == 2
    assert "¥" not in lines[1]


def test_an_unknown_command_is_kept() -> None:
    parser = Parser()
    parser.feed(b"\x1d~x")
    while parser.next():
        pass
    assert parser.unknown == [b"\x1d~"]


def test_what_waits_while_the_paper_is_out_comes_out_with_the_next_roll() -> None:
    printer = EscposPrinter()
    printer.set_paper_out(True)
    printer.took(b"late\n")
    assert printer.text() == ""
    printer.set_paper_out(False)
    assert printer.text() == "late"
