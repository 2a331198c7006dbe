"""Goods counted and moved at the till while it sells: who may, what is kept, what is seen of it."""

from pathlib import Path

import pytest

from appliance.ui.acts import people
from appliance.ui.sheets import ApprovalSheet, StockSheet
from appliance.ui.views import StockView
from retail.catalogue import StockLevel
from retail.messages.events import StockCounted, StockMoved
from tests.support import desk as support
from tests.ui.brain import MANAGER_CARD, Brain, new_brain

WATER, BEANS, GIFT_CARD = "6901234567892", "6901234567885", "GC8800214471"
GS1 = "0106901234567892"


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    made = new_brain(tmp_path)
    made.sign_in()
    return made


@pytest.fixture
def counting(till: Brain) -> Brain:
    support.push(till.home, "stock", 1, 2, (StockLevel(id="water", level_milli=10_000),))
    begin(till, "count")
    people.card(till.till, MANAGER_CARD)
    return till


def begin(till: Brain, kind: str) -> None:
    till.do("menu.open")
    till.touch("menu.stock")
    till.touch(f"stock.kind.{kind}")


def screen(till: Brain) -> StockView:
    view = till.presented().screen
    assert isinstance(view, StockView)
    return view


def rows(till: Brain) -> list[tuple[str, str]]:
    """Amount, and the detail without its time, of what was done; the latest first."""
    return [(line.amount, line.detail.partition(" · ")[2]) for line in screen(till).done.lines]


def bodies(till: Brain) -> list[StockCounted | StockMoved]:
    day = till.desk.checkout.desk.business_day(till.counter.moment())
    return [record.body for record in till.trade.stock_records(day)]


def keep(till: Brain, digits: str) -> None:
    till.keys(digits)
    till.touch("stock.confirm")


def test_a_cashier_begins_with_a_manager_s_word_which_is_on_record(till: Brain) -> None:
    begin(till, "count")
    assert isinstance(till.state.sheet, ApprovalSheet) and till.state.place == "sale"
    people.card(till.till, MANAGER_CARD)
    till.scan(WATER)
    keep(till, "9")
    (body,) = bodies(till)
    assert isinstance(body, StockCounted)
    assert (body.counted_milli, body.operator_id, body.approver_id) == (9000, "wang", "li")


def test_a_manager_needs_nobody(till: Brain) -> None:
    till.do("sign_out")
    people.card(till.till, MANAGER_CARD)
    begin(till, "waste")
    assert till.state.place == "stock" and till.state.sheet is None


def test_a_count_is_compared_with_the_level_of_its_moment_while_selling_goes_on(counting: Brain) -> None:
    counting.scan(WATER)
    assert screen(counting).entry.detail == WATER
    counting.touch("stock.leave")
    counting.scan(WATER)
    counting.touch("pay.cash")
    counting.touch("tender.note.exact")
    counting.touch("done.next")
    begin(counting, "count")
    assert counting.state.place == "stock"
    keep(counting, "8")
    assert rows(counting) == [("8", "盘点 · 账面 9，差 −1")]
    counting.scan(WATER)
    keep(counting, "8")
    assert rows(counting)[0] == ("8", "盘点 · 与账面相符")
    assert counting.desk.checkout.desk.stock.level("water") == 8000


def test_the_next_scan_keeps_the_count_and_the_same_again_is_one_more(counting: Brain) -> None:
    for _ in range(3):
        counting.scan(WATER)
    assert counting.state.stock is not None and counting.state.stock.digits == "3"
    counting.scan(BEANS)
    assert rows(counting) == [("3", "盘点 · 账面 10，差 −7")]
    assert screen(counting).entry.name == "Beans" and screen(counting).entry.amount == ""


def test_what_was_counted_is_there_after_a_restart(counting: Brain) -> None:
    counting.scan(WATER)
    keep(counting, "0")
    counting.counter.close()
    again = Brain(counting.home, counting.ticks)
    begin(again, "count")
    people.card(again.till, MANAGER_CARD)
    assert rows(again) == [("0", "盘点")]
    again.counter.close()


