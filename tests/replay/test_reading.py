"""Files that can't be used, and tickets that can't be sold: each says what is wrong where."""

import random
from datetime import datetime, timedelta

import pytest

from retail.errors import ContractError
from tests.replay.conftest import HEADING, Refusals, Shop
from tillbox.replay.pace import Pace, parse_speed
from tillbox.replay.reading import read_record
from tillbox.replay.sentences import of_refused
from tillbox.replay.tickets import RefusedTicket

GOOD = "1,2026-03-02 09:00,,Beer,1,4.00,cash,"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2026-03-02 09:00,,Beer,1,4.00,cash,", "ticket.empty"),
        ("2,yesterday,,Beer,1,4.00,cash,", "at.not_a_moment"),
        ("2,2026-03-02,,Beer,1,4.00,cash,", "at.not_a_moment"),
        ("2,2026-02-30 10:00,,Beer,1,4.00,cash,", "at.not_a_moment"),
        ("2,0001-01-01 00:00,,Beer,1,4.00,cash,", "at.not_a_moment"),
        ("2,2026-03-02 09:00,,,1,4.00,cash,", "goods.unnamed"),
        (f"2,2026-03-02 09:00,,{'x' * 81},1,4.00,cash,", "goods.name_too_long"),
        (f"2,2026-03-02 09:00,,{'x' * 999},1,4.00,cash,", "row.cell_too_long"),
        ("2,2026-03-02 09:00,,Beer,zwei,4.00,cash,", "quantity.not_a_number"),
        ("2,2026-03-02 09:00,,Beer,,4.00,cash,", "quantity.not_a_number"),
        ("2,2026-03-02 09:00,,Beer,1e99999999,4.00,cash,", "quantity.not_a_number"),
        ("2,2026-03-02 09:00,,Beer,nan,4.00,cash,", "quantity.not_a_number"),
        ("2,2026-03-02 09:00,,Beer,0.0005,4.00,cash,", "quantity.not_in_thousandths"),
        ("2,2026-03-02 09:00,,Beer,9999999,4.00,cash,", "quantity.too_large"),
        ("2,2026-03-02 09:00,,Beer,0,4.00,cash,", "quantity.zero"),
        ('2,2026-03-02 09:00,,Beer,1,"4,50",cash,', "unit_price.not_an_amount"),
        ("2,2026-03-02 09:00,,Beer,1,,cash,", "unit_price.not_an_amount"),
        ("2,2026-03-02 09:00,,Beer,1,4.005,cash,", "money.too_many_decimals"),
        ("2,2026-03-02 09:00,,Beer,1,-4.00,cash,", "unit_price.negative"),
        ("2,2026-03-02 09:00,,Beer,1000000,9999999999999,cash,", "ticket.too_large"),
        ("2,2026-03-02 09:00,,Beer,1,4.00,,", "tender.empty"),
        ("2,2026-03-02 09:00,,Beer,1,4.00,bitcoin,", "tender.unknown_type"),
        ("2,2026-03-02 09:00,,Beer,1,4.00,cash;card,", "tender.amount_missing"),
        ("2,2026-03-02 09:00,,Beer,1,4.00,cash:five,", "tender.not_an_amount"),
        ("2,2026-03-02 09:00,,Beer,1,4.00,;,", "tender.malformed"),
        ("2,2026-03-02 09:00,,Beer,1,4.00,cash:5.00;card:-1.20,", "sale.tenders_do_not_sum"),
        ("2,2026-03-02 09:00,,Wurst, scharf,1,4.00,cash,late", "row.too_many_cells"),
    ],
)
def test_a_ticket_that_can_t_be_sold_says_why_and_the_others_are_sold(
    shop: Shop, refusals: Refusals, row: str, code: str
) -> None:
    assert refusals(GOOD, row, "3,2026-03-02 09:05,,Beer,1,4.00,cash,") == [(3, code)]
    assert [sale.total_minor for sale in shop.sales()] == [400, 400]
    for tongue in ("en", "zh"):
        reason, what_to_do = of_refused(RefusedTicket("2", 3, code, "v", "d"), tongue)  # type: ignore[arg-type]
        assert reason != code and what_to_do
        assert "{" not in reason + what_to_do


