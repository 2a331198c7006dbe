"""Money at the till, through intents, over real databases: cash, codes, unknown payments, restarts."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.checkout.attempt import QUERY_AFTER_MS
from appliance.ui.acts import devices, people
from appliance.ui.acts.people import edited
from appliance.ui.plain import customer_plain, customer_view
from appliance.ui.presenters import customer
from appliance.ui.presenters.say import say_of
from appliance.ui.state import Devices, DeviceState, Sync
from appliance.ui.views import CashPaneView, DoneView, PaymentUnknownView, QrPaneView, SaleView, TenderView
from tests.ui.brain import DEVICES, MANAGER_CARD, Brain, new_brain

WATER, BEANS = "6901234567892", "6901234567885"
QR = "00020101021226280017com.tillbox.pay0103ABC5204581453031565405"


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    brain = new_brain(tmp_path)
    brain.sign_in()
    brain.scan(BEANS)
    return brain


def trouble(till: Brain) -> str:
    return till.state.trouble.code if till.state.trouble else ""


def test_cash_with_one_note_is_two_taps_and_says_the_change(till: Brain) -> None:
    till.touch("pay.cash")
    till.touch("tender.note.10000")
    view = till.presented().screen
    assert isinstance(view, DoneView)
    assert view.amount == "¥22.00"
    assert [effect.kind for effect in till.effects] == ["drawer", "receipt"]


def test_a_typed_amount_shows_its_change_before_it_is_taken(till: Brain) -> None:
    till.touch("pay.default")
    till.keys("80")
    view = till.presented().screen
    assert isinstance(view, TenderView) and isinstance(view.pane, CashPaneView)
    assert view.pane.change == "¥2.00"
    till.touch("tender.confirm")
    assert till.state.place == "done"


def test_less_than_due_is_a_part_payment_that_can_be_undone(till: Brain) -> None:
    till.touch("pay.cash")
    till.keys("50")
    till.touch("tender.confirm")
    assert till.desk_now.due_minor == 2800
    tender_id = till.desk_now.basket.tenders[0].tender_id  # type: ignore[union-attr]  # there is a basket
    till.touch(f"tender.undo.{tender_id}")
    assert till.desk_now.due_minor == 7800


def test_a_card_terminal_pays_the_rest(till: Brain) -> None:
    till.touch("pay.cash")
    till.keys("50")
    till.touch("tender.confirm")
    till.touch("tender.card")
    till.touch("tender.card.confirm")
    assert till.state.place == "done"
    sale = till.desk_now.last_sale
    assert sale is not None and [(t.type, t.amount_minor) for t in sale.tenders] == [
        ("cash", 5000),
        ("card", 2800),
    ]


def test_a_scan_on_the_cash_pane_returns_to_the_basket(till: Brain) -> None:
    till.touch("pay.cash")
    till.scan(WATER)
    assert till.state.place == "sale"
    assert till.desk_now.due_minor == 8100


def test_a_scan_clears_the_finished_sale(till: Brain) -> None:
    till.touch("pay.cash")
    till.touch("tender.note.exact")
    till.scan(WATER)
    assert till.state.place == "sale"
    assert till.desk_now.due_minor == 300


def test_goods_taken_back_are_refunded_in_cash(till: Brain) -> None:
    till.touch("basket.clear")
    till.touch("clear.confirm")
    till.touch("sale.refund")
    till.touch("refund.no_receipt")
    till.touch("reason.damaged")
    till.keys("135790")
    till.scan(BEANS)
    assert till.desk_now.due_minor == -7800
    assert not till.control("pay.qr").enabled
    till.touch("pay.default")
    till.touch("tender.confirm")
    assert till.desk_now.last_sale is not None and till.desk_now.last_sale.total_minor == -7800


# Codes


def test_a_code_completes_the_sale_by_itself(till: Brain) -> None:
    till.touch("pay.qr")
    till.hq_says("pending", qr=QR)
    view = till.presented().screen
    assert isinstance(view, TenderView) and isinstance(view.pane, QrPaneView) and view.pane.qr is not None
    assert not till.control("tender.cash").enabled
    till.hq_says("paid", reference="R1")
    assert till.state.place == "done"
    sale = till.desk_now.last_sale
    assert sale is not None and sale.tenders[0].reference == "R1"


def test_the_customer_sees_the_same_code_across_the_socket(till: Brain) -> None:
    till.touch("pay.qr")
    till.hq_says("pending", qr=QR)
    seen = customer.view(till.state, say_of(till.state, till.words("zh-Hans")))
    assert seen.kind == "qr" and seen.qr is not None
    assert customer_view(customer_plain(seen)) == seen


def test_goods_scanned_while_a_code_is_live_are_refused(till: Brain) -> None:
    till.touch("pay.qr")
    till.hq_says("pending", qr=QR)
    till.scan(WATER)
    assert trouble(till) == "basket.payment_under_way"
    assert till.state.place == "tender"


@pytest.mark.parametrize("end", ["declined", "expired", "cancelled"])
def test_a_payment_that_failed_leads_back_to_the_tenders_with_the_reason(till: Brain, end: str) -> None:
    till.touch("pay.qr")
    till.hq_says(end)
    assert (till.state.place, till.state.pane) == ("tender", "cash")
    assert trouble(till) == f"payment.{end}"
    till.touch("tender.note.exact")
    assert till.state.place == "done"


def test_closing_waits_for_hq(till: Brain) -> None:
    till.touch("pay.qr")
    till.hq_says("pending", qr=QR)
    till.touch("qr.close")
    assert till.control("qr.close").busy
    till.hq_says("cancelled")
    assert till.desk_now.basket is not None and till.desk_now.basket.attempt is None


def test_offline_a_code_cannot_be_asked_for_and_says_so_before(till: Brain) -> None:
    till.till.change(sync=Sync(True, False, 3), offline_told=True)
    assert not till.control("pay.qr").enabled and till.control("pay.qr").why
    till.do("pay.with", tender="qr")
    assert trouble(till) == "tender.offline"
    assert till.desk_now.basket is not None and till.desk_now.basket.attempt is None


# Nobody knows


def unknown(till: Brain) -> None:
    till.touch("pay.qr")
    till.tick(QUERY_AFTER_MS + 1)
    till.follow()


def test_silence_becomes_unknown_with_its_four_steps(till: Brain) -> None:
    unknown(till)
    view = till.presented().screen
    assert isinstance(view, PaymentUnknownView)
    assert [step.name for step in view.steps] == [
        "unknown.suspend",
        "unknown.query",
        "unknown.reverse",
        "unknown.confirm",
    ]
    assert len(view.events) >= 2


def test_the_next_customer_is_served_and_the_payment_still_ends(till: Brain) -> None:
    unknown(till)
    till.touch("unknown.suspend")
    till.scan(WATER)
    till.touch("pay.cash")
    till.touch("tender.note.exact")
    till.hq_says("paid", reference="R2")
    assert not till.desk_now.suspended
    assert till.state.toast is not None and till.state.toast.key == "toast.paid_suspended"
    assert till.state.place == "done"


def test_a_manager_confirms_with_a_card_and_the_providers_number(till: Brain) -> None:
    unknown(till)
    till.touch("unknown.confirm")
    people.card(till.till, MANAGER_CARD)
    till.do("keyboard.text", text="WX-1")
    till.touch("sheet.confirm")
    sale = till.desk_now.last_sale
    assert till.state.place == "done"
    assert sale is not None and sale.tenders[0].reference == "WX-1"


def test_a_wrong_managers_pin_stays_in_the_sheet(till: Brain) -> None:
    unknown(till)
    till.touch("unknown.confirm")
    till.keys("000000")
    assert till.presented().sheet is not None and "PIN" in str(till.presented().sheet)
    till.keys("135790")
    assert till.control("sheet.confirm").text


# After the sale


def sold(till: Brain) -> None:
    till.touch("pay.cash")
    till.touch("tender.note.exact")


def test_a_failed_print_is_shown_and_done_again_from_the_same_screen(till: Brain) -> None:
    sold(till)
    receipt = till.effects[1]
    devices.settled(till.till, receipt.effect_id, "failed", "printer.paper_out")
    till.touch("effect.again.receipt")
    assert len(till.effects) == 3
    devices.settled(till.till, till.effects[2].effect_id, "done", "")
    devices.settled(till.till, till.effects[0].effect_id, "done", "")
    assert not till.desk_now.unsettled


def test_after_a_restart_everything_is_there_and_nothing_fires_by_itself(till: Brain) -> None:
    sold(till)
    till.scan(WATER)
    till.trade.close()
    again = Brain(till.home, till.ticks)
    assert again.state.place == "sale"
    assert again.desk_now.due_minor == 300
    assert again.effects == []
    view = again.presented().screen
    assert isinstance(view, SaleView) and view.basket.notice is not None
    again.touch("effect.decide")
    again.touch("effect.dismiss.drawer")
    again.touch("effect.decide")
    again.touch("effect.again.receipt")
    assert [(effect.kind, effect.copy) for effect in again.effects] == [("receipt", True)]


def test_a_payment_goes_on_after_a_restart(till: Brain) -> None:
    till.touch("pay.qr")
    till.trade.close()
    again = Brain(till.home, till.ticks)
    again.hq_says("paid", reference="R3")
    assert again.desk_now.last_sale is not None and again.desk_now.last_sale.total_minor == 7800


def test_the_last_sale_is_reprinted_as_a_copy(till: Brain) -> None:
    sold(till)
    till.touch("done.next")
    till.touch("last_sale.reprint")
    assert till.effects[-1].copy


# Devices


def test_a_device_fault_is_a_red_word_and_one_notice_but_pay_stays(till: Brain) -> None:
    faulty = (DeviceState("receipt", "printer", "degraded", "printer.paper_out"), *DEVICES[1:])
    till.till.change(devices=Devices(True, faulty))
    view = till.presented().screen
    assert isinstance(view, SaleView)
    assert view.status.items[0].tone == "bad"
    assert view.basket.notice is not None and view.pay.control.enabled


def test_selling_goes_on_without_the_daemon(till: Brain) -> None:
    till.till.change(devices=Devices(False, ()))
    sold(till)
    for effect in till.effects:
        devices.settled(till.till, effect.effect_id, "failed", "ipc.not_connected")
    till.touch("done.next")
    assert len(till.desk_now.unsettled) == 2
    view = till.presented().screen
    assert isinstance(view, SaleView) and view.basket.notice is not None


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_every_place_can_be_said_in_every_language(till: Brain, language: str) -> None:
    till.till.change(language=language, sync=Sync(False, False, 7), offline_told=True)
    for place in ("sign_in", "sale", "tender"):
        for pane in ("cash", "qr", "card"):
            till.till.change(place=place, pane=pane)
            till.presented()
    for kind in ("menu", "suspended", "clear", "last_sale", "devices", "effects"):
        till.do("menu.open", kind=kind)
        for small in (False, True):
            till.till.change(small=small)
            till.presented()
    till.do("sheet.close")
    till.till.change(sync=Sync(True, True, 0), place="sale", small=False)
    unknown(till)
    till.presented()
    till.touch("unknown.confirm")
    till.presented()
    till.hq_says("paid", reference="R")
    till.presented()
    till.till.change(devices=replace(till.state.devices, connected=False))
    till.presented()


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("", "5", "5"),
        ("0", "5", "5"),
        ("1.25", "7", "1.25"),
        ("", ".", "0."),
        ("1.", ".", "1."),
        ("12", "backspace", "1"),
        ("12", "clear", ""),
    ],
)
def test_the_keypad_types_amounts(before: str, key: str, after: str) -> None:
    assert edited(before, key, 9, 2) == after
