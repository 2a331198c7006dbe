"""A demo shop's home, and replaying a text into it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.runtime.clock import SystemClock
from appliance.runtime.paths import Home
from retail.messages.events import SaleCompleted
from retail.money import currency
from tests.support.waiting import PROCESS_S
from tillbox.home import ensure_home
from tillbox.replay.outcome import Outcome
from tillbox.replay.pace import Pace
from tillbox.replay.reading import read_record
from tillbox.replay.through_checkout import CheckoutReplay
from tillbox.replay.tickets import tickets_of
from tillbox.till import open_till

HEADING = "ticket,at,code,name,quantity,unit_price,tender,shift"


class Shop:
    """A home, and what was sold there."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self.file = folder / "record.csv"

    def write(self, *rows: str, heading: str = HEADING, encoding: str = "utf-8") -> Path:
        """A file of these rows."""
        self.file.write_bytes("\r\n".join([heading, *rows, ""]).encode(encoding))
        return self.file

    def replay(self, *rows: str, again: bool = False, stop_after: int = 0) -> Outcome:
        """Sell these rows; `stop_after` tickets something breaks."""
        if rows:
            self.write(*rows)
        record = read_record(self.file)
        with open_till(self.home, "a test", SystemClock()) as till:
            outcome = Outcome(currency(till.shop.currency))
            tickets, outcome.refused = tickets_of(record.rows, outcome.unit, till.zone)
            operator = next(one for one in till.reference.operators() if one.shift)

            def progress(done: int, _expected: int) -> None:
                if done == stop_after:
                    raise KeyboardInterrupt

            CheckoutReplay(till, operator, outcome, Pace(None)).sell(tickets, again, progress)
        return outcome

    def sales(self) -> list[SaleCompleted]:
        """Every sale of the home."""
        with open_till(self.home, "a test", SystemClock()) as till:
            count = len(till.store.sale_totals())
            return [sale for number in range(count) if (sale := till.store.sale(number + 1))]

    def command(self, *arguments: str, code: int = 0) -> Any:
        """`tillbox ...` as a process; what it printed as JSON."""
        done = subprocess.run(self.argv(*arguments), capture_output=True, text=True, timeout=PROCESS_S)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def argv(self, *arguments: str) -> Sequence[str]:
        """The command line of a command on this home."""
        program = "from tillbox.cli import main; main()"
        return [sys.executable, "-c", program, "--home", str(self.home.root), *arguments]


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `tillbox run` makes it, to be copied."""
    root = tmp_path_factory.mktemp("demo") / "home"
    ensure_home(Home(root))
    return root


@pytest.fixture
def shop(tmp_path: Path, demo_home: Path) -> Shop:
    return Shop(Home(shutil.copytree(demo_home, tmp_path / "home")), tmp_path)


Refusals = Callable[..., list[tuple[int, str]]]


@pytest.fixture
def refusals(shop: Shop) -> Refusals:
    """Replays rows and says which were refused where and why."""

    def replay(*rows: str) -> list[tuple[int, str]]:
        return [(one.row, one.code) for one in shop.replay(*rows).refused]

    return replay
