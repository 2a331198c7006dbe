"""A file sold truly by hand: scanner's bytes, fingers on the glass, slips out of the printer."""

from collections.abc import Iterator

import pytest

from tests.replay.conftest import Shop
from tests.support.house import house

SETTINGS = "[screen]\nremote = true\nwindow = false\n"
ROWS = (
    "1,2026-03-02 09:00,6991870001010,Water,2,3.00,cash,",
    "1,2026-03-02 09:00,101,Latte,1,22.00,cash,",
    "2,2026-03-02 09:01,,Wurst 0.5,3,4.50,card,",
    "3,2026-03-02 09:02,,Cup deposit,-2,2.00,cash,",
    "4,2026-03-02 09:03,101,Latte of old,1,19.00,cash:10.00;card:9.00,",
    "5,2026-03-02 09:04,,Beer,1,3.80,cash:5.00;card:-1.20,",
    "6,2026-03-02 09:05,,Beer,1,3.80,wechat,",
    "7,2026-03-02 09:06,,Cheese,0.5,3.80,cash,",
    "8,2026-03-02 09:07,6991870003014,Beans,1,78.00,cash,",
)
TOTAL_MINOR = 2800 + 1350 - 400 + 1900


@pytest.fixture
def till(shop: Shop) -> Iterator[Shop]:
    """A house that runs in the shop's home."""
    (shop.home.config_dir / "90-test.toml").write_text(SETTINGS)
    with house(shop.home.root):
        yield shop


@pytest.mark.timeout(300)
def test_till_paper_and_record_agree_and_a_second_run_sells_nothing(till: Shop) -> None:
    file = str(till.write(*ROWS))
    told = till.command("replay", file, "--through", "screen", "--json")
    assert {(one["row"], one["code"]) for one in told["refused"]} == {
        (7, "screen.several_tenders"),
        (8, "screen.tender_not_offered"),
        (9, "screen.part_of_a_piece"),
        # The screen sells by today's promotions, the record by its own prices: such a ticket is not sold.
        (10, "screen.total_differs"),
    }
    assert (told["sales"], told["total_minor"]) == (4, TOTAL_MINOR)
    assert told["by_tender_minor"] == {"cash": 2800 - 400 + 1000, "card": 1350 + 900}
    assert (told["slips"], told["slips_wrong"]) == (4, [])
    days = till.command("report", "day", "--all", "--json")  # two, if one begins just now
    assert (sum(day["sales"] for day in days), sum(day["total_minor"] for day in days)) == (4, TOTAL_MINOR)
    again = till.command("replay", file, "--through", "screen", "--json")
    assert (again["sales"], again["already"], again["already_total_minor"]) == (0, 4, TOTAL_MINOR)
    assert till.command("verify", "--json")["ok"]


def test_without_a_running_till_it_says_how_to_start_it(shop: Shop) -> None:
    file = str(shop.write(ROWS[0]))
    told = shop.command("replay", file, "--through", "screen", "--json", code=2)
    assert told["error"] == "replay.not_running"
    assert "tillbox run" in told["text"]