def test_a_delivery_has_its_batch_and_date_from_the_code_or_typed(counting: Brain) -> None:
    begin(counting, "received")
    counting.scan(f"{GS1}17270131" + "10L1", "]d2")
    keep(counting, "24")
    counting.scan(WATER)
    counting.touch("stock.reason")
    counting.touch("stock.details")
    counting.do("keyboard.text", text="L2")
    counting.touch("field.expires")
    for digits in ("2027023", "0"):
        counting.keys(digits)
        counting.touch("stock.confirm_details")
        assert isinstance(counting.state.sheet, StockSheet) and counting.state.sheet.trouble == "stock.date"
    counting.do("keypad.key", key="backspace")
    counting.do("keypad.key", key="backspace")
    counting.keys("28")
    counting.touch("stock.confirm_details")
    keep(counting, "6")
    found = [body for body in bodies(counting) if isinstance(body, StockMoved)]
    assert [(one.quantity_milli, one.batch, one.expires) for one in found] == [
        (24_000, "L1", "2027-01-31"),
        (6000, "L2", "2027-02-28"),
    ]


def test_waste_has_a_reason_and_a_transfer_names_the_other_store(counting: Brain) -> None:
    begin(counting, "waste")
    counting.do("goods.pick", id="water")
    assert "现有 10" in screen(counting).entry.detail
    counting.touch("stock.reason")
    counting.touch("stock.reason.damaged")
    keep(counting, "2")
    begin(counting, "transfer_out")
    counting.do("goods.pick", id="water")
    counting.keys("3")
    confirm = screen(counting).entry.confirm
    assert not confirm.enabled and confirm.why == "填对方门店"
    counting.touch("stock.reason")
    counting.do("keyboard.text", text="徐汇店")
    counting.do("keyboard.key", key="enter")
    counting.touch("stock.confirm")
    assert rows(counting) == [("−3", "调出 · 徐汇店"), ("−2", "报损 · 损坏")]
    assert counting.desk.checkout.desk.stock.level("water") == 5000


@pytest.mark.parametrize("code", [GIFT_CARD, "130012345678901234", "TBR1:1-000099"])
def test_what_is_no_goods_is_told_without_showing_a_secret(counting: Brain, code: str) -> None:
    counting.scan(code)
    assert counting.state.trouble is not None and counting.state.trouble.code == "stock.not_goods"
    notice = screen(counting).done.notice
    assert notice is not None and code not in repr(notice)
    assert counting.desk_now.basket is None


def test_goods_are_found_by_name_and_digits_go_where_the_caret_is(counting: Brain) -> None:
    counting.do("search.focus")
    counting.do("keyboard.text", text="Wat")
    counting.do("keyboard.key", key="enter")
    assert screen(counting).entry.name == "Water"
    counting.do("search.focus")
    counting.keys("12")
    assert counting.state.search.text == "12"
    counting.do("keyboard.key", key="escape")
    counting.keys("12")
    counting.do("keyboard.key", key="enter")
    assert rows(counting)[0][0] == "12"


def test_loose_goods_are_counted_by_weight_and_pieces_are_whole(counting: Brain) -> None:
    counting.do("goods.pick", id="biscuit")
    keep(counting, "1.25")
    counting.do("goods.pick", id="water")
    keep(counting, "1.5")
    assert [amount for amount, _ in rows(counting)] == ["15", "1.25 kg"]


def test_finishing_or_signing_out_ends_the_manager_s_word(counting: Brain) -> None:
    counting.touch("stock.finish")
    assert counting.state.place == "sale" and counting.state.stock is None
    begin(counting, "count")
    assert isinstance(counting.state.sheet, ApprovalSheet)
    people.card(counting.till, MANAGER_CARD)
    counting.do("sign_out")
    assert counting.state.stock is None
