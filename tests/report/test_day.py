"""A business day's figures, summed from the journal while the till has it open."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance.runtime.paths import Home
from tests.support.desk import Counter, Till, new_home, open_till
from tillbox.commands.report import app
from tillbox.report.reading import read_days

WATER, TODAY = "6901234567892", "2025-10-09"


@pytest.fixture
def till(tmp_path: Path) -> Till:
    """Open while the report reads: three sales, one of them goods taken back, a removed line, a no-sale."""
    till = open_till(new_home(tmp_path / "home"))
    selling, paying, now = till.checkout.selling, till.checkout.paying, till.clock.now
    selling.add_product_id("latte", now())
    selling.scan(WATER, "", now())
    paying.cash(5000, now())
    selling.add_product_id("biscuit", now(), quantity_milli=125, weighed=True)
    basket = selling.add_product_id("beans", now())
    selling.remove(basket.lines[1].line_id, now())
    paying.exact("card", now())
    till.checkout.refunding.return_without_receipt("damaged", "li", now())
    selling.scan(WATER, "", now())
    paying.exact("cash", now())
    till.checkout.staff.open_drawer("change", now())
    return till


def test_a_day_sums_to_the_cent(till: Till) -> None:
    (day,) = read_days(till.home, TODAY).values()
    assert (day.sales, day.lines, day.items_milli, day.total_minor) == (3, 4, 3000, 2500 + 1100 - 300)
    assert {kind: (part.sales, part.total_minor) for kind, part in day.by_tender.items()} == {
        "cash": (2, 2200),
        "card": (1, 1100),
    }
    assert day.by_shift["morning"].total_minor == day.by_operator["wang"].total_minor == day.total_minor
    assert sum(tax.net_minor + tax.tax_minor for tax in day.by_tax.values()) == day.total_minor
    assert (day.returned_lines.sales, day.returned_lines.total_minor) == (1, -300)
    assert (day.removed.total(), day.removed_minor, day.no_sales) == (1, 7800, 1)
    assert day.average_minor == 1100
    assert [seller.names["en"] for seller in day.best_sellers()] == ["Latte", "Biscuit", "Water"]


def test_days_are_apart(till: Till) -> None:
    tomorrow = Counter(till.clock.at_ms + 86_400_000)
    till.checkout.selling.scan(WATER, "", tomorrow.now())
    till.checkout.paying.exact("card", tomorrow.now())
    days = read_days(till.home, None)
    assert [(day.day, day.sales) for day in days.values()] == [(TODAY, 3), ("2025-10-10", 1)]


def run(home: Home, monkeypatch: pytest.MonkeyPatch, *arguments: str, tongue: str = "C") -> tuple[int, str]:
    """`tillbox report day` on a home."""
    monkeypatch.setenv("TILLBOX_HOME", str(home.root))
    monkeypatch.setenv("LC_ALL", tongue)
    done = CliRunner().invoke(app, ["day", *arguments])
    return done.exit_code, done.stdout


def test_the_command_prints_json_and_text(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    code, printed = run(till.home, monkeypatch, TODAY, "--json")
    told = json.loads(printed)
    assert (code, told["total"], told["total_minor"]) == (0, "33.00", 3300)
    assert told["by_tender"]["cash"]["total"] == "22.00"
    assert "33.00" in run(till.home, monkeypatch, TODAY)[1]
    assert "营业日 2025-10-09" in run(till.home, monkeypatch, TODAY, tongue="zh_CN.UTF-8")[1]
    (every,) = json.loads(run(till.home, monkeypatch, "--all", "--json")[1])
    assert every == told


def test_a_day_without_sales_is_zero_and_a_wrong_day_says_how_to_write_it(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, printed = run(till.home, monkeypatch, "2001-01-01", "--json")
    assert (code, json.loads(printed)["sales"]) == (0, 0)
    assert run(till.home, monkeypatch, "--json")[0] == 0
    code, printed = run(till.home, monkeypatch, "9.10.", "--json")
    assert (code, json.loads(printed)["error"]) == (2, "report.day")