def test_one_wrong_line_refuses_its_whole_ticket(shop: Shop, refusals: Refusals) -> None:
    assert refusals("1,2026-03-02 09:00,,Beer,1,4.00,cash,", "1,2026-03-02 09:00,,Wurst,0,4.00,cash,") == [
        (3, "quantity.zero")
    ]
    assert shop.sales() == []


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [("cash,", "card,", "tender.contradicts"), ("cash,early", "cash,late", "shift.contradicts")],
)
def test_lines_that_contradict_each_other(refusals: Refusals, first: str, second: str, code: str) -> None:
    line = "1,2026-03-02 09:00,,Beer,1,4.00,"
    assert refusals(line + first, line + second) == [(3, code)]


def test_a_ticket_of_too_many_different_goods(refusals: Refusals) -> None:
    rows = [f"1,2026-03-02 09:00,,Thing {number},1,1.00,cash," for number in range(1001)]
    assert refusals(*rows) == [(2, "basket.full")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_orders_and_delimiters_of_columns(shop: Shop, encoding: str) -> None:
    heading = "Shift;NAME;unit_price;quantity;tender;at;ticket;code"
    shop.write(
        '早;"啤酒 ""大""";1,234.50;1;"cash:1000;card:234.5";2026/3/2 9:05;A-1;',
        heading=heading,
        encoding=encoding,
    )
    assert shop.replay().all.by_tender == {"cash": 100000, "card": 23450}
    assert shop.sales()[0].lines[0].names["en"] == '啤酒 "大"'
    assert shop.sales()[0].shift == "早"


def test_a_column_without_a_meaning_is_told(shop: Shop) -> None:
    shop.write("1,2026-03-02 09:00,,Beer,1,4.00,cash,,x", heading=HEADING + ",table")
    assert read_record(shop.file).ignored == ["table"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"PK\x03\x04 a workbook", "replay.workbook"),
        (b"\x7fELF\x00\x00\x01\x02" * 99, "file.not_a_table"),
        (b"hello\nworld\n", "replay.heading_missing"),
        (b"ticket,at,quantity,unit_price,tender\n1,2,3,4,5\n", "replay.heading_missing"),
        (b"ticket,ticket,at,name,quantity,unit_price,tender\n1,1,2,3,4,5,6\n", "replay.heading_twice"),
        (HEADING.encode() + b"\r\n\r\n", "replay.no_rows"),
    ],
)
def test_a_file_that_can_t_be_used(shop: Shop, data: bytes, code: str) -> None:
    shop.file.write_bytes(data)
    with pytest.raises(ContractError) as caught:
        read_record(shop.file)
    assert caught.value.code == code


def test_whatever_bytes_a_file_holds_the_answer_is_rows_or_a_reason(shop: Shop) -> None:
    chance = random.Random(5)
    start = f"{HEADING}\n{GOOD}\n{GOOD}\n".encode()
    for _ in range(300):
        data = bytearray(start)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.choice(b'",;\n\r\xff\x00\xe4a1-')
        shop.file.write_bytes(bytes(data))
        try:
            rows = read_record(shop.file).rows
        except ContractError as error:
            assert error.code.startswith(("file.", "replay."))
        else:
            assert rows


def test_the_pace_of_the_record_is_kept_or_multiplied() -> None:
    slept: list[float] = []
    pace = Pace(parse_speed("60"), slept.append, lambda: 1000.0)
    began = datetime(2026, 3, 2, 9)
    for minutes in (0, 1, 5):
        pace.wait_for(began + timedelta(minutes=minutes))
    assert slept == [1.0, 5.0]


@pytest.mark.parametrize("text", ["0", "-1", "fast", "nan", "1e99"])
def test_a_speed_that_is_none(text: str) -> None:
    with pytest.raises(ContractError):
        parse_speed(text)
