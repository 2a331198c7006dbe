"""What the sync process carries between a till's databases and HQ's, over a real broker."""

from pathlib import Path

from hq import catalogue, payments
from hq.tables import alarm, event, payment, sale
from retail.catalogue import Product, Shop
from retail.emvco import parse
from retail.messages import PaymentNews
from tests.support.broker import Broker, wait_for
from tests.support.hq import Headquarters, unix_ms
from tests.support.till import TillHome

SHOP = Shop(
    id="shop",
    names={"zh-Hans": "演示咖啡"},
    store_names={"zh-Hans": "一店"},
    workstation_names={},
    merchant_name="DEMO CAFE",
    merchant_city="SHANGHAI",
    merchant_id="M-0001",
)


def test_sales_reach_hq_once_and_the_cursor_follows(hq: Headquarters, till: TillHome) -> None:
    till.start()
    till.sell(3)
    wait_for(lambda: till.cursor() == (3, till.chain.head), what="the cursor")
    assert (hq.count(event), hq.count(sale), hq.count(alarm)) == (3, 3, 0)
    assert till.terminate() == 0


def test_documents_come_before_the_till_has_made_its_database(hq: Headquarters, till: TillHome) -> None:
    with hq.writer.begin() as connection:
        catalogue.put(connection, [SHOP])
    till.start()
    wait_for(lambda: versions(till) == {"shop": 1}, what="the shop")
    assert not till.home.trade_db.exists()
    till.sell(1)
    wait_for(lambda: till.cursor()[0] == 1, what="the sale")


def test_a_price_changed_by_another_process_reaches_the_till(hq: Headquarters, till: TillHome) -> None:
    latte = Product(id="latte", names={"en": "Latte"}, category="coffee", price_minor=2200)
    till.start()
    with hq.writer.begin() as connection:
        catalogue.put(connection, [latte])
    wait_for(lambda: versions(till) == {"catalogue": 1}, what="version 1")
    with hq.writer.begin() as connection:
        catalogue.set_price(connection, "latte", 2500, None)
    wait_for(lambda: versions(till) == {"catalogue": 2}, what="version 2")
    wait_for(lambda: reported(hq) == {"catalogue": 2}, what="the report")


def test_two_tills_do_not_mix(hq: Headquarters, till: TillHome, broker: Broker, tmp_path: Path) -> None:
    other = TillHome(tmp_path / "till-2", broker, "till-2")
    try:
        for one in (till, other):
            one.start()
        till.sell(4)
        other.sell(6)
        wait_for(lambda: till.cursor()[0] == 4 and other.cursor()[0] == 6, what="both")
        by_till = [row["appliance"] for row in hq.rows(event)]
        assert (by_till.count("till-1"), by_till.count("till-2"), hq.count(alarm)) == (4, 6, 0)
    finally:
        other.close()


def test_a_payment_is_asked_for_shown_and_paid(hq: Headquarters, till: TillHome) -> None:
    ask_to_pay(hq, till)
    wait_for(lambda: news_of(till) is not None, what="the code")
    told = news_of(till)
    assert told and told.state == "pending"
    fields = parse(told.qr)
    assert (fields["54"], fields["53"]) == ("22.00", "156")
    with hq.writer.begin() as connection:
        payments.decide(connection, "attempt-1", "paid", unix_ms())
    wait_for(lambda: state_of(till) == "paid", what="paid")
    assert hq.rows(payment)[0]["state"] == "paid"


def test_a_silent_payment_is_heard_of_after_its_release(hq: Headquarters, till: TillHome) -> None:
    ask_to_pay(hq, till)
    wait_for(lambda: state_of(till) == "pending", what="pending")
    with hq.writer.begin() as connection:
        payments.silence(connection, "attempt-1", unix_ms())
    till.ask("r-2", "payment.cancel", {"attempt_id": "attempt-1"}, unix_ms())
    till.sell(1)
    wait_for(lambda: till.cursor()[0] == 1, what="HQ working on")
    assert state_of(till) == "pending"
    with hq.writer.begin() as connection:
        payments.release(connection, "attempt-1", unix_ms())
    wait_for(lambda: state_of(till) == "cancelled", what="the cancel, sent again")


def ask_to_pay(hq: Headquarters, till: TillHome) -> None:
    with hq.writer.begin() as connection:
        catalogue.put(connection, [SHOP])
    till.start()
    body = {
        "attempt_id": "attempt-1",
        "sale_id": "s-1",
        "amount_minor": 2200,
        "currency": "CNY",
        "method": "qr",
        "expires_at_ms": unix_ms() + 60_000,
    }
    till.ask("r-1", "payment.create", body, unix_ms())


def news_of(till: TillHome) -> PaymentNews | None:
    from appliance.store.reference import mailbox

    if not till.home.reference_db.exists():
        return None
    engine = till.reference()
    try:
        with engine.connect() as connection:
            return mailbox.payment(connection, "attempt-1")
    finally:
        engine.dispose()


def state_of(till: TillHome) -> str:
    told = news_of(till)
    return told.state if told else ""


def versions(till: TillHome) -> dict[str, int]:
    if not till.home.reference_db.exists():
        return {}
    engine = till.reference()
    try:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT name, version FROM stream")
            return {row.name: row.version for row in rows}
    finally:
        engine.dispose()


def reported(hq: Headquarters) -> dict[str, int]:
    from hq.appliances import appliances

    with hq.reader.connect() as connection:
        return appliances(connection)[0].versions
