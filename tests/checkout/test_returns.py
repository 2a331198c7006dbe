"""Refunds, exchanges and voids on a real desk: once, never more than was sold, to the right tenders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3.dbapi2 import DatabaseError

from appliance.checkout.attempt import News
from appliance.checkout.refunding import returned_line
from retail.errors import Refused
from retail.ledger import Posting, balances
from retail.messages.events import SaleCompleted, SaleVoided
from tests.support.desk import Till, new_home, open_till

WATER, BEANS = "6901234567892", "6901234567885"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(new_home(tmp_path))
    yield opened
    opened.close()


def sell(till: Till, *codes: str, cash_minor: int | None = None) -> SaleCompleted:
    """Sell for cash; with `cash_minor` so much of it in cash and the rest by card."""
    for code in codes:
        till.checkout.selling.scan(code, "", till.clock.now())
    if cash_minor is not None:
        till.checkout.paying.cash(cash_minor, till.clock.now())
        paid = till.checkout.paying.exact("card", till.clock.now())
    else:
        paid = till.checkout.paying.cash(100_000, till.clock.now())
    assert paid.sale is not None
    return paid.sale


def sell_by_code(till: Till, code: str) -> SaleCompleted:
    """Sell for a QR that HQ says was paid."""
    till.checkout.selling.scan(code, "", till.clock.now())
    basket = till.checkout.paying.ask_qr(till.clock.now())
    assert basket.attempt is not None
    news = News(basket.attempt.attempt_id, "paid", reference="wx-1")
    paid = till.checkout.paying.hear(basket, news, till.clock.now())
    assert paid is not None and paid.sale is not None
    return paid.sale


def take_back(till: Till, sale: SaleCompleted, line: int, pieces: int) -> None:
    quantities = {sale.lines[line].line_id: pieces * 1000}
    till.checkout.refunding.take_back(sale.number, quantities, "damaged", till.clock.now())


def give_all(till: Till) -> SaleCompleted:
    """Hand back every piece of the plan."""
    while True:
        piece = till.checkout.refunding.plan()[0]
        paid = till.checkout.refunding.give(piece.tender_id, till.clock.now())
        if paid.sale is not None:
            return paid.sale


def money(till: Till) -> dict[tuple[str, str], int]:
    rows = till.trade._rows("SELECT account, currency, amount_minor FROM posting")
    return {key: amount for key, amount in balances(Posting(*row) for row in rows).items() if amount}


def test_goods_that_came_back_in_parts_leave_nothing_in_the_ledger(till: Till) -> None:
    sale = sell(till, WATER, WATER, WATER, BEANS, cash_minor=5000)
    for line, pieces in ((0, 1), (1, 1), (0, 2)):
        take_back(till, sale, line, pieces)
        refund = give_all(till)
        assert refund.kind == "refund" and refund.reason == "damaged"
        assert refund.lines[0].refers_to is not None and refund.lines[0].refers_to.sale_id == sale.sale_id
    assert money(till) == {}
    assert till.trade.given_back(sale.number) == {
        tender.tender_id: tender.amount_minor for tender in sale.tenders
    }


def test_the_card_gets_its_money_before_cash_is_handed_out(till: Till) -> None:
    sale = sell(till, WATER, BEANS, cash_minor=5000)  # 81.00: 50 in cash, 31 by card
    take_back(till, sale, 1, 1)
    assert [(piece.type, piece.amount_minor) for piece in till.checkout.refunding.plan()] == [
        ("card", 3100),
        ("cash", 4700),
    ]
    refund = give_all(till)
    assert [(tender.type, tender.amount_minor) for tender in refund.tenders] == [
        ("card", -3100),
        ("cash", -4700),
    ]


def test_nothing_comes_back_twice(till: Till) -> None:
    sale = sell(till, WATER)
    take_back(till, sale, 0, 1)
    give_all(till)
    with pytest.raises(Refused, match=r"refund\.all_came_back"):
        take_back(till, sale, 0, 1)


def test_two_refunds_of_one_sale_at_the_same_time_are_refused(till: Till) -> None:
    sale = sell(till, WATER, WATER)
    take_back(till, sale, 0, 1)
    till.checkout.selling.suspend("Chen")
    assert till.trade.suspended_baskets()[0].name == "Chen"
    with pytest.raises(Refused, match=r"refund\.in_another_basket"):
        take_back(till, sale, 0, 1)


def test_a_second_hand_on_the_same_piece_gives_nothing_more(till: Till) -> None:
    sale = sell(till, WATER)
    take_back(till, sale, 0, 1)
    piece = till.checkout.refunding.plan()[0]
    till.checkout.refunding.give(piece.tender_id, till.clock.now())
    with pytest.raises(Refused, match=r"basket\.empty"):
        till.checkout.refunding.give(piece.tender_id, till.clock.now())
    assert len(till.trade.sale_totals()) == 2


def test_the_database_itself_refuses_more_than_was_sold(till: Till) -> None:
    sale = sell(till, WATER)
    line_id = sale.lines[0].line_id
    seq = till.trade.head_seq()
    for before, quantity in ((0, 2000), (500, 500), (0, 0)):
        with pytest.raises(DatabaseError), till.trade.unit() as unit:
            unit._sql("INSERT INTO sale_return VALUES (?, ?, ?, ?, ?)", (1, line_id, before, quantity, seq))
    with pytest.raises(DatabaseError, match=r"return\.more_than_paid"), till.trade.unit() as unit:
        tender = sale.tenders[0].tender_id
        unit._sql("INSERT INTO tender_return VALUES (?, ?, ?, ?)", (1, tender, sale.total_minor + 1, seq))


def test_a_change_of_prices_changes_no_refund(till: Till) -> None:
    sale = sell(till, BEANS)
    of = till.checkout.refunding.of_sale(sale.number)
    line = returned_line(of, sale.lines[0].line_id, 1000, "x")
    assert line.returned is not None
    assert line.returned.total_minor == -sale.total_minor
    take_back(till, sale, 0, 1)
    with pytest.raises(Refused, match=r"line\.from_receipt"):
        basket = till.checkout.desk.require_basket()
        till.checkout.selling.set_quantity(basket.lines[0].line_id, -5000, till.clock.now())


def test_an_exchange_pays_the_difference(till: Till) -> None:
    sale = sell(till, WATER)
    take_back(till, sale, 0, 1)
    till.checkout.selling.scan(BEANS, "", till.clock.now())
    assert till.checkout.desk.due_minor(till.checkout.desk.require_basket()) == 7800 - 300
    paid = till.checkout.paying.cash(7500, till.clock.now())
    assert paid.sale is not None
    assert (paid.sale.kind, paid.sale.total_minor) == ("exchange", 7500)
    assert till.trade.returned(sale.number) == {sale.lines[0].line_id: 1000}
    assert money(till)["till/cash", "CNY"] == 7800


def test_an_exchange_gives_the_rest_back_to_the_receipts_tenders(till: Till) -> None:
    sale = sell_by_code(till, BEANS)
    take_back(till, sale, 0, 1)
    till.checkout.selling.scan(WATER, "", till.clock.now())
    (piece,) = till.checkout.refunding.plan()
    assert (piece.type, piece.amount_minor) == ("qr", 7500)
    with pytest.raises(Refused, match=r"refund\.to_its_tenders"):
        till.checkout.paying.exact("cash", till.clock.now())


def test_a_code_is_refunded_by_hqs_word_only_and_asked_for_under_one_id(till: Till) -> None:
    sale = sell_by_code(till, BEANS)
    take_back(till, sale, 0, 1)
    (piece,) = till.checkout.refunding.plan()
    with pytest.raises(Refused, match=r"refund\.ask_hq"):
        till.checkout.refunding.give(piece.tender_id, till.clock.now())
    basket = till.checkout.refunding.ask(piece.tender_id, till.clock.now())
    with pytest.raises(Refused, match=r"basket\.payment_under_way"):
        till.checkout.refunding.ask(piece.tender_id, till.clock.now())
    with pytest.raises(Refused, match=r"refund\.cannot_cancel"):
        till.checkout.paying.cancel_qr(till.clock.now())
    silent = till.checkout.paying.tick(basket, till.clock.now(15_000))
    assert silent is not None and silent.attempt is not None and silent.attempt.state == "unknown"
    asked = till.trade._rows("SELECT kind, json_extract(body, '$.attempt_id') FROM hq_request")
    assert [kind for kind, _ in asked] == ["payment.create", "payment.refund", "payment.refund"]
    assert asked[1][1] == asked[2][1]
    paid = till.checkout.paying.hear(silent, News(silent.attempt.attempt_id, "paid"), till.clock.now())
    assert paid is not None and paid.sale is not None
    assert [(t.type, t.amount_minor, t.refers_to) for t in paid.sale.tenders] == [
        ("qr", -7800, sale.tenders[0].tender_id)
    ]


def test_a_declined_refund_goes_out_in_cash_only_with_a_manager(till: Till) -> None:
    sale = sell_by_code(till, BEANS)
    take_back(till, sale, 0, 1)
    (piece,) = till.checkout.refunding.plan()
    basket = till.checkout.refunding.ask(piece.tender_id, till.clock.now())
    assert basket.attempt is not None
    till.checkout.paying.hear(basket, News(basket.attempt.attempt_id, "declined"), till.clock.now())
    with pytest.raises(Refused, match=r"staff\.manager_needed"):
        till.checkout.refunding.give(piece.tender_id, till.clock.now(), as_cash=True, approver_id="wang")
    paid = till.checkout.refunding.give(piece.tender_id, till.clock.now(), as_cash=True, approver_id="li")
    assert paid.sale is not None and paid.sale.approver_id == "li"
    assert till.trade.given_back(sale.number) == {piece.tender_id: 7800}


def test_without_a_receipt_a_manager_allows_it(till: Till) -> None:
    with pytest.raises(Refused, match=r"staff\.manager_needed"):
        till.checkout.refunding.return_without_receipt("damaged", "wang", till.clock.now())
    with pytest.raises(Refused, match=r"refund\.reason_needed"):
        till.checkout.refunding.return_without_receipt("", "li", till.clock.now())
    till.checkout.refunding.return_without_receipt("damaged", "li", till.clock.now())
    till.checkout.selling.scan(WATER, "", till.clock.now())
    paid = till.checkout.paying.exact("cash", till.clock.now())
    assert paid.sale is not None
    assert (paid.sale.total_minor, paid.sale.kind) == (-300, "refund")
    assert (paid.sale.reason, paid.sale.approver_id) == ("damaged", "li")


def test_a_void_undoes_the_whole_sale(till: Till) -> None:
    before = money(till)
    sale = sell(till, WATER, WATER, BEANS, cash_minor=5000)
    till.checkout.refunding.start_void(sale.number, "wrong_item", "li", till.clock.now())
    with pytest.raises(Refused, match=r"basket\.is_void"):
        till.checkout.selling.scan(WATER, "", till.clock.now())
    void = give_all(till)
    assert isinstance(void, SaleVoided)
    assert (void.voids, void.number, void.total_minor) == (sale.sale_id, sale.number, -sale.total_minor)
    assert [tax.tax_minor for tax in void.taxes] == [-tax.tax_minor for tax in sale.taxes]
    assert money(till) == before
    kinds = [kind for (kind,) in till.trade._rows("SELECT kind FROM ledger_entry ORDER BY entry")]
    assert kinds == ["sale", "reversal"]
    with pytest.raises(Refused, match=r"refund\.sale_voided"):
        till.checkout.refunding.start_void(sale.number, "wrong_item", "li", till.clock.now())
    slip, _ = till.checkout.aftermath.reprint(sale.number)
    assert isinstance(slip, SaleVoided)


def test_a_member_who_stands_at_an_empty_basket_is_in_no_ones_way(till: Till) -> None:
    sale = sell(till, WATER)
    member = till.reference.member("m1")
    assert member is not None
    till.checkout.selling.attach_member(member, till.clock.now())
    basket = till.checkout.refunding.start_void(sale.number, "wrong_item", "li", till.clock.now())
    assert basket.member is None
    assert isinstance(give_all(till), SaleVoided)


def test_what_cannot_be_voided_says_why(till: Till) -> None:
    sale = sell(till, WATER, WATER)
    start = till.checkout.refunding.start_void
    with pytest.raises(Refused, match=r"staff\.manager_needed"):
        start(sale.number, "other", "wang", till.clock.now())
    with pytest.raises(Refused, match=r"refund\.no_sale"):
        start(99, "other", "li", till.clock.now())
    with pytest.raises(Refused, match=r"void\.other_day"):
        start(sale.number, "other", "li", till.clock.now(36 * 3_600_000))
    till.clock.at_ms -= 36 * 3_600_000
    take_back(till, sale, 0, 1)
    refund = give_all(till)
    with pytest.raises(Refused, match=r"void\.already_returned"):
        start(sale.number, "other", "li", till.clock.now())
    with pytest.raises(Refused, match=r"refund\.all_came_back"):
        start(refund.number, "other", "li", till.clock.now())


def test_a_void_that_was_begun_can_be_left_and_taken_up_after_a_restart(till: Till) -> None:
    sale = sell(till, WATER)
    till.checkout.refunding.start_void(sale.number, "other", "li", till.clock.now())
    till.close()
    again = open_till(till.home, till.clock)
    assert again.checkout.desk.require_basket().refund is not None
    again.checkout.refunding.abandon_void()
    assert again.checkout.desk.basket is None
    assert again.trade.void_of(sale.number) is None
    again.close()


def test_receipts_are_found_by_code_and_number(till: Till) -> None:
    sale = sell(till, WATER)
    for typed in ("TBR1:T1-000001", "t1-000001", "1", " 000001 "):
        assert till.checkout.refunding.find(typed).sale == sale
    for typed in ("T2-000001", "x", "T1-x"):
        with pytest.raises(Refused, match=r"receipt\.not_ours"):
            till.checkout.refunding.find(typed)


def test_pieces_are_given_back_in_any_order_also_what_was_paid_with_other_goods(till: Till) -> None:
    """The beans that came back paid for most of the water: that part is cash, which a manager allows."""
    sale = sell(till, BEANS)
    take_back(till, sale, 0, 1)
    for _ in range(30):
        till.checkout.selling.scan(WATER, "", till.clock.now())
    exchange = till.checkout.paying.exact("card", till.clock.now()).sale
    assert exchange is not None and exchange.total_minor == 9000 - 7800
    take_back(till, exchange, 1, 30)
    refunding, now = till.checkout.refunding, till.clock.now
    card, rest = refunding.plan()
    assert [(one.type, one.amount_minor) for one in (card, rest)] == [("card", 1200), ("cash", 7800)]
    with pytest.raises(Refused, match=r"staff\.manager_needed"):
        refunding.give(rest.tender_id, now())
    assert refunding.give(rest.tender_id, now(), approver_id="li").sale is None
    assert refunding.plan() == (card,)
    back = refunding.give(card.tender_id, now()).sale
    assert back is not None and (back.total_minor, back.approver_id) == (-9000, "li")


def test_a_void_begins_where_only_a_code_was_shown(till: Till) -> None:
    sale = sell(till, WATER)
    till.checkout.holding.code("SPRING", till.clock.now())
    till.checkout.refunding.start_void(sale.number, "other", "li", till.clock.now())
    kinds = [kind for (kind,) in till.trade._rows("SELECT kind FROM hq_request")]
    assert kinds == ["spend.cancel"], "HQ is told that the code is not wanted"
    assert give_all(till).total_minor == -300 and till.checkout.desk.basket is None
