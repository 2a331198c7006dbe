"""Refunds, exchanges, voids, named holds and training as a cashier does them, over real databases."""

import hashlib
from pathlib import Path

import pytest

from appliance.ui.acts import people
from retail.messages.events import SaleVoided
from tests.support.desk import Home
from tests.ui.brain import MANAGER_CARD, Brain, new_brain, texts_of

WATER, BEANS = "6901234567892", "6901234567885"
PIN = "135790"


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    made = new_brain(tmp_path)
    made.sign_in()
    return made


def sell(till: Brain, *codes: str, tender: str = "cash") -> None:
    for code in codes:
        till.scan(code)
    till.touch(f"pay.{tender}")
    till.touch("tender.card.confirm" if tender == "card" else "tender.note.exact")
    till.touch("done.next")


def sell_by_code(till: Brain, code: str) -> None:
    till.scan(code)
    till.touch("pay.qr")
    till.hq_says("paid", reference="wx1")
    till.touch("done.next")


def open_receipt(till: Brain, digits: str = "1") -> None:
    till.touch("sale.refund")
    till.keys(digits)
    till.touch("sheet.confirm")
    assert till.state.place == "refund"


def choose(till: Brain, line: int, pieces: int, reason: str = "damaged") -> None:
    draft = till.state.refund
    assert draft is not None
    line_id = draft.of.lines[line].line.line_id
    for _ in range(pieces):
        till.touch(f"refund.more.{line_id}")
    till.touch(f"refund.reason.{reason}")


def test_one_of_two_comes_back_in_cash(till: Brain) -> None:
    sell(till, WATER, BEANS)
    open_receipt(till)
    assert not till.control("refund.confirm").enabled
    choose(till, 1, 1)
    assert "¥78.00" in texts_of(till.presented().screen)
    till.touch("refund.confirm")
    till.touch("refund.give")
    assert till.state.place == "done"
    assert "退款" in till.presented().screen.title
    sale = till.desk_now.last_sale
    assert sale is not None and (sale.kind, sale.total_minor) == ("refund", -7800)
    assert [effect.kind for effect in till.effects[-2:]] == ["drawer", "receipt"]


def test_a_scanned_receipt_opens_what_is_left_of_it(till: Brain) -> None:
    sell(till, WATER, WATER)
    till.touch("sale.refund")
    till.scan("TBR1:T1-000001")
    till.touch("refund.reason.other")
    draft = till.state.refund
    assert draft is not None
    till.touch(f"refund.less.{draft.of.lines[0].line.line_id}")
    till.touch("refund.confirm")
    till.touch("refund.give")
    till.touch("done.next")
    till.scan("TBR1:T1-000001")
    draft = till.state.refund
    assert draft is not None and draft.of.lines[0].left_milli == 1000


def test_a_code_goes_back_through_hq_and_unknown_is_followed(till: Brain) -> None:
    sell_by_code(till, BEANS)
    open_receipt(till)
    till.touch("refund.reason.quality")
    till.touch("refund.confirm")
    till.touch("refund.ask")
    till.tick(15_000)
    till.follow()
    assert till.state.place == "giveback"
    assert till.desk_now.basket is not None and till.desk_now.basket.attempt is not None
    assert till.desk_now.basket.attempt.state == "unknown"
    till.touch("refund.query")
    till.hq_says("paid", reference="R1")
    assert till.state.place == "done"
    sale = till.desk_now.last_sale
    assert sale is not None and [(t.type, t.amount_minor) for t in sale.tenders] == [("qr", -7800)]


def test_a_declined_code_goes_back_in_cash_with_the_managers_card(till: Brain) -> None:
    sell_by_code(till, BEANS)
    open_receipt(till)
    till.touch("refund.reason.quality")
    till.touch("refund.confirm")
    till.touch("refund.ask")
    till.hq_says("declined")
    assert till.state.trouble is not None and till.state.trouble.code == "refund.declined"
    till.touch("refund.as_cash")
    people.card(till.till, MANAGER_CARD)
    sale = till.desk_now.last_sale
    assert till.state.place == "done" and sale is not None
    assert (sale.approver_id, sale.tenders[0].type) == ("li", "cash")


def test_an_exchange_is_one_basket(till: Brain) -> None:
    sell(till, WATER)
    open_receipt(till)
    till.touch("refund.reason.wrong_item")
    till.touch("refund.exchange")
    till.scan(BEANS)
    till.touch("pay.cash")
    till.touch("tender.note.exact")
    sale = till.desk_now.last_sale
    assert sale is not None and (sale.kind, sale.total_minor) == ("exchange", 7500)


def test_the_last_sale_is_voided_with_a_managers_pin(till: Brain) -> None:
    sell(till, WATER, BEANS, tender="card")
    till.touch("sale.more")
    till.touch("menu.void")
    till.touch("reason.wrong_price")
    till.keys(PIN)
    assert till.state.place == "giveback"
    till.touch("refund.give")
    assert till.state.place == "done"
    assert isinstance(till.state.finished, SaleVoided)
    assert till.trade.void_of(1) is not None
    till.touch("done.next")
    till.touch("sale.more")
    assert not till.has_control("menu.void")


def test_a_void_can_be_left(till: Brain) -> None:
    sell(till, WATER)
    till.touch("sale.more")
    till.touch("menu.void")
    till.touch("reason.other")
    till.keys("000000")
    assert "4" in "".join(texts_of(till.presented().sheet))
    till.keys(PIN)
    till.touch("refund.back")
    assert till.state.place == "sale" and till.desk_now.basket is None
    assert till.trade.void_of(1) is None


def test_a_held_basket_is_shown_by_its_name(till: Brain) -> None:
    till.scan(WATER)
    till.touch("status.operator")
    till.touch("menu.hold_named")
    till.do("keyboard.text", text="Chen")
    till.touch("sheet.confirm")
    till.touch("basket.recall")
    assert any("Chen" in text for text in texts_of(till.presented().sheet))


def files_of(home: Home) -> dict[str, str]:
    """What every file of the databases holds."""
    return {
        str(path.relative_to(home.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


def test_training_touches_no_file_and_no_drawer(till: Brain) -> None:
    sell(till, WATER)
    before, pulses = files_of(till.home), till.drawer_pulses
    till.touch("sale.more")
    till.touch("menu.training")
    sell(till, WATER, BEANS)
    assert [effect.kind for effect in till.effects[-1:]] == ["receipt"]
    assert till.desk_now.last_sale is not None
    assert till.desk_now.last_sale.receipt_number == "TRAIN-000001"
    open_receipt(till)
    choose(till, 1, 1)
    till.touch("refund.confirm")
    till.touch("refund.give")
    till.touch("done.next")
    till.touch("drawer.open")
    till.scan(WATER)
    assert not till.control("pay.qr").enabled
    for place in ("sale", "tender"):
        assert "培训模式" in texts_of(till.presented().screen.status), place
        if place == "sale":
            till.touch("pay.cash")
    till.touch("tender.back")
    till.touch("status.operator")
    till.touch("menu.training_end")
    assert (files_of(till.home), till.drawer_pulses) == (before, pulses)
    assert till.desk_now.last_sale is not None and till.desk_now.last_sale.number == 1
    assert till.desk_now.last_sale.receipt_number == "T1-000001"
    assert not till.desk_now.training
    sell(till, WATER)
    assert till.trade.sale(2) is not None


def test_training_does_not_begin_over_an_open_basket(till: Brain) -> None:
    till.scan(WATER)
    till.touch("status.operator")
    till.touch("menu.training")
    assert till.state.trouble is not None and till.state.trouble.code == "training.basket_open"
