"""What every customer display must do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.runtime.settings import DeviceConfig
from emulators.display import VfdDisplay
from retail.errors import DeviceFault
from tests.support.waiting import wait_for

from .conftest import Daemon, serial

BLANK = " " * 20


class Counter:
    """A display and its daemon."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.display = VfdDisplay(folder / "display")
        link = serial(folder / "display")
        config = DeviceConfig(id="c", driver="display_vfd", options={"link": link, **options})
        self.daemon = Daemon(folder, [config])
        self.daemon.until("c", "ready")

    def show(self, *lines: str) -> None:
        self.daemon.client.call("display.show", {"device": "c", "lines": list(lines)})

    def shows(self, *lines: str) -> None:
        wait_for(lambda: self.display.lines() == list(lines))

    def close(self) -> None:
        self.daemon.close()
        self.display.line.unplug()


@pytest.fixture(params=["cd5220", "epson"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path, commands=request.param)
    yield counter
    counter.close()


def test_it_shows_two_rows_and_nothing_of_the_ones_before(counter: Counter) -> None:
    counter.show("Latte          22.00", "TOTAL          22.00")
    counter.shows("Latte          22.00", "TOTAL          22.00")
    counter.show("Thank you")
    counter.shows("Thank you".ljust(20), BLANK)
    counter.show()
    counter.shows(BLANK, BLANK)


def test_what_does_not_fit_is_cut_and_what_cannot_be_shown_becomes_a_question_mark(counter: Counter) -> None:
    counter.show("A row that is longer than twenty", "拿铁 ¥22\x1b@\r\n", "a third")
    counter.shows("A row that is longer", "?? ?22?@??".ljust(20))


def test_the_newest_text_wins(counter: Counter) -> None:
    for number in range(200):
        counter.daemon.client.post("display.show", {"device": "c", "lines": [f"text {number}"]})
    counter.shows("text 199".ljust(20), BLANK)


def test_a_display_that_comes_back_shows_the_newest_text(counter: Counter) -> None:
    counter.show("before")
    counter.display.line.unplug()
    wait_for(lambda: counter.daemon.devices["c"]["state"] in ("absent", "backing_off"))
    with pytest.raises(DeviceFault):
        counter.show("meanwhile")
    counter.display.line.plug()
    counter.daemon.until("c", "ready")
    counter.shows("meanwhile".ljust(20), BLANK)


def test_a_chinese_display_shows_chinese_and_cuts_no_character_in_half(tmp_path: Path) -> None:
    counter = Counter(tmp_path, charset="gb18030")
    counter.show("一二三四五六七八九十", "a一二三四五六七八九十")
    counter.shows("一二三四五六七八九十", "a一二三四五六七八九 ")
    counter.show("拿铁，¥22")
    counter.shows("拿铁，￥22" + " " * 10, BLANK)
    counter.close()


def test_the_test_text_shows(counter: Counter) -> None:
    counter.daemon.client.call("device.test", {"device": "c"})
    wait_for(lambda: counter.display.lines()[1].startswith("2 --"))
