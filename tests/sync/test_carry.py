"""What the sync process carries between a till's databases and HQ's, over a real broker."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from appliance.ipc.sockets import connect
from appliance.store.reference import mailbox
from hq import catalogue, payments
from hq.appliances import appliances
from hq.ingest import take
from hq.pushes import PushPlan
from hq.tables import alarm, event, payment, sale
from retail.catalogue import Product, Shop
from retail.emvco import parse
from retail.messages import PaymentNews, Topics
from tests.support.broker import Broker
from tests.support.hq import Headquarters, unix_ms
from tests.support.journal import Chain
from tests.support.till import TillHome
from tests.support.waiting import wait_for

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
    return till.reference(lambda connection: mailbox.payment(connection, "attempt-1"), None)


def state_of(till: TillHome) -> str:
    told = news_of(till)
    return told.state if told else ""


def versions(till: TillHome) -> dict[str, int]:
    def read(connection: Connection) -> dict[str, int]:
        rows = connection.exec_driver_sql("SELECT name, version FROM stream")
        return {row.name: row.version for row in rows}

    return till.reference(read, {})


def reported(hq: Headquarters) -> dict[str, int]:
    with hq.reader.connect() as connection:
        return appliances(connection)[0].versions


def test_a_forked_journal_stops_the_upload_and_is_alarmed(hq: Headquarters, till: TillHome) -> None:
    take(hq.writer, PushPlan(), Topics("demo", "till-1").up_event, other_history(till), 1)
    till.sell(2)
    till.start()
    wait_for(lambda: state_told(till).get("problem") == "journal.forked", what="the problem")
    assert state_told(till)["waiting"] == 2
    wait_for(lambda: codes(hq) == ["journal.forked"], what="the alarm")
    till.sell(1)
    wait_for(lambda: state_told(till)["waiting"] == 3, what="selling on")
    assert (hq.count(event), till.cursor()[0]) == (1, 0)


def test_online_means_that_hq_answers(broker: Broker, till: TillHome) -> None:
    till.sell(1)
    till.start()
    wait_for(lambda: state_told(till).get("waiting") == 1, what="the agent")
    assert not state_told(till)["online"], "the broker alone is not HQ"
    made = Headquarters(broker)
    try:
        wait_for(lambda: state_told(till)["online"], what="HQ")
        broker.kill()
        wait_for(lambda: not state_told(till)["online"], what="offline")
        broker.start()
        wait_for(lambda: state_told(till)["online"], what="HQ again")
    finally:
        made.stop()


def codes(hq: Headquarters) -> list[str]:
    return [str(row["code"]) for row in hq.rows(alarm)]


def other_history(till: TillHome) -> bytes:
    clone = Chain(till.appliance, incarnation=till.chain.incarnation)
    clone.add("drawer.opened", {"operator_id": "op-1", "reason": "no sale"})
    return json.dumps({"type": "events", "events": clone.events}).encode()


def state_told(till: TillHome) -> dict[str, Any]:
    """What a client of `sync.sock` is told; empty while nobody answers."""
    try:
        sock = connect(till.home.socket("sync"), 2)
    except OSError:
        return {}
    with sock, sock.makefile("rwb") as lines:
        lines.write(b'{"jsonrpc":"2.0","id":1,"method":"hello","params":{"client":"test"}}\n')
        lines.flush()
        answer: dict[str, Any] = json.loads(lines.readline())["result"]["state"]
        return answer
