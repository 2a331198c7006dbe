"""What a file says happened is what is sold."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DatabaseError

from appliance.checkout.ports import Moment
from appliance.runtime.clock import SystemClock
from appliance.store.trade import read_trade
from appliance.store.trade.lock import TradeLock
from retail.errors import Busy, ContractError
from retail.money import currency
from tests.replay.conftest import Shop
from tests.support.waiting import LONG_S, PROCESS_S
from tillbox.replay.reading import read_record
from tillbox.replay.through_checkout import sale_id_of
from tillbox.replay.tickets import tickets_of
from tillbox.till import moment_of, open_till

LATTE = "1,2026-03-02 09:00,101,Latte,1,22.00,cash,"
EVENING = "2,2026-03-02 21:30:05,,Weinschorle 0.2l,2,4.50,card,late"
NIGHT = "3,2026-03-03 03:59,,Beer,1,4.00,cash,late"


def test_known_goods_at_today_s_price_are_that_product(shop: Shop) -> None:
    shop.replay(LATTE)
    (line,) = shop.sales()[0].lines
    assert (line.product_id, line.price_source, line.tax_class) == ("latte", "catalogue", "service")
    assert line.names["zh-Hans"] == "拿铁"


def test_known_goods_at_another_price_cost_what_the_file_says(shop: Shop) -> None:
    shop.replay("1,2026-03-02 09:00,101,Latte of old,2,19.50,cash,")
    (line,) = shop.sales()[0].lines
    assert (line.product_id, line.price_source, line.total_minor) == ("latte", "record", 3900)
    assert line.names["zh-Hans"] == "拿铁"


def test_unknown_and_empty_codes_are_sold_by_name(shop: Shop) -> None:
    shop.replay(
        EVENING, "4,2026-03-02 22:00,77777,Brezel,1,3.00,cash,late", "5,2026-03-02 22:00,88,,1,1.00,cash,"
    )
    named = [(sale.lines[0].product_id, sale.lines[0].names["en"], sale.total_minor) for sale in shop.sales()]
    assert named == [("", "Weinschorle 0.2l", 900), ("", "Brezel", 300), ("", "88", 100)]


def test_goods_sold_out_today_were_sold_then(shop: Shop) -> None:
    assert shop.replay("1,2026-03-02 09:00,401,Basque,1,26.00,cash,").refused == []
    assert shop.sales()[0].lines[0].product_id == "basque"


def test_part_of_a_piece_is_sold_when_the_file_says_so(shop: Shop) -> None:
    shop.replay(
        "1,2026-03-02 09:00,101,Latte,0.5,22.00,cash,", "2,2026-03-02 09:00,,Cheese,0.125,88.00,cash,"
    )
    assert [sale.total_minor for sale in shop.sales()] == [1100, 1100]


def test_a_negative_quantity_takes_goods_back(shop: Shop) -> None:
    outcome = shop.replay(
        "1,2026-03-02 09:00,,Cup deposit,-3,2.00,cash,", "2,2026-03-02 09:00,101,Latte,-1,22.00,card,"
    )
    assert [sale.total_minor for sale in shop.sales()] == [-600, -2200]
    assert outcome.all.returns == 2
    assert outcome.all.by_tender == {"cash": -600, "card": -2200}


def test_several_tenders_with_signs(shop: Shop) -> None:
    shop.replay("1,2026-03-02 09:00,,Beer,1,3.80,cash:5.00;card:-1.20,")
    tenders = [(tender.type, tender.amount_minor) for tender in shop.sales()[0].tenders]
    assert tenders == [("cash", 500), ("card", -120)]


def test_scattered_lines_of_a_ticket_are_one_sale_where_it_began(shop: Shop) -> None:
    outcome = shop.replay(
        "7,2026-03-02 09:00,,Beer,1,4.00,cash,", LATTE, "7,2026-03-02 09:02,,Wurst,1,3.50,,", NIGHT
    )
    assert [(sale.total_minor, len(sale.lines)) for sale in shop.sales()] == [(750, 2), (2200, 1), (400, 1)]
    assert (outcome.all.sales, outcome.all.lines) == (3, 4)
    assert shop.sales()[0].completed_at == "2026-03-02T09:02:00.000+08:00"


def test_totals_by_tender_shift_and_business_day(shop: Shop) -> None:
    told = shop.replay(LATTE, EVENING, NIGHT).as_json()
    assert (told["total"], told["total_minor"], told["currency"]) == ("35.00", 3500, "CNY")
    assert told["by_tender"] == {"card": "9.00", "cash": "26.00"}
    assert told["by_shift_minor"] == {"late": 1300, "morning": 2200}
    assert list(told["by_business_day"]) == ["2026-03-02"]  # 03:59 is still the night before
    assert told["by_business_day"]["2026-03-02"]["by_shift"] == {"late": "13.00", "morning": "22.00"}
    assert told["p99_ms"] >= told["p50_ms"] > 0


def test_a_moment_with_an_offset_is_brought_to_the_shop_s_zone(shop: Shop) -> None:
    shop.replay("1,2026-03-02T19:59:59Z,,Beer,1,4.00,cash,", "2,2026-03-02T20:00:00Z,,Beer,1,4.00,cash,")
    assert [sale.business_day for sale in shop.sales()] == ["2026-03-02", "2026-03-03"]


def test_nothing_is_left_for_printer_or_drawer_to_do(shop: Shop) -> None:
    shop.replay(LATTE)
    with open_till(shop.home, "a test", SystemClock()) as till:
        assert list(till.store.unsettled_effects()) == []


def test_a_second_run_sells_nothing_again_whatever_the_encoding(shop: Shop) -> None:
    rows = (LATTE, "9,2026-03-02 09:00,,啤酒,1,4.00,cash,")
    shop.replay(*rows)
    shop.write(*rows, encoding="gb18030")
    outcome = shop.replay()
    assert (outcome.all.sales, outcome.already, outcome.already_total_minor) == (0, 2, 2600)
    assert len(shop.sales()) == 2


def test_again_sells_anew_and_a_broken_second_pass_is_continued(shop: Shop) -> None:
    shop.replay(LATTE, EVENING)
    with pytest.raises(KeyboardInterrupt):
        shop.replay(LATTE, EVENING, again=True, stop_after=1)
    outcome = shop.replay(LATTE, EVENING)
    assert (outcome.all.sales, outcome.already) == (1, 1)
    assert len(shop.sales()) == 4


def test_a_customer_s_basket_and_the_cashier_are_there_again_afterwards(shop: Shop) -> None:
    now = Moment(1_772_000_000_000, datetime.fromtimestamp(1_772_000_000, UTC))
    with open_till(shop.home, "a test", SystemClock()) as till:
        operator = till.reference.operators()[0]
        till.checkout.staff.sign_in_for_record(operator, "noon", now)
        till.checkout.selling.scan("6991870003014", "", now)
        before, session = till.checkout.desk.basket, till.checkout.desk.session
    shop.replay(LATTE)
    with open_till(shop.home, "a test", SystemClock()) as till:
        assert till.checkout.desk.basket == before
        assert till.checkout.desk.session == session


def test_a_ticket_half_put_in_when_the_run_died_begins_anew(shop: Shop) -> None:
    shop.write(LATTE, EVENING)

    with open_till(shop.home, "a test", SystemClock()) as till:
        tickets, _ = tickets_of(read_record(shop.file).rows, currency("CNY"), till.zone)
        moment = moment_of(tickets[0].at)
        till.checkout.staff.sign_in_for_record(till.reference.operators()[0], "early", moment)
        till.checkout.recording.begin(sale_id_of(tickets[0], 0), moment)
        till.checkout.recording.add(till.checkout.recording.line("101", "Latte", 2200, 1000), moment)
    assert shop.replay().all.total_minor == 3100
    assert [len(sale.lines) for sale in shop.sales()] == [1, 1]
    with open_till(shop.home, "a test", SystemClock()) as till:
        assert till.store.suspended_baskets() == []


ROWS = 400


def test_a_killed_run_is_continued_to_the_cent(shop: Shop) -> None:
    rows = [f"{number},2026-03-02 10:00,,Beer,1,4.00,cash," for number in range(1, ROWS + 1)]
    file = str(shop.write(*rows))
    process = subprocess.Popen(
        shop.argv("replay", file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _wait_for_sales(shop, 20)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    told = shop.command("replay", file, "--json")
    assert told["already"] >= 20
    assert told["sales"] + told["already"] == ROWS
    assert told["total_minor"] + told["already_total_minor"] == ROWS * 400
    assert sum(sale.total_minor for sale in shop.sales()) == ROWS * 400


def _wait_for_sales(shop: Shop, count: int) -> None:
    deadline = time.monotonic() + LONG_S
    while time.monotonic() < deadline:
        try:
            engine = read_trade(shop.home)
            with engine.connect() as connection:
                if connection.exec_driver_sql("SELECT count(*) FROM sale").scalar_one() >= count:
                    return
        except ContractError:
            pass  # the file is not made yet
        except DatabaseError as error:
            if "no such table" not in str(error):
                raise
        time.sleep(0.02)
    raise AssertionError("nothing was sold")


def test_nobody_sells_beside_the_till_s_screen(shop: Shop) -> None:
    shop.write(LATTE)
    with TradeLock(shop.home, "the till's screen"):
        with pytest.raises(Busy) as caught:
            shop.replay()
        assert "the till's screen" in caught.value.params["holder"]
        told = shop.command("replay", str(shop.file), "--json", code=2)
    assert told["error"] == "store.trade_in_use"
    assert "the till's screen" in told["text"]
    assert shop.replay().all.sales == 1


def test_the_lock_goes_with_its_holder(shop: Shop) -> None:
    program = (
        "import sys, pathlib; from appliance.runtime.paths import Home;"
        "from appliance.store.trade.lock import TradeLock;"
        "lock = TradeLock(Home(pathlib.Path(sys.argv[1])), 'a doomed process'); print('held', flush=True);"
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(shop.home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    with pytest.raises(Busy):
        TradeLock(shop.home, "another")
    holder.kill()
    holder.communicate(timeout=PROCESS_S)
    TradeLock(shop.home, "another").release()
