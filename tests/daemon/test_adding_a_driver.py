"""The driver that docs/adding-a-driver.md shows really works when its file is put into the folder."""

import re
from pathlib import Path

import pytest

from appliance.daemon import drivers
from appliance.runtime.settings import DeviceConfig
from emulators.line import PtyLine
from tests.support.waiting import wait_for

from .conftest import Daemon, serial

PAGE = (Path(__file__).parents[2] / "docs" / "adding-a-driver.md").read_text("utf-8")


def test_the_page_s_driver_works_without_editing_anything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE, flags=re.S)
    assert code is not None
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "scanner_hello.py").write_text(code[1])
    monkeypatch.setattr(drivers, "__path__", [*drivers.__path__, str(tmp_path / "drivers")])
    line = PtyLine(tmp_path / "hello", lambda data: None)
    link = serial(tmp_path / "hello")
    daemon = Daemon(tmp_path, [DeviceConfig(id="s", driver="scanner_hello", options={"link": link})])
    daemon.until("s", "ready")
    line.send(b"690123\n")
    wait_for(lambda: daemon.of("scanner.scanned"))
    assert daemon.of("scanner.scanned")[0]["data"] == "690123"
    daemon.close()
    line.unplug()
