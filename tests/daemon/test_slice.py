"""All five devices at once, through the socket."""

from emulators.peripherals import Peripherals
from tests.support.waiting import wait_for

from .conftest import Daemon


def test_a_scan_a_tap_a_slip_a_drawer_and_a_text(daemon: Daemon, bench: Peripherals) -> None:
    for device in ("scanner", "reader", "customer", "receipt", "drawer"):
        daemon.until(device, "ready")
    bench.scan("6901234567892", "]E0")
    scan = wait_for(lambda: daemon.of("scanner.scanned"))[0]
    assert (scan["data"], scan["symbology"]) == ("6901234567892", "]E0")
    bench.tap("04A2B3C4D5E680")
    assert wait_for(lambda: daemon.of("card.tapped"))[0]["uid"] == "04A2B3C4D5E680"
    elements = [
        {"type": "text", "text": "谢谢，欢迎再来"},
        {"type": "row", "left": "合计", "right": "¥22.00"},
    ]
    document = {"elements": [*elements, {"type": "cut"}]}
    answer = daemon.client.call(
        "printer.print", {"device": "receipt", "job_id": "a", "document": document}, 15
    )
    assert answer == {"job_id": "a", "outcome": "done"}
    assert bench.slips() == ["谢谢，欢迎再来\n合计" + " " * 37 + "￥22.00"]
    daemon.client.call("drawer.open", {"device": "drawer", "job_id": "b"})
    assert bench.drawer_state()["open"]
    assert daemon.until("drawer", "ready")["detail"] == {"open": True}
    bench.push_drawer()
    wait_for(lambda: daemon.devices["drawer"]["detail"] == {"open": False})
    lines = ["Latte          22.00", "TOTAL          22.00"]
    daemon.client.call("display.show", {"device": "customer", "lines": lines})
    wait_for(lambda: bench.display_lines() == lines)
    assert bench.printer.unknown == []
