"""What a cashier sees of stock: how much is left on the tiles, goods past their date, who may let them go."""

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.ui.acts import goods, people
from appliance.ui.sheets import ApprovalSheet
from appliance.ui.views import SaleView
from retail.catalogue import StockLevel
from retail.streams import AnyDocument
from tests.support import desk as support
from tests.ui.brain import MANAGER_CARD, Brain, new_brain

CODE = "0106901234567892"


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    made = new_brain(tmp_path)
    made.sign_in()
    return made


def hq_tells(till: Brain, version: int, *documents: AnyDocument) -> None:
    """HQ's levels come; the till looks for news as it does each second."""
    support.push(till.home, "stock", version - 1, version, documents)
    till.submit(lambda counter: counter.changed_shop(), lambda reply: till.till.replied(reply))


def chips(till: Brain) -> dict[str, str]:
    view = till.presented().screen
    assert isinstance(view, SaleView)
    return {tile.id: tile.chip.text for tile in view.goods.tiles if tile.chip}


def notice(till: Brain) -> str:
    view = till.presented().screen
    assert isinstance(view, SaleView) and view.basket.notice is not None
    return view.basket.notice.title


def scan_gs1(till: Brain, rest: str) -> None:
    till.submit(goods.scan_job(CODE + rest, "]d2"), lambda reply: goods.scanned(till.till, reply, 0))


def test_tiles_say_how_much_is_left_and_count_down_with_own_sales(till: Brain) -> None:
    till.do("goods.category", id="snacks")
    assert chips(till) == {}
    hq_tells(till, 2, StockLevel(id="water", level_milli=2000, reorder_milli=3000),
             StockLevel(id="biscuit", level_milli=450, reorder_milli=1000))  # fmt: skip
    assert chips(till) == {"water": "剩 2", "biscuit": "剩 0.45 kg"}
    for said in ("剩 1", "售罄"):
        till.scan("6901234567892")
        till.touch("pay.cash")
        till.touch("tender.note.exact")
        till.touch("done.next")
        assert chips(till)["water"] == said
    hq_tells(till, 3, StockLevel(id="water", level_milli=50_000, reorder_milli=3000))
    assert chips(till) == {"biscuit": "剩 0.45 kg"}


def test_goods_past_their_date_need_a_manager_on_the_spot(till: Brain) -> None:
    past = (till.state.now - timedelta(days=1)).strftime("%y%m%d")
    scan_gs1(till, "17" + past)
    assert till.desk_now.basket is None
    assert "已过期" in notice(till)
    till.touch("notice.ask_manager")
    sheet = till.state.sheet
    assert isinstance(sheet, ApprovalSheet) and sheet.what == "sell_expired"
    assert f"20{past[:2]}-{past[2:4]}" in str(till.presented().sheet)
    people.card(till.till, MANAGER_CARD)
    basket = till.desk_now.basket
    assert basket is not None and basket.lines[0].lot is not None
    assert basket.lines[0].lot.approved_by == "li"
    assert till.state.sheet is None and till.state.trouble is None


def test_a_torn_code_is_told_and_offers_no_manager(till: Brain) -> None:
    scan_gs1(till, "17260230")
    assert "条码" in notice(till)
    assert not till.has_control("notice.ask_manager")
